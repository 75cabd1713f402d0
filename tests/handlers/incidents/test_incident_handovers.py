"""Somebody leaves, for good or for some days: nothing they had is left with nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from handlers.incidents.handovers import hand_over
from kpi.absences import Absence
from kpi.deliveries import Placing
from kpi.engagements import Engagement
from kpi.incidents.incident import Actor, Side, Source
from tests.handlers.call_world import HOUR, MINUTE, OPS, SELLER, CallWorld, called_north

ANA, BRUNO, RITA = ("north-ana", "north-bruno", "north-rita")
TERMINAL = Actor("", Side.VIGIA, Source.TERMINAL)
WEDNESDAY = date(2026, 9, 2)
UNTIL_MIDNIGHT = 14 * 60
"""Minutes from Monday, 10:00 in Beijing."""


@pytest.fixture
def world() -> CallWorld:
    """Return a world with two open incidents, of which Ana has the first, and one that is over."""
    made = CallWorld()
    for text in ("conversion fell in North ML", "orders fell in North ML", "the pictures are gone in North ML"):
        made.declare(f"/incident {text}")
    made.staff("/incident ack 1001")
    made.staff("/incident resolve 1003 cause: a action: b reason: c")
    return made


def with_away(*absences: Absence) -> Engagement:
    """Return the engagement with Ana away as its file says."""
    engagement = called_north()
    people = (replace(engagement.people[0], away=absences), *engagement.people[1:])
    return replace(engagement, people=people)


@pytest.mark.parametrize(
    "text",
    [
        "handover from Ana to Bruno",
        "repassar de Ana para bruno of north",
        "traspasar de north-ana a north-bruno",
        "交接 从 Ana 给 Bruno",
        "交接 Ana → Bruno",
    ],
)
def test_a_handover_moves_what_is_open_and_both_rooms_hear_it(world: CallWorld, text: str) -> None:
    """What Ana had, and the calls that would have reached her."""
    before = world.incident(1003)
    reply = world.staff(f"/incident {text}")
    assert reply.headline == "Bruno of north takes over from Ana of north"
    assert "#1001, #1002" in reply.text
    assert world.incident(1001).owner == BRUNO
    assert world.incident(1002).policy.levels[0].contacts[0].person == BRUNO
    assert world.incident(1003) == before
    for room in (SELLER, OPS):
        lines = [one.reply.headline for one in world.of_room(room, Placing.REPLY)]
        assert sum("Bruno of north takes over from Ana of north" in line for line in lines) == 2
    heard = [one for one in world.of_room(OPS, Placing.REPLY) if "takes over" in one.reply.headline]
    assert {(one.reply.reference, one.called) for one in heard} == {("north-1001", BRUNO), ("north-1002", "")}


def test_a_second_handover_moves_nothing(world: CallWorld) -> None:
    """And says so; nobody hears anything."""
    world.staff("/incident handover from Ana to Bruno")
    count = len(world.sent)
    assert "No open incident had to move" in world.staff("/incident handover from Ana to Bruno").text
    assert len(world.sent) == count


def test_calls_reach_the_heir_from_then_on(world: CallWorld) -> None:
    """Of what nobody has yet."""
    world.staff("/incident handover from Ana to Rita")
    world.live(MINUTE)
    assert RITA in {called for _, called in world.calls()}
    assert ANA not in {called for _, called in world.calls()}


def test_somebody_who_left_the_engagement_already_is_handed_over_by_id(world: CallWorld) -> None:
    """Their incidents still know them."""
    engagement = called_north()
    world.agree(replace(engagement, people=engagement.people[1:]))
    world.staff("/incident handover from north-ana to Bruno", "U0RITA")
    assert world.incident(1001).owner == BRUNO
    assert "Nobody called “zoe”" in world.staff("/incident handover from zoe to Bruno", "U0RITA").headline


@pytest.mark.parametrize(
    ("text", "handle", "sentence"),
    [
        ("handover", "U0ANA", "Say who takes over from whom"),
        ("handover from Ana to wei", "U0ANA", "not of the operator's team"),
        ("handover from Ana to zoe", "U0ANA", "Nobody called “zoe”"),
        ("handover from Ana to Ana", "U0ANA", "That is so already"),
        ("handover from Ana to Bruno until 2026-08-30", "U0ANA", "is over"),
        ("handover from Ana to Bruno until someday", "U0ANA", "Say until which day"),
        ("handover from Ana to Bruno", "U0BRUNO", "Whoever leaves hands over themselves"),
        ("away until 2026-09-02", "U0BRUNO", "Nobody is named who stands in for you"),
        ("away", "U0ANA", "Say until which day"),
        ("away until soon", "U0ANA", "Say until which day"),
    ],
)
def test_a_mistake_is_one_sentence_and_moves_nothing(world: CallWorld, text: str, handle: str, sentence: str) -> None:
    """Nor does it write down an absence."""
    before = world.incident()
    assert sentence in world.staff(f"/incident {text}", handle).headline
    assert world.incident() == before
    with world.books.view() as work:
        assert [one.absences for one in work.engagements.all()] == [()]


@pytest.mark.parametrize("text", ["handover from Ana to Bruno", "away until 2026-09-02"])
def test_a_seller_hands_over_nothing(world: CallWorld, text: str) -> None:
    """Whoever they name."""
    before = world.incident()
    assert "Only the operator's team hands over" in world.declare(f"/incident {text}").headline
    assert world.incident() == before


def test_whoever_is_away_is_not_called_until_they_are_back() -> None:
    """Their backup is, also about what opens while they are away; afterwards they are again."""
    world = CallWorld()
    world.declare("/incident conversion fell in North ML")
    reply = world.staff("/incident away until 2026-09-02")
    assert "Until 2 September 2026, incidents that open reach Bruno of north" in reply.text
    world.declare("/incident orders fell in North ML")
    world.live(31 * MINUTE)
    assert {called for _, called in world.calls()} == {BRUNO}
    for number in (1001, 1002):
        world.staff(f"/incident ack {number}", "U0BRUNO")
    world.live(timedelta(days=3), step=HOUR)
    with world.books.view() as work:
        said = work.engagements.get("north")
    assert said is not None
    assert dict(said.absences)[ANA] == Absence(date(2026, 8, 31), WEDNESDAY, BRUNO)
    world.declare("/incident 退货率 rose in North ML")
    world.live(2 * MINUTE)
    assert world.calls()[-1][1] == ANA


@pytest.mark.parametrize(
    "text", ["ausente até 02/09", "ausente hasta 2026-09-02", "外出 直到2026-09-02", "away 2026-09-02"]
)
def test_an_absence_is_said_in_four_languages(text: str) -> None:
    """A day without a year is the next of its name, where the room reads it one way only."""
    world = CallWorld()
    reply = world.staff(f"/incident {text}")
    if "/" in text.rsplit(maxsplit=1)[-1]:
        assert "can be read two ways" in reply.headline
    else:
        with world.books.view() as work:
            assert work.engagements.all()[0].absences == ((ANA, Absence(date(2026, 8, 31), WEDNESDAY, BRUNO)),)


def test_an_absence_of_the_file_is_frozen_into_what_opens_before_it_begins() -> None:
    """It opened on Monday; on Tuesday its calls reach the backup, without anybody's doing."""
    world = CallWorld(with_away(Absence(date(2026, 9, 1), WEDNESDAY)))
    world.declare("/incident conversion fell in North ML")
    world.live(MINUTE)
    assert world.calls() == [(1, ANA)]
    world.staff("/incident ack 1001")
    world.live(timedelta(days=1), step=10 * MINUTE)
    on_tuesday = {called for minutes, called in world.calls() if minutes >= UNTIL_MIDNIGHT}
    assert BRUNO in on_tuesday
    assert ANA not in on_tuesday


def test_nobody_takes_over_who_is_away_themselves() -> None:
    """The answer says until when; nor is anything given to them."""
    world = CallWorld(with_away(Absence(date(2026, 8, 30), WEDNESDAY)))
    reply = world.staff("/incident handover from Rita to Ana", "U0RITA")
    assert reply.headline == "Ana of north is away until 2026-09-02; choose somebody else."
    world.declare()
    world.staff("/incident ack 1001", "U0RITA")
    assert "is away until" in world.staff("/incident assign 1001 Ana", "U0RITA").headline


def test_the_terminal_hands_over_in_nobodys_name(world: CallWorld) -> None:
    """The timeline says what happened; a second run returns nothing."""
    with world.books.work() as work:
        engagement = work.engagements.get("north")
        assert engagement is not None
        heir = engagement.person(BRUNO)
        assert heir is not None
        assert hand_over(work, engagement, ANA, heir, TERMINAL, world.clock()) == (1001, 1002)
        assert hand_over(work, engagement, ANA, heir, TERMINAL, world.clock()) == ()
    assert world.lines()[-1].actor == TERMINAL
