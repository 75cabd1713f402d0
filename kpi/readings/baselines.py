"""What is normal: median and robust band of comparable past periods."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from kpi.days import Period
from kpi.readings.reading import Baseline

WANTED_PERIODS = 8
"""Comparable periods a baseline is made of."""
LEAST_PERIODS = 4
"""Below this many there is no baseline yet."""
LOOK_BACK_DAYS = 400
"""How far back comparable periods are looked for."""
MAD_TO_SIGMA = Decimal("1.4826")
"""Makes the median absolute deviation estimate a normal distribution's standard deviation."""
BAND_SIGMAS = Decimal(2)
"""Half width of the band: about one ordinary day in twenty lies outside."""
DAYS_IN_WEEK = 7


def comparable_periods(period: Period, is_ordinary: Callable[[date], bool]) -> tuple[Period, ...]:
    """Return up to eight earlier periods of the same length and weekdays that no event or holiday touched.

    Longer periods step back by whole weeks so that they neither overlap nor change their weekdays. A period longer
    than two weeks always meets some event: there, the periods with the fewest unusual days would still be all of them,
    so none is left out.
    """
    step = _step(period.length)
    candidates = (period.shifted(-step * count) for count in range(1, _candidates(period.length) + 1))
    if period.length > 2 * DAYS_IN_WEEK:
        return tuple(_first(candidates, WANTED_PERIODS))
    return tuple(_first((one for one in candidates if all(map(is_ordinary, one.days()))), WANTED_PERIODS))


def _step(length: int) -> int:
    return math.ceil(length / DAYS_IN_WEEK) * DAYS_IN_WEEK


def _candidates(length: int) -> int:
    """How many earlier periods are looked at: twice those wanted where unusual ones are left out."""
    wanted = WANTED_PERIODS * (1 if length > 2 * DAYS_IN_WEEK else 2)
    return min(wanted, LOOK_BACK_DAYS // _step(length))


def span_looked_back(length: int) -> int:
    """Return how many days before a period of `length` days its comparable periods reach."""
    return _step(length) * _candidates(length)


def _first(periods: Iterator[Period], wanted: int) -> Iterator[Period]:
    for _, period in zip(range(wanted), periods, strict=False):
        yield period


@dataclass(frozen=True, slots=True)
class Sampled:
    """The value of one comparable period and the sampling noise (standard deviation) its counts alone explain."""

    last_day: date
    value: Decimal
    noise: Decimal


def baseline_of(samples: Sequence[Sampled]) -> Baseline | None:
    """Return the baseline of comparable values, or None when they are fewer than four.

    The band is median ± 2 sigma, where sigma is the larger of the robust spread (1.4826 x the median absolute
    deviation) and the median sampling noise: eight values that happen to agree do not make a store noiseless.
    """
    if len(samples) < LEAST_PERIODS:
        return None
    centre = median(sample.value for sample in samples)
    spread = median(abs(sample.value - centre) for sample in samples) * MAD_TO_SIGMA
    sigma = max(spread, median(sample.noise for sample in samples))
    low = max(Decimal(0), centre - BAND_SIGMAS * sigma)
    return Baseline(
        median=centre,
        low=low,
        high=centre + BAND_SIGMAS * sigma,
        periods=len(samples),
        days=tuple(sample.last_day for sample in samples),
    )
