"""A seller's room that somebody new begins to read gets nothing until the account manager says that they may."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.engagement_setup import BY_FILE, set_up_engagement
from handlers.rooms.room_changes import Change
from kpi.engagements import Platform
from tests.handlers.rooms.test_held_rooms import ADAM, ANA, BRUNO, WEI, Held
from tests.handlers.rooms.test_room_changes import OPS, SELLER, happen, in_slack
from tests.handlers.world import north

ALONE = "direct/north-ana/slack"


@pytest.fixture
def world() -> Held:
    """Give a world in Slack whose seller's room another company has just begun to read."""
    made = Held(in_slack(north(), wecom=False))
    happen(made, Change.SHARED)
    made.go_out()
    return made


def _apply(world: Held, *addresses: str) -> None:
    """Apply the engagement's file with the seller's room at each of these addresses, one after the other."""
    for address in addresses:
        engagement = in_slack(north(), wecom=False)
        rooms = tuple(replace(one, address=address) if one.address == SELLER else one for one in engagement.rooms)
        with world.books.work() as work:
            set_up_engagement(work, replace(engagement, rooms=rooms), (), (), world.clock())


def test_nothing_leaves_for_it_until_somebody_confirms(world: Held) -> None:
    """The account manager reads alone what was due; the operations room is not concerned."""
    world.digest()
    assert set(world.go_out()) == {"north-ops", ALONE}
    assert "Confirmed" in world.types("/room confirm north-seller", ANA).headline
    assert world.types("/kpi", WEI, SELLER).figures


def test_its_people_read_one_sentence_to_themselves(world: Held) -> None:
    """No word of rooms, commands or other companies: they may be that company."""
    reply = world.types("/kpi", WEI, SELLER)
    assert reply.is_private
    assert reply.figures == ()
    assert "until Ana of north confirms" in reply.headline
    assert "/room" not in reply.headline


def test_the_account_manager_and_admins_confirm_and_nobody_else(world: Held) -> None:
    """Who reads the seller's room is the account manager's to know."""
    assert "Who may confirm" in world.types("/room confirm north-seller", BRUNO).headline
    assert "operator's" in world.types("/room confirm north-seller", WEI, SELLER).headline
    assert "Confirmed" in world.types("/room confirm north-seller", ADAM).headline
    happen(world, Change.SHARED, event="one more joined")
    assert "Confirmed" in world.types("/room confirm north-seller", ANA).headline


def test_that_a_lost_room_is_back_is_said_when_it_is_confirmed() -> None:
    """A channel shared again may be shared with somebody else."""
    world = Held(in_slack(north(), wecom=False))
    happen(world, Change.UNSHARED)
    world.go_out()
    happen(world, Change.SHARED, event="shared again")
    assert not any("is back" in text for texts in world.go_out().values() for text in texts)
    world.types("/room confirm north-seller", ANA)
    assert any("is back" in text for text in world.go_out()["north-ops"])


def test_binding_a_shared_channel_as_a_sellers_is_the_word_that_it_may_be_read() -> None:
    """Whoever joins after that is asked about, and applying the file again confirms nothing."""
    world = Held(in_slack(north(), wecom=False))
    happen(world, Change.SHARED, "C0LATER")
    _apply(world, "C0LATER")
    assert world.types("/kpi", WEI, "C0LATER").figures
    happen(world, Change.SHARED, "C0LATER", event="one more joined")
    _apply(world, "C0LATER")
    assert not world.types("/kpi", WEI, "C0LATER").figures


def test_a_shared_channel_bound_as_operations_is_held_all_the_same() -> None:
    """Nobody binds margins for another company to read without saying so."""
    world = Held(in_slack(north(), wecom=False))
    happen(world, Change.SHARED, "C0LATER")
    engagement = in_slack(north(), wecom=False)
    rooms = tuple(replace(one, address="C0LATER") if one.address == OPS else one for one in engagement.rooms)
    with world.books.work() as work:
        set_up_engagement(work, replace(engagement, rooms=rooms), (), (), world.clock())
        assert work.shared_places.confirm(Platform.SLACK, "C0LATER", BY_FILE), "nobody has so far"


def test_a_sellers_room_that_got_a_new_id_by_being_shared_is_held_at_once() -> None:
    """Following its new id is no word of anybody."""
    world = Held(in_slack(north(), wecom=False))
    happen(world, Change.SHARED, "C0NEW")
    made = happen(world, Change.MOVED, SELLER, moved_to="C0NEW")
    assert [one.room for one in made if "/shared/" in one.key] == ["north-ops"]
    assert not world.types("/kpi", WEI, "C0NEW").figures
