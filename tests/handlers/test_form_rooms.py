"""Forms outside of any room, and what a report's form leaves open."""

from __future__ import annotations

from dataclasses import replace

from handlers.digests.daily_digest import send_digest_now
from handlers.messages import Form
from kpi.engagements import Platform
from kpi.incidents.incident import EntryKind, Movement, Subject
from tests.handlers.incident_world import SEEN, IncidentWorld
from tests.handlers.incidents.test_incident_forms import REPORT, checked, opened, submitted, values_in
from tests.handlers.world import DAY, north, south


def offered(world: IncidentWorld, handle: str) -> list[str]:
    """Return the rooms that somebody is offered."""
    choice = world.intake.rooms_of(Platform.CONSOLE, handle)
    return [address for address, _ in choice.fields[0].options] if choice else []


def test_who_speaks_outside_of_a_room_is_offered_their_own() -> None:
    """Staff have both rooms, a seller's person theirs, a stranger none."""
    ours = replace(north(), people=tuple(one for one in north().people if one.id in {"north-ana", "north-wei"}))
    world = IncidentWorld(ours, replace(south(), people=()))
    assert offered(world, "ana") == ["north-ops", "north-seller"]
    assert offered(world, "wei") == ["north-seller"]
    assert offered(world, "nobody") == []


def test_an_unbound_place_and_a_stranger_get_no_form() -> None:
    """Silence there; a sentence for a stranger in a room."""
    world = IncidentWorld()
    assert world.intake.opened(world.arrival("/incident new", "elsewhere")) is None
    stranger = world.intake.opened(world.arrival("/incident new", "north-ops", "zoe"))
    assert not isinstance(stranger, Form | None)
    assert "I do not know you" in stranger.headline


def test_a_metric_of_the_only_store_needs_no_choice() -> None:
    """Where there is one store, it is meant."""
    world = IncidentWorld(replace(north(), stores=north().stores[:1]), south())
    form = opened(world, "/incident new", "north-seller", "wei")
    assert values_in(form)["store"] == "north-ml"
    submitted(world, "/incident new", {**REPORT, "store": "-", "metric": "orders"}, "north-seller", "wei")
    assert world.incident().subject == Subject("north-ml", "orders", Movement.FALL)


def test_the_button_below_a_digest_fills_in_its_worst_metric() -> None:
    """What somebody chooses instead counts, and the words where nothing is chosen."""
    world = IncidentWorld()
    world.fill()
    with world.books.work() as work:
        digest, _ = send_digest_now(work, "north", DAY, world.clock())
    form = opened(world, f"/incident digest {digest.id}", "north-seller", "wei")
    values = {**values_in(form), "store": "-", "metric": "-", "text": "returns rose in North Amazon"}
    assert checked(world, form.command, values, "north-seller", "wei") is None
    submitted(world, form.command, values, "north-seller", "wei")
    incident = world.incident()
    assert (incident.subject.store, incident.digest) == ("north-amz", digest.id)


def test_a_form_with_files_alone_is_taken() -> None:
    """They follow by themselves: the answer says with which command."""
    world = IncidentWorld()
    world.seller(SEEN)
    values = {"evidence": "", "files": "shot.png"}
    assert checked(world, "/incident evidence 1001", values) is None
    reply = submitted(world, "/incident evidence 1001", values)
    assert reply.attach_command == "/incident evidence 1001"
    submitted(world, "/incident evidence 1001", {"evidence": "order 4411", "files": ""})
    with world.books.view() as work:
        kinds = [line.kind for line in work.incidents.timeline("north-1001")]
    assert kinds == [EntryKind.OPENED, EntryKind.EVIDENCE_ADDED]
