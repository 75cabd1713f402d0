"""Which rules run: each series under one, with the newest day that is final for it."""

from __future__ import annotations

from datetime import date, datetime

from handlers.ports import Work
from kpi.alerts.ruled_series import Ruled, ruled_series
from kpi.alerts.staleness import newest_due
from kpi.engagements import Engagement


def running_series(work: Work, engagement: Engagement, now: datetime) -> list[tuple[Ruled, date]]:
    """Return each series under a rule with the newest day that is final for it; targets whose time is over are gone."""
    found = []
    for ruled in ruled_series(engagement, work.targets.all_of(engagement.id)):
        day = min(newest_due(now, store.zone, ruled.settles_after) for store in ruled.stores)
        if ruled.target is None or day in ruled.target.period:
            found.append((ruled, day))
    return found
