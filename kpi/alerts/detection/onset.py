"""Since when: the likeliest first day of a change that a window has shown, by a likelihood split of its days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kpi.alerts.detection.expectation import TINY
from kpi.alerts.detection.panel import Floats, Whole
from kpi.alerts.detection.wander import MEMORY, Level

LOOKED_BACK = {1: 3, 2: 5, 3: 5, 5: 10, 7: 10, 10: 14, 14: 14}
"""How many days back a change may have begun, by the window that showed it best: the level before those is usual."""
MOST_RATIO = 20.0
NEIGHBOUR = 0.8
"""How much a day is worth that is one beside the truth: of several likely days the middle one, of one day that one."""


@dataclass(frozen=True, slots=True)
class RecentDays:
    """The newest 14 days of some series: what came, what to expect before the level's drift, relative noise; levels.

    Arrays are (14, series); `spare` scales the counting variance, (series,).
    """

    observed: Floats
    base: Floats
    noise: Floats
    spare: Floats
    levels: Mapping[int, Level]

    def columns(self, which: Whole) -> RecentDays:
        """Return some of the series."""
        return RecentDays(
            self.observed[:, which],
            self.base[:, which],
            self.noise[:, which],
            self.spare[which],
            {window: level.columns(which) for window, level in self.levels.items()},
        )


def days_since_onset(recent: RecentDays, window: Whole, sign: float) -> Whole:
    """Return on which day, counted back from the newest (1), each series' change began."""
    since = window.copy()
    for shown, reach in LOOKED_BACK.items():
        which = np.flatnonzero(window == shown)
        if which.size:
            since[which] = _split(recent, which, reach, sign)
    return since


def _split(recent: RecentDays, which: Whole, reach: int, sign: float) -> Whole:
    """Return the day around which most of the likelihood lies, all days since one moved by one factor."""
    level = recent.levels[reach]
    fade = MEMORY ** np.arange(1, reach + 1)[:, None]
    drift = np.maximum(1 + level.constant[which] + fade * level.wander[which], 0.1)
    expected = (recent.base[-reach:, which] * drift)[::-1]
    observed = recent.observed[-reach:, which][::-1]
    weight = 1 / (recent.spare[which] + recent.noise[-reach:, which][::-1] * expected)
    came, usual = np.cumsum(weight * observed, axis=0), np.cumsum(weight * expected, axis=0)
    ratio = np.clip((came + TINY) / (usual + TINY), 1 / MOST_RATIO, MOST_RATIO)
    gain = np.where(sign * (ratio - 1) > 0, came * np.log(ratio) - (ratio - 1) * usual, 0.0)
    chance = np.exp(gain - gain.max(axis=0))
    near = chance.copy()
    near[1:] += NEIGHBOUR * chance[:-1]
    near[:-1] += NEIGHBOUR * chance[1:]
    days: Whole = near.argmax(axis=0) + 1
    return days
