"""Daily sums in SQL: one lookup per store, measure and run of days, added up by the database.

The statement for orders ÷ visits is what one would write by hand:

    SELECT s.segment, f0.day, SUM(f0.value), SUM(f1.value), COUNT(*), …
    FROM facts f0 JOIN facts f1 ON (same store and day, other measure) JOIN stores s …
    GROUP BY s.segment, f0.day, f0.source_key, f1.source_key

A store-day counts only where every required measure joins; optional measures join from the left.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, FromClause, Select, and_, func, literal, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from kpi.facts import DaySum, FactQuery, FactStatus, Grain
from storage.instants import from_micros, to_micros
from storage.names import keys_of, store_keys
from storage.tables import FactHistoryRow, FactRow, MeasureRow, SourceRow, StoreRow

_COLUMNS = ("store_key", "measure_key", "day", "value", "status", "source_key", "known_at")


def daily_sums(connection: Connection, query: FactQuery) -> tuple[DaySum, ...]:
    """Return the sums a query asks for, ordered by key then day."""
    measures = keys_of(connection, MeasureRow)
    if not query.required or any(name not in measures for name in query.required):
        return ()
    keys = list(store_keys(connection, query.stores).values())
    if not keys:
        return ()
    sources = {key: name for name, key in keys_of(connection, SourceRow).items()}
    statement = _statement(connection, query, measures, keys)
    merged: dict[tuple[str, int], DaySum] = {}
    width = len(query.required) + len(query.optional)
    for row in connection.execute(statement):
        one = _day_sum(row, width, sources)
        place = (one.key, row[1])
        known = merged.get(place)
        merged[place] = one if known is None else _together(known, one)
    return tuple(merged[place] for place in sorted(merged))


def _statement(connection: Connection, query: FactQuery, measures: dict[str, int], keys: Sequence[int]) -> Select[Any]:
    known_at = None if query.known_at is None else to_micros(query.known_at)
    facts = [_facts_as_of(known_at, index) for index in range(_width(query))]
    first = facts[0]
    stores: FromClause = StoreRow.__table__  # type: ignore[attr-defined]
    joined: FromClause = first.join(stores, stores.c.key == first.c.store_key)
    present = [facts[index] for index in range(len(query.required))]
    for index, name in enumerate(query.required[1:], start=1):
        joined = joined.join(facts[index], _same_store_day(first, facts[index], measures[name]))
    for index, name in enumerate(query.optional, start=len(query.required)):
        joined = joined.outerjoin(facts[index], _same_store_day(first, facts[index], measures.get(name, -1)))
    key = stores.c.id if query.grain is Grain.STORE else stores.c.segment
    group = [key, first.c.day, *(fact.c.source_key for fact in present)]
    return (
        select(
            key,
            first.c.day,
            *(func.sum(fact.c.value) for fact in facts),
            func.count(),
            func.max(_greatest(connection, [fact.c.status for fact in present])),
            func.max(_greatest(connection, [fact.c.known_at for fact in present])),
            *(fact.c.source_key for fact in present),
        )
        .select_from(joined)
        .where(
            first.c.measure_key == measures[query.required[0]],
            first.c.store_key.in_(keys),
            first.c.day.between(query.first.toordinal(), query.last.toordinal()),
        )
        .group_by(*group)
    )


def _width(query: FactQuery) -> int:
    return len(query.required) + len(query.optional)


def _same_store_day(first: FromClause, other: FromClause, measure_key: int) -> ColumnElement[bool]:
    return and_(other.c.store_key == first.c.store_key, other.c.measure_key == measure_key, other.c.day == first.c.day)


def _greatest(connection: Connection, columns: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    if len(columns) == 1:
        return columns[0]
    return func.max(*columns) if connection.dialect.name == "sqlite" else func.greatest(*columns)


def _facts_as_of(known_at: int | None, index: int) -> FromClause:
    """Return the facts as known now, or as they were known at an instant."""
    current: FromClause = FactRow.__table__  # type: ignore[attr-defined]
    if known_at is None:
        return current.alias(f"f{index}")
    history: FromClause = FactHistoryRow.__table__  # type: ignore[attr-defined]
    then = select(*(history.c[name] for name in _COLUMNS)).where(
        history.c.listing == literal(""), history.c.known_at <= known_at, history.c.superseded_at > known_at
    )
    now = select(*(current.c[name] for name in _COLUMNS)).where(current.c.known_at <= known_at)
    return union_all(now, then).subquery(f"f{index}")


def _day_sum(row: Sequence[Any], width: int, sources: dict[int, str]) -> DaySum:
    values = tuple(None if value is None else int(value) for value in row[2 : 2 + width])
    count, status, known_at = row[2 + width : 5 + width]
    names = tuple(sorted({sources[key] for key in row[5 + width :]}))
    return DaySum(
        row[0], date.fromordinal(row[1]), values, int(count), FactStatus(status), names, from_micros(int(known_at))
    )


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
