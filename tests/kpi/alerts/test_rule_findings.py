"""How far beyond its line a finding is: by this the worst of one morning is told first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kpi.alert_rules import LimitRule, PaceDays, PaceRule, RedLineRule, Side, pace_reading
from kpi.alerts.red_lines import DayCount, red_line
from kpi.alerts.rule_findings import LimitFinding, PaceFinding, RedLineFinding, RuleFinding, excess
from kpi.days import Period
from kpi.limits import Limit
from kpi.metrics.metric import Direction
from kpi.rule_states import UNTOUCHED
from kpi.targets import FLAT_WEEK, Target

LAST = date(2026, 11, 20)
CLAIMS = Limit("claims_rate", (Decimal("0.02"),), ("green",), 60, LAST, "a page")
TRACKING = replace(CLAIMS, metric="valid_tracking_rate", lines=(Decimal("0.95"),), at_least=True)


def limit(value: str | None, line: str, side: Side) -> RuleFinding:
    """Return a value against a limit."""
    terms = LimitRule("margin_rate", side, Decimal(line), Decimal(line))
    return LimitFinding(terms, UNTOUCHED, None if value is None else Decimal(value))


def pace(share: str | None) -> RuleFinding:
    """Return a share of what was due."""
    target = Target("t", "e", "orders", (), Period.month_of(LAST), Direction.UP, Decimal(3000), source="annex")
    reading = pace_reading(PaceRule(), target, PaceDays({LAST: Decimal(80)}, LAST, FLAT_WEEK))
    return PaceFinding(PaceRule(), UNTOUCHED, replace(reading, share=None if share is None else Decimal(share)))


def line(limits: Limit, numerator: int, denominator: int = 1000) -> RuleFinding:
    """Return a share against a red line."""
    found = red_line(limits, {LAST: DayCount(numerator, denominator)}, LAST)
    return RedLineFinding(RedLineRule(limits.metric), UNTOUCHED, found)


@pytest.mark.parametrize(
    ("found", "times"),
    [
        (limit("120", "100", Side.ABOVE), 1.2),
        (limit("80", "100", Side.BELOW), 1.25),
        (limit("0", "100", Side.BELOW), float("inf")),
        (limit(None, "100", Side.BELOW), 0.0),
        (pace("0.8"), 1.25),
        (pace(None), 0.0),
        (line(CLAIMS, 20), 1.0),
        (line(CLAIMS, 60), 3.0),
        (line(TRACKING, 475), 2.0),
        (line(CLAIMS, 0, 0), 0.0),
    ],
)
def test_a_finding_is_so_many_times_its_line(found: RuleFinding, times: float) -> None:
    """On either side; what has no value is not beyond anything."""
    assert excess(found) == pytest.approx(times)
