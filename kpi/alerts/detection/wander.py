"""How a level drifts: day noise and slow wander learnt for each series, and the level each window starts from.

The relative level of a series is a constant plus an AR(1) with the memory below; a Kalman filter follows it through
the days that are learnt from. Noise and wander are chosen among a few values by how well they predict each series'
own days, beside how common each value is among all series of the morning (empirical Bayes): a new store borrows from
the others, an old one speaks for itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from kpi.alerts.detection.panel import DAYS, DAYS_IN_WEEK, Flags, Floats, Whole
from kpi.alerts.detection.signals import Signal

MEMORY = 0.95
"""Daily correlation of the wander: half of a deviation is gone after 13 days."""
LEVEL_VARIANCE = 0.25
"""Relative variance of the level before any day was seen."""
OUTLIER = 3.5
"""Innovations beyond this many standard deviations pull the level no further."""
MOST_SURPRISE = 9.0
LEARNT_FROM, LEARNT_TO = 3, DAYS - DAYS_IN_WEEK
LEAST_LEARNT_DAYS = 20
BORROWED_SERIES = 20.0
ROUNDS = 4
NOISE_SAFETY = 1.15
"""Learnt day noise is a little too small, because level and weekdays were fitted to the same days."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Relative deviations of each day, their counting variance, and whether the day is learnt from."""

    deviation: Floats
    variance: Floats
    counts: Flags


@dataclass(frozen=True, slots=True)
class Level:
    """Where a series stood after a day: constant part and wander, with their variances and covariance."""

    constant: Floats
    wander: Floats
    constant_variance: Floats
    covariance: Floats
    wander_variance: Floats

    def columns(self, which: Whole) -> Level:
        """Return some of the series."""
        return Level(
            self.constant[which],
            self.wander[which],
            self.constant_variance[which],
            self.covariance[which],
            self.wander_variance[which],
        )


def follow(
    seen: Observed,
    noise: Floats,
    wander: Floats,
    rows: Collection[int],
    until: int = DAYS,
    surprises: Floats | None = None,
) -> tuple[dict[int, Level], Floats]:
    """Follow the level through the days; `noise` and `wander` are relative variances, (series,) or (options, series).

    Returns the level after each row of `rows`, and how well the days from LEARNT_FROM on were predicted (log). Fills
    `surprises`, where given, with how many standard deviations a day missed its prediction if that is mostly day noise.
    """
    shape = np.broadcast_shapes(noise.shape, wander.shape, seen.deviation[0].shape)
    kind = seen.deviation.dtype
    constant, drift = np.zeros(shape, kind), np.zeros(shape, kind)
    p_constant, p_both = np.full(shape, LEVEL_VARIANCE, kind), np.zeros(shape, kind)
    p_drift = np.broadcast_to(wander, shape).copy()
    step = wander * (1 - MEMORY**2)
    fit = np.zeros(shape, kind)
    levels: dict[int, Level] = {}
    for row in range(until):
        drift *= MEMORY
        p_both *= MEMORY
        p_drift *= MEMORY**2
        p_drift += step
        to_constant, to_drift = p_constant + p_both, p_both + p_drift
        variance = to_constant + to_drift + seen.variance[row] + noise
        surprise = seen.deviation[row] - constant - drift
        squared = surprise * surprise / variance
        counts = seen.counts[row]
        if row >= LEARNT_FROM:
            fit -= counts * (np.log(variance) + np.minimum(squared, MOST_SURPRISE))
        if surprises is not None:
            np.sqrt(squared, out=surprises[row], where=counts & (noise > variance / 2))
        trust = counts / (variance * np.maximum(squared * (1 / OUTLIER**2), 1))
        gain_constant, gain_drift = to_constant * trust, to_drift * trust
        constant += gain_constant * surprise
        drift += gain_drift * surprise
        p_constant -= gain_constant * to_constant
        p_both -= gain_constant * to_drift
        p_drift -= gain_drift * to_drift
        if row in rows:
            levels[row] = Level(constant.copy(), drift.copy(), p_constant.copy(), p_both.copy(), p_drift.copy())
    return levels, fit / 2


def fits(signal: Signal, seen: Observed) -> Floats:
    """Return how well each pair of noise and wander predicts each series: (noises, wanders, series), best is 1."""
    pairs = [(noise, wander) for noise in signal.noises for wander in signal.wanders]
    noise = np.array([pair[0] ** 2 for pair in pairs], np.float32)[:, None]
    wander = np.array([pair[1] ** 2 for pair in pairs], np.float32)[:, None]
    # Single precision is plenty for choosing among a few values, and half the work.
    brief = Observed(seen.deviation.astype(np.float32), seen.variance.astype(np.float32), seen.counts)
    _, fit = follow(brief, noise, wander, (), LEARNT_TO)
    likelihood = np.exp(fit - fit.max(axis=0))
    by_pair: Floats = likelihood.reshape(len(signal.noises), len(signal.wanders), -1)
    return by_pair


def common_noises(signal: Signal, fitted: Sequence[Floats], learnt_days: Sequence[Floats]) -> Floats:
    """Return how common each noise of `signal.noises` is among the series that have enough days."""
    likelihood = np.concatenate(fitted, axis=2)
    likelihood = likelihood[:, :, np.concatenate(learnt_days) >= LEAST_LEARNT_DAYS]
    by_noise = (likelihood * np.array(signal.wander_odds)[None, :, None]).sum(axis=1)
    odds = np.full(len(signal.noises), 1 / len(signal.noises))
    for _ in range(ROUNDS):
        share = by_noise * odds[:, None]
        share /= share.sum(axis=0)
        odds = share.sum(axis=1) + BORROWED_SERIES / len(odds)
        odds /= odds.sum()
    return odds


def learnt_variances(signal: Signal, likelihood: Floats, noise_odds: Floats) -> tuple[Floats, Floats]:
    """Return each series' relative variances of day noise and of wander, averaged over what its days support."""
    share = likelihood * noise_odds[:, None, None] * np.array(signal.wander_odds)[None, :, None]
    share /= share.sum(axis=(0, 1))
    noises, wanders = np.array(signal.noises) ** 2, np.array(signal.wanders) ** 2
    noise = NOISE_SAFETY * (share.sum(axis=1) * noises[:, None]).sum(axis=0)
    wander = np.exp((share.sum(axis=0) * np.log(wanders)[:, None]).sum(axis=0))
    return noise, wander
