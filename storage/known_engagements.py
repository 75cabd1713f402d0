"""Engagements as they were read last: every question begins with one, and they seldom change."""

from __future__ import annotations

import threading
from collections import OrderedDict

from kpi.engagements import Engagement

MOST_KNOWN = 1_000
"""About 20 MB; beyond it those that were not asked for longest are read anew."""


class KnownEngagements:
    """Remembers engagements, each with the stamp its row had: another stamp means another engagement.

    What a transaction that is rolled back has put here is harmless: its stamp is in no row.
    """

    def __init__(self, most: int = MOST_KNOWN) -> None:
        self._most = most
        self._known: OrderedDict[str, tuple[str, Engagement]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, engagement_id: str, stamp: str) -> Engagement | None:
        """Return an engagement as it is under `stamp`, or None when that is not known."""
        with self._lock:
            found = self._known.get(engagement_id)
            if found is None or found[0] != stamp:
                return None
            self._known.move_to_end(engagement_id)
            return found[1]

    def keep(self, engagement: Engagement, stamp: str) -> None:
        """Remember an engagement as it is under `stamp`."""
        with self._lock:
            self._known[engagement.id] = (stamp, engagement)
            self._known.move_to_end(engagement.id)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
