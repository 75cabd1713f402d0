"""Forms opened where somebody writes to Vigia alone: each is about the one engagement it was opened for."""

from __future__ import annotations

import pytest

from handlers.messages import Arrival, Form, Reply
from kpi.engagements import Platform
from kpi.incidents.incident import Incident
from tests.handlers.incident_world import IncidentWorld
from tests.handlers.test_direct_rooms import DirectWorld
from tests.handlers.world import said

PLAN = {"cause": "ads were rejected", "action": "new pictures", "owner": "south-ana", "to": "", "review": "48h"}
REPORT = {"text": "buyers cannot pay", "store": "-", "metric": "-", "severity": "S2", "evidence": "", "files": ""}


@pytest.fixture
def world() -> DirectWorld:
    """Return two sellers with an incident 1001 each, whom Ana serves both."""
    return DirectWorld()


def alone(world: DirectWorld, text: str, handle: str = "U0ANA", /, **values: str) -> Arrival:
    """Return what somebody writes, or fills in, in their own conversation."""
    return Arrival(Platform.SLACK, f"D{handle}", handle, text, world.clock(), f"{text}{values}", True, values)


def form_of(world: DirectWorld, text: str, handle: str = "U0ANA") -> Form:
    """Return the form a command opens."""
    form = world.intake.opened(alone(world, text, handle))
    assert isinstance(form, Form), form
    return form


def incident(world: DirectWorld, engagement: str, number: int = 1001) -> Incident:
    """Return an incident as it is stored."""
    with world.books.view() as work:
        found = work.incidents.get(engagement, number)
    assert found is not None
    return found


def test_a_form_names_the_engagement_it_was_opened_for(world: DirectWorld) -> None:
    """So does the line that says the same, for who types it."""
    form = form_of(world, "/incident @south plan 1001")
    assert form.command == "/incident @south plan 1001"
    assert form.twin.startswith("/incident @south plan 1001 cause:")
    assert ("south-ana", "Ana of south") in form.fields[2].options


def test_what_is_filled_in_goes_to_the_engagement_it_was_opened_for(world: DirectWorld) -> None:
    """Incident 1001 of the other seller stays as it is."""
    world.answer("/incident @south ack 1001", "U0ANA")
    command = form_of(world, "/incident @south plan 1001").command
    assert world.intake.checked(alone(world, command, **PLAN)) is None
    assert world.intake.answer(alone(world, command, **PLAN)) is not None
    plan = incident(world, "south").plan
    assert plan is not None
    assert (plan.cause, plan.owner) == ("ads were rejected", "south-ana")
    assert incident(world, "north").plan is None


def test_a_faulty_form_names_its_engagement_too(world: DirectWorld) -> None:
    """It is submitted again from where it stands."""
    faulty = world.intake.checked(alone(world, "/incident @south plan 1001", **PLAN | {"to": "much"}))
    assert isinstance(faulty, Form)
    assert (faulty.command, list(faulty.faults)) == ("/incident @south plan 1001", ["to"])
    faulty = world.intake.checked(alone(world, "/incident @south new", **REPORT | {"text": ""}))
    assert isinstance(faulty, Form)
    assert faulty.command == "/incident @south new"


def test_who_serves_one_seller_reports_in_a_form_without_naming_it(world: DirectWorld) -> None:
    """Wei of north; files that follow are told where they belong."""
    form = form_of(world, "/incident new", "U0NORTHWEI")
    reply = world.intake.answer(alone(world, form.command, "U0NORTHWEI", **REPORT))
    assert reply is not None
    assert incident(world, "north", 1002).report == "buyers cannot pay"
    assert reply.attach_command == "/incident @north evidence 1002"


def test_who_serves_several_is_asked_which_before_anything_is_filled_in(world: DirectWorld) -> None:
    """In one sentence, in place of a form."""
    asked = world.intake.opened(alone(world, "/incident new"))
    assert isinstance(asked, Reply)
    assert "You serve several sellers: north, south" in asked.headline


def test_a_form_of_an_engagement_that_is_not_ones_own_does_not_open(world: DirectWorld) -> None:
    """As if there was none; a stranger gets silence, as for every question."""
    refused = world.intake.opened(alone(world, "/incident @south plan 1001", "U0NORTHWEI"))
    assert isinstance(refused, Reply)
    assert "southsecret" not in said(refused)
    assert world.intake.opened(alone(world, "/incident new", "U0STRANGER")) is None


def test_a_command_copied_into_its_own_room_opens_its_form_there() -> None:
    """Without the name; another seller's is refused as it is when it is typed."""
    world = IncidentWorld()
    form = world.intake.opened(world.arrival("/incident @north new", "north-ops", "ana"))
    assert isinstance(form, Form)
    assert form.command == "/incident new"
    refused = world.intake.opened(world.arrival("/incident @south new", "north-ops", "ana"))
    assert isinstance(refused, Reply)
    assert "This room is about “north”" in refused.headline
