"""What came in and is still to be done: kept before it is acknowledged, so that no crash loses what somebody said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kpi.engagements import Platform

HELD_FOR = timedelta(minutes=2)
"""Work nobody said to go on for this long is taken over: its process is gone."""
ANSWERED_WITHIN = timedelta(minutes=30)
"""A question older than this is not answered any more: nobody waits for it. What somebody did is done all the same."""


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An inbound event that is to be done; `content` is what its door needs for it, and gone when it is done."""

    event_id: str
    platform: Platform
    content: str
    kept_at: datetime

    @property
    def held_until(self) -> datetime:
        """When it may be taken over first."""
        return self.kept_at + HELD_FOR
