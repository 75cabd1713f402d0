"""Monthly service records in memory."""

from __future__ import annotations

from datetime import datetime

from kpi.service_records.record import MonthlyRecord, RecordSlot
from tests.twins.book_state import BookState


class MemoryServiceRecords:
    """Fits `handlers.ports.ServiceRecordBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def plan(self, slot: RecordSlot) -> bool:
        """Add a month unless its key exists; return whether it was added."""
        if slot.key in self._state.record_slots:
            return False
        self._state.record_slots[slot.key] = slot
        return True

    def claim_due(self, now: datetime, claimed_until: datetime) -> tuple[RecordSlot, ...]:
        """Take the due months without a record; nobody else takes them before `claimed_until`."""
        claims, records = self._state.record_claims, self._state.records
        due = [
            slot
            for key, slot in self._state.record_slots.items()
            if key not in records and slot.due_at <= now and claims.get(key, now) <= now
        ]
        claims.update((slot.key, claimed_until) for slot in due)
        return tuple(sorted(due, key=lambda slot: (slot.due_at, slot.key)))

    def freeze(self, slot: RecordSlot, record: MonthlyRecord) -> bool:
        """Store a planned month's record once; False: it has one, or was never planned."""
        if slot.key in self._state.records or slot.key not in self._state.record_slots:
            return False
        self._state.records[slot.key] = record
        return True

    def get(self, key: str) -> MonthlyRecord | None:
        """Return a frozen record by its key, or None."""
        return self._state.records.get(key)
