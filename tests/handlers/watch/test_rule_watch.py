"""Rules people set: told once when they fire, once when they clear, never because of a day that did not come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.digests.composition import compose_digest
from handlers.digests.message import digest_message
from handlers.watch import rule_watch
from kpi.alert_rules import AlertRule, LimitRule, Side
from kpi.alerts.alert import Phase
from kpi.alerts.records import ExpectedDays, Finding, Mute, Silence
from kpi.alerts.rule_days import CountedDays, judge_days
from kpi.alerts.ruled_series import Ruled
from kpi.days import ONE_DAY, Period
from kpi.facts import FactStatus, FactVersions
from kpi.languages import Language
from kpi.pictures import TrendPicture
from kpi.rule_states import RuleState
from kpi.tones import Tone
from tests.handlers.rule_world import FEW_ORDERS, STORE, RuleWorld, days, few_orders, morning_of, ruled
from tests.handlers.world import DAY
from tests.twins.book_of_facts import MemoryFacts

INSIDE, BEYOND, BETWEEN = 100, 40, 70
NO_COSTS = ("gmv_cancelled", "platform_fees", "seller_shipping_cost", "taxes")


def test_a_limit_fires_on_its_second_day_and_tells_each_room_once() -> None:
    """One day below is weather; the second is told, since the first, with where it clears."""
    world = RuleWorld()
    world.tell_orders(INSIDE, BEYOND)
    assert world.by_rule() == ()
    world.tell_orders(BEYOND, first=DAY + 2 * ONE_DAY)
    (alert,) = world.by_rule()
    assert (alert.episode.onset, alert.episode.since) == (DAY + ONE_DAY, DAY + 2 * ONE_DAY)
    assert alert.severity == "S3"
    assert world.headlines() == ["North ML: Orders 40: below 60"]
    assert world.headlines("north-seller") == world.headlines()
    text = world.told()["north-ops"][0].text
    assert "worst so far 40" in text
    assert "It clears at 80 or better on 2 final days in a row." in text


def test_it_clears_after_its_days_and_the_rooms_are_told() -> None:
    """Between the limit and the clearing value nothing moves."""
    world = RuleWorld()
    world.tell_orders(BEYOND, BEYOND, BETWEEN, INSIDE, BETWEEN, INSIDE)
    assert world.by_rule()[0].episode.is_open
    world.tell_orders(INSIDE, first=DAY + 6 * ONE_DAY)
    (alert,) = world.by_rule()
    assert alert.episode.phase is Phase.RESOLVED
    assert world.headlines() == ["North ML: Orders 40: below 60", "North ML: Orders is back inside its limit"]
    picture = world.card().picture
    assert isinstance(picture, TrendPicture)
    assert (picture.title, picture.tone) == ("Orders is back inside its limit", Tone.GOOD)


def test_an_alert_that_is_open_over_better_days_tells_of_its_worst_one() -> None:
    """Nobody reads that 70 is below 60."""
    world = RuleWorld()
    world.tell_orders(BEYOND, 30, BETWEEN, INSIDE)
    (alert,) = world.by_rule()
    assert world.ask(f"/alert why {alert.id}").headline == "North ML: Orders 30: below 60"


def test_a_sweep_that_runs_again_tells_and_stores_nothing_more() -> None:
    """Every few minutes the same morning is looked at."""
    world = RuleWorld()
    last = world.tell_orders(BEYOND, BEYOND)
    before = (world.by_rule(), world.reasons())
    for minutes in (10, 90, 300):
        world.watch(morning_of(last) + timedelta(minutes=minutes))
    assert (world.by_rule(), world.reasons()) == before
    assert len(world.headlines()) == 1


def test_a_missing_day_changes_nothing_and_says_so() -> None:
    """Neither the second day beyond nor the second day back."""
    world = RuleWorld()
    world.tell_orders(BEYOND, None, None)
    assert world.by_rule() == ()
    assert world.reasons()[DAY + ONE_DAY].finding.silence is Silence.NOT_SEEN
    world.tell_orders(BEYOND, INSIDE, None, None, first=DAY + 3 * ONE_DAY)
    assert world.by_rule()[0].episode.is_open
    world.tell_orders(INSIDE, first=DAY + 7 * ONE_DAY)
    assert not world.by_rule()[0].episode.is_open


def test_a_day_that_is_not_final_is_no_day_yet() -> None:
    """It is shown in answers, and raises nothing."""
    world = RuleWorld()
    for number in range(3):
        world.tell_day(DAY + number * ONE_DAY, {"orders_paid": BEYOND}, FactStatus.PRELIMINARY)
    assert world.by_rule() == ()
    assert world.reasons()[DAY].finding.silence is Silence.NOT_FINAL


def test_restated_days_take_an_alert_back_and_say_so() -> None:
    """What would not have fired with what is known now was no alert."""
    world = RuleWorld()
    last = world.tell_orders(INSIDE, BEYOND, BEYOND)
    world.send(morning_of(last) + timedelta(days=2))
    world.restate(morning_of(last) + timedelta(hours=3), {"orders_paid": INSIDE}, last)
    (alert,) = world.by_rule()
    assert alert.episode.phase is Phase.RETRACTED
    assert world.headlines()[-1] == "North ML: Orders: the data was restated, the alert no longer holds"
    assert len(world.headlines()) == 2


def test_a_late_day_counts_at_its_place() -> None:
    """The day that completes the two comes a day later than its neighbours."""
    world = RuleWorld()
    last = world.tell_orders(BEYOND, None, BETWEEN)
    assert world.by_rule() == ()
    world.restate(morning_of(last) + timedelta(hours=3), {"orders_paid": BEYOND}, last - ONE_DAY)
    (alert,) = world.by_rule()
    assert (alert.episode.onset, alert.episode.since) == (DAY, DAY + ONE_DAY)
    assert alert.episode.is_open


def test_a_stretch_that_is_over_when_it_is_found_is_kept_and_not_told() -> None:
    """It is no news any more; the reason is recorded."""
    world = RuleWorld()
    world.learn(days({"orders_paid": [INSIDE, BEYOND, BEYOND, INSIDE, INSIDE, INSIDE]}))
    world.watch(morning_of(DAY))
    (alert,) = world.by_rule()
    assert alert.episode.phase is Phase.RESOLVED
    assert world.headlines() == []
    assert any("before anybody looked" in one.remark.msgid for one in world.reasons().values() if one.remark)


def test_a_rule_switched_on_while_it_is_crossed_is_told_at_once() -> None:
    """It is true today, since whenever."""
    world = RuleWorld()
    world.learn(days({"orders_paid": [BEYOND] * 30}))
    world.watch(morning_of(DAY))
    (alert,) = world.by_rule()
    assert alert.episode.is_open
    assert len(world.headlines()) == 1


def test_after_weeks_without_a_watch_the_alert_goes_on_where_it_stood() -> None:
    """A bot that was off does not forget, and does not tell twice."""
    world = RuleWorld()
    last = world.tell_orders(BEYOND, BEYOND)
    later = last + timedelta(days=40)
    world.clock.set(morning_of(later) - timedelta(hours=2))
    world.learn(days({"orders_paid": [BETWEEN] * 39}, later))
    world.watch(morning_of(later))
    (alert,) = world.by_rule()
    assert alert.episode.is_open
    assert len(world.headlines()) == 1


def test_expected_days_silence_a_rule_with_their_reason() -> None:
    """Somebody said so beforehand: the state moves on, nobody is told."""
    world = RuleWorld()
    with world.books.work() as work:
        work.alerts.expect(
            ExpectedDays("north", STORE, DAY, DAY + ONE_DAY, "stocktaking", "north-ana", morning_of(DAY))
        )
    world.tell_orders(BEYOND, BEYOND)
    assert world.by_rule()[0].episode.is_open
    assert world.headlines() == []
    remark = world.reasons()[DAY + ONE_DAY].remark
    assert remark is not None
    assert dict(remark.params)["name"] == "stocktaking"


def test_an_expected_alert_silences_what_begins_on_its_days() -> None:
    """Said by button; the days are kept for the scan, too."""
    world = RuleWorld()
    last = world.tell_orders(BEYOND, BEYOND)
    (alert,) = world.by_rule()
    world.ask(f"/alert expected {alert.id} stocktaking")
    with world.books.view() as work:
        (days_expected,) = work.alerts.expected("north", DAY)
    assert (days_expected.store, days_expected.first, days_expected.last) == (STORE, DAY, last)


def test_a_mute_silences_a_rule_with_its_reason() -> None:
    """The state moves on; nobody is told."""
    world = RuleWorld()
    with world.books.work() as work:
        until = morning_of(DAY) + timedelta(days=9)
        work.alerts.mute(Mute("m", "north", STORE, "orders", until, "north-ana", "relaunch", morning_of(DAY) - ONE_DAY))
    world.tell_orders(BEYOND, BEYOND)
    assert world.by_rule()[0].episode.is_open
    assert world.headlines() == []
    remark = world.reasons()[DAY + ONE_DAY].remark
    assert remark is not None
    assert dict(remark.params)["reason"] == "relaunch"


def test_people_do_with_it_what_they_do_with_any_alert() -> None:
    """List, acknowledge, why, expected; and its own row among the reasons of silence."""
    world = RuleWorld()
    world.tell_orders(BEYOND, BEYOND)
    (alert,) = world.by_rule()
    world.scan(morning_of(DAY + ONE_DAY) + timedelta(minutes=5))
    listed = world.ask("/alert")
    assert listed.table is not None
    assert any("Orders · limit" in row for row in listed.table.rows)
    assert "takes alert" in world.ask(f"/alert ack {alert.id}").headline
    why = world.ask(f"/alert why {alert.id}")
    assert why.headline == "North ML: Orders 40: below 60"
    assert why.table is not None
    assert why.table.rows[0][1:] == ("40", "≥ 60", "—", "limit: alert")
    assert why.table.rows[1][-1] == "limit: beyond the line, day 1 of 2; no alert yet"
    reasons = world.ask("/kpi why-no-alert orders")
    assert reasons.table is not None
    assert any(row[-1].startswith("limit:") for row in reasons.table.rows)
    assert any(not row[-1].startswith("limit:") for row in reasons.table.rows)


def test_a_changed_limit_ends_what_it_would_not_have_raised() -> None:
    """The rooms learn that the rule is another one now."""
    world = RuleWorld()
    last = world.tell_orders(BEYOND, BEYOND)
    loose = replace(FEW_ORDERS, limit=Decimal(30), clear_at=Decimal(30))
    world.agree(ruled(AlertRule("few-orders", loose, (STORE,)), red_lines=False))
    world.watch(morning_of(last) + timedelta(hours=2))
    assert world.by_rule()[0].episode.phase is Phase.WITHDRAWN
    assert "the rule was changed or is off" in world.headlines()[-1]


def test_a_rule_that_left_ends_its_alert_and_may_come_back() -> None:
    """Off, on again while still crossed: told again, never a crash on the same day."""
    world = RuleWorld()
    last = world.tell_orders(BEYOND, BEYOND)
    world.agree(ruled(red_lines=False))
    world.watch(morning_of(last) + timedelta(hours=2))
    assert world.by_rule()[0].episode.phase is Phase.WITHDRAWN
    world.agree(few_orders())
    world.tell_orders(BEYOND, BEYOND, first=last + ONE_DAY)
    assert [one.episode.is_open for one in world.by_rule()].count(True) == 1


def test_margins_are_told_to_operations_only() -> None:
    """A seller room never learns of them: not told, not listed, not explained."""
    world = RuleWorld(
        ruled(LimitRule("gross_margin", Side.BELOW, Decimal("0.1"), Decimal("0.1"), 1, 1), red_lines=False)
    )
    world.tell_day(
        DAY,
        {"gmv_gross": 1000, "cogs": 950, **dict.fromkeys(NO_COSTS, 0)},
    )
    assert len(world.headlines("north-ops")) == 1
    assert world.headlines("north-seller") == []
    (alert,) = world.alerts()
    seller = world.ask("/alert", "north-seller", "wei")
    assert "Open alerts: 0" in seller.headline
    assert "There is no alert" in world.ask(f"/alert why {alert.id}", "north-seller", "wei").headline
    assert "Say which watched metric" in world.ask("/kpi why-no-alert gross_margin", "north-seller", "wei").headline


def test_a_digest_names_what_a_rule_has_open() -> None:
    """In words, not as a change: the scan's lines have one."""
    world = RuleWorld()
    last = world.tell_orders(BEYOND, BEYOND)
    with world.books.view() as work:
        digest = compose_digest(work, few_orders(), last, morning_of(last))
    reply = digest_message(digest, few_orders(), few_orders().rooms[0])
    assert any("Open alerts: North ML Orders beyond its limit" in note for note in reply.notes)


def test_an_expected_alert_is_over_and_opens_no_second_one_until_the_rule_clears() -> None:
    """The value is still beyond the limit; everybody knows."""
    world = RuleWorld()
    last = world.tell_orders(BEYOND, BEYOND)
    (alert,) = world.by_rule()
    world.ask(f"/alert expected {alert.id} stocktaking")
    assert world.by_rule()[0].episode.phase is Phase.EXPECTED
    world.tell_orders(*[BEYOND] * 20, first=last + ONE_DAY)
    assert len(world.by_rule()) == 1
    world.tell_orders(INSIDE, INSIDE, BEYOND, BEYOND, first=last + 21 * ONE_DAY)
    assert [one.episode.is_open for one in world.by_rule()] == [False, True]


def test_stores_are_asked_for_together_and_days_that_did_not_change_are_not_judged_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One question a metric, however many stores; one day a morning, two weeks of them only at the first."""
    world = RuleWorld(replace(few_orders(), alert_rules=(AlertRule("few-orders", FEW_ORDERS),)))
    asked: list[tuple[str, ...]] = []
    judged: list[int] = []
    versions = MemoryFacts.versions

    def asking(
        facts: MemoryFacts,
        stores: Sequence[str],
        measures: Sequence[str],
        first: date,
        last: date,
        *,
        with_history: bool,
    ) -> FactVersions:
        asked.append(tuple(stores))
        return versions(facts, stores, measures, first, last, with_history=with_history)

    def judging(one: Ruled, counted: CountedDays, period: Period, state: RuleState) -> tuple[Finding, ...]:
        judged.append(period.length)
        return judge_days(one, counted, period, state)

    monkeypatch.setattr(MemoryFacts, "versions", asking)
    monkeypatch.setattr(rule_watch, "judge_days", judging)
    world.tell_orders(INSIDE)
    assert asked == [("north-ml", "north-amz")]
    assert judged == [14, 14]
    judged.clear()
    world.tell_orders(INSIDE, first=DAY + ONE_DAY)
    assert judged == [1, 1]


def test_another_seller_hears_nothing_and_has_no_such_rule() -> None:
    """Isolation: South's orders fell as well, and South set no rule."""
    world = RuleWorld()
    world.tell_orders(BEYOND, BEYOND)
    assert world.alerts("south") == ()
    assert world.told("south") == {}


@pytest.mark.parametrize("language", Language)
def test_each_room_reads_its_own_language(language: Language) -> None:
    """No English words in a Chinese, Portuguese or Spanish room."""
    world = RuleWorld(few_orders(language))
    world.tell_orders(BEYOND, BEYOND, BEYOND, BEYOND, INSIDE, INSIDE, INSIDE)
    words = " ".join(f"{reply.headline} {reply.text} {reply.footer}" for reply in world.told()["north-seller"])
    assert words
    for english in ("below", "clears", "worst", "back inside", "Since"):
        assert (english in words) == (language is Language.EN)


ORDERS = st.one_of(st.none(), st.sampled_from([BEYOND, BETWEEN, INSIDE]))


@settings(max_examples=25, deadline=None)
@given(story=st.lists(ORDERS, min_size=1, max_size=12))
def test_no_story_of_days_makes_a_rule_flap(story: list[int | None]) -> None:
    """It fires only on a second day beyond, clears only on a second day back; a missing day never does either."""
    world = RuleWorld()
    told = 0
    beyond = back = 0
    is_firing = False
    for number, value in enumerate(story):
        world.tell_orders(value, first=DAY + number * ONE_DAY)
        world.send(world.clock() + timedelta(days=3))  # a room that slept through all of it would hear of it once
        if value is not None:
            beyond = beyond + 1 if value == BEYOND else 0
            back = back + 1 if value == INSIDE else 0
        fires = value is not None and not is_firing and beyond >= 2
        clears = value is not None and is_firing and back >= 2
        if fires:
            back = 0
        is_firing = (is_firing or fires) and not clears
        told += fires + clears
        assert len(world.headlines()) == told
        assert any(one.episode.is_open for one in world.by_rule()) == is_firing
