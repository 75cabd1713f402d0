"""Inbound events that were seen, and those that are still to be done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, update
from sqlmodel import col

from kpi.engagements import Platform
from kpi.inbox import HELD_FOR, KeptEvent
from storage.inbox_tables import InboxRow
from storage.once import insert_once

_DONE = {"platform": None, "kept": None, "held_until": None}


class StoredInbox:
    """Fits `handlers.ports.Inbox`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, event: KeptEvent) -> bool:
        """Remember an event that is to be done; return False when it was seen before."""
        row = {
            "event_id": event.event_id,
            "seen_at": event.kept_at,
            "platform": event.platform.value,
            "kept": event.content,
            "held_until": event.held_until,
        }
        return insert_once(self._connection, InboxRow, row)

    def claim(self, event_id: str, at: datetime) -> bool:
        """Take an event that is done now, and forget what it said; return False when it was done before."""
        if insert_once(self._connection, InboxRow, {"event_id": event_id, "seen_at": at}):
            return True
        is_kept = (col(InboxRow.event_id) == event_id, col(InboxRow.kept).is_not(None))
        return self._connection.execute(update(InboxRow).where(*is_kept).values(_DONE)).rowcount > 0

    def hold(self, event_ids: Collection[str], now: datetime) -> None:
        """Keep events for whoever still works on them, as long again; what is done stays done."""
        is_held = (col(InboxRow.event_id).in_(event_ids), col(InboxRow.kept).is_not(None))
        self._connection.execute(update(InboxRow).where(*is_held).values(held_until=now + HELD_FOR))

    def left(self, platform: Platform, now: datetime) -> Sequence[KeptEvent]:
        """Take over the events of a platform whose work did not end in time, oldest first."""
        is_left = (col(InboxRow.platform) == platform.value, col(InboxRow.held_until) <= now)
        taken = self._connection.execute(
            update(InboxRow)
            .where(*is_left)
            .values(held_until=now + HELD_FOR)
            .returning(col(InboxRow.event_id), col(InboxRow.kept), col(InboxRow.seen_at))
        )
        events = (KeptEvent(row.event_id, platform, row.kept, row.seen_at) for row in taken)
        return tuple(sorted(events, key=lambda event: (event.kept_at, event.event_id)))

    def forget(self, before: datetime) -> int:
        """Drop events older than `before`; return how many."""
        return self._connection.execute(delete(InboxRow).where(col(InboxRow.seen_at) < before)).rowcount
