"""The living message of an alert: it follows the days and the people, and answers only what is worth a new line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.alerts.card_text import then_and_now
from handlers.alerts.cards import refresh_cards
from kpi.alerts.alert import Phase, begin
from kpi.alerts.records import AlertEpisode, Finding, Mute, NoticedEpisode, SeriesKey, Silence, Stake
from kpi.days import ONE_DAY
from kpi.deliveries import CauseKind, Delivery, Placing
from kpi.digests import TrendLine
from kpi.engagements import Engagement, Platform
from kpi.languages import Language
from kpi.wording.wording import Wording
from tests.handlers.alert_shops import Shop, ShopWorld, a_fallen_world, judged_on, with_stores
from tests.handlers.world import DAY, north, south

HOUR = timedelta(hours=1)


def _told_world() -> ShopWorld:
    """Return a world an hour after its conversion alert was told."""
    world = ShopWorld(north(), south())
    world.learn_shops(Shop().falling(DAY - 2 * ONE_DAY, DAY, 0.5))
    world.watch(judged_on(DAY))
    world.clock.set(judged_on(DAY) + HOUR)
    return world


def _deliveries(world: ShopWorld, placing: Placing) -> list[Delivery]:
    with world.books.view() as work:
        found = work.deliveries.of_engagement("north", 1000)
    return [one for one in reversed(found) if one.cause_kind is CauseKind.ALERT and one.placing is placing]


def _days_go_on(world: ShopWorld, factor: float, days: int, first: int = 1) -> None:
    shop = Shop().falling(DAY, DAY + 60 * ONE_DAY, factor)
    for number in range(first, first + days):
        day = DAY + number * ONE_DAY
        world.clock.set(judged_on(day) - HOUR)
        world.learn(shop.days(day, day))
        world.clock.set(judged_on(day))
        world.watch(judged_on(day))


def test_a_day_that_goes_on_changes_the_message_and_posts_none() -> None:
    """What fired, what is now, and the worst stand side by side; the value that fired is never overwritten."""
    world = _told_world()
    before = world.card()
    assert "→" not in before.text
    _days_go_on(world, 0.55, 1)
    assert len(world.told()["north-seller"]) == 1
    card = world.card()
    assert card.headline == before.headline
    assert "At the alert" in card.text
    first = world.episode().first
    assert f"{first.observed / first.exposure:.2%}" in card.text
    assert {edit.anchor for edit in _deliveries(world, Placing.EDIT)} == {
        post.key for post in _deliveries(world, Placing.POST)
    }


def test_two_changes_of_one_instant_cannot_overtake_each_other() -> None:
    """The watch changes a message twice in one morning (worse, then its incident): the room ends with the newest."""
    world = _told_world()
    before = {edit.id for edit in _deliveries(world, Placing.EDIT)}
    with world.books.work() as work:
        refresh_cards(work, [world.episode()], world.clock())
        refresh_cards(work, [world.episode()], world.clock())
    waiting = [edit for edit in _deliveries(world, Placing.EDIT) if edit.id not in before]
    assert len(waiting) == len({edit.room for edit in waiting})
    with world.books.work() as work:
        work.deliveries.claim(world.clock() + HOUR, 99)
        refresh_cards(work, [world.episode()], world.clock())
    claimed = {edit.id for edit in waiting}
    later = [edit for edit in _deliveries(world, Placing.EDIT) if edit.id not in before | claimed]
    assert len(later) == len(waiting)
    assert min(edit.due_at for edit in later) > max(edit.due_at for edit in waiting)


def test_a_room_that_still_sleeps_reads_how_things_stand_when_it_wakes() -> None:
    """A mild alert waits for the seller's morning; who took it meanwhile is in its first message, not in a second."""
    home = north()
    rooms = tuple(replace(one, platform=Platform.WECOM) if one.id == "north-seller" else one for one in home.rooms)
    world = ShopWorld(replace(home, rooms=rooms), south())
    world.learn_shops(Shop().falling(DAY - 2 * ONE_DAY, DAY, 0.75))
    world.watch(judged_on(DAY) + 3 * HOUR)
    world.clock.set(judged_on(DAY) + 4 * HOUR)
    world.ask(f"/alert ack {world.episode().id}")
    assert {one.room for one in _deliveries(world, Placing.EDIT)} == {"north-ops"}
    (told,) = world.told()["north-seller"]
    assert "has it since" in told.text


def test_a_room_that_slept_through_it_all_reads_one_message() -> None:
    """Begun and over before the seller's morning: how it ended, and nothing twice."""
    world = ShopWorld(north(), south())
    world.learn_shops(Shop().falling(DAY - 2 * ONE_DAY, DAY, 0.75))
    world.watch(judged_on(DAY) + 3 * HOUR)
    world.clock.set(judged_on(DAY) + 4 * HOUR)
    world.ask(f"/alert expected {world.episode().id}")
    (told,) = world.told()["north-seller"]
    assert told.headline.endswith("this was expected")


def test_a_group_whose_messages_cannot_be_changed_hears_only_what_is_new() -> None:
    """WeCom: one message, no edit, and a short one when it is over."""
    home = north()
    rooms = tuple(replace(one, platform=Platform.WECOM) for one in home.rooms)
    world = ShopWorld(replace(home, rooms=rooms), south())
    world.learn_shops(Shop().falling(DAY - 2 * ONE_DAY, DAY, 0.5))
    world.watch(judged_on(DAY))
    world.clock.set(judged_on(DAY) + HOUR)
    _days_go_on(world, 1.0, 14)
    assert _deliveries(world, Placing.EDIT) == []
    assert [reply.headline[-13:] for reply in world.told()["north-seller"]][-1:] == ["back to usual"]


def test_acknowledging_changes_the_message_at_once_and_calls_nobody_again() -> None:
    """Both rooms read who has it; the button to take it is gone."""
    world = _told_world()
    assert world.card().buttons[0].command.startswith("/alert ack")
    world.ask(f"/alert ack {world.episode().id}")
    for room in ("north-ops", "north-seller"):
        card = world.card(room)
        assert "Ana of north has it since" in card.text
        assert card.mention is None
        assert not any(button.command.startswith("/alert ack") for button in card.buttons)
    assert len(world.told()["north-ops"]) == 1


def test_the_message_says_until_when_its_owner_answers_on_both_clocks() -> None:
    """Who, and until when: São Paulo and Beijing."""
    text = _told_world().card().text
    assert "Account manager: Ana of north, answers by" in text
    assert "answers by 30 Aug 08:30 São Paulo / 19:30 Beijing." in text


def test_a_fall_that_costs_half_as_much_again_is_told_once_a_day_in_its_thread() -> None:
    """Worse is worth a line; the same is not."""
    world = _told_world()
    _days_go_on(world, 0.2, 2)
    _, worse = world.told()["north-seller"]
    assert worse.text.startswith("Worse than when it was told")
    assert worse.buttons == ()
    world.watch(judged_on(DAY + 2 * ONE_DAY) + HOUR)
    assert len(world.told()["north-seller"]) == 2
    assert {one.placing for one in _deliveries(world, Placing.REPLY)} == {Placing.REPLY}


def test_the_end_is_told_in_the_thread_and_the_message_turns_good() -> None:
    """The room hears that it is over, and the message itself no longer alarms whoever scrolls by."""
    world = _told_world()
    _days_go_on(world, 1.0, 14)
    assert world.episode().episode.phase is Phase.RESOLVED
    assert world.told()["north-seller"][-1].headline.endswith("is back to usual")
    card = world.card("north-seller")
    assert card.headline.endswith("is back to usual")
    assert card.buttons == ()


def test_an_alert_that_was_never_told_ends_without_a_word() -> None:
    """Nobody reads that something is over of which nobody heard."""
    world = a_fallen_world()
    with world.books.work() as work:
        work.alerts.mute(Mute("m", "north", "", "", judged_on(DAY) + HOUR, "north-ana", "launch", judged_on(DAY)))
    world.watch(judged_on(DAY))
    _days_go_on(world, 1.0, 14)
    assert world.episode().episode.phase is Phase.RESOLVED
    assert "north-seller" not in world.told()


def test_what_people_call_expected_is_over_and_its_days_open_nothing_new() -> None:
    """Said until Tuesday: the fall may go on until then, and not a day longer."""
    world = _told_world()
    until = DAY + 3 * ONE_DAY
    world.ask(f"/alert expected {world.episode().id} {until.isoformat()} price test")
    assert world.episode().episode.phase is Phase.EXPECTED
    assert world.told()["north-seller"][-1].headline.endswith("this was expected")
    _days_go_on(world, 0.5, 3)
    assert len([one for one in world.alerts() if one.series.metric == "conversion_rate"]) == 1
    remark = world.judgements()[until].remark
    assert remark is not None
    assert dict(remark.params)["name"] == "price test"
    _days_go_on(world, 0.5, 1, first=4)
    assert world.episode().episode.is_open


@pytest.mark.parametrize("words", ["2026-13-01", "2026-02-30 x"])
def test_a_day_that_is_none_is_refused_with_how_to_write_it(words: str) -> None:
    """And nothing is closed by it."""
    world = _told_world()
    assert "is no day" in world.ask(f"/alert expected {world.episode().id} {words}").headline
    assert world.episode().episode.is_open


def test_an_event_of_half_a_year_is_refused() -> None:
    """A new level is no event."""
    world = _told_world()
    far = (DAY + 180 * ONE_DAY).isoformat()
    assert "60 days at most" in world.ask(f"/alert expected {world.episode().id} {far}").headline


def test_a_snooze_lets_what_is_severer_through_and_a_mute_does_not() -> None:
    """Both have an end and an author; both are listed."""
    told = {}
    for act in ("snooze", "mute"):
        world = _told_world()
        with world.books.work() as work:
            work.alerts.save(replace(world.episode(), severity="S3"))
        world.ask(f"/alert {act} {world.episode().id} 5 launch")
        assert any("launch" in note for note in world.ask("/alert").notes)
        _days_go_on(world, 0.1, 1)
        told[act] = len(world.told()["north-seller"])
    assert told == {"snooze": 2, "mute": 1}


def test_the_end_passes_a_snooze_and_no_mute() -> None:
    """Who asked for silence until Friday hears on Wednesday that it is over, unless it was to be no word at all."""
    told = {}
    for act in ("snooze", "mute"):
        world = _told_world()
        world.ask(f"/alert {act} {world.episode().id} 30")
        _days_go_on(world, 1.0, 14)
        told[act] = len(world.told()["north-seller"])
    assert told == {"snooze": 2, "mute": 1}


def test_an_answer_nobody_gave_in_time_is_asked_for_once_where_the_operator_reads() -> None:
    """The seller reads until when an answer was owed; the operator's room is told that none came."""
    world = _told_world()
    for hours in range(1, 60):
        world.watch(judged_on(DAY) + hours * HOUR)
    asked = [one for one in world.told()["north-ops"] if one.text.startswith("Nobody has taken alert")]
    assert len(asked) == 1
    assert asked[0].mention is not None
    assert asked[0].mention.name == "Rita of north"
    assert not any("Nobody" in one.text for one in world.told()["north-seller"])


def test_an_alert_somebody_took_is_not_asked_for() -> None:
    """An answer was given."""
    world = _told_world()
    world.ask(f"/alert ack {world.episode().id}")
    for hours in range(1, 60):
        world.watch(judged_on(DAY) + hours * HOUR)
    assert not any("Nobody" in one.text for one in world.told()["north-ops"])


def test_every_morning_of_an_open_alert_says_why_it_was_no_new_message() -> None:
    """No silence without a reason, in the reader's language."""
    world = _told_world()
    _days_go_on(world, 0.55, 2)
    remark = world.judgements()[DAY + 2 * ONE_DAY].remark
    assert remark is not None
    assert dict(remark.params)["id"] == world.episode().id
    reply = world.ask("/kpi why-no-alert conversion", "north-seller", "wei")
    assert "kept up to date" in repr(reply.table)


def _outage(count: int) -> tuple[ShopWorld, Engagement]:
    home = with_stores(north(), [f"north-s{number:02d}" for number in range(count)])
    world = ShopWorld(home, south())
    shops = [Shop(store.id, seed=number).falling(DAY - ONE_DAY, DAY, 0.5) for number, store in enumerate(home.stores)]
    world.learn_shops(*shops)
    world.watch(judged_on(DAY))
    return world, home


def test_an_outage_of_forty_stores_is_one_message_about_all_of_them() -> None:
    """One notice for forty stores, not forty, and its first line says that it is not one store's fault."""
    world, home = _outage(40)
    alerts: list[AlertEpisode] = [one for one in world.alerts() if one.series.metric == "conversion_rate"]
    assert len(alerts) == len(home.stores)
    assert all(one.first.silence is Silence.FIRES for one in alerts)
    (reply,) = world.told()["north-seller"]
    assert reply.headline.startswith("ML BR, all stores alike: Conversion rate ▼")
    assert reply.headline.endswith("in 40 stores")
    assert "and 30 more" in reply.text
    assert reply.text.count("Look at:") == 1


def test_who_takes_an_outage_takes_all_of_it() -> None:
    """One press, forty stores: nobody is reminded of thirty-nine of them."""
    world, home = _outage(12)
    world.clock.set(judged_on(DAY) + HOUR)
    first = next(one for one in world.alerts() if one.series.metric == "conversion_rate")
    world.ask(f"/alert ack {first.id}")
    taken = [one for one in world.alerts() if one.acknowledged_by == "north-ana"]
    assert len(taken) == len(home.stores)
    assert "12 stores" in world.card().headline
    reply = world.ask(f"/alert snooze {first.id}")
    assert "and 9 more" in reply.headline
    world.ask(f"/alert expected {first.id} marketplace down")
    assert {one.episode.phase for one in world.alerts() if one.series.metric == "conversion_rate"} == {Phase.EXPECTED}


def test_the_worst_value_of_a_card_is_never_better_than_the_first_one() -> None:
    """A longer look is more certain of a smaller fall: certainty is not how bad it was."""
    day = Finding(DAY, Silence.FIRES, z=9.0, window=1, observed=36, expected=100, exposure=4000, change=0.64)
    days = replace(day, day=DAY + ONE_DAY, z=13.0, window=2, observed=92, expected=200, exposure=8000, change=0.55)
    series = SeriesKey("north", "north-ml", "conversion_rate")
    alert = AlertEpisode("a1", series, begin(DAY, 1), day, days, days, judged_on(DAY))
    noticed = NoticedEpisode(alert, Stake(60.0, 5.0), TrendLine("conversion_rate", "", None, (), (), ()))
    said = then_and_now(noticed, Wording(Language.EN))
    assert "At the alert 0.90% → now 1.15%" in said
    assert "worst 0.90%" in said
