"""What happens of incidents by itself: who is called when, what is told, what a crash or a second replica changes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.incidents.escalation_watch import CLAIM_FOR, sweep_escalations, take_step
from handlers.incidents.review import MOST_LOOKS
from handlers.ports import Work
from kpi.deliveries import CauseKind, Placing
from kpi.engagements import Role
from kpi.incidents.changes import Refusal, Refused
from kpi.incidents.escalations import Step, StepKind
from kpi.incidents.incident import EntryKind, Status
from tests.handlers.call_world import HOUR, MINUTE, MONDAY, OPS, SELLER, CallWorld, called_north
from tests.handlers.world import DAY

ANA, BRUNO, RITA, DORA = ("north-ana", "north-bruno", "north-rita", "north-dora")
PLAN = "/incident plan 1001 cause: ads action: new pictures to: 2.4% review: 96h"


@pytest.fixture
def world() -> CallWorld:
    """Return a world whose seller has just reported."""
    made = CallWorld()
    made.declare()
    return made


def test_nobody_answers_and_one_after_the_other_is_called(world: CallWorld) -> None:
    """Account manager at once, each next one when the promised half hour has passed; then from the bottom again."""
    world.live(2 * HOUR + 2 * MINUTE)
    expected = [(1, ANA), (31, BRUNO), (61, RITA), (91, DORA), (121, ANA)]
    assert world.calls() == expected
    assert {one.room for one in world.sent if one.called} == {OPS}
    assert world.direct_calls() == [(minute, who, "slack") for minute, who in expected]


def test_a_call_says_what_is_overdue_on_both_clocks_and_how_to_answer(world: CallWorld) -> None:
    """Whoever is woken must not have to ask."""
    world.live(31 * MINUTE)
    call = next(one.reply for one in world.sent if one.called == BRUNO)
    assert "#1001 Conversion rate · North ML" in call.headline
    assert "Level 2 of 4: backup" in call.text
    assert "somebody should have by 30 Aug 23:30 São Paulo / 31 Aug 10:30 Beijing" in call.text
    assert [button.command for button in call.buttons] == [
        "/incident ack 1001",
        "/incident show 1001",
        "/incident escalate 1001",
    ]


def test_taking_it_stops_the_calls_and_both_rooms_hear_who_has_it(world: CallWorld) -> None:
    """The other clocks go on."""
    world.live(40 * MINUTE)
    world.staff("/incident ack 1001", "U0BRUNO")
    world.live(2 * HOUR)
    assert world.calls() == [(1, ANA), (31, BRUNO)]
    (told,) = world.of_room(SELLER, Placing.REPLY)
    assert "Bruno of north took it" in told.reply.headline
    assert "Analysis: by 31 Aug 14:00 Beijing / 03:00 São Paulo" in told.reply.text


def test_a_missed_analysis_is_told_to_both_rooms_and_climbs_from_its_owner_up(world: CallWorld) -> None:
    """Having it does not mean that nothing is owed any more."""
    world.staff("/incident ack 1001")
    world.live(4 * HOUR + 40 * MINUTE)
    assert world.calls() == [(241, ANA), (271, BRUNO)]
    for room in (SELLER, OPS):
        assert any("Analysis: not given in time" in one.reply.headline for one in world.of_room(room, Placing.REPLY))
    world.staff("/incident analysis 1001 the ads were rejected")
    world.live(3 * HOUR)
    assert len(world.calls()) == 2
    assert "the ads were rejected" in world.of_room(SELLER, Placing.REPLY)[-1].reply.text


def test_the_seller_who_asks_for_the_next_level_is_heard_at_once(world: CallWorld) -> None:
    """Not half an hour later."""
    world.live(2 * MINUTE)
    world.declare("/incident escalate 1001")
    world.live(MINUTE)
    assert world.calls() == [(1, ANA), (3, BRUNO)]


def test_who_sleeps_is_not_called_unless_it_is_critical() -> None:
    """A call at night is for what cannot wait."""
    for severity, expected in (("", []), ("critical: ", [(721, ANA)])):
        world = CallWorld()
        world.clock.set(MONDAY + 12 * HOUR)
        world.declare(f"/incident {severity}conversion fell in North ML")
        world.live(20 * MINUTE)
        assert world.calls() == expected


def test_a_stale_acknowledgement_is_asked_about_and_then_ends() -> None:
    """Its owner may have forgotten; without a word somebody else is called."""
    world = CallWorld()
    world.declare("/incident critical: conversion fell in North ML")
    world.staff("/incident ack 1001")
    world.staff("/incident analysis 1001 ads")
    world.live(8 * HOUR + MINUTE)
    alone, asked = sorted(
        (one for one in world.sent if "is it still yours" in one.reply.headline), key=lambda one: one.room
    )
    assert (asked.room, asked.called, asked.placing) == (OPS, ANA, Placing.REPLY)
    assert (alone.room, alone.placing) == (f"direct/{ANA}/slack", Placing.POST)
    world.live(31 * MINUTE)
    assert world.incident().status is Status.OPEN
    assert "nobody has it any more" in world.of_room(SELLER, Placing.REPLY)[-1].reply.headline
    assert world.calls()[-1][1] == ANA


def test_an_owner_who_says_it_is_theirs_keeps_it() -> None:
    """By the button of the question."""
    world = CallWorld()
    world.declare("/incident critical: conversion fell in North ML")
    world.staff("/incident ack 1001")
    world.staff("/incident analysis 1001 ads")
    world.live(8 * HOUR + 2 * MINUTE)
    world.staff("/incident ack 1001")
    world.live(HOUR)
    assert world.incident().owner == ANA
    assert EntryKind.CONFIRMED_OWNERSHIP in world.kinds()


def watched() -> CallWorld:
    """Return a world whose plan was carried out on Monday and is reviewed on Friday."""
    world = CallWorld()
    world.declare()
    for text in ("/incident ack 1001", "/incident analysis 1001 ads", PLAN, "/incident done 1001"):
        world.staff(text)
    return world


def test_a_review_that_finds_the_aim_reached_ends_it_and_says_the_value() -> None:
    """Nobody has to remember to look."""
    world = watched()
    world.fill("north-ml", last=DAY + timedelta(days=7))
    world.live(96 * HOUR + MINUTE, step=10 * MINUTE)
    ended = world.incident()
    assert ended.status is Status.RESOLVED
    assert ended.now is not None
    assert ended.now.day == DAY + timedelta(days=4)
    *_, news, summary = (one.reply for one in world.of_room(SELLER, Placing.REPLY))
    assert "Improved: 2.45%" in news.headline
    assert "at the end: 2.45%" in summary.text
    assert "('at the end', '2.45%'" in repr(summary.document)


def test_a_review_that_misses_the_aim_gives_it_back_and_names_its_owner() -> None:
    """The account manager hears it by name."""
    world = watched()
    for day in range(4, 8):
        world.report("north-ml", {"visits": 4000, "orders_paid": 70}, DAY + timedelta(days=day))
    world.live(96 * HOUR + 10 * MINUTE, step=10 * MINUTE)
    assert world.incident().status is Status.ACKNOWLEDGED
    told = next(one for one in world.of_room(OPS, Placing.REPLY) if "Not improved: 1.75%" in one.reply.headline)
    assert told.called == ANA


def test_without_data_the_review_is_too_early_and_nothing_ends() -> None:
    """Absence proves nothing; a day later it is looked at again, and only the operator hears it."""
    world = watched()
    world.live(96 * HOUR + 10 * MINUTE, step=10 * MINUTE)
    incident = world.incident()
    assert incident.status is Status.WATCHING
    assert incident.review_due_at is not None
    assert incident.review_due_at - world.clock() > 23 * HOUR
    assert world.kinds().count(EntryKind.TOO_EARLY) == 1
    assert not any("Too early" in one.reply.headline for one in world.of_room(SELLER))


def test_a_review_without_data_is_too_early_for_a_week_and_then_its_owners_to_decide() -> None:
    """Nobody hears the same for ever; whoever has it is named and told what to write."""
    world = watched()
    world.live(96 * HOUR + timedelta(days=MOST_LOOKS, minutes=10), step=10 * MINUTE)
    assert world.kinds().count(EntryKind.TOO_EARLY) == MOST_LOOKS
    assert world.incident().status is Status.ACKNOWLEDGED
    told = next(one for one in world.of_room(OPS, Placing.REPLY) if "No metric can say" in one.reply.headline)
    assert told.called == ANA
    assert "/incident resolve 1001 reason: …" in told.reply.text
    assert not any("No metric" in one.reply.headline for one in world.of_room(SELLER))


def test_a_plan_without_a_metric_is_its_owners_to_decide_at_once() -> None:
    """No data will ever say it; a reason ends it, with the cause and action of the plan."""
    world = CallWorld()
    world.declare("/incident the pictures are gone in North ML")
    for text in ("ack 1001", "analysis 1001 a", "plan 1001 cause: upload action: again review: 20h", "done 1001"):
        world.staff(f"/incident {text}")
    world.live(20 * HOUR + 10 * MINUTE, step=10 * MINUTE)
    kinds = world.kinds()
    assert (kinds.count(EntryKind.UNMEASURABLE), kinds.count(EntryKind.TOO_EARLY)) == (1, 0)
    assert "Say why it can end now" in world.staff("/incident resolve 1001").headline
    world.staff("/incident resolve 1001 reason: we looked, they are there")
    assert world.incident().status is Status.RESOLVED


def test_two_replicas_that_sweep_at_once_send_one_call(world: CallWorld) -> None:
    """Whoever comes second finds the step taken."""
    world.clock.advance(MINUTE)
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: sweep_escalations(world.books.work, world.clock()), range(8)))
    assert sum(report.called for report in reports) == 1
    world.clock.advance(timedelta(seconds=1))
    world.deliver()
    assert world.calls() == [(1, ANA)]


def test_a_process_that_dies_between_claim_and_keep_loses_nothing(world: CallWorld) -> None:
    """Its claim ends, and whoever comes next makes the call; once."""

    @contextmanager
    def dying() -> Iterator[Work]:
        with world.books.work() as work:
            yield work
            if work.incidents.by_id("north-1001") != before:
                raise RuntimeError("killed")

    before = world.incident()
    world.clock.advance(MINUTE)
    with pytest.raises(RuntimeError, match="killed"):
        sweep_escalations(dying, world.clock())
    assert world.incident() == before
    world.sweep()
    assert world.calls() == []
    world.clock.advance(CLAIM_FOR)
    world.sweep()
    world.live(5 * MINUTE)
    assert [who for _, who in world.calls()] == [ANA]


def lived_through(kill_at: int) -> tuple[CallWorld, int]:
    """Live five hours of an incident somebody has, killing the process in one unit of work of its sweeps.

    Returns the world, and in how many units of work the sweeps did what they did.
    """
    world, units = CallWorld(), 0

    @contextmanager
    def mortal() -> Iterator[Work]:
        nonlocal units
        units += 1
        is_last = units == kill_at
        with world.books.work() as work:
            yield work
            if is_last:
                raise RuntimeError("killed")

    world.declare()
    for minute in range(0, 300, 5):
        if minute == 100:
            world.staff("/incident ack 1001")
        world.clock.advance(5 * MINUTE)
        with suppress(RuntimeError):
            sweep_escalations(mortal, world.clock())
        world.deliver()
    return world, units


def test_wherever_a_process_is_killed_everybody_is_called_once() -> None:
    """In every single unit of work of the sweeps in turn: nothing is lost, nothing is said twice."""
    whole, units = lived_through(kill_at=0)
    assert units >= 60
    called, told = [who for _, who in whole.calls()], whole.kinds()
    for kill_at in range(1, units + 1):
        world, _ = lived_through(kill_at)
        assert [who for _, who in world.calls()] == called
        assert world.kinds() == told


def test_an_hour_without_a_process_makes_each_call_late_but_none_twice(world: CallWorld) -> None:
    """What was due is taken at the next start, one level at a time."""
    world.clock.advance(HOUR)
    world.live(31 * MINUTE)
    assert world.calls() == [(61, ANA), (91, BRUNO)]


def test_one_step_that_fails_keeps_no_other_one_waiting(world: CallWorld) -> None:
    """The second incident is called about although the first cannot be read."""
    world.declare("/incident orders fell in North Amazon")
    world.clock.advance(MINUTE)

    @contextmanager
    def failing() -> Iterator[Work]:
        with world.books.work() as work:
            yield work
            if work.incidents.by_id("north-1001") != first:
                raise RuntimeError("broken")

    first = world.incident()
    with pytest.raises(RuntimeError, match="broken"):
        sweep_escalations(failing, world.clock())
    assert world.incident(1002).calls == 1


def test_a_step_of_an_earlier_state_writes_down_what_is_due_now(world: CallWorld) -> None:
    """It does nothing, and what is due is free from the claim at once."""
    stale = Step("north-1001", StepKind.CALL, MONDAY, 99)
    world.clock.advance(MINUTE)
    with world.books.work() as work:
        claimed = work.incidents.claim_steps(world.clock(), world.clock() + HOUR)
        assert work.incidents.claim_steps(world.clock(), world.clock() + HOUR) == ()
        assert take_step(work, stale, world.clock()) == Refused(Refusal.STALE)
        assert take_step(work, replace(stale, incident="north-9"), world.clock()) == Refused(Refusal.STALE)
        assert work.incidents.claim_steps(world.clock(), world.clock() + HOUR) == claimed != ()


def test_every_call_has_deliveries_of_its_own_for_each_person() -> None:
    """Two who stand in are both named; Eva, who has no user id anywhere, is only named."""
    engagement = called_north()
    people = tuple(
        replace(one, role=Role.ACCOUNT_MANAGER) if one.id == BRUNO else replace(one, backup="")
        for one in engagement.people
    )
    dora = next(one for one in people if one.id == DORA)
    extra = replace(dora, id="north-eva", name="Eva", role=Role.TEAM_LEAD, handles=())
    world = CallWorld(replace(engagement, people=(*people, extra)))
    world.declare()
    world.live(61 * MINUTE)
    assert sorted(world.calls()) == [(1, ANA), (31, BRUNO), (61, "north-eva"), (61, RITA)]
    keys = [one.key for one in world.deliveries() if one.cause_kind is CauseKind.INCIDENT and "/call/" in one.key]
    assert len(keys) == len(set(keys)) == 7
    assert world.direct_calls() == [(1, ANA, "slack"), (31, BRUNO, "slack"), (61, RITA, "slack")]


def test_somebody_who_left_is_passed_over_at_once(world: CallWorld) -> None:
    """The room is told, and the next level does not wait for an answer that cannot come."""
    engagement = called_north()
    world.agree(replace(engagement, people=tuple(one for one in engagement.people if one.id != ANA)))
    world.live(2 * MINUTE)
    assert world.calls() == [(2, BRUNO)]
    assert any("north-ana is called" in one.reply.headline for one in world.of_room(OPS))
