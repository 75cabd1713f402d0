"""Which days count: judged, learnt from, or neither; and how much exposure a day is judged by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpi.detection.panel import DAYS, DAYS_IN_WEEK, Flags, Floats, Panel

SURGE = 1.4
"""Traffic above this multiple of its weekday's usual is a surge: it is not learnt from."""
SURGE_TAIL_DAYS = 2
MOST_JUDGED = 1.2
"""A day is judged by at most this multiple of usual traffic: visits that never meant to buy raise no alert."""
FLOOD = 1.5
"""Above this multiple, what ordinary traffic the day would have had is itself uncertain."""
MOST_TRAFFIC_SPREAD = 0.3
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
    usual = _usual_traffic(panel)
    is_hot = exposure > SURGE * usual
    is_surge = is_hot.copy()
    for days in range(1, SURGE_TAIL_DAYS + 1):
        is_surge[days:] |= is_hot[:-days]
    is_learnt &= ~is_surge
    flood = np.where(exposure > FLOOD * usual, _traffic_spread(exposure, usual, is_learnt), 0.0)
    return CountedDays(exposure, events, np.minimum(exposure, MOST_JUDGED * usual), flood, is_usable, is_learnt)


def _usual_traffic(panel: Panel) -> Floats:
    """Return the lower median of each weekday's last ten exposures (infinite where there is none, no cap then)."""
    seen = np.where(panel.is_seen & (panel.exposure > 0), panel.exposure, np.inf)
    usual = np.full_like(seen, np.inf)
    weekday = panel.weekday
    for day in range(DAYS_IN_WEEK):
        rows = np.flatnonzero(weekday[1:] == day) + 1
        ordered = np.sort(seen[rows], axis=0)
        count = np.isfinite(ordered).sum(axis=0)
        middle = np.maximum((count - 1) // 2, 0)
        usual[rows] = np.take_along_axis(ordered, middle[None], axis=0)
    return usual


def _traffic_spread(exposure: Floats, usual: Floats, is_learnt: Flags) -> Floats:
    known = is_learnt & np.isfinite(usual)
    ratio = np.log(np.where(known, exposure / np.where(known, usual, 1.0), 1.0))
    spread = (np.clip(ratio, -0.7, 0.7) ** 2).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    narrowed: Floats = np.minimum(spread, MOST_TRAFFIC_SPREAD**2)
    return narrowed


def days_before(window: int) -> int:
    """Return the row of the last day before a window of `window` days."""
    return DAYS - 1 - window
