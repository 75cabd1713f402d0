"""Forms by links: who speaks where, and what a page says whose reader is not known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.form_uses import use_of
from handlers.messages import Arrival
from kpi.engagements import Platform, Role
from kpi.errors import NotFoundError
from tests.handlers.incident_world import SEEN, IncidentWorld
from tests.handlers.test_direct_rooms import DirectWorld
from tests.handlers.world import north, south


@pytest.fixture
def world() -> IncidentWorld:
    """Return a world with an open incident."""
    made = IncidentWorld()
    made.seller(SEEN)
    return made


def written(world: IncidentWorld, handle: str, room_id: str = "north-ops", event: str = "e") -> Arrival:
    """Return a note that somebody writes in a room."""
    room = north().room(room_id)
    assert room is not None
    values = {"text": "the gateway"}
    return Arrival(room.platform, room.address, handle, "/incident note 1001", world.clock(), event, values=values)


def test_who_speaks_is_known_where_they_may(world: IncidentWorld) -> None:
    """Not a stranger, not a seller in the operations room, not in an unbound place."""
    request = world.intake.request_of(written(world, "ana"))
    assert request is not None
    assert (request.person.id, request.room.id) == ("north-ana", "north-ops")
    for arrival in (
        written(world, "nobody"),
        written(world, "wei"),
        replace(written(world, "ana"), address="nowhere"),
        replace(written(world, "nobody"), address="nowhere", is_direct=True),
    ):
        assert world.intake.request_of(arrival) is None


def test_who_writes_alone_is_known_too() -> None:
    """In the engagement they name; where it could be several, in none."""
    world = DirectWorld()
    alone = Arrival(Platform.SLACK, "DU0ANA", "U0ANA", "/incident @south plan 1001", world.clock(), "e", is_direct=True)
    request = world.intake.request_of(alone)
    assert request is not None
    assert (request.engagement.id, request.room.is_direct) == ("south", True)
    assert world.intake.request_of(replace(alone, text="/incident plan 1001")) is None


def test_a_use_is_written_down_with_the_act(world: IncidentWorld) -> None:
    """And not again by a second try, which is silent."""
    for _ in range(2):
        world.intake.answer(written(world, "ana", event="form/1"), use_of("form/1", world.clock()))
    with world.books.view() as work:
        assert work.form_uses.read("form/1") == (
            world.clock(),
            ("/incident show 1001", "/incident timeline 1001"),
        )


def test_a_page_says_how_to_come_to_a_form(world: IncidentWorld) -> None:
    """With the line to send, and whom to tell instead; it writes nothing."""
    arrival = Arrival(Platform.CONSOLE, "", "", "/incident note 1001", world.clock(), "")
    reply = world.intake.answer_to_room(arrival, "north-seller")
    assert "`/incident @north note 1001`" in reply.text
    assert "Ana of north" in reply.text
    plan = world.intake.answer_to_room(replace(arrival, text="/incident plan 1001"), "north-seller")
    assert "`" not in plan.text
    world.agree(replace(north(), people=tuple(one for one in north().people if one.role is not Role.ACCOUNT_MANAGER)))
    assert "neither" not in world.intake.answer_to_room(arrival, "north-seller").text


def test_a_page_of_somebodys_own_conversation_is_of_its_engagement() -> None:
    """One person has one in each; without its name it is nobody's."""
    world = DirectWorld()
    arrival = Arrival(Platform.CONSOLE, "", "", "/incident show 1001", world.clock(), "")
    for engagement, other in ((north(), "South"), (south(), "North")):
        room_id = next(
            room.id
            for found in world.books.state.engagements.values()
            if found.id == engagement.id
            for person in found.people
            for room in found.direct_rooms(person.id)
        )
        assert other not in world.intake.answer_to_room(arrival, room_id, engagement.id).headline
    with pytest.raises(NotFoundError):
        world.intake.answer_to_room(arrival, "direct/nobody/slack", "north")


@pytest.mark.parametrize(
    ("room", "opening"),
    [
        ("north-ops", ("/incident new", "/incident note 1001", "/incident plan 1001")),
        ("north-seller", ("/incident new", "/incident note 1001")),
        ("gone", ()),
    ],
)
def test_which_buttons_open_forms_in_a_room(world: IncidentWorld, room: str, opening: tuple[str, ...]) -> None:
    """As its page would say: what is done at once, only shown, somebody else's or gone opens none."""
    commands = (
        *("/incident new", "/incident note 1001", "/incident plan 1001", "/incident plan 1001 cause: x"),
        *("/incident plan 9999", "/incident snooze 1001", "/incident ack 1001", "/incident", "/alert snooze gone"),
        *("/kpi target set", "/kpi target set conversion 3%", "/kpi", ""),
    )
    arrivals = [Arrival(Platform.CONSOLE, "", "", one, world.clock(), "") for one in commands]
    assert world.intake.forms_among(arrivals, room, "north") == opening
