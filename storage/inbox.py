"""Inbound events that were seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete
from sqlmodel import col

from storage.once import insert_once
from storage.tables import InboxRow


class StoredInbox:
    """Fits `handlers.ports.Inbox`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, event_id: str, at: datetime) -> bool:
        """Remember an event; return False when it was seen before."""
        return insert_once(self._connection, InboxRow, {"event_id": event_id, "seen_at": at})

    def forget(self, before: datetime) -> int:
        """Drop events older than `before`; return how many."""
        return self._connection.execute(delete(InboxRow).where(col(InboxRow.seen_at) < before)).rowcount
