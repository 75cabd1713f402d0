"""Which days count: judged, learnt from, or neither; and how much exposure a day is judged by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpi.alerts.detection.panel import DAYS, Flags, Floats, Panel
from kpi.alerts.detection.traffic import natural_traffic, usual_traffic

SURGE = 1.4
"""Traffic above this multiple of its weekday's usual is a surge: it is not learnt from."""
SURGE_TAIL_DAYS = 2
MOST_JUDGED = 1.4
"""A day is judged by at most this multiple of usual traffic: visits that never meant to buy raise no alert."""
MOST_EXPOSURE = 1e12
"""No shop has more on one day: beyond this, a count is a mistake and must not reach what is learnt of all."""


@dataclass(frozen=True, slots=True)
class CountedDays:
    """Counts cleaned for judging. `judged` is the exposure a day is judged by; arrays are (DAYS, series).

    `flood` is the relative variance of that exposure where traffic was flooded, else 0.
    """

    exposure: Floats
    events: Floats
    judged: Floats
    flood: Floats
    is_usable: Flags
    is_learnt: Flags


def counted_days(panel: Panel) -> CountedDays:
    """Return the days that count: those that are seen, final and exposed.

    More orders than visits are two counters that do not fit: such a day says nothing. More complaints than orders may
    be true: the day is judged as if every order had one, and not learnt from.
    """
    is_usable = panel.is_seen & panel.is_final & (panel.exposure > 0) & (panel.events >= 0)
    is_usable &= panel.exposure <= MOST_EXPOSURE
    is_possible = panel.events <= panel.exposure
    if panel.signal.has_traffic:
        is_usable &= is_possible
    exposure = np.where(is_usable, panel.exposure, 0.0)
    events = np.where(is_usable, np.minimum(panel.events, panel.exposure), 0.0)
    is_learnt = is_usable & is_possible & ~panel.is_promo & ~panel.is_frozen
    if not panel.signal.has_traffic:
        return CountedDays(exposure, events, exposure, np.zeros_like(exposure), is_usable, is_learnt)
    usual = usual_traffic(panel)
    is_hot = exposure > SURGE * usual
    is_surge = is_hot.copy()
    for days in range(1, SURGE_TAIL_DAYS + 1):
        is_surge[days:] |= is_hot[:-days]
    is_learnt &= ~is_surge
    natural = natural_traffic(exposure, usual, is_learnt)
    is_known = np.isfinite(usual)
    most = np.where(is_known, usual, 0.0) * np.minimum(natural.share, MOST_JUDGED)
    judged = np.where(is_known, np.minimum(exposure, most), exposure)
    return CountedDays(exposure, events, judged, natural.variance, is_usable, is_learnt)


def days_before(window: int) -> int:
    """Return the row of the last day before a window of `window` days."""
    return DAYS - 1 - window
