"""What people write of an incident: among themselves, for both sides, and what of it is made public."""

from __future__ import annotations

import pytest

from kpi.deliveries import Placing
from kpi.incidents.incident import EntryKind
from tests.handlers.call_world import HOUR, OPS, SELLER, CallWorld
from tests.handlers.world import said

SECRET, PLAIN = "their margin is thin", "the listing is back"


@pytest.fixture
def world() -> CallWorld:
    """Return a world in which Ana has what the seller reported, and two internal notes were written."""
    made = CallWorld()
    made.declare()
    made.staff("/incident ack 1001")
    made.staff(f"/incident note 1001 {SECRET}")
    made.staff(f"/incident note 1001 {PLAIN}", "U0BRUNO")
    return made


def heard(world: CallWorld, room: str) -> str:
    """Return every word a room was sent."""
    return " ".join(said(one.reply) for one in world.of_room(room))


@pytest.mark.parametrize("verb", ["update", "atualizar", "actualizar", "进展", "publish"])
def test_news_reach_both_rooms_and_keep_an_acknowledgement_alive(world: CallWorld, verb: str) -> None:
    """Wherever they are written: it is not a note."""
    world.live(HOUR)
    before = world.incident().acknowledgement
    world.staff(f"/incident {verb} 1001 the pictures are with the designer")
    after = world.incident().acknowledgement
    assert before is not None
    assert after is not None
    assert after.stale_at > before.stale_at
    for room in (SELLER, OPS):
        assert "the pictures are with the designer" in heard(world, room)


def test_a_note_is_numbered_where_it_may_be_read(world: CallWorld) -> None:
    """The seller does not even learn that there is one."""
    ours = world.staff("/incident timeline 1001")
    assert "Bruno of north wrote (internal note 2)" in ours.text
    assert [button.command for button in ours.buttons] == ["/incident publish 1001 1", "/incident publish 1001 2"]
    theirs = world.declare("/incident timeline 1001")
    assert "note" not in theirs.text
    assert theirs.buttons == ()


def test_publishing_shows_one_note_to_the_seller_as_a_new_line(world: CallWorld) -> None:
    """Word for word, with who wrote it; the other note stays where it was."""
    world.staff("/incident 发布 1001 2")
    assert PLAIN in heard(world, SELLER)
    line = world.lines()[-1]
    assert (line.kind, line.actor.person) == (EntryKind.PUBLISHED, "north-ana")
    assert f"Ana of north published a note by Bruno of north: {PLAIN}" in world.declare("/incident timeline 1001").text
    assert SECRET not in heard(world, SELLER)
    offered = world.staff("/incident timeline 1001").buttons
    assert [button.command for button in offered] == ["/incident publish 1001 1"]


def test_a_note_is_published_once(world: CallWorld) -> None:
    """A second press of the button says so."""
    world.staff("/incident publish 1001 2")
    count = len(world.of_room(SELLER, Placing.REPLY))
    assert world.staff("/incident publish 1001 2").headline == "That is so already."
    assert len(world.of_room(SELLER, Placing.REPLY)) == count


@pytest.mark.parametrize("number", [0, 3, 99])
def test_a_note_that_does_not_exist_is_not_published(world: CallWorld, number: int) -> None:
    """And the answer says where the numbers are."""
    assert "numbers them" in world.staff(f"/incident publish 1001 {number}").headline


@pytest.mark.parametrize("text", ["publish 1001 1", "publish 1001 99", "update 1001 we are at work"])
def test_the_seller_neither_publishes_nor_speaks_for_the_operator(world: CallWorld, text: str) -> None:
    """Nor learns how many notes there are."""
    assert "Only the operator's team" in world.declare(f"/incident {text}").headline


def test_an_incident_about_a_margin_offers_nothing_to_publish(world: CallWorld) -> None:
    """The seller does not hear of it at all."""
    world.staff("/incident contribution margin fell in North ML")
    world.staff("/incident note 1002 freight is dearer")
    reply = world.staff("/incident timeline 1002")
    assert "internal note 1" in reply.text
    assert reply.buttons == ()
