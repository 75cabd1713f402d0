"""A person's home: everything that is theirs, nothing that is not, in their language."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.digests.daily_digest import send_digest_now
from handlers.messages import Arrival, Reply
from handlers.rooms.home import Home, home_of
from kpi.engagements import Engagement, Platform
from kpi.languages import Language
from tests.handlers.incident_world import IncidentWorld
from tests.handlers.test_direct_rooms import in_slack
from tests.handlers.world import DAY, World, north, south


def begun(*engagements: Engagement) -> IncidentWorld:
    """Return a world whose people have accounts, with an open incident of each seller."""
    world = IncidentWorld(*(engagements or (in_slack(north()), in_slack(south()))))
    world.hear("/incident conversion fell in North ML northsecret", "north-seller", "wei")
    return world


def home(world: World, handle: str) -> Home:
    """Return what somebody sees."""
    arrival = Arrival(Platform.SLACK, handle, handle, "", world.clock(), "opened", is_direct=True)
    with world.books.view() as work:
        return home_of(work, arrival)


def digested(world: World) -> None:
    """Freeze the digest of the day."""
    world.fill("north-ml", "north-amz")
    with world.books.work() as work:
        send_digest_now(work, "north", DAY, world.clock())


def words(shown: Home) -> str:
    """Return everything a home says."""
    return "\n".join(f"{one.headline}\n{one.text}\n{one.footer}" for one in shown.parts)


def commands(part: Reply) -> list[str]:
    """Return what the buttons of a part run."""
    return [button.command for button in part.buttons]


def bind_slack(engagement: Engagement) -> Engagement:
    """Return the engagement with its people known on the console and in Slack."""
    known = {one.id: one.handles for one in engagement.people}
    both = in_slack(engagement)
    return replace(both, people=tuple(replace(one, handles=(*known[one.id], *one.handles)) for one in both.people))


@pytest.fixture
def world() -> IncidentWorld:
    """Return a world with an incident and a digest of the first seller."""
    made = begun(bind_slack(north()), bind_slack(south()))
    digested(made)
    return made


def test_an_account_manager_sees_everything_of_theirs(world: IncidentWorld) -> None:
    """Engagements, open incidents with what is left of each promise, the board, when the digests come."""
    shown = home(world, "U0ANA")
    text = words(shown)
    assert shown.parts[0].headline == "Your engagements"
    assert "• North · Account manager: Ana of north." in text
    assert "• South · Account manager: Ana of south." in text
    assert "North: #1001" in shown.parts[1].headline
    assert "left" in shown.parts[1].text
    assert "Thu 27 Aug" in text
    assert "South: no digest yet" in text
    assert shown.parts[-1].headline == "Next digests"
    assert "north-seller" in text
    (incident,) = [one for one in shown.parts if "#1001" in one.headline]
    assert commands(incident)[0] == "/incident @north ack 1001"
    assert all("@" in command for one in shown.parts for command in commands(one))


def test_its_buttons_are_answered_in_the_persons_own_conversation(world: IncidentWorld) -> None:
    """Each of them, for the engagement it stands below."""
    for part in home(world, "U0ANA").parts:
        for command in commands(part):
            arrival = replace(world.arrival(command, "U0ANA", "U0ANA"), platform=Platform.SLACK, is_direct=True)
            reply = world.intake.answer(arrival)
            assert reply is not None
            assert "several sellers" not in reply.headline


def test_a_taken_incident_shows_who_has_it_and_an_ended_one_is_gone(world: IncidentWorld) -> None:
    """It is looked at anew each time."""
    world.hear("/incident ack 1001", "north-ops", "ana")
    world.clock.advance(timedelta(minutes=5))
    assert "Ana of north has it" in words(home(world, "U0ANA"))
    world.hear("/incident resolve 1001 cause: a action: b reason: c", "north-ops", "ana")
    assert home(world, "U0ANA").parts[0].headline == "Your engagements: no open incident"


def test_a_sellers_person_sees_their_side_of_their_own_alone(world: IncidentWorld) -> None:
    """No operator's room, no other seller, only what sellers may do."""
    world.hear("/incident note 1001 internalsecret", "north-ops", "ana")
    shown = home(world, "U0NORTHWEI")
    text = words(shown)
    assert "north-ops" not in text
    assert "South" not in text
    assert "internalsecret" not in text
    (incident,) = [one for one in shown.parts if "#1001" in one.headline]
    assert not [one for one in commands(incident) if " ack " in one]


def test_before_the_first_digest_it_says_how_to_begin() -> None:
    """Without rooms that have a digest there is no schedule, without a manager none is named."""
    quiet = bind_slack(north())
    rooms = tuple(replace(one, digest_at=None) for one in quiet.rooms)
    bare = replace(quiet, rooms=rooms, people=tuple(one for one in quiet.people if one.id != "north-ana"))
    shown = home(begun(bare), "U0NORTHRITA")
    assert [one.headline.partition(": ")[2] for one in shown.parts[2:]] == ["no digest yet"]
    assert commands(shown.parts[2]) == ["/kpi @north", "/incident @north new"]
    assert "Nobody is its account manager." in words(shown)


def test_the_incidents_of_all_engagements_come_before_any_board(world: IncidentWorld) -> None:
    """Who serves many sees what is urgent though the rest may not fit; the longest running first."""
    world.clock.advance(timedelta(hours=1))
    world.hear("/incident refunds rose in North ML", "north-seller", "wei")
    world.hear("/incident conversion fell in South ML", "south-seller", "wei")
    heads = [one.headline for one in home(world, "U0ANA").parts]
    assert ["#1001" in heads[1], "#1002" in heads[2], "South: #1001" in heads[3]] == [True] * 3
    assert "Thu 27 Aug" in heads[4]


def test_whom_nobody_names_sees_one_sentence_with_their_own_id(world: IncidentWorld) -> None:
    """And no button."""
    shown = home(world, "U0STRANGER")
    (sentence,) = shown.parts
    assert "U0STRANGER" in sentence.headline
    assert sentence.text == ""
    assert sentence.buttons == ()


@pytest.mark.parametrize("language", list(Language))
def test_it_is_in_the_persons_language(language: Language) -> None:
    """Whatever their rooms read."""
    world = begun(bind_slack(north(language)))
    digested(world)
    shown = home(world, "U0ANA")
    assert shown.language is language
    assert {one.language for one in shown.parts} == {language}
