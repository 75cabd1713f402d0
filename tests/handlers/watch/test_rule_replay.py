"""What a rule would have said: over the stored past, as it was known, and what mornings really said."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from handlers.watch.alert_replay import Replayed
from handlers.watch.rule_replay import RulePlan, replay_rules, rule_pictures
from kpi.alert_rules import AlertRule, PaceRule, RedLineRule
from kpi.alerts.alert import Phase
from kpi.days import ONE_DAY, Period
from kpi.metrics.metric import Direction
from kpi.targets import Target
from tests.handlers.rule_world import FEW, STORE, RuleWorld, days, few_orders, morning_of, ruled
from tests.handlers.world import DAY

LONG_AFTER = timedelta(days=40)
"""History imported so late counts as known in time."""
PERIOD = Period(DAY, DAY + timedelta(days=9))


def _replayed(world: RuleWorld, plan: RulePlan) -> list[Replayed]:
    with world.books.view() as work:
        return list(replay_rules(work, plan, lambda *_: None))


def test_a_replay_says_what_the_mornings_said() -> None:
    """Day by day the same words, and the same days of beginning and end."""
    world = RuleWorld()
    world.tell_orders(100, 40, None, 40, 70, 100, 40, 100, 100, 100)
    rows = _replayed(world, RulePlan(few_orders(), PERIOD))
    said = world.reasons()
    assert [row.finding for row in rows] == [said[row.day].finding for row in rows]
    (alert,) = world.by_rule()
    assert [row.day for row in rows if row.is_opened] == [alert.episode.since]
    assert [row.day for row in rows if row.is_closed] == [alert.episode.last]
    assert [row.onset for row in rows if row.is_opened] == [alert.episode.onset]
    assert {row.rule for row in rows} == {FEW.rule}


def test_a_replay_stores_and_tells_nothing() -> None:
    """It is a look at the past."""
    world = RuleWorld(ruled(red_lines=False))
    world.clock.advance(LONG_AFTER)
    world.learn(days({"orders_paid": [40] * 30}))
    rows = _replayed(world, RulePlan(few_orders(), Period.ending(DAY, 10)))
    assert sum(row.is_opened for row in rows) == 1
    assert world.alerts() == ()
    assert world.deliveries() == ()


def test_a_day_that_came_later_is_not_known_on_its_morning() -> None:
    """As-of times are respected: the missing day of that morning stays missing."""
    world = RuleWorld()
    last = world.tell_orders(100, 40, None)
    world.restate(morning_of(last) + timedelta(days=2), {"orders_paid": 40}, last)
    rows = _replayed(world, RulePlan(few_orders(), Period(DAY, last)))
    assert not any(row.is_opened for row in rows)


def test_a_picture_shows_the_line_and_where_alerts_would_have_begun() -> None:
    """One for each store that would have been alerted."""
    world = RuleWorld()
    world.tell_orders(100, 40, 40, 100, 100, 40, 40, 100)
    plan = RulePlan(few_orders(), Period(DAY, DAY + timedelta(days=7)))
    rows = _replayed(world, plan)
    with world.books.view() as work:
        pictures = rule_pictures(work, plan, rows)
    (picture,) = pictures.values()
    assert picture.title == "Orders · alerts: 2"
    assert picture.trend.target == 60
    assert [mark.text for mark in picture.trend.marks][-2:] == ["40", "40"]
    assert picture.trend.values[-1] == 100
    quiet = [row for row in rows if not row.is_opened]
    with world.books.view() as work:
        assert rule_pictures(work, plan, quiet) == {}


def test_paces_and_red_lines_are_replayed_too() -> None:
    """A target judges the days of its own period; a red line its window before the first day."""
    month = Period.month_of(DAY)
    target = Target("t", "north", "orders", (STORE,), month, Direction.UP, Decimal(31_000))
    world = RuleWorld()
    world.clock.advance(LONG_AFTER)
    world.learn(days({"orders_paid": [100] * 120, "claims_opened": [3] * 120}))
    world.agree(few_orders(), target)
    paced = _replayed(world, RulePlan(ruled(AlertRule("pace", PaceRule()), red_lines=False), Period.ending(DAY, 60)))
    assert {row.day for row in paced} == set(Period(month.first, DAY).days())
    assert [row.day for row in paced if row.is_opened] == [month.first + 6 * ONE_DAY]
    red = ruled(AlertRule("red", RedLineRule("claims_rate"), (STORE,)), red_lines=False)
    lines = _replayed(world, RulePlan(red, Period.ending(DAY, 5)))
    assert [row.state for row in lines] == [Phase.FIRING] * 5
