"""What rooms see of an incident by themselves: one living card each, short answers, nothing that is not theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.incidents.desk import declare, happen
from handlers.incidents.losses import follow_up, lost_deliveries
from handlers.incidents.rooms import CHANGES_APART
from kpi.deliveries import DeliveryState, Placing
from kpi.engagements import Audience
from kpi.incidents.events import Measure, PostUpdate
from kpi.incidents.incident import (
    THE_CLOCK,
    THE_RULE,
    Actor,
    EntryKind,
    Movement,
    Side,
    Sighting,
    Source,
    Subject,
    Visibility,
)
from kpi.incidents.openings import Declaration
from kpi.languages import Language
from kpi.severities import Severity
from tests.handlers.call_world import DESK, HOUR, MINUTE, MONDAY, OPS, SELLER, CallWorld, called_north
from tests.handlers.world import DAY, said

ANA = Actor("north-ana", Side.STAFF, Source.SLACK)
FOUND = Declaration(
    "north",
    Subject("north-ml", "conversion_rate", Movement.FALL),
    Severity.S2,
    "",
    Language.EN,
    sighting=Sighting(Decimal("0.0181"), 4000, Decimal("0.0217"), Decimal("0.0253"), DAY, MONDAY),
)


@pytest.fixture
def world() -> CallWorld:
    """Return a world whose seller has just reported."""
    made = CallWorld()
    made.declare()
    return made


def measure(world: CallWorld, value: str) -> None:
    """Let the metric be read again."""
    seen = Sighting(Decimal(value), 4000, Decimal("0.0217"), Decimal("0.0253"), DAY, world.clock())
    with world.books.work() as work:
        happen(work, "north-1001", Measure(seen), THE_CLOCK, world.clock())
    world.deliver()


def found(world: CallWorld) -> None:
    """Let the machine open an incident."""
    with world.books.work() as work:
        declare(work, called_north(), FOUND, THE_RULE, world.clock())
    world.deliver()


def test_opening_posts_one_card_in_each_room_and_the_reporter_alone_sees_the_answer(world: CallWorld) -> None:
    """The seller's card has what is owed on both clocks; the operator's also who is called next."""
    theirs, ours = world.of_room(SELLER), world.of_room(OPS)
    assert [one.placing for one in (*theirs, *ours)] == [Placing.POST, Placing.POST]
    assert "Plan: by 2 Sep 16:00 Beijing / 05:00 São Paulo" in theirs[0].reply.text
    assert "Called next: Ana of north (account manager)" in ours[0].reply.notes[0]
    assert theirs[0].reply.notes == ()
    assert world.declare("/incident conversion fell in North ML").is_private


def test_what_people_do_changes_the_card_in_its_place_at_once(world: CallWorld) -> None:
    """No second card; the thread has one short line."""
    world.live(MINUTE)
    before = len(world.of_room(OPS, Placing.EDIT))
    world.staff("/incident ack 1001")
    assert len(world.of_room(OPS, Placing.EDIT)) == before + 1
    assert "taken" in world.of_room(OPS, Placing.EDIT)[-1].reply.headline
    assert len(world.of_room(OPS, Placing.REPLY)) == 1


def test_a_wecom_group_hears_changes_of_state_only(world: CallWorld) -> None:
    """Its messages cannot be changed: nothing that only moves a figure is said there."""
    measure(world, "0.0181")
    world.live(2 * MINUTE)
    assert world.of_room(SELLER, Placing.EDIT, Placing.REPLY) == []
    world.staff("/incident ack 1001")
    assert [one.placing for one in world.of_room(SELLER)] == [Placing.POST, Placing.REPLY]


def test_what_the_machine_changes_is_shown_no_more_often_than_agreed(world: CallWorld) -> None:
    """The last value is always shown in the end."""
    world.staff("/incident ack 1001")
    world.live(5 * MINUTE)
    before = world.of_room(OPS, Placing.EDIT)
    for step in range(12):
        measure(world, f"0.01{70 - step}")
        world.clock.advance(timedelta(seconds=10))
        world.deliver()
    world.live(2 * MINUTE)
    edits = world.of_room(OPS, Placing.EDIT)[len(before) :]
    gaps = [later.at - earlier.at for earlier, later in pairwise(edits)]
    assert all(gap >= CHANGES_APART - timedelta(seconds=10) for gap in gaps)
    assert len(edits) <= 4
    assert "now 1.59%" in edits[-1].reply.text


def test_a_person_does_not_wait_behind_the_machine(world: CallWorld) -> None:
    """The change that waits for its time says the newest state, now."""
    world.staff("/incident ack 1001")
    measure(world, "0.0181")
    measure(world, "0.0179")
    world.staff("/incident analysis 1001 ads")
    edit = world.of_room(OPS, Placing.EDIT)[-1]
    assert world.clock() - edit.at < timedelta(seconds=1)
    assert "Analysis: ads" in edit.reply.text
    world.live(2 * MINUTE)
    assert "Analysis: ads" in world.of_room(OPS, Placing.EDIT)[-1].reply.text


def test_the_value_that_fired_is_never_written_over() -> None:
    """At alert → now → worst, whatever comes."""
    world = CallWorld()
    found(world)
    for value in ("0.0174", "0.0192"):
        world.live(2 * MINUTE)
        measure(world, value)
    world.live(2 * MINUTE)
    text = world.of_room(OPS, Placing.EDIT)[-1].reply.text
    assert "At the alert 1.81% (4,000 visits · 27 Aug) → now 1.92% → worst 1.74%" in text


def test_a_room_that_sleeps_reads_in_the_morning_how_things_stand_then() -> None:
    """What the machine found at night is one card at nine, not a card and five answers."""
    world = CallWorld()
    world.clock.set(MONDAY - 6 * HOUR)
    found(world)
    assert world.of_room(SELLER) == []
    world.staff("/incident ack 1001")
    world.live(5 * HOUR + MINUTE)
    (card,) = world.of_room(SELLER)
    assert "taken" in card.reply.headline


def test_while_all_sleep_the_card_says_when_the_first_one_is_called() -> None:
    """Nobody is told that people are being called who are not."""
    world = CallWorld()
    world.clock.set(MONDAY + 9 * HOUR)
    world.declare()
    (theirs,) = world.of_room(SELLER)
    (ours,) = world.of_room(OPS)
    assert "the first person is called 1 Sep 09:00 Beijing / 31 Aug 22:00 São Paulo" in theirs.reply.text
    assert "Called next: Ana of north (account manager), 31 Aug 22:00 São Paulo" in ours.reply.notes[0]


def test_whoever_reports_at_night_is_awake_and_hears_the_answer_at_once() -> None:
    """For three hours; then their room sleeps as agreed."""
    world = CallWorld()
    world.clock.set(MONDAY + 13 * HOUR)
    world.declare()
    world.staff("/incident ack 1001")
    assert len(world.of_room(SELLER, Placing.REPLY)) == 1
    world.live(4 * HOUR, step=HOUR)
    world.staff("/incident analysis 1001 ads")
    assert len(world.of_room(SELLER, Placing.REPLY)) == 1
    world.live(8 * HOUR, step=HOUR)
    assert len(world.of_room(SELLER, Placing.REPLY)) >= 2


def test_what_one_side_writes_the_other_one_hears(world: CallWorld) -> None:
    """Two rooms, one incident."""
    world.live(MINUTE)
    world.declare("/incident note 1001 它还在掉")
    assert "它还在掉" in world.of_room(OPS, Placing.REPLY)[-1].reply.text
    assert world.of_room(SELLER, Placing.REPLY) == []
    with world.books.work() as work:
        happen(work, "north-1001", PostUpdate("we talk to ML", Language.EN), ANA, world.clock())
    world.deliver()
    assert "we talk to ML" in world.of_room(SELLER, Placing.REPLY)[-1].reply.text


def test_notes_of_the_operator_are_on_its_own_card_only(world: CallWorld) -> None:
    """The newest three."""
    for number in range(5):
        world.staff(f"/incident note 1001 secret {number}")
    world.live(2 * MINUTE)
    notes = world.of_room(OPS, Placing.EDIT)[-1].reply.notes
    assert [note for note in notes if "secret" in note] == [
        f"Internal note by Ana of north: secret {number}" for number in (2, 3, 4)
    ]
    assert not any("secret" in said(one.reply) for one in world.of_room(SELLER))
    assert world.of_room(SELLER, Placing.REPLY) == []


def test_an_incident_about_a_margin_is_told_to_the_operator_alone() -> None:
    """Not even that there is one."""
    world = CallWorld()
    world.staff("/incident contribution margin fell in North ML")
    world.live(2 * HOUR)
    assert world.of_room(OPS)
    assert world.of_room(SELLER) == []
    assert "There is no incident" in world.declare("/incident show 1001").headline
    assert world.declare("/incident list").table is None


def test_what_comes_back_is_told_under_the_old_card_and_has_a_card_of_its_own(world: CallWorld) -> None:
    """Linked, never un-resolved."""
    world.staff("/incident ack 1001")
    world.staff("/incident resolve 1001 cause: ads action: pictures reason: it is back")
    world.declare("/incident reopen 1001 又来了")
    told = world.of_room(OPS, Placing.REPLY)[-1]
    assert "opened it again" in told.reply.headline
    assert world.of_room(SELLER, Placing.POST)[-1].reply.headline.startswith("#1002")


def test_a_room_that_cannot_be_reached_is_told_to_the_other_side_once() -> None:
    """Each side knows what the other one did not hear; why is the operator's business."""
    world = CallWorld()
    world.broken.add(SELLER)
    world.declare()
    world.live(5 * MINUTE)
    world.staff("/incident ack 1001")
    world.live(5 * MINUTE)
    (told,) = (one for one in world.of_room(OPS) if "cannot be reached" in one.reply.headline)
    assert "channel_not_found" in told.reply.text


def test_a_call_nobody_can_hear_goes_to_the_next_room_with_the_reason_in_the_timeline() -> None:
    """Another platform carries it."""
    world = CallWorld(called_north(has_desk=True))
    world.broken.add(OPS)
    world.declare()
    world.live(3 * MINUTE)
    assert world.calls() == [(2, "north-ana")]
    assert {one.room for one in world.sent if one.called} == {DESK}
    lost = next(line for line in world.lines() if ("remedy", DESK) in line.params)
    assert lost.visibility is Visibility.INTERNAL
    assert ("reason", "channel_not_found") in lost.params
    assert not any("cannot be reached" in one.reply.headline for one in world.of_room(SELLER))


@pytest.mark.parametrize("has_desk", [False, True])
def test_when_nothing_carries_a_call_the_next_level_is_called_without_waiting(*, has_desk: bool) -> None:
    """Each level once and at once; then the promised pace again, without flooding a room that is gone."""
    world = CallWorld(called_north(has_desk=has_desk))
    world.broken |= {OPS, DESK, *(f"direct/{one.id}/slack" for one in called_north().people)}
    world.declare()
    world.live(15 * MINUTE)
    keys = [one.key for one in world.deliveries() if "/call/" in one.key]
    assert len(keys) == (12 if has_desk else 8)
    assert (world.calls(), world.direct_calls()) == ([], [])
    (told,) = (one for one in world.of_room(SELLER, Placing.REPLY) if "cannot be reached" in one.reply.headline)
    assert "channel_not_found" not in said(told.reply)


def test_two_replicas_that_find_the_same_loss_follow_it_up_once() -> None:
    """The second one finds it done."""
    world = CallWorld()
    world.broken.add(OPS)
    world.declare()
    with world.books.view() as work:
        (lost,) = lost_deliveries(work, world.clock())
    done = []
    for _ in range(2):
        with world.books.work() as work:
            done.append(follow_up(work, lost, world.clock()))
    assert done == [True, False]
    assert world.kinds().count(EntryKind.UNDELIVERED) == 1


def test_without_any_operations_room_people_are_called_where_they_read_alone() -> None:
    """Nothing is written that could never be sent."""
    engagement = called_north()
    seller = tuple(room for room in engagement.rooms if room.audience is Audience.SELLER)
    world = CallWorld(replace(engagement, rooms=seller))
    world.declare()
    world.live(40 * MINUTE)
    assert world.incident().calls == 2
    assert {one.room for one in world.deliveries()} == {
        SELLER,
        "direct/north-ana/slack",
        "direct/north-bruno/slack",
    }


def test_nothing_is_left_pending_in_a_room_that_answers(world: CallWorld) -> None:
    """Every message went out, in its order."""
    world.staff("/incident ack 1001")
    world.live(HOUR)
    assert {one.state for one in world.deliveries()} == {DeliveryState.SENT}


WORDS = st.integers(0, 9)
ACTS = st.sampled_from(
    (
        ("ours", "/incident note 1001 {secret}"),
        ("ours", "/incident conversion fell in North ML {secret}"),
        ("ours", "/incident orders fell in North Amazon {secret}"),
        ("ours", "/incident contribution margin fell in North ML {secret}"),
        ("ours", "/incident trouble {secret}"),
        ("ours", "/incident ack 1001"),
        ("ours", "/incident analysis 1001 {open}"),
        ("ours", "/incident plan 1001 cause: {open} action: {open} review: 1h"),
        ("ours", "/incident done 1001"),
        ("ours", "/incident resolve 1001 cause: {open} action: {open} reason: {open}"),
        ("theirs", "/incident note 1001 {open}"),
        ("theirs", "/incident escalate 1001"),
        ("theirs", "/incident fixed 1001"),
        ("theirs", "/incident reopen 1001 {open}"),
        ("time", "30"),
        ("time", "240"),
    )
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTS, min_size=1, max_size=14), st.booleans())
def test_no_internal_word_ever_reaches_the_sellers_room(acts: list[tuple[str, str]], is_theirs: bool) -> None:
    """Whatever both sides write in whatever order: notes, reports of the operator, margins, calls, other sellers."""
    world = CallWorld()
    opening = "/incident conversion fell in North ML {}"
    world.declare(opening.format("openword")) if is_theirs else world.staff(opening.format("secretword"))
    for who, text in acts:
        words = text.format(secret="secretword", open="openword") if who != "time" else ""
        if who == "time":
            world.live(int(text) * MINUTE, step=10 * MINUTE)
        elif who == "ours":
            world.staff(words)
        else:
            world.declare(words)
    world.live(24 * HOUR, step=HOUR)
    for one in world.of_room(SELLER):
        words = said(one.reply)
        assert "secretword" not in words
        assert "margin" not in words.lower()
        assert "Called next" not in words
        assert "Level " not in words
        assert "South" not in words
        assert one.called == ""
    for asked in ("list", "show 1001", "show 1002", "show 1003", "timeline 1001", "timeline 1002"):
        words = said(world.declare(f"/incident {asked}"))
        assert "secretword" not in words
        assert "margin" not in words.lower()


@pytest.mark.parametrize("ending", [DeliveryState.FAILED, DeliveryState.UNKNOWN])
def test_a_group_that_missed_something_reads_the_whole_card_when_it_can_be_reached_again(
    world: CallWorld, ending: DeliveryState
) -> None:
    """A WeCom group has no card that catches up: without this its people would never read the analysis."""
    world.broken.add(SELLER)
    world.broken_as = ending
    world.staff("/incident ack 1001")
    world.staff("/incident analysis 1001 the main listing is paused")
    world.broken.clear()
    world.staff("/incident plan 1001 cause: paused action: put it back review: 48h")
    world.staff("/incident note 1001 for us only")
    world.staff("/incident done 1001")
    whole, short = world.of_room(SELLER)[-2:]
    assert "the main listing is paused" in said(whole.reply)
    assert "Ana of north" in said(whole.reply)
    assert "put it back" in said(whole.reply)
    assert "for us only" not in said(whole.reply)
    assert "the main listing is paused" not in said(short.reply)


def test_a_slack_room_that_missed_something_needs_no_second_card(world: CallWorld) -> None:
    """Its card is changed in its place and says everything."""
    world.broken.add(OPS)
    world.staff("/incident ack 1001")
    world.broken.clear()
    world.staff("/incident analysis 1001 the main listing is paused")
    (answer,) = world.of_room(OPS, Placing.REPLY)
    assert "Started" not in said(answer.reply)
    assert "the main listing is paused" in said(world.of_room(OPS, Placing.EDIT)[-1].reply)
