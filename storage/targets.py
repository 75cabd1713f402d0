"""What was agreed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select
from sqlmodel import col

from kpi.days import Period
from kpi.metrics.metric import Direction
from kpi.target_changes import TargetChange, ever_in_force, in_force
from kpi.targets import Target
from storage.bodies import Body
from storage.once import insert_once
from storage.tables import TargetRow
from storage.target_tables import TargetChangeRow

_TABLE = TargetRow.__table__  # type: ignore[attr-defined]
_CHANGES = TargetChangeRow.__table__  # type: ignore[attr-defined]
_CHANGE = Body(TargetChange)
_WRITTEN = (
    select(_TABLE)
    .where(_TABLE.c.engagement == bindparam("engagement"))
    .order_by(_TABLE.c.first, _TABLE.c.last, _TABLE.c.id)
)
_CHANGED = (
    select(_CHANGES.c.body)
    .where(_CHANGES.c.engagement == bindparam("engagement"))
    .order_by(_CHANGES.c.at.desc(), _CHANGES.c.id.desc())
)
"""Made once: every reading asks for what was agreed, and making a statement takes longer than asking it."""


class StoredTargets:
    """Fits `handlers.ports.TargetBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, engagement_id: str, targets: Sequence[Target]) -> None:
        """Make these what the file of an engagement says; what people set stays."""
        self._connection.execute(delete(TargetRow).where(col(TargetRow.engagement) == engagement_id))
        rows = [_values(engagement_id, target) for target in targets]
        if rows:
            self._connection.execute(insert(TargetRow), rows)

    def written(self, engagement_id: str) -> tuple[Target, ...]:
        """Return what the file of an engagement says, ordered by period then id."""
        return tuple(map(_target, self._connection.execute(_WRITTEN, {"engagement": engagement_id})))

    def of(self, engagement_id: str, day: date) -> tuple[Target, ...]:
        """Return the targets in force on `day`, ordered by id."""
        return in_force(self.written(engagement_id), self.changes(engagement_id), day)

    def all_of(self, engagement_id: str) -> tuple[Target, ...]:
        """Return every target of an engagement that is in force on any day, ordered by period then id."""
        return ever_in_force(self.written(engagement_id), self.changes(engagement_id))

    def agree(self, change: TargetChange) -> None:
        """Keep a target somebody set; raises ValueError when its id is taken."""
        values = {
            "id": change.id,
            "engagement": change.target.engagement,
            "at": change.at,
            "body": _CHANGE.write(change),
        }
        if not insert_once(self._connection, TargetChangeRow, values):
            msg = f"a target was set as {change.id} already"
            raise ValueError(msg)

    def change(self, change_id: str) -> TargetChange | None:
        """Return a target somebody set with what it changed, or None."""
        body = self._connection.scalar(select(_CHANGES.c.body).where(_CHANGES.c.id == change_id))
        return None if body is None else _CHANGE.read(body)

    def changes(self, engagement_id: str) -> tuple[TargetChange, ...]:
        """Return every target people set of an engagement, newest first."""
        bodies = self._connection.scalars(_CHANGED, {"engagement": engagement_id})
        return tuple(map(_CHANGE.read, bodies))


def _values(engagement_id: str, target: Target) -> dict[str, Any]:
    return {
        "engagement": engagement_id,
        "id": target.id,
        "metric": target.metric,
        "stores": json.dumps(target.stores),
        "first": target.period.first,
        "last": target.period.last,
        "direction": target.direction.value,
        "value": str(target.value),
        "currency": target.currency,
        "source": target.source,
        "owner": target.owner,
    }


def _target(row: Row[Any]) -> Target:
    return Target(
        row.id,
        row.engagement,
        row.metric,
        tuple(json.loads(row.stores)),
        Period(row.first, row.last),
        Direction(row.direction),
        Decimal(row.value),
        row.currency,
        row.source,
        row.owner,
    )
