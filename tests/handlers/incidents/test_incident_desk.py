"""Opening, joining and changing incidents, whoever comes at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers.incidents.desk import SAME_AGAIN, Declared, actor_of, declare, happen, keep, merge
from handlers.messages import Request
from kpi.engagements import Platform
from kpi.errors import NotFoundError
from kpi.incidents.changes import Changed, Outcome, Refusal, Refused
from kpi.incidents.escalations import agenda
from kpi.incidents.events import Acknowledge, Comment, Event, Reopen, Resolve
from kpi.incidents.incident import Actor, EntryKind, Incident, Movement, Side, Source, Status, Subject
from kpi.incidents.openings import Declaration
from kpi.languages import Language
from kpi.severities import Severity
from tests.handlers.world import NOW, World, north
from tests.kpi.incident_samples import a_policy

ANA = Actor("north-ana", Side.STAFF, Source.CONSOLE)
WEI = Actor("north-wei", Side.SELLER, Source.CONSOLE)
MINUTE = timedelta(minutes=1)
RESOLVE = Resolve("ads", "pictures", Language.PT, "it is back")
DECLARED = Declaration(
    "north", Subject("north-ml", "conversion_rate", Movement.FALL), Severity.S2, "转化率掉了", Language.ZH
)


@pytest.fixture
def world() -> World:
    """Return two sellers."""
    return World()


def report(world: World, declared: Declaration = DECLARED, by: Actor = WEI, at: datetime = NOW) -> Declared:
    """Declare an incident in a transaction of its own."""
    with world.books.work() as work:
        return declare(work, north(), declared, by, at)


def act(world: World, incident: Incident, event: Event, by: Actor = ANA, at: datetime = NOW + MINUTE) -> Outcome:
    """Let an event happen in a transaction of its own."""
    with world.books.work() as work:
        return happen(work, incident.id, event, by, at)


def kinds(world: World, incident: Incident) -> list[EntryKind]:
    """Return what the timeline says happened."""
    with world.books.view() as work:
        return [line.kind for line in work.incidents.timeline(incident.id)]


def stored(world: World, incident: Incident) -> Incident:
    """Return an incident as it is stored."""
    with world.books.view() as work:
        found = work.incidents.by_id(incident.id)
    assert found is not None
    return found


def test_a_report_opens_an_incident_with_its_first_line_and_what_is_due(world: World) -> None:
    """Only what is stored may be told as submitted."""
    made = report(world)
    assert (made.is_new, made.incident.number, made.incident.opened_by) == (True, 1001, WEI)
    assert kinds(world, made.incident) == [EntryKind.OPENED]
    with world.books.view() as work:
        assert work.incidents.overdue(NOW + timedelta(days=9)) == agenda(made.incident)
    assert [level.contacts[0].person for level in made.incident.policy.levels] == [
        "north-ana",
        "north-rita",
        "north-dora",
    ]


def test_a_second_report_of_the_same_joins_the_first(world: World) -> None:
    """And is a line of its timeline, in the reporter's words."""
    first = report(world).incident
    again = report(world, replace(DECLARED, report="caiu", language=Language.PT), ANA, NOW + MINUTE)
    assert (again.is_new, again.incident) == (False, first)
    assert kinds(world, first) == [EntryKind.OPENED, EntryKind.REPORTED_AGAIN]


def test_reports_without_a_metric_never_join_each_other(world: World) -> None:
    """Nobody can tell whether they mean the same."""
    free = replace(DECLARED, subject=Subject("north-ml"))
    numbers = [report(world, replace(free, report_id=one)).incident.number for one in ("a", "b")]
    assert numbers == [1001, 1002]


@pytest.mark.parametrize(("later", "is_linked"), [(SAME_AGAIN, True), (SAME_AGAIN + timedelta(microseconds=1), False)])
def test_what_comes_back_within_two_days_knows_what_ended_before(
    world: World, later: timedelta, is_linked: bool
) -> None:
    """Later than that it is another story."""
    first = report(world).incident
    act(world, first, RESOLVE, at=NOW)
    again = report(world, at=NOW + later)
    assert again.is_new
    assert again.incident.previous == (first.id if is_linked else "")


def test_two_people_who_acknowledge_at_once_are_told_apart(world: World) -> None:
    """One has it, the others hear who."""
    incident = report(world).incident

    def take(index: int) -> Outcome:
        return act(world, incident, Acknowledge(), replace(ANA, person=f"person {index}"))

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(take, range(4)))
    refusals = [one for one in outcomes if isinstance(one, Refused)]
    assert len(refusals) == 3
    assert {one.detail for one in refusals} == {stored(world, incident).owner}


def test_a_refusal_changes_nothing(world: World) -> None:
    """No line, no token, no step."""
    incident = report(world).incident
    outcome = act(world, incident, Acknowledge(), WEI)
    assert outcome == Refused(Refusal.NOT_ALLOWED)
    assert stored(world, incident) == incident
    assert kinds(world, incident) == [EntryKind.OPENED]


def test_a_comment_is_a_line_and_leaves_the_incident_as_it_is(world: World) -> None:
    """What is due stays due, whoever claimed it."""
    incident = report(world).incident
    act(world, incident, Comment("怎么样了", Language.ZH), WEI)
    assert stored(world, incident) == incident
    assert kinds(world, incident) == [EntryKind.OPENED, EntryKind.COMMENTED]


def test_opening_again_stores_the_follower_and_a_double_click_finds_it(world: World) -> None:
    """One follower, whoever presses first."""
    ended = report(world).incident
    act(world, ended, RESOLVE)
    reopen = Reopen("又来了", Language.ZH, a_policy())
    once, twice = act(world, ended, reopen, WEI), act(world, ended, reopen, WEI)
    assert isinstance(once, Changed)
    assert isinstance(twice, Changed)
    assert once.opened is not None
    assert (once.opened.number, once.opened.previous) == (1002, ended.id)
    assert once.opened == twice.opened
    assert kinds(world, once.opened) == [EntryKind.OPENED]


def test_merging_ends_one_and_the_other_goes_on_for_both(world: World) -> None:
    """Both halves or none."""
    older = report(world).incident
    newer = report(world, replace(DECLARED, subject=Subject("north-ml"), report_id="a"), at=NOW + MINUTE).incident
    with world.books.work() as work:
        outcome = merge(work, older.id, newer.id, ANA, NOW + 2 * MINUTE)
    assert isinstance(outcome, Changed)
    assert stored(world, older).status is Status.MERGED
    assert stored(world, newer).clocks_from == older.opened_at
    with world.books.work() as work:
        assert isinstance(merge(work, older.id, newer.id, ANA, NOW), Refused)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda work: happen(work, "north-9", Acknowledge(), ANA, NOW),
        lambda work: merge(work, "north-1001", "north-9", ANA, NOW),
    ],
)
def test_what_does_not_exist_is_a_sentence(world: World, attempt: Callable[[object], object]) -> None:
    """With the command that lists what there is."""
    report(world)
    with pytest.raises(NotFoundError, match="north-9"), world.books.work() as work:
        attempt(work)


def test_nothing_is_stored_over_a_state_that_was_not_held(world: World) -> None:
    """A mistake of ours is loud; the transaction is rolled back."""
    incident = report(world).incident
    act(world, incident, Acknowledge())
    late = Changed(replace(incident, report="other", token=1), ())
    with pytest.raises(ValueError, match="was changed"), world.books.work() as work:
        keep(work, incident, late, NOW)
    assert stored(world, incident).owner == ANA.person


@pytest.mark.parametrize(
    ("handle", "side"), [("wei", Side.SELLER), ("bruno", Side.STAFF), ("rita", Side.STAFF), ("adam", Side.STAFF)]
)
@pytest.mark.parametrize("platform", Platform)
def test_everybody_is_on_one_side_and_came_through_one_door(handle: str, side: Side, platform: Platform) -> None:
    """What may be done depends on it."""
    engagement = north()
    person = engagement.person_by_handle(Platform.CONSOLE, handle)
    assert person is not None
    room = replace(engagement.rooms[0], platform=platform)
    request = Request(engagement, room, person, "", Language.EN, NOW)
    assert actor_of(request) == Actor(person.id, side, Source(platform.value))
