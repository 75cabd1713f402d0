"""Every version of every fact of some stores, their parts too, in the order in which they became known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, FromClause, Select, literal, select, union_all

from kpi.facts import Fact, FactStatus, FactVersion
from kpi.metrics.dimensions import LISTING
from storage.instants import from_micros
from storage.names import keys_of, store_keys
from storage.tables import DimensionRow, FactHistoryRow, FactRow, MeasureRow, PartFactRow, SourceRow

_COLUMNS = ("known_at", "store_key", "measure_key", "day", "value", "status", "source_key")


def every_version(connection: Connection, stores: Sequence[str]) -> Iterator[FactVersion]:
    """Yield what was ever shown of the stores, oldest knowledge first."""
    names = {key: name for name, key in store_keys(connection, stores).items()}
    measures = {key: name for name, key in keys_of(connection, MeasureRow).items()}
    sources = {key: name for name, key in keys_of(connection, SourceRow).items()}
    dimensions = {key: name for name, key in keys_of(connection, DimensionRow).items()}
    for known_at, store, measure, day, value, status, source, dimension, part in connection.execute(
        _statement(list(names))
    ):
        fact = Fact(
            names[store],
            date.fromordinal(day),
            measures[measure],
            value,
            sources[source],
            FactStatus(status),
            part,
            dimensions[dimension] if part else LISTING,
        )
        yield FactVersion(fact, from_micros(known_at))


def _statement(stores: Sequence[int]) -> Select[Any]:
    parts = []
    for row in (FactRow, PartFactRow, FactHistoryRow):
        table: FromClause = row.__table__  # type: ignore[union-attr]
        is_whole = row is FactRow
        dimension = literal(0).label("dimension_key") if is_whole else table.c.dimension_key
        part = literal("").label("part") if is_whole else table.c.part
        columns = (*(table.c[name] for name in _COLUMNS), dimension, part)
        parts.append(select(*columns).where(table.c.store_key.in_(stores)))
    found = union_all(*parts).subquery()
    return select(found).order_by(
        found.c.known_at, found.c.store_key, found.c.measure_key, found.c.day, found.c.dimension_key, found.c.part
    )
