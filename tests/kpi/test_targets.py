"""Targets are measurable or refused; pace follows the weekdays."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kpi.days import Period
from kpi.errors import NotMeasurableError
from kpi.metrics.metric import Direction
from kpi.targets import FLAT_WEEK, Target, require_measurable, share_due, standing, weekday_weights

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
WEEK = dict(zip(range(7), map(Decimal, ("1.1", "1.1", "1.1", "1.0", "1.0", "0.9", "0.8")), strict=True))


def target(
    metric: str = "gmv",
    value: str = "1000",
    direction: Direction = Direction.UP,
    currency: str | None = "BRL",
) -> Target:
    """Return a target of November 2026."""
    return Target("t1", "lumina", metric, (), NOVEMBER, direction, Decimal(value), currency)


def test_pace_follows_the_weekdays_of_the_month() -> None:
    """Through the 22nd, 21.8 of November's 29.9 weekday weights are due: 72.91 %, not 73.33 %."""
    due = share_due(NOVEMBER, date(2026, 11, 22), WEEK)
    assert round(due * 100, 2) == Decimal("72.91")
    assert round(share_due(NOVEMBER, date(2026, 11, 22), FLAT_WEEK) * 100, 2) == Decimal("73.33")


def test_an_amount_is_judged_by_its_pace() -> None:
    """Seven hundred of a thousand by the 22nd is behind, seven hundred thirty is not."""
    behind = standing(target(), Decimal(700), date(2026, 11, 22), WEEK)
    ahead = standing(target(), Decimal(730), date(2026, 11, 22), WEEK)
    assert not behind.is_met
    assert ahead.is_met
    assert ahead.attainment == Decimal("0.73")


def test_a_ratio_is_judged_by_itself() -> None:
    """A conversion target has no pace."""
    result = standing(
        target("conversion_rate", "0.026", currency=None), Decimal("0.0181"), date(2026, 11, 22), FLAT_WEEK
    )
    assert result.pace is None
    assert not result.is_met


def test_a_limit_is_met_from_below() -> None:
    """At most means at most."""
    acos = target("acos", "0.127", Direction.DOWN, None)
    assert standing(acos, Decimal("0.127"), date(2026, 11, 22), FLAT_WEEK).is_met
    assert not standing(acos, Decimal("0.128"), date(2026, 11, 22), FLAT_WEEK).is_met


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (target("happiness"), "no metric"),
        (target(value="-1"), "zero or more"),
        (target(value="NaN"), "zero or more"),
        (target("conversion_rate", "2.6", currency=None), "between 0 and 1"),
        (target(currency=None), "needs its currency"),
        (target(direction=Direction.NEUTRAL), "at least or at most"),
    ],
)
def test_a_target_that_cannot_be_measured_is_refused_with_the_reason(bad: Target, reason: str) -> None:
    """Vague targets never get in."""
    with pytest.raises(NotMeasurableError, match=reason):
        require_measurable(bad)


def test_weekday_weights_are_learnt_from_the_days() -> None:
    """A week of weights adds up to seven, and a weekday with double sales weighs double."""
    first = date(2026, 9, 7)
    sums = {first + timedelta(days=index): 200 if index % 7 == 0 else 100 for index in range(56)}
    weights = weekday_weights(sums)
    assert sum(weights.values()) == pytest.approx(Decimal(7))
    assert weights[0] == 2 * weights[1]


def test_without_every_weekday_the_week_is_flat() -> None:
    """Six weekdays teach nothing about the seventh."""
    assert weekday_weights({date(2026, 9, 7): 5}) is FLAT_WEEK
