"""What a day should bring: level, weekday, and what moved everybody of the same marketplace and country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kpi.alerts.detection.counted_days import CountedDays
from kpi.alerts.detection.panel import DAYS, DAYS_IN_WEEK, Flags, Floats, Panel, Whole
from kpi.alerts.detection.signals import Signal

TINY = 1e-9
LEARNT_ROWS = slice(0, DAYS - DAYS_IN_WEEK)
"""Level and weekdays are learnt from all but the newest week."""
SHARED_ROWS = slice(8, DAYS - DAYS_IN_WEEK)
"""The 56 days in which the size of shared ups and downs is learnt."""
LEAST_SERIES = 4
"""Below this many series a group says nothing in common."""
CLIPPED_AT = 2.5
MOST_SHARED = 2.0
"""A shared movement beyond this many of its own usual sizes is no ordinary day: it is left for the alert to see."""
MAD_TO_SIGMA = 1.4826
LEAST_SPREAD, MOST_SPREAD = 0.03, 0.4
MOST_DIFFERENT = 1.0
BORROWED_WEIGHT = 20.0


@dataclass(frozen=True, slots=True)
class Expectation:
    """Expected events before any slow drift of the level; `learnt` at full exposure, `judged` at the judged one.

    `rate` is the usual share of events, `spare` = 1 - rate (floored) scales a count's variance, `weekday_variance` is
    the relative variance of each row's weekday factor. Shapes: (DAYS, series) and (series,).
    """

    rate: Floats
    spare: Floats
    learnt: Floats
    judged: Floats
    weekday_variance: Floats


@dataclass(frozen=True, slots=True)
class Weekdays:
    """How each weekday of each series differs from the series' own mean, and how precisely: (7, series)."""

    rate: Floats
    difference: Floats
    precision: Floats


def weekdays(signal: Signal, days: CountedDays, weekday: Whole) -> Weekdays:
    """Return the plain differences of the weekdays, before anything is borrowed from other series."""
    exposure = np.where(days.is_learnt, days.exposure, 0.0)
    events = np.where(days.is_learnt, days.events, 0.0)
    rate = events[LEARNT_ROWS].sum(axis=0) / np.maximum(exposure[LEARNT_ROWS].sum(axis=0), TINY)
    deviation, weight = _deviations(events, rate * exposure, _spare(rate), days.is_learnt, signal.typical_noise)
    rows = weekday[LEARNT_ROWS]
    weight, weighted = weight[LEARNT_ROWS], (weight * deviation)[LEARNT_ROWS]
    middle = weighted.sum(axis=0) / np.maximum(weight.sum(axis=0), TINY)
    precision = np.stack([weight[rows == day].sum(axis=0) for day in range(DAYS_IN_WEEK)])
    total = np.stack([weighted[rows == day].sum(axis=0) for day in range(DAYS_IN_WEEK)])
    return Weekdays(rate, total / np.maximum(precision, TINY) - middle, precision)


def weekday_spread(signal: Signal, seen: Sequence[Weekdays]) -> float:
    """Return how much weekdays differ among all series of a morning (a relative standard deviation).

    The mean of squared differences less their own sampling variance, each weighted by how well it is known, beside
    the signal's usual spread as if a few series had shown it.
    """
    usual = signal.weekday_spread**2
    squares, weights = usual * BORROWED_WEIGHT, BORROWED_WEIGHT
    for one in seen:
        variance = 1 / np.maximum(one.precision, TINY)
        weight = np.where(one.precision > 1, (usual / (usual + variance)) ** 2, 0.0)
        squares += float((weight * (np.minimum(one.difference, MOST_DIFFERENT) ** 2 - variance)).sum())
        weights += float(weight.sum())
    return float(np.sqrt(np.clip(squares / weights, LEAST_SPREAD**2, MOST_SPREAD**2)))


def _spare(rate: Floats) -> Floats:
    spare: Floats = np.clip(1 - rate, 0.05, 1.0)
    return spare


def expectation(days: CountedDays, weekday: Whole, seen: Weekdays, spread: float) -> Expectation:
    """Return what each day should bring, weekdays shrunk towards no difference as far as data is short."""
    known = seen.precision + 1 / spread**2
    factor = np.maximum(1 + seen.difference * seen.precision / known, 0.1)[weekday]
    learnt = np.where(days.is_learnt, days.exposure, 0.0)
    return Expectation(
        seen.rate, _spare(seen.rate), seen.rate * learnt * factor, seen.rate * days.judged * factor, 1 / known[weekday]
    )


def _deviations(events: Floats, expected: Floats, spare: Floats, counts: Flags, noise: float) -> tuple[Floats, Floats]:
    """Return relative deviations and their inverse variances (both 0 on days that do not count)."""
    safe = np.maximum(expected, TINY)
    counts = counts & (expected > 0)
    deviation = np.where(counts, events / safe - 1, 0.0)
    return deviation, np.where(counts, 1 / (spare / safe + noise**2), 0.0)


@dataclass(slots=True)
class SharedSums:
    """Sums over each group and day from which a shared movement is read; arrays are (DAYS, groups)."""

    weight: Floats
    weighted: Floats
    series: Whole

    @classmethod
    def empty(cls, groups: int) -> SharedSums:
        """Return sums of nothing."""
        return cls(np.zeros((DAYS, groups)), np.zeros((DAYS, groups)), np.zeros(groups, np.int64))

    def add(self, group: Whole, weight: Floats, deviation: Floats) -> None:
        """Add series to their groups."""
        for number in np.unique(group):
            own = group == number
            self.weight[:, number] += weight[:, own].sum(axis=1)
            self.weighted[:, number] += (weight[:, own] * deviation[:, own]).sum(axis=1)
            self.series[number] += int(own.sum())


def shared_parts(signal: Signal, days: CountedDays, expected: Expectation) -> tuple[Floats, Floats]:
    """Return each series' clipped deviation and weight, the parts of its group's movement."""
    deviation, weight = _deviations(days.events, expected.judged, expected.spare, days.is_usable, signal.typical_noise)
    widest = CLIPPED_AT / np.sqrt(np.maximum(weight, TINY))
    return np.clip(deviation, -widest, widest), weight


def shared_movement(sums: SharedSums, group: Whole, deviation: Floats, weight: Floats) -> Floats:
    """Return the relative movement each series shares with the *others* of its group, per day: (DAYS, series).

    It is shrunk by how well the others show it and limited to twice the size such movements usually have, so that a
    holiday is explained away and an outage is not.
    """
    total = np.maximum(sums.weight, TINY)
    mean = sums.weighted / total
    middle = np.median(mean[SHARED_ROWS], axis=0)
    spread = MAD_TO_SIGMA * np.median(np.abs(mean[SHARED_ROWS] - middle), axis=0)
    size = np.maximum(spread**2 - np.median(1 / total[SHARED_ROWS], axis=0), 0.0)
    size[sums.series < LEAST_SERIES] = 0.0
    others_weight = np.maximum(sums.weight[:, group] - weight, TINY)
    others = (sums.weighted[:, group] - weight * deviation) / others_weight - middle[group]
    own_size = size[group]
    shrunk = others * own_size / (own_size + 1 / others_weight + 1e-12)
    widest = MOST_SHARED * np.sqrt(own_size)
    moved: Floats = np.clip(shrunk, -widest, widest)
    return moved


def panel_groups(panel: Panel) -> int:
    """Return how many groups the panel's series are numbered into."""
    return int(panel.group.max()) + 1 if panel.series else 0
