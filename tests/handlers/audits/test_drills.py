"""A drill goes through the whole chain, ends by itself, and tells its times; the seller never hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.audits.drill_message import drill_message
from handlers.audits.drills import start_drill, sweep_drills
from handlers.ports import Work
from kpi.audits.drills import DRILL_LASTS, Drill, DrillCall, DrillReport, drill_seconds
from kpi.deliveries import CauseKind
from kpi.engagements import Audience, Engagement
from kpi.errors import QuestionError
from kpi.incidents.incident import Incident, Status
from kpi.languages import Language
from kpi.tones import Tone
from tests.handlers.audit_world import AuditWorld
from tests.handlers.call_world import MINUTE, MONDAY, OPS, SELLER, called_north
from tests.handlers.world import north

ANA, BRUNO = "north-ana", "north-bruno"
TUESDAY = datetime(2026, 9, 1, 2, tzinfo=UTC)
"""10:00 in Beijing, the first Tuesday of September."""
DUE = Drill("drill/north/2026-08", "north", MONDAY)
DRILL_WORDS = {Language.EN: "DRILL", Language.ZH: "演练", Language.PT: "SIMULADO", Language.ES: "SIMULACRO"}


def drilled_north() -> Engagement:
    """Return the seller whose calls are drilled every month."""
    engagement = called_north()
    return replace(engagement, incident_rules=replace(engagement.incident_rules, has_monthly_drill=True))


@pytest.fixture
def world() -> AuditWorld:
    """Return a world in which somebody has just started a drill."""
    made = AuditWorld()
    start(made)
    return made


def start(world: AuditWorld, engagement: Engagement | None = None) -> Incident:
    """Start a drill by hand."""
    with world.books.work() as work:
        return start_drill(work, engagement or called_north(), world.clock())


def live(world: AuditWorld, by: timedelta) -> None:
    """Let time pass, with everything the schedule does every minute."""
    until = world.clock() + by
    while world.clock() < until:
        world.clock.advance(MINUTE)
        world.tick()


def reports(world: AuditWorld) -> list[DrillReport]:
    """Return how the drills went that have ended."""
    return [report for sweep in world.drilled for report in sweep.ended]


def test_a_drill_calls_people_and_whoever_takes_it_ends_it(world: AuditWorld) -> None:
    """The real chain: card, calls up the levels, a button; then its times in the operations room."""
    live(world, 32 * MINUTE)
    assert [who for _, who in world.calls()] == [ANA, BRUNO]
    world.staff("/incident ack 1001", "U0BRUNO")
    live(world, 2 * MINUTE)
    assert world.incident().status is Status.RESOLVED
    (report,) = reports(world)
    assert (report.acknowledged_by, report.number) == (BRUNO, 1001)
    assert [(call.level, call.people) for call in report.calls] == [(0, (ANA,)), (1, (BRUNO,))]
    assert all(call.due_at <= call.called_at for call in report.calls)
    assert all(call.delivered_at and call.called_at <= call.delivered_at for call in report.calls)
    (said,) = world.told()
    assert (said.room, said.reply.tone) == (OPS, Tone.GOOD)
    assert said.reply.headline == "#1001 DRILL: Bruno of north took it 32 min after it was opened"
    assert said.reply.text.splitlines()[0].startswith("Level 1, Ana of north: delivered 50 seconds after it was due, ")
    seconds = drill_seconds(report)
    assert (seconds["incident"], seconds["levels"]) == ("north-1001", [1, 2])
    assert ANA not in str(seconds)


def test_a_drill_that_nobody_takes_ends_by_itself_and_says_so(world: AuditWorld) -> None:
    """Everybody was called as of any incident; nobody is called for ever."""
    live(world, DRILL_LASTS + 2 * MINUTE)
    (report,) = reports(world)
    assert report.acknowledged_at is None
    assert {one for call in report.calls for one in call.people} == {ANA, BRUNO, "north-rita", "north-dora"}
    (said,) = world.told()
    assert (said.reply.headline, said.reply.tone) == ("#1001 DRILL: nobody took it", Tone.BAD)
    calls = len(world.calls())
    live(world, 60 * MINUTE)
    assert len(world.calls()) == calls
    assert len(world.told()) == 1


def test_the_seller_never_hears_of_a_drill_and_cannot_find_it(world: AuditWorld) -> None:
    """No card, no news, no list."""
    live(world, 3 * MINUTE)
    world.staff("/incident ack 1001")
    live(world, 3 * MINUTE)
    assert world.of_room(SELLER) == []
    assert "1001" not in world.declare("/incident list").headline + world.declare("/incident list").text
    listed = world.staff("/incident list")
    assert "0 open incidents, 0 in 30 days" in listed.headline
    assert "DRILL" in str(listed.table)


def test_everything_that_is_said_of_a_drill_calls_it_one(world: AuditWorld) -> None:
    """Nobody may take it for real, and nobody is promised anything."""
    live(world, 2 * MINUTE)
    headlines = [one.reply.headline for one in world.of_room(OPS)]
    assert len(headlines) >= 2
    assert all("DRILL" in one for one in headlines), headlines
    card = world.of_room(OPS)[0].reply
    assert "This is a drill: nothing has happened." in card.text
    assert "Analysis" not in card.text
    assert "Plan" not in card.text


def test_a_call_that_did_not_arrive_is_in_the_report(world: AuditWorld) -> None:
    """That is what a drill is for."""
    world.broken = {OPS, "direct/north-ana/slack"}
    live(world, 2 * MINUTE)
    world.broken = set()
    live(world, DRILL_LASTS)
    (said,) = world.told()
    assert said.reply.text.startswith("Level 1, Ana of north: the call was not delivered.")


def test_the_monthly_drill_opens_on_its_tuesday_once(world: AuditWorld) -> None:
    """Ten o'clock on the account manager's clock, whatever restarts in between."""
    planned = AuditWorld(drilled_north())
    planned.tick()
    assert planned.deliveries() == ()
    planned.clock.set(TUESDAY - MINUTE)
    planned.tick()
    assert planned.deliveries() == ()
    live(planned, 3 * MINUTE)
    assert planned.incident().is_drill
    assert [sweep.opened for sweep in planned.drilled].count(1) == 1
    planned.staff("/incident ack 1001")
    live(planned, 10 * MINUTE)
    assert planned.incident().status is Status.RESOLVED
    planned.clock.set(datetime(2026, 10, 31, 2, tzinfo=UTC))  # October's was missed for weeks: nobody wants it now
    live(planned, 3 * MINUTE)
    with planned.books.view() as work:
        assert [one.number for one in work.incidents.of_engagement("north", MONDAY)] == [1001]


def test_without_an_agreement_no_drill_is_planned() -> None:
    """Off until somebody writes it into the engagement file."""
    world = AuditWorld()
    world.clock.set(TUESDAY)
    live(world, 5 * MINUTE)
    assert world.deliveries() == ()


def test_a_drill_that_was_late_waits_for_working_hours() -> None:
    """A bot that was down until the evening wakes nobody."""
    world = AuditWorld()
    with world.books.work() as work:
        work.drills.plan(DUE)
    world.clock.set(MONDAY + timedelta(hours=12))
    live(world, 2 * MINUTE)
    assert world.deliveries() == ()
    with world.books.view() as work:
        assert [one.due_at for one in work.drills.due(MONDAY + timedelta(days=1))] == [MONDAY + timedelta(hours=23)]


def test_a_drill_is_refused_while_one_runs_and_where_nobody_could_see_it(world: AuditWorld) -> None:
    """One sentence each."""
    with pytest.raises(QuestionError, match="incident north-1001"):
        start(world)
    sellers = tuple(room for room in north().rooms if room.audience is Audience.SELLER)
    with pytest.raises(QuestionError, match="no operations room"):
        start(world, replace(north(), id="other", rooms=sellers))


def test_a_planned_drill_of_an_engagement_without_rooms_ends_unopened() -> None:
    """It is not looked at for ever."""
    world = AuditWorld()
    with world.books.work() as work:
        work.drills.plan(replace(DUE, engagement="gone"))
    live(world, 2 * MINUTE)
    with world.books.view() as work:
        assert (work.drills.due(world.clock()), work.drills.running()) == ((), ())


def test_a_drill_is_no_precedent_and_computes_nothing(world: AuditWorld) -> None:
    """It is about no store and no metric."""
    assert world.incident().first_look is None
    assert world.incident().at_alert is None
    assert all(one.cause_kind is CauseKind.INCIDENT for one in world.deliveries())


def test_a_drill_that_a_person_ended_is_reported_as_well(world: AuditWorld) -> None:
    """Nobody has to know that it ends by itself."""
    live(world, 2 * MINUTE)
    world.staff("/incident resolve 1001 cause: a drill action: none reason: seen")
    live(world, 2 * MINUTE)
    assert [report.acknowledged_at for report in reports(world)] == [None]
    assert len(world.told()) == 1


@pytest.mark.parametrize("is_opened", [False, True])
def test_two_replicas_open_and_end_a_drill_once(*, is_opened: bool) -> None:
    """The second one read the row before the first one changed it."""
    world = AuditWorld()
    with world.books.work() as work:
        work.drills.plan(DUE)
    if is_opened:
        live(world, 2 * MINUTE)
        world.staff("/incident ack 1001")
    units = 0

    @contextmanager
    def overtaken() -> Iterator[Work]:
        nonlocal units
        with world.books.work() as work:
            yield work
        units += 1
        if units == 1:  # what is due was read; now the other replica does all of it
            world.drilled.append(sweep_drills(world.books.work, world.clock()))

    second = sweep_drills(overtaken, world.clock())
    assert (second.opened, second.ended) == (0, ())
    assert [(sweep.opened, len(sweep.ended)) for sweep in world.drilled[-1:]] == [(not is_opened, is_opened)]


@pytest.mark.parametrize("language", Language)
def test_a_drill_is_called_one_in_every_language(language: Language) -> None:
    """On the card, in a call, in its report."""
    engagement = called_north()
    rooms = tuple(replace(room, language=language) for room in engagement.rooms)
    world = AuditWorld(replace(engagement, rooms=rooms))
    start(world, replace(engagement, rooms=rooms))
    live(world, 2 * MINUTE)
    world.staff("/incident ack 1001")
    live(world, 2 * MINUTE)
    said = [one.reply for one in world.of_room(OPS)]
    assert len(said) >= 4
    assert all(DRILL_WORDS[language] in one.headline for one in said)


@pytest.mark.parametrize("language", Language)
def test_every_way_a_call_ends_has_words(language: Language) -> None:
    """Not delivered, never taken, taken before it arrived, nobody to call."""
    room = replace(north().rooms[0], language=language)
    late = DrillCall(1, (), MONDAY, MONDAY, MONDAY + 9 * MINUTE)
    lost = replace(late, delivered_at=None)
    report = DrillReport("north-1001", 1001, MONDAY, (late, lost), MONDAY + MINUTE, ANA, MONDAY + MINUTE)
    for one in (report, replace(report, acknowledged_at=None, acknowledged_by=""), replace(report, calls=())):
        reply = drill_message(one, north(), room)
        assert reply.text
        assert "%(" not in reply.headline + reply.text
