"""What a metric is: a named figure made from measures, every ratio as numerator over denominator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kpi.markets import Marketplace


class Unit(StrEnum):
    """How a metric's value reads."""

    MONEY = "money"
    COUNT = "count"
    SHARE = "share"
    HOURS = "hours"
    MINUTES = "minutes"
    STARS = "stars"
    MULTIPLE = "multiple"
    DAYS = "days"
    LEVEL = "level"


class Kind(StrEnum):
    """How a metric's value comes about."""

    ADDITIVE = "additive"
    RATIO = "ratio"
    REPORTED = "reported"


class Direction(StrEnum):
    """Which way is good."""

    UP = "up"
    DOWN = "down"
    NEUTRAL = "neutral"
    BAND = "band"


class Visibility(StrEnum):
    """Who may see a metric. INTERNAL ones (margins) never appear in a seller room."""

    EVERYONE = "everyone"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Term:
    """One signed measure of a sum, divided by another measure of the same store and day when `per` is given."""

    measure: str
    sign: int = 1
    per: str | None = None


Formula = tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """The smallest sample: below `at_least` of `measure` a reading says so and judges nothing."""

    measure: str
    at_least: int


@dataclass(frozen=True, slots=True)
class Metric:
    """One entry of the catalogue.

    `id` is the stable name in files and questions, `name` the English msgid. `scale` divides numerator ÷ denominator
    (3600 for seconds shown as hours). `finality_days` counts the days after which a marketplace no longer changes a
    value. `window_days` is the window a single value is read over when nobody asked for another; a day with the sample
    `daily_from` is large enough to stand alone. A count is judged only where `expects_at_least` are
    usual. `is_bounded` marks shares that can never exceed 1 unless two counters disagree.
    """

    id: str
    name: str
    unit: Unit
    kind: Kind
    numerator: Formula
    denominator: Formula = ()
    scale: int = 1
    good: Direction = Direction.NEUTRAL
    attribution: str = ""
    samples: tuple[Sample, ...] = ()
    window_days: int = 1
    finality_days: Mapping[str, int] = field(default_factory=dict)
    marketplaces: tuple[Marketplace, ...] = ()
    per_marketplace: bool = False
    visibility: Visibility = Visibility.EVERYONE
    band: tuple[int, int] | None = None
    daily_from: Sample | None = None
    expects_at_least: int = 0
    is_bounded: bool = False
    note: str = ""

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure the value is made from, in formula order and without repeats."""
        named = [name for term in self.numerator + self.denominator for name in (term.measure, term.per) if name]
        return tuple(dict.fromkeys(named))

    @property
    def sample_measures(self) -> tuple[str, ...]:
        """Measures only the smallest sample needs."""
        return tuple(sample.measure for sample in self.samples if sample.measure not in self.measures)

    def final_after(self, marketplace: Marketplace) -> int:
        """Return after how many days `marketplace` leaves a value alone (0: at the close of the day)."""
        return self.finality_days.get(marketplace, self.finality_days.get("default", 0))
