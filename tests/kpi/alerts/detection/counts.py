"""Daily counts with known rates, for panels: visits and orders, or orders and complaints."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kpi.alerts.detection.panel import DAYS, Floats, Panel
from kpi.alerts.detection.signals import RATE_FALL, Signal

LAST = DAYS - 1


@dataclass(frozen=True)
class Counts:
    """How counts are drawn: `factor` multiplies the rate of each (day, series)."""

    series: int = 12
    exposure: float = 8000.0
    rate: float = 0.025
    noise: float = 0.04
    seed: int = 7
    signal: Signal = RATE_FALL
    groups: int = 1


def panel(counts: Counts | None = None, factor: Floats | float = 1.0) -> Panel:
    """Return a panel of quiet counts, changed by `factor`."""
    of = counts or Counts()
    chance = np.random.default_rng(of.seed)
    shape = (DAYS, of.series)
    exposure = chance.poisson(of.exposure * np.exp(chance.normal(0, 0.08, shape))).astype(float)
    rate = np.clip(of.rate * np.exp(chance.normal(0, of.noise, shape)) * factor, 0, 1)
    events = chance.binomial(exposure.astype(int), rate).astype(float)
    nothing, everything = np.zeros(shape, np.bool_), np.ones(shape, np.bool_)
    return Panel(
        of.signal,
        exposure,
        events,
        everything.copy(),
        everything.copy(),
        nothing.copy(),
        nothing.copy(),
        np.arange(DAYS) % 7,
        np.arange(of.series) % of.groups,
    )


def changed(days: int, series: int, by: float, many: int = 12) -> Floats:
    """Return the factor of one series whose rate is multiplied by `by` on its last `days` days."""
    factor = np.ones((DAYS, many))
    factor[DAYS - days :, series] = by
    return factor


def without(of: Panel, *days: int, series: int = 0) -> Panel:
    """Return a panel in which some days (rows) of a series were never seen."""
    seen, exposure, events = of.is_seen.copy(), of.exposure.copy(), of.events.copy()
    for day in days:
        seen[day, series], exposure[day, series], events[day, series] = False, 0.0, 0.0
    return replace(of, is_seen=seen, exposure=exposure, events=events)
