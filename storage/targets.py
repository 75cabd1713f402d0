"""What was agreed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select
from sqlmodel import col

from kpi.days import Period
from kpi.metrics import Direction
from kpi.targets import Target
from storage.tables import TargetRow


class StoredTargets:
    """Fits `handlers.ports.TargetBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, engagement_id: str, targets: Sequence[Target]) -> None:
        """Make these the targets of an engagement."""
        self._connection.execute(delete(TargetRow).where(col(TargetRow.engagement) == engagement_id))
        rows = [_values(engagement_id, target) for target in targets]
        if rows:
            self._connection.execute(insert(TargetRow), rows)

    def of(self, engagement_id: str, day: date) -> tuple[Target, ...]:
        """Return the targets whose period contains `day`, ordered by id."""
        table = TargetRow.__table__  # type: ignore[attr-defined]
        rows = self._connection.execute(
            select(table)
            .where(table.c.engagement == engagement_id, table.c.first <= day, table.c.last >= day)
            .order_by(table.c.id)
        )
        return tuple(map(_target, rows))

    def all_of(self, engagement_id: str) -> tuple[Target, ...]:
        """Return every target of an engagement, ordered by period then id."""
        table = TargetRow.__table__  # type: ignore[attr-defined]
        rows = self._connection.execute(
            select(table).where(table.c.engagement == engagement_id).order_by(table.c.first, table.c.last, table.c.id)
        )
        return tuple(map(_target, rows))


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
