"""Facts as columns for arithmetic over many series: one ordered query, no object kept for a row."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import Connection, CursorResult, FromClause, Select, literal, select, union_all

from kpi.facts import FactVersions
from storage.names import MOST_PARAMETERS, keys_of, store_keys
from storage.tables import FactHistoryRow, FactRow, MeasureRow

_COLUMNS = ("store_key", "measure_key", "day", "value", "status", "known_at")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which stores, measures and days."""

    stores: tuple[str, ...]
    measures: tuple[str, ...]
    first: date
    last: date


def fact_versions(connection: Connection, wanted: Wanted, with_history: bool) -> FactVersions:  # noqa: FBT001
    """Return what is known now by store, measure and day; with history all that was known, oldest knowledge first."""
    stores = store_keys(connection, wanted.stores)
    measures = {name: key for name, key in keys_of(connection, MeasureRow).items() if name in wanted.measures}
    numbers = array("q")
    keys = list(stores.values())
    for start in range(0, len(keys), MOST_PARAMETERS):
        part = keys[start : start + MOST_PARAMETERS]
        statement = _statement(part, list(measures.values()), wanted, with_history)
        numbers.extend(chain.from_iterable(_driver_rows(connection.execute(statement))))
    owner, measure, *others = (numbers[place :: len(_COLUMNS)] for place in range(len(_COLUMNS)))
    return FactVersions(
        tuple(stores), tuple(measures), _places(stores.values(), owner), _places(measures.values(), measure), *others
    )


def _driver_rows(result: CursorResult[Any]) -> Iterator[Sequence[int]]:
    """Return the rows as the driver gives them: plain integers, which SQLAlchemy has nothing to add to."""
    return iter(result.cursor.fetchone, None)


def _places(keys: Iterable[int], column: array[int]) -> array[int]:
    """Return the positions of a column's keys."""
    place_of = {key: place for place, key in enumerate(keys)}
    return array("q", map(place_of.__getitem__, column))


def _statement(stores: list[int], measures: list[int], wanted: Wanted, with_history: bool) -> Select[Any]:  # noqa: FBT001
    current: FromClause = FactRow.__table__  # type: ignore[attr-defined]
    now = _of(current, stores, measures, wanted)
    if not with_history:  # in the order in which they lie: nothing is sorted
        return now.order_by(current.c.store_key, current.c.measure_key, current.c.day)
    history: FromClause = FactHistoryRow.__table__  # type: ignore[attr-defined]
    before = _of(history, stores, measures, wanted).where(history.c.part == literal(""))
    found = union_all(now, before).subquery()
    return select(*(found.c[name] for name in _COLUMNS)).order_by(
        found.c.known_at, found.c.store_key, found.c.measure_key, found.c.day
    )


def _of(table: FromClause, stores: list[int], measures: list[int], wanted: Wanted) -> Select[Any]:
    return select(*(table.c[name] for name in _COLUMNS)).where(
        table.c.store_key.in_(stores),
        table.c.measure_key.in_(measures),
        table.c.day.between(wanted.first.toordinal(), wanted.last.toordinal()),
    )
