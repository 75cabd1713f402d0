"""One cause, many stores: a fall of a whole marketplace in one country that no store could show alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kpi.alerts.detection.counted_days import CountedDays
from kpi.alerts.detection.expectation import MAD_TO_SIGMA, SHARED_ROWS, TINY, Expectation
from kpi.alerts.detection.panel import Flags, Floats, Whole
from kpi.alerts.detection.scan import WindowScores

POOLED_WINDOWS = (1, 2, 3)
POOLED_THRESHOLD = 4.5
LEAST_STORES = 4
MEMBER_CHANCE = 0.7
"""A store belongs to the outage when it fell, and this likely with the others."""
MEMBERS_AT_FIRST = 0.8
LEAST_SHARE, MOST_SHARE = 0.05, 0.95
LEAST_FACTOR, MOST_FACTOR = 0.05, 20.0
MOST_EVIDENCE = 30.0
ROUNDS = 5
LEAST_MOVED = 0.25
"""By so much stores must move together: around a campaign nobody marked, all of them move a little."""
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


def pooled(group: Whole, past: PastSums, scored: Mapping[int, WindowScores], sign: float) -> Pooled:
    """Return which series take part in a fall (or rise, by `sign`) of their whole group."""
    window = np.zeros(len(group), np.int64)
    z = np.zeros(len(group))
    daily = past.residuals / np.sqrt(np.maximum(past.stores, 1.0))
    for number in np.unique(group):
        own = np.flatnonzero(group == number)
        for length in reversed(POOLED_WINDOWS):
            judged = own[scored[length].is_valid[own]]
            if len(judged) < LEAST_STORES:
                continue
            stores = scored[length].columns(judged)
            total = np.clip(stores.z, -CLIPPED_AT, CLIPPED_AT).sum() / np.sqrt(len(judged))
            score = total / _scale(daily[:, number], length, len(judged))
            if score >= POOLED_THRESHOLD:
                members = judged[_members(stores, sign)]
                window[members] = length
                z[members] = score
    return Pooled(window, z)


def _members(stores: WindowScores, sign: float) -> Flags:
    """Return which stores moved together: a mixture of those that did, by one factor, and those that did not.

    The factor and how many moved are found in a few rounds of expectation and maximisation. A store too small to show
    anything is as likely a member as the others are. Nobody is one when the factor is nearer to 1 than LEAST_MOVED.
    """
    expected = np.maximum(stores.expected, TINY)
    precision = expected * expected / np.maximum(stores.spread * stores.spread, TINY)
    chance, factor = np.full(len(expected), MEMBERS_AT_FIRST), 1.0
    for _ in range(ROUNDS):
        weight = chance * precision
        factor = float(np.clip((weight * stores.observed / expected).sum() / weight.sum(), LEAST_FACTOR, MOST_FACTOR))
        share = np.clip(chance.mean(), LEAST_SHARE, MOST_SHARE)
        gain = (stores.observed * np.log(factor) - (factor - 1) * expected) * precision / expected
        odds = share / (1 - share) * np.exp(np.clip(gain, -MOST_EVIDENCE, MOST_EVIDENCE))
        chance = odds / (1 + odds)
    moved: Flags = (chance >= MEMBER_CHANCE) & (stores.z >= 0) & (sign * (factor - 1) >= LEAST_MOVED)
    return moved


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
