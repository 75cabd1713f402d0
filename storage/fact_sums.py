"""Daily sums in SQL: one lookup per store, measure and run of days, added up by the database.

The statement for orders ÷ visits is what one would write by hand:

    SELECT s.segment, f0.day, SUM(f0.value), SUM(f1.value), COUNT(*), …
    FROM facts f0 JOIN facts f1 ON (same store and day, other measure) JOIN stores s …
    GROUP BY s.segment, f0.day, f0.source_key, f1.source_key

A store-day counts only where every required measure joins; optional measures join from the left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, FromClause, Row, Select, and_, bindparam, func, literal, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from kpi.facts import DaySum, FactQuery, FactStatus, Grain
from storage.instants import from_micros, to_micros
from storage.names import keys_of, store_keys
from storage.tables import FactHistoryRow, FactRow, MeasureRow, SourceRow, StoreRow

_STATUSES = {status.value: status for status in FactStatus}
_COLUMNS = ("store_key", "measure_key", "day", "value", "status", "source_key", "known_at")


@dataclass(frozen=True, slots=True)
class Names:
    """The small keys one transaction works with, read once."""

    measures: Mapping[str, int]
    sources: Mapping[int, str]


def read_names(connection: Connection) -> Names:
    """Return the keys of measures and the names of sources."""
    return Names(keys_of(connection, MeasureRow), {key: name for name, key in keys_of(connection, SourceRow).items()})


def daily_sums(connection: Connection, query: FactQuery, names: Names) -> tuple[DaySum, ...]:
    """Return the sums a query asks for, ordered by key then day."""
    if not query.required or any(name not in names.measures for name in query.required):
        return ()
    keys = list(store_keys(connection, query.stores).values())
    if not keys:
        return ()
    shape = _Shape(
        len(query.required),
        len(query.optional),
        query.grain,
        connection.dialect.name == "sqlite",
        query.known_at is not None,
    )
    values: dict[str, Any] = {
        f"m{place}": names.measures.get(name, -1) for place, name in enumerate(query.required + query.optional)
    }
    values |= {"keys": keys, "first": query.first.toordinal(), "last": query.last.toordinal()}
    if query.known_at is not None:
        values["known_at"] = to_micros(query.known_at)
    day_sum = _Reader(shape.width, names.sources)
    merged: dict[tuple[str, int], DaySum] = {}
    for row in connection.execute(_statement(shape), values).all():
        one = day_sum(row)
        place = (row[0], row[1])
        known = merged.get(place)
        merged[place] = one if known is None else _together(known, one)
    return tuple(merged[place] for place in sorted(merged))


@dataclass(frozen=True, slots=True)
class _Shape:
    """What makes one statement differ from another; measures, stores, days and instants are parameters."""

    required: int
    optional: int
    grain: Grain
    is_sqlite: bool
    is_as_of: bool

    @property
    def width(self) -> int:
        """How many measures are summed."""
        return self.required + self.optional


@lru_cache(maxsize=256)
def _statement(shape: _Shape) -> Select[Any]:
    facts = [_facts(index, is_as_of=shape.is_as_of) for index in range(shape.width)]
    first = facts[0]
    stores: FromClause = StoreRow.__table__  # type: ignore[attr-defined]
    joined: FromClause = first.join(stores, stores.c.key == first.c.store_key)
    for index in range(1, shape.width):
        condition = _same_store_day(first, facts[index], bindparam(f"m{index}"))
        joined = joined.join(facts[index], condition, isouter=index >= shape.required)
    key = stores.c.id if shape.grain is Grain.STORE else stores.c.segment
    return (
        select(
            key,
            first.c.day,
            *(func.sum(fact.c.value) for fact in facts),
            func.count(),
            func.max(_greatest(shape, [fact.c.status for fact in facts])),
            func.max(_greatest(shape, [fact.c.known_at for fact in facts])),
            *(fact.c.source_key for fact in facts),
        )
        .select_from(joined)
        .where(
            first.c.measure_key == bindparam("m0"),
            first.c.store_key.in_(bindparam("keys", expanding=True)),
            first.c.day.between(bindparam("first"), bindparam("last")),
        )
        .group_by(key, first.c.day, *(fact.c.source_key for fact in facts))
    )


def _same_store_day(first: FromClause, other: FromClause, measure_key: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(other.c.store_key == first.c.store_key, other.c.measure_key == measure_key, other.c.day == first.c.day)


def _greatest(shape: _Shape, columns: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    """Return the greatest of one row's columns; an optional measure that is absent counts as 0, which is below all."""
    if len(columns) == 1:
        return columns[0]
    given = [*columns[: shape.required], *(func.coalesce(column, 0) for column in columns[shape.required :])]
    return func.max(*given) if shape.is_sqlite else func.greatest(*given)


def _facts(index: int, *, is_as_of: bool) -> FromClause:
    """Return the facts as known now, or as they were known at the instant `known_at`."""
    current: FromClause = FactRow.__table__  # type: ignore[attr-defined]
    if not is_as_of:
        return current.alias(f"f{index}")
    history: FromClause = FactHistoryRow.__table__  # type: ignore[attr-defined]
    at: ColumnElement[Any] = bindparam("known_at")
    then = select(*(history.c[name] for name in _COLUMNS)).where(
        history.c.part == literal(""), history.c.known_at <= at, history.c.superseded_at > at
    )
    now = select(*(current.c[name] for name in _COLUMNS)).where(current.c.known_at <= at)
    return union_all(now, then).subquery(f"f{index}")


class _Reader:
    """Makes sums of rows of one statement. A file brings many days: its source and instant are made only once."""

    def __init__(self, width: int, sources: Mapping[int, str]) -> None:
        self._width = width
        self._sources = sources
        self._names: dict[tuple[int | None, ...], tuple[str, ...]] = {}
        self._instants: dict[int, datetime] = {}

    def __call__(self, row: Row[Any]) -> DaySum:
        """Return the sum a row is."""
        width = self._width
        key, day, *values = row[: 2 + width]
        count, status, known_at = row[2 + width : 5 + width]
        return DaySum(
            key,
            date.fromordinal(day),
            tuple([None if value is None else int(value) for value in values]),
            int(count),
            _STATUSES[status],
            self._names_of(row[5 + width :]),
            self._instant(int(known_at)),
        )

    def _names_of(self, keys: tuple[int | None, ...]) -> tuple[str, ...]:
        if keys not in self._names:
            self._names[keys] = tuple(sorted({self._sources[key] for key in keys if key is not None}))
        return self._names[keys]

    def _instant(self, micros: int) -> datetime:
        if micros not in self._instants:
            self._instants[micros] = from_micros(micros)
        return self._instants[micros]


def _together(one: DaySum, other: DaySum) -> DaySum:
    return DaySum(
        one.key,
        one.day,
        tuple(_add(mine, theirs) for mine, theirs in zip(one.values, other.values, strict=True)),
        one.stores + other.stores,
        max(one.status, other.status),
        tuple(sorted({*one.sources, *other.sources})),
        max(one.known_at, other.known_at),
    )


def _add(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other
