"""Red lines nobody had to set, and the pace of a target: told with what an account manager counts with."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from kpi.alert_rules import AlertRule, PaceRule
from kpi.alerts.records import Silence
from kpi.days import ONE_DAY, Period
from kpi.metrics.metric import Direction
from kpi.targets import Target
from tests.handlers.rule_world import CLAIMS, STORE, RuleWorld, days, morning_of, ruled
from tests.handlers.world import DAY, south


def _claims(*claims: int, orders: int = 100) -> dict[str, list[int]]:
    return {"claims_opened": list(claims), "orders_paid": [orders] * len(claims)}


def test_a_red_line_is_watched_without_a_rule_and_worsens_once() -> None:
    """Near: how many more and in how many days, S2; crossed: S1, told again as the same alert; then no more."""
    world = RuleWorld(ruled(), south())
    world.learn(days(_claims(*[1] * 46, *[4] * 14)))
    world.watch(morning_of(DAY))
    (alert,) = world.by_rule(CLAIMS)
    assert alert.severity == "S2"
    told = world.told()["north-ops"][0]
    assert told.headline == "North ML: Claims rate 1.70%: close to the official limit of 2.00%"
    assert "102 of 6,000 in 60 days" in told.text
    assert "Claims: 19 more cross 2.00% (then: yellow); at the present rate in 7 days." in told.text
    assert "Mercado Libre lowers the store's reputation" in told.text
    for number in range(1, 15):
        world.tell_day(DAY + number * ONE_DAY, {"claims_opened": 6, "orders_paid": 100})
    (alert,) = world.by_rule(CLAIMS)
    assert alert.severity == "S1"
    claims = [line for line in world.headlines() if "official limit" in line]
    assert len(claims) == 2
    assert "beyond the official limit of 2.00%" in claims[1]


def test_a_line_that_is_crossed_while_nobody_is_told_is_told_when_the_mute_is_over() -> None:
    """Once, on the first morning after it: a mute is silence, not consent."""
    world = RuleWorld(ruled(), south())
    world.learn(days(_claims(*[1] * 46, *[4] * 14)))
    world.clock.set(morning_of(DAY))
    world.watch(morning_of(DAY))
    (alert,) = world.by_rule(CLAIMS)
    world.ask(f"/alert mute {alert.id} 7")
    told: dict[int, int] = {}
    for number in range(1, 15):
        world.tell_day(DAY + number * ONE_DAY, {"claims_opened": 9, "orders_paid": 100})
        told[number] = sum("beyond the official limit" in line for line in world.headlines())
    crossed = [day for day, one in world.reasons(CLAIMS).items() if day > DAY and one.remark is not None]
    assert min(crossed) < DAY + 6 * ONE_DAY
    assert told == {number: int(number >= 7) for number in range(1, 15)}
    assert world.by_rule(CLAIMS)[0].severity == "S1"


def test_a_red_line_with_half_its_window_unknown_is_not_judged() -> None:
    """The share of nine days is not the marketplace's share of sixty."""
    world = RuleWorld(ruled(), south())
    world.learn(days(_claims(*[9] * 29)))
    world.watch(morning_of(DAY))
    assert world.by_rule(CLAIMS) == ()
    assert world.reasons(CLAIMS)[DAY].finding.silence is Silence.LEARNING
    world.learn(days(_claims(9), DAY - timedelta(days=29)))
    world.watch(morning_of(DAY) + timedelta(minutes=5))
    assert len(world.by_rule(CLAIMS)) == 1


def test_red_lines_can_be_switched_off() -> None:
    """For one seller, wholly."""
    world = RuleWorld(ruled(red_lines=False), south())
    world.learn(days(_claims(*[9] * 60)))
    world.watch(morning_of(DAY))
    assert world.by_rule(CLAIMS) == ()
    assert world.reasons(CLAIMS) == {}


def _paced() -> RuleWorld:
    world = RuleWorld(ruled(AlertRule("pace", PaceRule()), red_lines=False), south())
    world.learn(days({"orders_paid": [100] * 60}, DAY.replace(day=1) - ONE_DAY))
    target = Target("t", "north", "orders", (STORE,), Period.month_of(DAY), Direction.UP, Decimal(3100), source="annex")
    world.agree(ruled(AlertRule("pace", PaceRule()), red_lines=False), target)
    return world


def test_a_target_behind_its_pace_is_told_with_what_each_day_must_bring() -> None:
    """100 a day were due and 80 came; a missing day is nobody's fault; at the month's end the alert ends."""
    world = _paced()
    first = DAY.replace(day=1)
    world.tell_orders(80, 80, 80, 80, 80, 80, first=first)
    assert world.headlines() == []
    world.tell_orders(None, 80, first=first + 6 * ONE_DAY)
    assert world.headlines() == ["North ML: Orders: 80% of what was due by now"]
    text = world.told()["north-ops"][0].text
    assert "560 of 700 due by" in text
    assert "Each of the 23 days left must bring" in text
    assert "7 of 8 days are known; nothing is due for the others." in text
    world.tell_orders(*[80] * 23, first=first + 8 * ONE_DAY)
    assert len(world.headlines()) == 1
    world.tell_orders(80, first=first.replace(month=9))
    assert "its period is over" in world.headlines()[-1]
