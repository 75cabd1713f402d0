"""Stores over many days, as files bring them: versions of days, a history, and what a trial says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from kpi.alerts.detection.histories import History, Versions
from kpi.alerts.detection.panel import Flags, Floats, Whole
from kpi.alerts.detection.signals import RATE_FALL, THRESHOLDS, Preset, Signal
from kpi.alerts.detection.trials import WARM_UP_DAYS, Trial, TrialRow, TrialState

MONDAY = date(2026, 1, 5)
"""Day 0 of every history."""


@dataclass(frozen=True)
class Shops:
    """Quiet stores: `exposure` visits a day, of which `rate` buy, with a relative day noise of `noise`."""

    days: int = 120
    series: int = 6
    exposure: float = 6000.0
    rate: float = 0.025
    noise: float = 0.04
    seed: int = 11
    signal: Signal = RATE_FALL
    groups: int = 1


@dataclass
class Days:
    """Counts of each (day, series); `seen_after` is the delay in days of the only version (large: it never comes)."""

    shops: Shops
    exposure: Floats
    events: Floats
    is_final: Flags
    seen_after: Whole
    is_promo: Flags
    later: list[tuple[int, int, int, float, float, bool]] = field(default_factory=list)
    """More versions: series, day, the position of the morning they come, exposure, events, whether final."""

    def missing(self, series: int, days: Sequence[int]) -> Days:
        """Let some days of a series never come."""
        self.seen_after[list(days), series] = 10_000
        return self

    def comes_again(self, morning: int, series: int, days: Sequence[int], by: float, *, is_final: bool = True) -> Days:
        """Let a file of some morning bring other events of some days."""
        for day in days:
            events = np.floor(self.events[day, series] * by)
            self.later.append((series, day, morning, self.exposure[day, series], events, is_final))
        return self

    def versions(self) -> Versions:
        """Return every version, in the order in which they came."""
        days, series = self.exposure.shape
        day, column = np.divmod(np.arange(days * series), series)
        first = (column, day, day + self.seen_after.ravel(), self.exposure.ravel(), self.events.ravel())
        parts = [*first, self.is_final.ravel()]
        if self.later:
            parts = [
                np.concatenate([part, more]) for part, more in zip(parts, zip(*self.later, strict=True), strict=True)
            ]
        order = np.argsort(parts[2], kind="stable")
        return Versions(*(part[order] for part in parts))

    def history(self) -> History:
        """Return the history that these versions fill."""
        group = np.arange(self.shops.series) % self.shops.groups
        return History(self.shops.signal, self.versions(), self.shops.days, self.is_promo, group)


def quiet(shops: Shops, factor: Floats | float = 1.0) -> Days:
    """Return final counts of quiet stores, seen on the next morning; `factor` multiplies the rate of (day, series)."""
    chance = np.random.default_rng(shops.seed)
    shape = (shops.days, shops.series)
    exposure = chance.poisson(shops.exposure * np.exp(chance.normal(0, 0.1, shape))).astype(float)
    rate = np.clip(shops.rate * np.exp(chance.normal(0, shops.noise, shape)) * factor, 0, 1)
    events = chance.binomial(exposure.astype(int), rate).astype(float)
    nothing = np.zeros(shape, np.bool_)
    return Days(shops, exposure, events, ~nothing, np.ones(shape, np.int64), nothing)


def changed(shops: Shops, series: int, first: int, by: float, days: int = 1000) -> Floats:
    """Return the factor of one series whose rate is multiplied by `by` from day `first` on."""
    factor = np.ones((shops.days, shops.series))
    factor[first : first + days, series] = by
    return factor


def said(days: Days, *, first: int = WARM_UP_DAYS, starts: Sequence[int] | None = None) -> list[TrialRow]:
    """Return what a trial of all mornings from `first` on says."""
    begins = np.array(starts if starts is not None else [0] * days.shops.series)
    trial = Trial(days.history(), MONDAY, begins, THRESHOLDS[Preset.NORMAL])
    return list(trial.run(first, days.shops.days - 1))


def of(rows: Sequence[TrialRow], state: TrialState, series: int | None = None) -> list[TrialRow]:
    """Return the rows of one state, of one series or all."""
    return [row for row in rows if row.state is state and series in {None, row.series}]


def on(day: int) -> date:
    """Return the date of a position."""
    return MONDAY + timedelta(days=day)


def longer(shops: Shops, days: int) -> Shops:
    """Return the same stores over more days."""
    return replace(shops, days=days)
