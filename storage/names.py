"""Small keys for names that facts repeat a million times: stores, measures, dimensions, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from storage.once import insert_once
from storage.tables import DimensionRow, MeasureRow, SourceRow, StoreRow

Names = type[MeasureRow | DimensionRow | SourceRow]

MOST_PARAMETERS = 10_000
"""Values one statement lists; SQLite allows 32,766 and PostgreSQL 65,535 parameters."""

_STORES = select(col(StoreRow.id), col(StoreRow.key)).where(col(StoreRow.id).in_(bindparam("ids", expanding=True)))
_STORES_OF = _STORES.where(col(StoreRow.engagement) == bindparam("engagement"))
_ALL = {table: select(col(table.name), col(table.key)) for table in (MeasureRow, DimensionRow, SourceRow)}
"""Made once: every figure begins with these, and making a statement takes longer than asking it."""


def store_keys(connection: Connection, stores: Iterable[str], engagement: str | None = None) -> dict[str, int]:
    """Return the keys of the stores that exist, or of those among them that belong to `engagement`."""
    wanted = list(stores)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), MOST_PARAMETERS):
        part = {"ids": wanted[start : start + MOST_PARAMETERS]}
        if engagement is None:
            rows = connection.execute(_STORES, part)
        else:
            rows = connection.execute(_STORES_OF, {**part, "engagement": engagement})
        found.update((row[0], int(row[1] or 0)) for row in rows)
    return found


def keys_of(connection: Connection, table: Names) -> dict[str, int]:
    """Return all names of a small table with their keys."""
    return {row[0]: int(row[1] or 0) for row in connection.execute(_ALL[table])}


def ensure_keys(connection: Connection, table: Names, names: Iterable[str]) -> Mapping[str, int]:
    """Return the keys of `names`, adding those that are new."""
    known = keys_of(connection, table)
    new = sorted(set(names) - known.keys())
    if not new:
        return known
    for name in new:
        insert_once(connection, table, {"name": name})  # another engagement's import may add the same one meanwhile
    return keys_of(connection, table)
