"""Drills: rows with a due time, held while one is opened or ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from kpi.audits.drills import Drill
from storage.audit_tables import DrillRow
from storage.once import insert_once

_DRILLS = DrillRow.__table__  # type: ignore[attr-defined]


class StoredDrills:
    """Fits `handlers.books.audits.DrillBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def plan(self, drill: Drill) -> bool:
        """Add a drill unless its key exists; return whether it was added."""
        return insert_once(self._connection, DrillRow, _values(drill))

    def due(self, now: datetime) -> tuple[Drill, ...]:
        """Return the drills whose time has come and that were not opened, oldest first."""
        return self._many(_DRILLS.c.due_at <= now, _DRILLS.c.incident == "", _DRILLS.c.ended_at.is_(None))

    def running(self) -> tuple[Drill, ...]:
        """Return the drills that were opened and have not ended, oldest first."""
        return self._many(_DRILLS.c.incident != "", _DRILLS.c.ended_at.is_(None))

    def hold(self, key: str) -> Drill | None:
        """Return a drill that nobody else changes before this unit of work ends, or None."""
        row = self._connection.execute(select(_DRILLS).where(_DRILLS.c.key == key).with_for_update()).first()
        return None if row is None else _drill(row)

    def save(self, drill: Drill) -> None:
        """Store what became of a drill that is held."""
        self._connection.execute(update(_DRILLS).where(_DRILLS.c.key == drill.key).values(**_values(drill)))

    def _many(self, *conditions: Any) -> tuple[Drill, ...]:
        rows = self._connection.execute(select(_DRILLS).where(*conditions).order_by(_DRILLS.c.due_at, _DRILLS.c.key))
        return tuple(map(_drill, rows))


def _values(drill: Drill) -> dict[str, Any]:
    return {
        "key": drill.key,
        "engagement": drill.engagement,
        "due_at": drill.due_at,
        "incident": drill.incident,
        "ended_at": drill.ended_at,
    }


def _drill(row: Row[Any]) -> Drill:
    return Drill(row.key, row.engagement, row.due_at, row.incident, row.ended_at)
