"""The statistic: each window of the newest days against the level it started from.

For every window of 1 to 14 days: events O against the expected M. The variance of the difference is counting noise,
learnt day noise, the uncertainty of the level and its weekdays, the wander since, and doubt about flooded traffic. The
counting part is a tail probability (Wilson and Hilferty's cube root, exact enough from the first event on), widened by
the rest on the scale on which multiplicative noise is symmetric (inverse hyperbolic sine), because noise of a rate
multiplies: three times as much is no rarer than a third.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from kpi.alerts.detection.counted_days import CountedDays, days_before
from kpi.alerts.detection.expectation import TINY, Expectation
from kpi.alerts.detection.panel import DAYS, Flags, Floats, Whole
from kpi.alerts.detection.wander import MEMORY, Level

WINDOWS = (1, 2, 3, 5, 7, 10, 14)
LEAST_LEARNT_DAYS = 10
LEAST_EVENTS = 8.0
"""Learnt events before a window, each halved for every 35 days of age."""
HALF_LIFE_DAYS = 35
BASELINE_DAYS = 56
PROMOTION_HANDICAP = 0.5
"""Standard deviations taken off a window that holds a promotion."""


@dataclass(frozen=True, slots=True)
class WindowScores:
    """One window of all series: `z` in standard deviations towards the bad side (-inf where not `is_valid`).

    `noise_share` is how much of the variance is day noise.
    """

    z: Floats
    observed: Floats
    expected: Floats
    spread: Floats
    exposure: Floats
    noise_share: Floats
    is_valid: Flags

    def columns(self, which: Whole) -> WindowScores:
        """Return some of the series."""
        return WindowScores(*(getattr(self, one.name)[which] for one in fields(WindowScores)))


def joined(pieces: Sequence[WindowScores]) -> WindowScores:
    """Return the scores of all series from those of some."""
    return WindowScores(*(np.concatenate([getattr(one, name.name) for one in pieces]) for name in fields(WindowScores)))


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt of some series: relative variances, levels before each window, days and events known.

    `sign` is -1 where a fall is bad, else 1.
    """

    noise: Floats
    wander: Floats
    levels: dict[int, Level]
    days: Floats
    events: Floats
    is_promo: Flags
    sign: float
    is_multiplicative: bool


def knowledge(days: CountedDays) -> tuple[Floats, Floats]:
    """Return learnt days of the last 56, and age-weighted learnt events, up to each row: (DAYS, series)."""
    age = (DAYS - 1 - np.arange(DAYS))[:, None]
    weight = 2.0 ** (-age / HALF_LIFE_DAYS)
    counted = np.cumsum(days.is_learnt, axis=0, dtype=np.float64)
    recent = counted.copy()
    recent[BASELINE_DAYS:] -= counted[:-BASELINE_DAYS]
    return recent, np.cumsum(np.where(days.is_learnt, days.events, 0.0) * weight, axis=0)


def scores(days: CountedDays, expected: Expectation, judged: Floats, learnt: Learnt, window: int) -> WindowScores:
    """Return a window's scores; `judged` are the expected events per day before the level's drift."""
    rows = slice(DAYS - window, DAYS)
    before = days_before(window)
    base = judged[rows]
    fade = MEMORY ** np.arange(1, window + 1)[:, None]
    level = learnt.levels[before]
    daily = base * np.maximum(1 + level.constant + fade * level.wander, 0.1)
    total = daily.sum(axis=0)
    observed = days.events[rows].sum(axis=0)
    squares = daily * daily
    variance = (
        total * expected.spare
        + (squares * (learnt.noise + days.flood[rows])).sum(axis=0)
        + _level_variance(base, fade, level, learnt.wander)
        + (expected.weekday_variance[rows] * base * base).sum(axis=0)
    )
    z = learnt.sign * (
        _departure(observed, total, variance, expected.spare)
        if learnt.is_multiplicative
        else _plain_departure(observed, total, variance)
    )
    z -= PROMOTION_HANDICAP * learnt.is_promo[rows].any(axis=0)
    is_valid = (
        days.is_usable[-1]
        & (learnt.days[before] >= LEAST_LEARNT_DAYS)
        & (learnt.events[before] >= LEAST_EVENTS)
        & (total > 0)
    )
    return WindowScores(
        np.where(is_valid, z, -np.inf),
        observed,
        total,
        np.sqrt(variance),
        days.judged[rows].sum(axis=0),
        (squares * learnt.noise).sum(axis=0) / np.maximum(variance, TINY),
        is_valid,
    )


def _level_variance(base: Floats, fade: Floats, level: Level, wander: Floats) -> Floats:
    """Return the variance of a window's sum that comes from not knowing the level, and from its wander since."""
    whole, faded = base.sum(axis=0), (fade * base).sum(axis=0)
    carried = np.zeros_like(whole)
    together = np.zeros_like(whole)
    for day in base:
        together += day * (day + 2 * MEMORY * carried)
        carried = MEMORY * carried + day
    variance: Floats = (
        level.constant_variance * whole * whole
        + 2 * level.covariance * whole * faded
        + level.wander_variance * faded * faded
        + wander * np.maximum(together - faded * faded, 0.0)
    )
    return variance


def _departure(observed: Floats, expected: Floats, variance: Floats, spare: Floats) -> Floats:
    """Return how many standard deviations `observed` lies above (+) or below (-) `expected`."""
    safe = np.maximum(expected, TINY)
    counting = _tail_deviate(observed, safe) / np.sqrt(spare)
    relative = np.sqrt(np.maximum((variance - safe * spare) / (safe * safe), 1e-6))
    seen, usual = np.sqrt((observed + 0.375) / spare), np.sqrt((safe + 0.375) / spare)
    apart = seen - usual
    alone = np.abs(apart) < 1e-6  # noqa: PLR2004 - the limit of the quotient below, where it is 0 / 0
    quotient = (np.arcsinh(relative * seen) - np.arcsinh(relative * usual)) / (relative * np.where(alone, 1.0, apart))
    departure: Floats = counting * np.where(alone, 1 / np.sqrt(1 + relative * relative * safe / spare), quotient)
    return departure


def _plain_departure(observed: Floats, expected: Floats, variance: Floats) -> Floats:
    """Return the same for noise that adds: the tail of the counts, divided by how much wider than counting it is."""
    safe = np.maximum(expected, TINY)
    departure: Floats = _tail_deviate(observed, safe) * np.sqrt(safe / np.maximum(variance, safe))
    return departure


def _tail_deviate(observed: Floats, expected: Floats) -> Floats:
    """Return the normal deviate of a Poisson count's tail probability (Wilson and Hilferty 1931), 0 inside."""
    below = observed + 1
    above = np.maximum(observed, 1.0)
    low = -(np.cbrt(expected / below) - 1 + 1 / (9 * below)) * 3 * np.sqrt(below)
    high = (1 - 1 / (9 * above) - np.cbrt(expected / above)) * 3 * np.sqrt(above)
    deviate: Floats = np.where(observed < expected, np.minimum(low, 0.0), np.maximum(high, 0.0))
    return deviate
