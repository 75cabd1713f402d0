"""Facts as columns for arithmetic over many series: one ordered query, no object per row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, FromClause, Select, literal, select, union_all

from kpi.facts import FactVersions
from storage.names import keys_of, store_keys
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
    """Return what is known now, and with history everything that was known before, oldest knowledge first."""
    stores = store_keys(connection, wanted.stores)
    measures = {name: key for name, key in keys_of(connection, MeasureRow).items() if name in wanted.measures}
    rows = connection.execute(_statement(list(stores.values()), list(measures.values()), wanted, with_history)).all()
    columns: list[tuple[int, ...]] = list(zip(*rows, strict=True)) if rows else [()] * len(_COLUMNS)
    store_places = {key: place for place, key in enumerate(stores.values())}
    measure_places = {key: place for place, key in enumerate(measures.values())}
    return FactVersions(
        tuple(stores),
        tuple(measures),
        [store_places[key] for key in columns[0]],
        [measure_places[key] for key in columns[1]],
        *columns[2:],
    )


def _statement(stores: list[int], measures: list[int], wanted: Wanted, with_history: bool) -> Select[tuple[int, ...]]:  # noqa: FBT001
    current: FromClause = FactRow.__table__  # type: ignore[attr-defined]
    parts = [_of(current, stores, measures, wanted)]
    if with_history:
        history: FromClause = FactHistoryRow.__table__  # type: ignore[attr-defined]
        parts.append(_of(history, stores, measures, wanted).where(history.c.part == literal("")))
    found = union_all(*parts).subquery() if with_history else parts[0].subquery()
    return select(*(found.c[name] for name in _COLUMNS)).order_by(
        found.c.known_at, found.c.store_key, found.c.measure_key, found.c.day
    )


def _of(table: FromClause, stores: list[int], measures: list[int], wanted: Wanted) -> Select[tuple[int, ...]]:
    return select(*(table.c[name] for name in _COLUMNS)).where(
        table.c.store_key.in_(stores),
        table.c.measure_key.in_(measures),
        table.c.day.between(wanted.first.toordinal(), wanted.last.toordinal()),
    )
