"""Captured messages in memory."""

from __future__ import annotations

from datetime import datetime

from kpi.incidents.captured_messages import Capture
from tests.twins.book_state import BookState


class MemoryCaptures:
    """Fits `handlers.books.captures.CaptureBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def add(self, capture: Capture) -> bool:
        """Store a capture unless its message is known; return whether it was stored."""
        if self.get(capture.engagement, capture.room, capture.message) is not None:
            return False
        self.save(capture)
        return True

    def get(self, engagement_id: str, room_id: str, message: str) -> Capture | None:
        """Return what is known of a message, or None."""
        return self._state.captures.get((engagement_id, room_id, message))

    def hold(self, engagement_id: str, room_id: str, message: str) -> Capture | None:
        """Return what is known of a message; there is one writer at a time, so nobody else changes it."""
        return self.get(engagement_id, room_id, message)

    def save(self, capture: Capture) -> None:
        """Store a capture in the place of what was known of its message."""
        self._state.captures[capture.engagement, capture.room, capture.message] = capture

    def of_incident(self, incident: str) -> tuple[Capture, ...]:
        """Return the captures of an incident, by the instant they were taken and their message."""
        found = [one for one in self._state.captures.values() if one.incident == incident]
        return tuple(sorted(found, key=lambda one: (one.at, one.message)))

    def forget(self, before: datetime) -> int:
        """Drop messages that were pointed at before an instant and are in no timeline; return how many."""
        old = [key for key, one in self._state.captures.items() if not one.incident and one.at < before]
        for key in old:
            del self._state.captures[key]
        return len(old)
