"""How heavy the tails of a day's noise are, learnt from all series of a morning: where days jump, one day proves less.

Few series have enough days to show their own tails, but noise of one kind has one shape. The ratio of a high quantile
of the surprises to their median says it, and hardly moves for the few days that are incidents themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kpi.alerts.detection.expectation import TINY
from kpi.alerts.detection.panel import DAYS, DAYS_IN_WEEK, Floats

LEARNT_ROWS = slice(10, DAYS - DAYS_IN_WEEK)
"""From the first days on whose surprise is one of the noise, not of the level, to the newest week."""
LEAST_DAYS = 25
"""A series shows the shape of its noise from so many days on."""
LEAST_SERIES = 15
BINS, WIDEST = 500, 10.0
QUANTILE = 0.95
NORMAL_RATIO = 3.08
"""That quantile over the median where noise is normal, with the incidents and promotions nobody marked."""
HEAVINESS = 0.6
"""From the ratio's excess to the inverse of Student's degrees of freedom."""
MOST_HEAVY = 0.3
MOST_FREEDOM = 1e4


def surprise_counts(surprises: Floats) -> Floats:
    """Return how often absolute surprises (nan where there is none) lie in each bin, in medians of their series."""
    days = np.isfinite(surprises[LEARNT_ROWS]).sum(axis=0)
    enough = days >= LEAST_DAYS
    if not enough.any():
        return np.zeros(BINS)
    ordered = np.sort(surprises[LEARNT_ROWS, enough], axis=0)
    middle = np.take_along_axis(ordered, (days[enough] // 2)[None], axis=0)
    relative = ordered / np.maximum(middle, TINY)
    counts, _ = np.histogram(relative[np.isfinite(relative)], BINS, (0.0, WIDEST))
    return counts.astype(float)


def heaviness(counts: Sequence[Floats]) -> float:
    """Return the inverse of the degrees of freedom of the noise of all series: 0 for normal noise."""
    total = np.sum(counts, axis=0)
    if total.sum() < LEAST_SERIES * LEAST_DAYS:
        return 0.0
    below = np.cumsum(total) / total.sum()
    ratio = (np.searchsorted(below, QUANTILE) + 0.5) * WIDEST / BINS
    return float(np.clip((ratio - NORMAL_RATIO) * HEAVINESS, 0.0, MOST_HEAVY))


def sobered(z: Floats, noise_share: Floats, days: int, heavy: float) -> Floats:
    """Return deviates of a window of `days`, whose variance is `noise_share` day noise, as if its noise were normal.

    Wallace's (1959) normal deviate of Student's distribution; noise of several days is nearer to normal.
    """
    if not heavy:
        return z
    freedom = 1 / np.maximum(heavy * noise_share / np.sqrt(days), 1 / MOST_FREEDOM)
    student = np.maximum(z, 0) * np.sqrt(freedom / np.maximum(freedom - 2, 1))
    lean = (8 * freedom + 1) / (8 * freedom + 3) * np.sqrt(freedom * np.log1p(student**2 / freedom))
    sober: Floats = np.where(z > 0, np.minimum(lean, z), z)
    return sober
