"""Months whose service record is due, each claimed by one replica, and the records as they were frozen."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, or_, select, update

from kpi.service_records.months import ServiceMonth
from kpi.service_records.record import MonthlyRecord, RecordSlot
from storage.bodies import Body
from storage.once import insert_once
from storage.record_tables import ServiceRecordRow

_TABLE = ServiceRecordRow.__table__  # type: ignore[attr-defined]
_RECORD = Body(MonthlyRecord)


class StoredServiceRecords:
    """Fits `handlers.ports.ServiceRecordBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def plan(self, slot: RecordSlot) -> bool:
        """Add a month unless its key exists; return whether it was added."""
        values = {
            "key": slot.key,
            "engagement": slot.engagement,
            "month": slot.month.first,
            "zone": slot.month.zone.key,
            "due_at": slot.due_at,
        }
        return insert_once(self._connection, ServiceRecordRow, values)

    def claim_due(self, now: datetime, claimed_until: datetime) -> tuple[RecordSlot, ...]:
        """Take the due months without a record; nobody else takes them before `claimed_until`."""
        rows = self._connection.execute(
            select(_TABLE)
            .where(
                _TABLE.c.body.is_(None),
                _TABLE.c.due_at <= now,
                or_(_TABLE.c.claimed_until.is_(None), _TABLE.c.claimed_until <= now),
            )
            .order_by(_TABLE.c.due_at, _TABLE.c.key)
            .with_for_update(skip_locked=True)
        ).all()
        keys = [row.key for row in rows]
        self._connection.execute(update(_TABLE).where(_TABLE.c.key.in_(keys)).values(claimed_until=claimed_until))
        return tuple(map(_slot, rows))

    def freeze(self, slot: RecordSlot, record: MonthlyRecord) -> bool:
        """Store a month's record once; False: it has one."""
        frozen = self._connection.execute(
            update(_TABLE)
            .where(_TABLE.c.key == slot.key, _TABLE.c.body.is_(None))
            .values(body=_RECORD.write(record), claimed_until=None)
        )
        return bool(frozen.rowcount)

    def get(self, key: str) -> MonthlyRecord | None:
        """Return a frozen record by its key, or None."""
        body = self._connection.scalar(select(_TABLE.c.body).where(_TABLE.c.key == key))
        return None if body is None else _RECORD.read(body)


def _slot(row: Row[Any]) -> RecordSlot:
    return RecordSlot(row.engagement, ServiceMonth(row.month, ZoneInfo(row.zone)), row.due_at)
