"""What monthly service records need from storage, by shape, as `handlers/ports.py` says it for the other books."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from kpi.service_records.record import MonthlyRecord, RecordSlot


class ServiceRecordBook(Protocol):
    """Months whose record will be due, and the records that were."""

    def plan(self, slot: RecordSlot) -> bool:
        """Add a month unless its key exists; return whether it was added."""

    def claim_due(self, now: datetime, claimed_until: datetime) -> tuple[RecordSlot, ...]:
        """Take the due months without a record, so that no other replica takes them before `claimed_until`."""

    def freeze(self, slot: RecordSlot, record: MonthlyRecord) -> bool:
        """Store a planned month's record once; False: it has one, or was never planned."""

    def get(self, key: str) -> MonthlyRecord | None:
        """Return a frozen record by its key, or None."""
