"""What use cases need of captured messages, by shape; part of `handlers/ports.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from kpi.incidents.captured_messages import Capture


class CaptureBook(Protocol):
    """Messages that somebody pointed at, one of each room and message, with what is kept of them."""

    def add(self, capture: Capture) -> bool:
        """Store a capture unless its message is known; return whether it was stored.

        Of two who add one message at once, the second waits for what the first one does.
        """

    def get(self, engagement_id: str, room_id: str, message: str) -> Capture | None:
        """Return what is known of a message, or None."""

    def hold(self, engagement_id: str, room_id: str, message: str) -> Capture | None:
        """Return what is known of a message, which nobody else changes before this unit of work ends, or None."""

    def save(self, capture: Capture) -> None:
        """Store a capture in the place of what was known of its message."""

    def of_incident(self, incident: str) -> tuple[Capture, ...]:
        """Return the captures of an incident, by the instant they were taken and their message."""

    def forget(self, before: datetime) -> int:
        """Drop messages that were pointed at before an instant and are in no timeline; return how many."""
