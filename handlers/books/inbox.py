"""What use cases need of the inbox."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from kpi.engagements import Platform
from kpi.inbox import KeptEvent


class Inbox(Protocol):
    """Events seen, so that a repeated one does nothing, and those that are still to be done."""

    def keep(self, event: KeptEvent) -> bool:
        """Remember an event that is to be done; return False when it was seen before."""

    def claim(self, event_id: str, at: datetime) -> bool:
        """Take an event that is done now, and forget what it said; return False when it was done before."""

    def hold(self, event_ids: Collection[str], now: datetime) -> None:
        """Keep events for whoever still works on them, as long again; what is done stays done."""

    def left(self, platform: Platform, now: datetime) -> Sequence[KeptEvent]:
        """Take over the events of a platform whose work did not end in time, oldest first."""

    def forget(self, before: datetime) -> int:
        """Drop events older than `before`; return how many."""
