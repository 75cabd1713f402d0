"""Events that came in lately, so that Slack's retries and replayed requests start no second piece of work."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from handlers.ports import Clock

Claim = Callable[[str], bool]
"""Remembers an event id; False when it was seen before. Called on the event loop: it must not block."""

REMEMBERED_FOR = timedelta(hours=1)
"""Slack retries an event for at most six minutes; an old signature is refused after five."""
MOST_REMEMBERED = 50_000
"""About 5 MB; beyond it the oldest are forgotten, and the inbox table still knows them."""


class SeenEvents:
    """The door's own short memory. The durable one is the inbox table, claimed when the work begins."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen_at: OrderedDict[str, datetime] = OrderedDict()

    def __call__(self, event_id: str) -> bool:
        """Remember `event_id`; return False when it came in before within the hour."""
        now = self._clock()
        self._forget_before(now - REMEMBERED_FOR)
        if event_id in self._seen_at:
            return False
        self._seen_at[event_id] = now
        if len(self._seen_at) > MOST_REMEMBERED:
            self._seen_at.popitem(last=False)
        return True

    def _forget_before(self, earliest: datetime) -> None:
        while self._seen_at and next(iter(self._seen_at.values())) < earliest:
            self._seen_at.popitem(last=False)
