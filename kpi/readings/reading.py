"""A reading: a metric's value beside what is normal, what was before and what was agreed, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from kpi.days import Period
from kpi.facts import FactStatus
from kpi.targets import Standing
from kpi.tones import Tone


class Shortfall(StrEnum):
    """Why a reading has no value, or a value that must not be judged."""

    NO_DATA = "no_data"
    ZERO_DENOMINATOR = "zero_denominator"
    SMALL_SAMPLE = "small_sample"
    IMPOSSIBLE = "impossible"
    """A share above 1 whose numerator and denominator come from one window: two counters disagree."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which stores a reading covers. `currency` is None for what is not money; `marketplace` "" when mixed."""

    stores: tuple[str, ...]
    marketplace: str = ""
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class SampleGap:
    """The smallest sample that was missed: `got` of `needed` of a measure."""

    measure: str
    got: int
    needed: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A value beside an earlier one.

    `change` is relative (0.04 = 4 % more) for amounts and counts, and a difference in the metric's unit for shares,
    stars, times and multiples; None when the earlier value is zero.
    """

    reference: Decimal
    change: Decimal | None
    is_relative: bool


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is normal: median and robust band of comparable past periods (`low` … `high`), and how many they were."""

    median: Decimal
    low: Decimal
    high: Decimal
    periods: int
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A metric read over a period.

    `value` is in the metric's unit (money in whole units of `scope.currency`). `numerator` and `denominator` are in
    the unit of their measures. `tone` judges the value against baseline and target in the metric's good direction;
    `is_unusual` says it lies outside the baseline's band. Coverage counts store-days.
    """

    metric: str
    scope: Scope
    period: Period
    value: Decimal | None
    numerator: int | None
    denominator: Decimal | None
    status: FactStatus
    days_present: int
    days_expected: int
    tone: Tone = Tone.UNKNOWN
    is_unusual: bool = False
    shortfall: Shortfall | None = None
    gap: SampleGap | None = None
    baseline: Baseline | None = None
    against_usual: Comparison | None = None
    against_previous: Comparison | None = None
    previous_period: Period | None = None
    standing: Standing | None = None
    sources: tuple[str, ...] = ()
    known_at: datetime | None = None

    @property
    def is_judged(self) -> bool:
        """Whether the value may be called good or bad."""
        return self.value is not None and self.shortfall is None
