"""What was agreed: a target is measurable or it is refused; its pace follows the weekdays of the month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpi.days import Period
from kpi.errors import NotMeasurableError
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Direction, Kind, Metric, Unit
from kpi.phrases import phrase

WEEKDAYS = 7


@dataclass(frozen=True, slots=True)
class Target:
    """A value agreed for a metric, some stores and a period.

    `value` is in the metric's unit (shares 0-1; money in whole units of `currency`). `stores` empty means every store
    of the engagement. `direction` UP means at least, DOWN at most.
    """

    id: str
    engagement: str
    metric: str
    stores: tuple[str, ...]
    period: Period
    direction: Direction
    value: Decimal
    currency: str | None = None
    source: str = ""
    owner: str = ""


def require_measurable(target: Target) -> None:
    """Raise NotMeasurableError with the reason when no number could confirm or refute the target."""
    metric = METRICS.get(target.metric)
    if metric is None:
        raise NotMeasurableError(
            phrase("Target “%(target)s” is not measurable: no metric of the catalogue is called “%(metric)s”."),
            target=target.id,
            metric=target.metric,
        )
    if target.direction not in {Direction.UP, Direction.DOWN}:
        raise NotMeasurableError(
            phrase("Target “%(target)s” is not measurable: say whether it is at least or at most."), target=target.id
        )
    _require_number(target, metric)


def _require_number(target: Target, metric: Metric) -> None:
    if not target.value.is_finite() or target.value < 0:
        raise NotMeasurableError(
            phrase("Target “%(target)s” is not measurable: its value must be a number of zero or more."),
            target=target.id,
        )
    if metric.unit is Unit.SHARE and target.value > 1:
        raise NotMeasurableError(
            phrase("Target “%(target)s” is not measurable: a share is between 0 and 1 (write 0.026 for 2.6 %%)."),
            target=target.id,
        )
    if metric.unit is Unit.MONEY and target.currency is None:
        raise NotMeasurableError(
            phrase("Target “%(target)s” is not measurable: an amount of money needs its currency."), target=target.id
        )


FLAT_WEEK: Mapping[int, Decimal] = dict.fromkeys(range(WEEKDAYS), Decimal(1))
"""Every weekday weighs the same; used until eight weeks of history tell better."""


def weekday_weights(sums: Mapping[date, int]) -> Mapping[int, Decimal]:
    """Return the weight of each weekday (Monday 0) learnt from daily sums; FLAT_WEEK when a weekday was never seen.

    The weight is the weekday's mean relative to the mean of the seven weekday means, so a week weighs 7 in all.
    """
    by_weekday: dict[int, list[int]] = {}
    for day, value in sums.items():
        by_weekday.setdefault(day.weekday(), []).append(value)
    means = {weekday: Decimal(sum(values)) / len(values) for weekday, values in by_weekday.items()}
    total = sum(means.values(), Decimal(0))
    if len(means) < WEEKDAYS or total <= 0:
        return FLAT_WEEK
    return {weekday: mean * WEEKDAYS / total for weekday, mean in means.items()}


def share_due(period: Period, until: date, weights: Mapping[int, Decimal]) -> Decimal:
    """Return which share (0-1) of an additive target is due by the end of day `until`."""
    whole = sum((weights[day.weekday()] for day in period.days()), Decimal(0))
    due = sum((weights[day.weekday()] for day in period.days() if day <= until), Decimal(0))
    return due / whole if whole else Decimal(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a target stands: `attainment` is actual ÷ target, `pace` actual ÷ what was due by now (None for ratios).

    `pace` of 1 is on time. `is_met` compares in the target's direction: pace for additive metrics, the value itself
    for ratios.
    """

    target: Target
    actual: Decimal
    attainment: Decimal | None
    due: Decimal | None
    pace: Decimal | None
    is_met: bool


def standing(target: Target, actual: Decimal, until: date, weights: Mapping[int, Decimal]) -> Standing:
    """Return how `target` stands at the end of day `until`."""
    metric = METRICS[target.metric]
    attainment = actual / target.value if target.value else None
    if metric.kind is not Kind.ADDITIVE:
        is_met = actual >= target.value if target.direction is Direction.UP else actual <= target.value
        return Standing(target, actual, attainment, None, None, is_met)
    due = target.value * share_due(target.period, until, weights)
    pace = actual / due if due else None
    is_met = actual >= due if target.direction is Direction.UP else actual <= due
    return Standing(target, actual, attainment, due, pace, is_met)
