"""The inbox in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from kpi.engagements import Platform
from kpi.inbox import HELD_FOR, KeptEvent
from tests.twins.book_state import BookState


class MemoryInbox:
    """Fits `handlers.ports.Inbox`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def keep(self, event: KeptEvent) -> bool:
        """Remember an event that is to be done; return False when it was seen before."""
        if event.event_id in self._state.inbox:
            return False
        self._state.inbox[event.event_id] = event.kept_at
        self._state.kept[event.event_id] = (event, event.held_until)
        return True

    def claim(self, event_id: str, at: datetime) -> bool:
        """Take an event that is done now, and forget what it said; return False when it was done before."""
        if event_id in self._state.inbox:
            return self._state.kept.pop(event_id, None) is not None
        self._state.inbox[event_id] = at
        return True

    def hold(self, event_ids: Collection[str], now: datetime) -> None:
        """Keep events for whoever still works on them, as long again; what is done stays done."""
        for event_id in event_ids:
            if event_id in self._state.kept:
                self._state.kept[event_id] = (self._state.kept[event_id][0], now + HELD_FOR)

    def left(self, platform: Platform, now: datetime) -> Sequence[KeptEvent]:
        """Take over the events of a platform whose work did not end in time, oldest first."""
        found = [one for one, held_until in self._state.kept.values() if one.platform is platform and held_until <= now]
        for one in found:
            self._state.kept[one.event_id] = (one, now + HELD_FOR)
        return sorted(found, key=lambda event: (event.kept_at, event.event_id))

    def forget(self, before: datetime) -> int:
        """Drop events older than `before`; return how many."""
        old = [event for event, at in self._state.inbox.items() if at < before]
        for event in old:
            del self._state.inbox[event]
            self._state.kept.pop(event, None)
        return len(old)
