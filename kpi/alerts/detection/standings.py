"""What is open or was of late in each series, as a morning's judgement needs it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from kpi.alerts.alert import Episode, fresh_days
from kpi.alerts.detection.panel import DAYS, Standing


def standing_of(lives: Sequence[Sequence[Episode]], day: date) -> Standing:
    """Return where each series stands on `day` by its episodes, oldest first; at most the last one is open."""
    series = len(lives)
    standing = Standing(np.zeros(series, np.int64), np.zeros(series), np.full(series, DAYS))
    for place, episodes in enumerate(lives):
        if not episodes:
            continue
        fresh, last = fresh_days(episodes, day), episodes[-1]
        standing.fresh_days[place] = DAYS if fresh is None else fresh
        if last.is_open and last.effect:
            standing.open_days[place] = max((day - last.since).days, 0)
            standing.effect[place] = last.effect
    return standing
