"""One cause, many stores: a fall of a whole marketplace in one country that no store could show alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpi.detection.counted_days import CountedDays
from kpi.detection.expectation import MAD_TO_SIGMA, SHARED_ROWS, TINY, Expectation
from kpi.detection.panel import Flags, Floats, Whole

POOLED_WINDOWS = (1, 2, 3)
POOLED_THRESHOLD = 4.5
LEAST_STORES = 4
MEMBER_FROM = 1.0
"""A store belongs to the outage when it fell by at least this many standard deviations itself."""
CLIPPED_AT = 3.0
SHARED_SHARE = 0.08
QUANTILE = 0.95
NORMAL_QUANTILE = 1.96
HISTORY_DAYS = SHARED_ROWS.stop - SHARED_ROWS.start


@dataclass(slots=True)
class PastSums:
    """Sums of each group's standardised residuals on past days; arrays are (56, groups)."""

    residuals: Floats
    stores: Floats

    @classmethod
    def empty(cls, groups: int) -> PastSums:
        """Return sums of nothing."""
        return cls(np.zeros((HISTORY_DAYS, groups)), np.zeros((HISTORY_DAYS, groups)))

    def add(
        self, group: Whole, days: CountedDays, expected: Expectation, noise: Floats, wander: Floats, sign: float
    ) -> None:
        """Add series' residuals to their groups."""
        usual = expected.learnt[SHARED_ROWS]
        counts = days.is_learnt[SHARED_ROWS] & (usual > 0)
        spread = np.sqrt(np.maximum(usual * expected.spare + (noise + wander) * usual * usual, TINY))
        residual = np.clip(sign * (days.events[SHARED_ROWS] - usual) / spread, -CLIPPED_AT, CLIPPED_AT)
        residual = np.where(counts, residual, 0.0)
        for number in np.unique(group):
            own = group == number
            self.residuals[:, number] += residual[:, own].sum(axis=1)
            self.stores[:, number] += counts[:, own].sum(axis=1)


@dataclass(frozen=True, slots=True)
class Pooled:
    """`window` is the shortest pooled window a series belongs to (0: none); `z` is the group's own, per series."""

    window: Whole
    z: Floats


def pooled(group: Whole, past: PastSums, z_by_window: dict[int, Floats], valid: dict[int, Flags]) -> Pooled:
    """Return which series take part in a fall of their whole group."""
    window = np.zeros(len(group), np.int64)
    z = np.zeros(len(group))
    daily = past.residuals / np.sqrt(np.maximum(past.stores, 1.0))
    for number in np.unique(group):
        own = np.flatnonzero(group == number)
        if len(own) < LEAST_STORES:
            continue
        for length in reversed(POOLED_WINDOWS):
            judged = own[valid[length][own]]
            if len(judged) < LEAST_STORES:
                continue
            of_window = z_by_window[length][judged]
            total = np.clip(of_window, -CLIPPED_AT, CLIPPED_AT).sum() / np.sqrt(len(judged))
            score = total / _scale(daily[:, number], length, len(judged))
            if score >= POOLED_THRESHOLD:
                members = judged[of_window >= MEMBER_FROM]
                window[members] = length
                z[members] = score
    return Pooled(window, z)


def _scale(daily: Floats, length: int, stores: int) -> float:
    """Return how far such sums usually swing: common shocks such as holidays must not fire."""
    sums = np.concatenate([[0.0], np.cumsum(daily)])
    swings = np.abs(sums[length:] - sums[:-length]) / np.sqrt(length)
    return float(
        max(
            MAD_TO_SIGMA * np.median(swings),
            np.quantile(swings, QUANTILE) / NORMAL_QUANTILE,
            np.sqrt(1 + SHARED_SHARE * (stores - 1)),
        )
    )
