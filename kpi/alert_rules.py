"""Alert rules that people set: a constant limit with hysteresis, a share of a target's pace, a marketplace's red line.

A day that is missing or not final changes nothing: it neither raises an alert nor ends one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from typing import Literal

from kpi.facts import FactStatus
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Direction, Kind
from kpi.rule_states import UNTOUCHED, Patience, Place, PlacedDay, RuleState, lived
from kpi.targets import Target, share_due

JUDGED_STATUSES = frozenset({FactStatus.FINAL, FactStatus.RESTATED})
"""Of which days a rule makes up its mind."""


class Side(StrEnum):
    """On which side of its limit a value is bad."""

    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class LimitRule:
    """A constant limit, in the metric's unit (shares 0-1, money in whole units of the store's currency).

    It fires when the value lies beyond `limit` (not on it) on `for_days` judged days in a row, and clears when it is
    back at `clear_at` or better on `clear_days` judged days in a row. Between the two it stays as it is. The value of a
    day is read over the `over_days` that end on it (None: the metric's own window).
    """

    metric: str
    side: Side
    limit: Decimal
    clear_at: Decimal
    for_days: int = 2
    clear_days: int = 3
    over_days: int | None = None
    kind: Literal["limit"] = "limit"

    def __post_init__(self) -> None:
        """Refuse a rule that would flap or could never fire."""
        if self.is_beyond(self.clear_at):
            raise ValueError(f"a rule cannot clear at {self.clear_at}, beyond its limit {self.limit}")
        if min(self.for_days, self.clear_days) < 1:
            raise ValueError("a rule needs at least one day to fire and one to clear")

    def __str__(self) -> str:
        sign, back = (">", "≤") if self.side is Side.ABOVE else ("<", "≥")
        over = f" over {self.over_days} days" if self.over_days else ""
        return (
            f"{self.metric}{over} {sign} {self.limit} for {self.for_days} days, "
            f"clears {back} {self.clear_at} for {self.clear_days} days"
        )

    @property
    def patience(self) -> Patience:
        """How many days it takes to fire and to clear."""
        return Patience(self.for_days, self.clear_days, max if self.side is Side.ABOVE else min)

    def place_of(self, value: Decimal) -> Place:
        """Return where a value lies."""
        if self.is_beyond(value):
            return Place.BEYOND
        return Place.BACK if self.is_back(value) else Place.BETWEEN

    def is_beyond(self, value: Decimal) -> bool:
        """Tell whether a value is on the bad side of the limit."""
        return value > self.limit if self.side is Side.ABOVE else value < self.limit

    def is_back(self, value: Decimal) -> bool:
        """Tell whether a value is good enough to clear."""
        return value <= self.clear_at if self.side is Side.ABOVE else value >= self.clear_at


@dataclass(frozen=True, slots=True)
class DayValue:
    """A metric's value on a day (None: missing), and how much it can be trusted."""

    day: date
    value: Decimal | None
    status: FactStatus = FactStatus.FINAL

    @property
    def is_judged(self) -> bool:
        """Whether the day counts for a rule."""
        return self.value is not None and self.status in JUDGED_STATUSES


def after_day(rule: LimitRule, state: RuleState, today: DayValue) -> RuleState:
    """Return the state after one more day; a day that was seen already changes nothing."""
    place = rule.place_of(today.value) if today.value is not None and today.is_judged else None
    return lived(state, PlacedDay(today.day, today.value, place), rule.patience)


def after_days(rule: LimitRule, days: Iterable[DayValue], state: RuleState = UNTOUCHED) -> RuleState:
    """Return the state after several days in order."""
    return reduce(lambda one, today: after_day(rule, one, today), days, state)


@dataclass(frozen=True, slots=True)
class PaceRule:
    """Fires when less than `least_share` (0-1) of what was due is there, from `least_days` known days on.

    Once it fired it holds until `clear_share` of what is due is there. The shares are judgement, not measured. `metric`
    says of which targets ("": of all).
    """

    least_share: Decimal = Decimal("0.9")
    clear_share: Decimal = Decimal("0.95")
    least_days: int = 7
    metric: str = ""
    kind: Literal["pace"] = "pace"

    def __post_init__(self) -> None:
        """Refuse a rule that would flap."""
        if self.clear_share < self.least_share:
            raise ValueError(f"a pace cannot clear at {self.clear_share}, below {self.least_share} where it fires")

    def __str__(self) -> str:
        return (
            f"{self.metric or 'every target'} below {self.least_share} of what is due from {self.least_days} days on, "
            f"clears at {self.clear_share}"
        )

    def place_of(self, actual: Decimal, due: Decimal) -> Place:
        """Return where an amount lies against what was due."""
        if actual < self.least_share * due:
            return Place.BEYOND
        return Place.BACK if actual >= self.clear_share * due else Place.BETWEEN


class PaceVerdict(StrEnum):
    """What a pace rule says; every word but BEHIND and ON_PACE is a reason for saying nothing."""

    BEHIND = "behind"
    ON_PACE = "on_pace"
    TOO_EARLY = "too_early"
    """Fewer known days than the rule wants."""
    NOTHING_DUE = "nothing_due"
    """The target is zero, or the known days weigh nothing."""
    NOT_PACED = "not_paced"
    """A ratio, or an amount that is to stay small: it does not add up towards its target."""


@dataclass(frozen=True, slots=True)
class PaceReading:
    """How an amount stands against its target by the end of day `until`, in the metric's unit.

    `due` is what the weekdays of the known days should have brought, `share` actual ÷ due (None: nothing due).
    `known_days` of the period's `passed_days` had data. `to_go` is what is still missing from the target, and
    `needed_a_day` what each of the `left_days` must bring (None: no day is left); `so_far_a_day` is what a known day
    brought (None: no known day).
    """

    target: Target
    until: date
    verdict: PaceVerdict
    actual: Decimal
    due: Decimal
    share: Decimal | None
    passed_days: int
    known_days: int
    left_days: int
    to_go: Decimal
    needed_a_day: Decimal | None
    so_far_a_day: Decimal | None

    @property
    def is_behind(self) -> bool:
        """Whether the rule fires."""
        return self.verdict is PaceVerdict.BEHIND


@dataclass(frozen=True, slots=True)
class PaceDays:
    """The known days of a target's metric up to `until`, in the metric's unit, and what each weekday weighs."""

    values: Mapping[date, Decimal]
    until: date
    weights: Mapping[int, Decimal]


def pace_reading(rule: PaceRule, target: Target, days: PaceDays, *, was_behind: bool = False) -> PaceReading:
    """Return how `target` stands; `was_behind` says that the rule fired on it before and did not clear since.

    A missing day brings nothing and nothing is due for it: it makes nobody late.
    """
    passed = [day for day in target.period.days() if day <= days.until]
    known = [day for day in passed if day in days.values]
    actual = sum((days.values[day] for day in known), Decimal(0))
    due = _due(target, days, passed, known)
    left = target.period.length - len(passed)
    to_go = max(target.value - actual, Decimal(0))
    return PaceReading(
        target,
        days.until,
        _verdict(rule, target, len(known), actual, due, was_behind=was_behind),
        actual,
        due,
        actual / due if due > 0 else None,
        len(passed),
        len(known),
        left,
        to_go,
        to_go / left if left else None,
        actual / len(known) if known else None,
    )


def _due(target: Target, days: PaceDays, passed: Sequence[date], known: Sequence[date]) -> Decimal:
    """Return what is due by now, less what was due on missing days."""
    whole = _weight(passed, days.weights)
    if not whole:
        return Decimal(0)
    return target.value * share_due(target.period, days.until, days.weights) * _weight(known, days.weights) / whole


def _weight(days: Iterable[date], weights: Mapping[int, Decimal]) -> Decimal:
    return sum((weights[day.weekday()] for day in days), Decimal(0))


def _verdict(
    rule: PaceRule, target: Target, known_days: int, actual: Decimal, due: Decimal, *, was_behind: bool
) -> PaceVerdict:
    if METRICS[target.metric].kind is not Kind.ADDITIVE or target.direction is not Direction.UP:
        return PaceVerdict.NOT_PACED
    if known_days < rule.least_days:
        return PaceVerdict.TOO_EARLY
    if due <= 0:
        return PaceVerdict.NOTHING_DUE
    least = rule.clear_share if was_behind else rule.least_share
    return PaceVerdict.BEHIND if actual < least * due else PaceVerdict.ON_PACE


@dataclass(frozen=True, slots=True)
class RedLineRule:
    """A marketplace's official limit of `metric`; `keep_level` is the level to keep ("": the last harmless one).

    Confirmed limits are watched without any rule; one with `is_on` false switches its metric off.
    """

    metric: str
    keep_level: str = ""
    is_on: bool = True
    kind: Literal["red_line"] = "red_line"

    def __str__(self) -> str:
        level = f", keeping {self.keep_level}" if self.keep_level else ""
        return f"official limit of {self.metric}{level}" if self.is_on else f"official limit of {self.metric} off"


Terms = LimitRule | PaceRule | RedLineRule


@dataclass(frozen=True, slots=True)
class AlertRule:
    """A rule as people set it; `stores` empty means every store of the engagement (of a pace: every target)."""

    id: str
    terms: Terms
    stores: tuple[str, ...] = ()

    def applies_to(self, store: str) -> bool:
        """Tell whether a store is meant."""
        return not self.stores or store in self.stores
