"""What traffic a day would have had of itself: a flood of visits that never meant to buy is no measure of orders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpi.alerts.detection.panel import DAYS, DAYS_IN_WEEK, Flags, Floats, Panel

MEMORY = 0.5
"""Daily correlation of traffic beside its weekday's usual: a slow day is followed by a rather slow one."""
FLOOD_CHANCE = 0.06
"""How often a day is flooded, before its traffic was seen."""
LEAST_FLOOD, MOST_FLOOD = np.log(1.3), np.log(4.0)
"""How much a flood multiplies traffic (logarithms; any between is as likely)."""
TYPICAL_SPREAD, BORROWED_DAYS = 0.2, 10.0
LEAST_SPREAD, MOST_SPREAD = 0.08, 0.5
MOST_DEVIATION = 0.7
NOTICED = 0.1
"""Traffic less than this above what was foreseen (a logarithm) is no flood."""


@dataclass(frozen=True, slots=True)
class Natural:
    """Traffic without floods: the expected share of what is usual, and its relative variance: (DAYS, series)."""

    share: Floats
    variance: Floats


def usual_traffic(panel: Panel) -> Floats:
    """Return the lower median of each weekday's last ten final exposures (infinite where there is none)."""
    is_counted = panel.is_seen & panel.is_final & (panel.exposure > 0)
    seen = np.where(is_counted, panel.exposure, np.inf)
    usual = np.full_like(seen, np.inf)
    weekday = panel.weekday
    for day in range(DAYS_IN_WEEK):
        rows = np.flatnonzero(weekday[1:] == day) + 1
        ordered = np.sort(seen[rows], axis=0)
        count = np.isfinite(ordered).sum(axis=0)
        middle = np.maximum((count - 1) // 2, 0)
        usual[rows] = np.take_along_axis(ordered, middle[None], axis=0)
    return usual


def natural_traffic(exposure: Floats, usual: Floats, is_learnt: Flags) -> Natural:
    """Return what each day's traffic was of itself, from the day before and from how much traffic swings.

    A mixture: either the day swung as days do, or a flood came upon an ordinary day.
    """
    known = (exposure > 0) & np.isfinite(usual)
    ratio = np.log(np.where(known, exposure / np.where(known, usual, 1.0), 1.0))
    spread = _innovation_spread(ratio, is_learnt & known)
    natural, variance = ratio.copy(), np.zeros_like(ratio)
    before = np.zeros(exposure.shape[1])
    for row in range(DAYS):
        foreseen = MEMORY * before
        above = np.flatnonzero(known[row] & (ratio[row] - foreseen > NOTICED))
        mean, doubt = _without_flood(ratio[row, above] - foreseen[above], spread[above])
        natural[row, above] = foreseen[above] + mean
        variance[row, above] = doubt
        before = np.where(known[row], natural[row], foreseen)
    return Natural(np.exp(natural), variance)


def _innovation_spread(ratio: Floats, counts: Flags) -> Floats:
    squares = (counts * np.clip(ratio, -MOST_DEVIATION, MOST_DEVIATION) ** 2).sum(axis=0)
    squares += BORROWED_DAYS * TYPICAL_SPREAD**2
    spread = np.sqrt(squares / (counts.sum(axis=0) + BORROWED_DAYS) * (1 - MEMORY**2))
    narrowed: Floats = np.clip(spread, LEAST_SPREAD, MOST_SPREAD)
    return narrowed


def _without_flood(above: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Return mean and variance of the ordinary part of traffic that lies `above` what was foreseen."""
    above = np.minimum(above, MOST_FLOOD)
    far, near = (above - MOST_FLOOD) / spread, (above - LEAST_FLOOD) / spread
    within = np.maximum(_share_below(near) - _share_below(far), 1e-12)
    far_density, near_density = _density(far), _density(near)
    flooded = FLOOD_CHANCE * within / (MOST_FLOOD - LEAST_FLOOD)
    chance = flooded / (flooded + (1 - FLOOD_CHANCE) * _density(above / spread) / spread)
    lean = (far_density - near_density) / within
    mean = spread * lean
    narrow = spread**2 * np.maximum(1 + (far * far_density - near * near_density) / within - lean**2, 0.0)
    mixed = (1 - chance) * above + chance * mean
    doubt = chance * narrow + chance * (1 - chance) * (above - mean) ** 2
    return mixed, doubt


def _density(at: Floats) -> Floats:
    density: Floats = np.exp(-at * at / 2) / np.sqrt(2 * np.pi)
    return density


def _share_below(at: Floats) -> Floats:
    """Return the normal distribution's share below a deviate (Page 1977, right to four digits)."""
    share: Floats = 1 / (1 + np.exp(-1.5976 * at - 0.07056 * at**3))
    return share
