"""One day under a rule: what counts, over which days, and what is no day at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from kpi.alert_rules import LimitRule, PaceRule, PaceVerdict, RedLineRule, Side, Terms
from kpi.alerts.records import Finding, SeriesKey, Silence
from kpi.alerts.rule_days import counted_days, first_needed, judge_days
from kpi.alerts.rule_findings import LimitFinding, PaceFinding, RedLineFinding
from kpi.alerts.ruled_series import Ruled
from kpi.days import ONE_DAY, Period
from kpi.facts import FactStatus
from kpi.limits import Limit
from kpi.markets import Market, Marketplace
from kpi.metrics.metric import Direction
from kpi.targets import Target
from tests.kpi.rule_sums import LAST, sums
from tests.twins.book_samples import a_store

STORE = a_store("s", Marketplace.MERCADO_LIBRE, Market.BR)
CLAIMS = Limit("claims_rate", (Decimal("0.02"),), ("green",), 20, LAST, "a page")


def ruled(metric: str, terms: Terms, limit: Limit | None = None, target: Target | None = None) -> Ruled:
    """Return a store's metric under a rule."""
    return Ruled(SeriesKey("e", "s", metric, "r"), terms, (STORE,), limit, target)


def judged(
    one: Ruled, days: Sequence[Sequence[int] | None], length: int = 1, status: FactStatus = FactStatus.FINAL
) -> tuple[Finding, ...]:
    """Return what a rule says of the newest `length` days."""
    return judge_days(one, counted_days(one.metric, sums(*days, status=status)), Period.ending(LAST, length))


def limit(metric: str, line: str, side: Side = Side.ABOVE, over_days: int | None = None) -> Ruled:
    """Return a limit that fires on its first day."""
    return ruled(metric, LimitRule(metric, side, Decimal(line), Decimal(line), 1, 1, over_days))


def value_of(finding: Finding) -> Decimal | None:
    """Return the value a limit rule judged."""
    assert isinstance(finding.by_rule, LimitFinding)
    return finding.by_rule.value


def test_a_ratio_is_read_over_the_metrics_own_window() -> None:
    """Sixty days of claims: 60 of 6,000, not the last day's 3 of 100."""
    one = limit("claims_rate", "0.02")
    (finding,) = judged(one, [(1, 100)] * 57 + [(1, 100)] * 2 + [(3, 100)])
    assert finding.silence is Silence.USUAL
    assert value_of(finding) == Decimal(62) / 6000
    assert first_needed(one, LAST) == LAST - timedelta(days=59)


def test_a_rule_may_name_its_own_window() -> None:
    """The last two days alone: 6 of 200."""
    (finding,) = judged(limit("claims_rate", "0.02", over_days=2), [(1, 100)] * 58 + [(3, 100)] * 2)
    assert finding.silence is Silence.FIRES
    assert value_of(finding) == Decimal("0.03")


def test_a_gap_in_a_sum_is_no_small_sum_and_in_a_ratio_it_is_no_matter() -> None:
    """Three of seven days of orders are not a bad week."""
    orders = limit("orders", "500", Side.BELOW, over_days=7)
    assert judged(orders, [(100,)] * 3 + [None] + [(100,)] * 3)[0].silence is Silence.NOT_SEEN
    assert judged(orders, [(100,)] * 7)[0].silence is Silence.USUAL
    assert judged(orders, [(10,)] * 7)[0].silence is Silence.FIRES
    claims = limit("claims_rate", "0.02", over_days=7)
    assert judged(claims, [(9, 100)] * 3 + [None] + [(9, 100)] * 3)[0].silence is Silence.FIRES


@pytest.mark.parametrize(
    ("metric", "days", "status", "silence"),
    [
        ("orders", [(1,), None], FactStatus.FINAL, Silence.NOT_SEEN),
        ("orders", [(1,)], FactStatus.PRELIMINARY, Silence.NOT_FINAL),
        ("orders", [(1,)], FactStatus.PARTIAL, Silence.NOT_FINAL),
        ("orders", [(1,)], FactStatus.RESTATED, Silence.USUAL),
        ("claims_rate", [(9, 99)], FactStatus.FINAL, Silence.FEW_EVENTS),
        ("claims_rate", [(9, 100)], FactStatus.FINAL, Silence.FIRES),
        ("claims_rate", [(0, 0)], FactStatus.FINAL, Silence.NO_EXPOSURE),
        ("stockout_rate", [(9, 8)], FactStatus.FINAL, Silence.IMPOSSIBLE),
    ],
)
def test_every_silence_of_a_limit_has_its_reason(
    metric: str, days: Sequence[Sequence[int] | None], status: FactStatus, silence: Silence
) -> None:
    """Missing, unsettled, too small, without anything to count against, contradictory; or judged."""
    (finding,) = judged(limit(metric, "0.02" if metric != "orders" else "5"), days, status=status)
    assert finding.silence is silence
    assert isinstance(finding.by_rule, LimitFinding)
    assert finding.by_rule.state.last == LAST


def test_a_small_amount_is_no_small_sample() -> None:
    """GMV of a day with five orders is what the rule was set for."""
    (finding,) = judged(limit("gmv", "1000", Side.BELOW), [(500_000, 5)])
    assert finding.silence is Silence.FIRES
    assert value_of(finding) == Decimal(50)


def _target(value: int, first: date) -> Target:
    return Target("t", "e", "orders", ("s",), Period(first, LAST), Direction.UP, Decimal(value))


def test_a_pace_counts_the_known_days_of_its_target_only() -> None:
    """Ten days, two missing: 80 % of the eight days' share, and nobody is late for the other two."""
    first = LAST - timedelta(days=9)
    history, target = [(100,)] * 56, _target(1000, first)
    days: list[Sequence[int] | None] = [*history, (80,), None, (80,), (80,), None, *[(80,)] * 5]
    one = ruled("orders", PaceRule(), target=target)
    (finding,) = judged(one, days)
    assert isinstance(finding.by_rule, PaceFinding)
    reading = finding.by_rule.reading
    assert (reading.known_days, reading.passed_days, reading.share) == (8, 10, Decimal("0.8"))
    assert finding.silence is Silence.FIRES
    assert first_needed(one, LAST) <= first - timedelta(days=56)


def test_a_pace_that_fired_holds_over_a_missing_day() -> None:
    """Behind stays behind until a known day says otherwise."""
    first = LAST - timedelta(days=9)
    days: list[Sequence[int] | None] = [*[(100,)] * 56, *[(80,)] * 8, None, (400,)]
    findings = judged(ruled("orders", PaceRule(), target=_target(1000, first)), days, 3)
    assert [finding.silence for finding in findings] == [Silence.FIRES, Silence.NOT_SEEN, Silence.USUAL]
    assert [finding.by_rule.state.is_firing for finding in findings if finding.by_rule] == [True, True, False]


def test_a_pace_says_why_it_says_nothing_in_the_first_days() -> None:
    """Six known days are too few."""
    first = LAST - timedelta(days=5)
    (finding,) = judged(ruled("orders", PaceRule(), target=_target(1000, first)), [(1,)] * 62)
    assert finding.silence is Silence.LEARNING
    assert isinstance(finding.by_rule, PaceFinding)
    assert finding.by_rule.reading.verdict is PaceVerdict.TOO_EARLY


def red(days: Sequence[Sequence[int] | None], length: int = 1) -> tuple[Finding, ...]:
    """Return what the red line of claims says."""
    return judged(ruled("claims_rate", RedLineRule("claims_rate"), CLAIMS), days, length)


def test_a_crossed_red_line_fires_at_once_and_a_near_one_on_its_second_day() -> None:
    """Crossing is a fact; a forecast must hold."""
    assert red([(2, 100)] * 19 + [(3, 100)])[0].silence is Silence.FIRES
    near = red([(1, 100)] * 40 + [(3, 100)] * 8, 8)
    states = [one.by_rule.state for one in near if one.by_rule]
    first_near = next(place for place, state in enumerate(states) if state.beyond_days)
    assert not states[first_near].is_firing
    assert states[first_near + 1].is_firing
    assert isinstance(near[-1].by_rule, RedLineFinding)
    assert not near[-1].by_rule.line.is_breached


@pytest.mark.parametrize(("known", "silence"), [(9, Silence.LEARNING), (10, Silence.FIRES)])
def test_a_red_line_needs_half_of_its_window(known: int, silence: Silence) -> None:
    """Nine of twenty days are not the marketplace's share."""
    assert red([(9, 100)] * known)[0].silence is silence


def test_ten_orders_say_nothing_about_a_red_line() -> None:
    """Mercado Libre gives no level to so small a store."""
    assert red([(1, 1)] * 10)[0].silence is Silence.FEW_EVENTS
    assert red([(1, 1)] * 11)[0].silence is Silence.FIRES


def test_a_red_line_clears_after_three_far_days_and_a_missing_one_is_none() -> None:
    """Far means: not crossed within four weeks at the present rate."""
    days: list[Sequence[int] | None] = [*[(9, 100)] * 20, *[(0, 100)] * 25]
    findings = red(days, 25)
    states = [one.by_rule.state for one in findings if one.by_rule]
    cleared = next(place for place, state in enumerate(states) if not state.is_firing)
    assert states[cleared - 1].back_days == 2
    days[-25 + cleared] = None
    after_gap = [one.by_rule.state for one in red(days, 25) if one.by_rule]
    assert after_gap[cleared].is_firing


def test_judging_goes_on_from_a_state() -> None:
    """Two halves of a fortnight are one fortnight."""
    one = ruled("orders", LimitRule("orders", Side.BELOW, Decimal(5), Decimal(8), 2, 2))
    days = counted_days(one.metric, sums(*[(value,) for value in (9, 4, 4, 6, 9, 6, 9, 9, 4, 4)]))
    period = Period.ending(LAST, 10)
    whole = judge_days(one, days, period)
    first = judge_days(one, days, Period(period.first, period.first + 4 * ONE_DAY))
    assert first[-1].by_rule is not None
    rest = judge_days(one, days, Period(period.first + 5 * ONE_DAY, LAST), first[-1].by_rule.state)
    assert (*first, *rest) == whole
