"""Cards a platform would not take for a while: they come when it does, and only then."""

from __future__ import annotations

from kpi.deliveries import DeliveryState, Placing
from kpi.incidents.incident import EntryKind
from tests.handlers.call_world import MINUTE, OPS, CallWorld


def test_a_card_a_platform_would_not_take_for_a_while_comes_when_it_does() -> None:
    """Nobody looks for what was never there: without a change of the incident, the room would stay without it."""
    world = CallWorld()
    world.limited.add(OPS)
    world.declare()
    world.staff("/incident ack 1001")
    world.live(20 * MINUTE)
    assert world.of_room(OPS) == []
    world.limited.clear()
    world.live(6 * MINUTE)
    assert [("taken" in one.reply.headline, one.placing) for one in world.of_room(OPS)] == [(True, Placing.POST)]
    assert world.kinds().count(EntryKind.UNDELIVERED) == len({one.id for one in world.deliveries() if one.room == OPS})
    world.live(30 * MINUTE)
    assert len(world.of_room(OPS)) == 1


def test_a_room_learns_that_it_is_over_though_its_platform_took_nothing_then() -> None:
    """A card that still says “taken” would send people after what is done."""
    world = CallWorld()
    world.declare()
    world.staff("/incident ack 1001")
    world.limited.add(OPS)
    world.staff("/incident resolve 1001 cause: ads action: pictures reason: it is back")
    world.live(10 * MINUTE)
    world.limited.clear()
    world.live(6 * MINUTE)
    assert "resolved" in world.of_room(OPS, Placing.EDIT)[-1].reply.headline


def test_a_card_a_room_will_never_take_is_not_tried_again() -> None:
    """An archived room stays archived: its people are told another way."""
    world = CallWorld()
    world.broken.add(OPS)
    world.declare()
    world.live(20 * MINUTE)
    assert not [one for one in world.deliveries() if one.room == OPS and one.state is DeliveryState.PENDING]
