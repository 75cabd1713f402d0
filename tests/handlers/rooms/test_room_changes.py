"""What follows from the life of a channel: rooms that move, are lost and come back, and places nobody bound."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.deliveries import compose_delivery
from handlers.messages import Reply
from handlers.rooms.room_changes import Change, RoomChange, note_room_change
from handlers.rooms.welcome import queue_welcomes
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Settlement
from kpi.engagements import Audience, Engagement, Platform, Room
from kpi.languages import Language
from tests.handlers.world import World, north, south

OPS, SELLER, FAR = "C0OPS", "C0SELLER", "C0NOWHERE"
MORNING = datetime(2026, 8, 28, 2, tzinfo=UTC)
"""10:00 in Beijing, 23:00 in São Paulo."""


def in_slack(engagement: Engagement, *, wecom: bool = True) -> Engagement:
    """Return the engagement with its rooms in Slack and (`wecom`) its seller in a WeCom group too."""
    ops, seller = engagement.rooms
    name = engagement.id.upper() if engagement.id != "north" else ""
    rooms = [
        replace(ops, platform=Platform.SLACK, address=f"{OPS}{name}"),
        replace(seller, platform=Platform.SLACK, address=f"{SELLER}{name}"),
    ]
    if wecom:
        rooms.append(replace(seller, id=f"{engagement.id}-group", platform=Platform.WECOM, address=f"{name}group"))
    people = tuple(replace(one, handles=((Platform.SLACK, f"U0{one.id.upper()}"),)) for one in engagement.people)
    return replace(engagement, rooms=tuple(rooms), people=people)


def begun(*engagements: Engagement) -> World:
    """Return a world whose rooms are channels."""
    world = World(*(engagements or (in_slack(north()), in_slack(south()))))
    world.clock.set(MORNING)
    return world


def happen(world: World, change: Change, address: str = SELLER, event: str = "", **more: Any) -> list[Delivery]:
    """Let something happen to a channel; return the messages it made."""
    known = {one.id for one in told(world)}
    event_id = event or f"event {len(known)} {world.clock()}"
    changed = RoomChange(change, Platform.SLACK, address, world.clock(), event_id, **more)
    count = note_room_change(world.books.work, changed)
    world.clock.advance(timedelta(seconds=1))
    made = [one for one in told(world) if one.id not in known]
    assert len(made) == count
    return made


def told(world: World) -> list[Delivery]:
    """Return every message about rooms."""
    return [one for one in world.deliveries() if one.cause_kind is CauseKind.ROOM]


def said(world: World, delivery: Delivery) -> Reply | None:
    """Return what a message says now."""
    with world.books.view() as work:
        composed = compose_delivery(work, delivery)
    return composed.reply if composed else None


def words(world: World, delivery: Delivery) -> str:
    """Return everything a message says, that has to be said."""
    reply = said(world, delivery)
    assert reply is not None
    return f"{reply.headline}\n{reply.text}"


def send_all(world: World, state: DeliveryState = DeliveryState.SENT) -> None:
    """Let the outbox do its work on everything, also what waits for the morning."""
    with world.books.work() as work:
        for one in work.deliveries.claim(world.clock() + timedelta(days=2), 99):
            work.deliveries.settle(one.id, Settlement(state, "so", world.clock()))


def where(made: list[Delivery]) -> list[str]:
    """Return the rooms messages are for, in the order they are due."""
    return [one.room for one in sorted(made, key=lambda one: (one.due_at, one.room))]


def room_of(world: World, room: str = "north-seller") -> Room:
    """Return a room as it is bound now."""
    with world.books.view() as work:
        engagement = work.engagements.get("north")
    found = engagement.room(room) if engagement else None
    assert found is not None
    return found


def test_a_room_follows_its_channel_to_a_new_id_and_the_file_is_to_follow() -> None:
    """At once: the next message goes there. The operations room and the admin alone hear which line to write."""
    world = begun()
    made = happen(world, Change.MOVED, moved_to="C0NEW")
    assert room_of(world).address == "C0NEW"
    assert where(made) == ["direct/north-adam/slack", "north-ops"]
    for one in made:
        assert 'address = "C0NEW"' in words(world, one)
    reply = said(world, next(one for one in made if one.room == "north-ops"))
    assert reply is not None
    assert reply.mention is not None
    assert reply.mention.id == "north-adam"


def test_a_file_that_binds_the_old_id_again_is_told_of_again() -> None:
    """Somebody applied it before they read what to change: the next time Slack says so, they hear it."""
    world = begun()
    happen(world, Change.MOVED, event="one", moved_to="C0NEW")
    world.agree(in_slack(north()))
    assert len(happen(world, Change.MOVED, event="two", moved_to="C0NEW")) == 2
    assert room_of(world).address == "C0NEW"


def test_the_operations_room_that_moved_itself_is_told_where_it_is_now() -> None:
    """Its own message goes to the new id."""
    world = begun()
    made = happen(world, Change.MOVED, OPS, moved_to="C0NEW")
    assert "north-ops" in where(made)
    assert room_of(world, "north-ops").address == "C0NEW"


@pytest.mark.parametrize("moved_to", ["", SELLER, f"{SELLER}SOUTH"])
def test_a_new_id_that_is_bound_already_changes_nothing(moved_to: str) -> None:
    """Another seller's channel is never taken over."""
    world = begun()
    assert happen(world, Change.MOVED, moved_to=moved_to) == []
    assert room_of(world).address == SELLER
    assert happen(world, Change.MOVED, f"{SELLER}SOUTH", moved_to=SELLER) == []


def test_a_channel_that_moved_is_not_welcomed_again() -> None:
    """Its pinned message moved with it, also when the engagement file follows."""
    world = begun()
    with world.books.work() as work:
        queue_welcomes(work, in_slack(north()), world.clock())
    happen(world, Change.MOVED, moved_to="C0NEW")
    with world.books.work() as work:
        engagement = work.engagements.get("north")
        assert engagement is not None
        assert queue_welcomes(work, engagement, world.clock()) == ()


@pytest.mark.parametrize("change", [Change.ARCHIVED, Change.UNSHARED, Change.LEFT])
def test_the_other_rooms_hear_once_of_a_lost_room_until_it_is_back(change: Change) -> None:
    """Slack says some of it twice, in two events; operations come first, with what to do."""
    world = begun()
    made = happen(world, change)
    assert where(made) == ["north-ops", "north-group"]
    assert [happen(world, change) for _ in range(2)] == [[], []]
    ops, seller = (said(world, one) for one in sorted(made, key=lambda one: one.due_at))
    assert ops is not None
    assert seller is not None
    assert ops.mention is not None
    assert ops.mention.id == "north-ana"
    assert "“north-seller”" in ops.headline
    assert "engagement file" in ops.text or "bind another" in ops.text
    assert "read and write here" in seller.text
    assert "Ana of north" in seller.text


@pytest.mark.parametrize(("lost", "back"), [(Change.ARCHIVED, Change.UNARCHIVED), (Change.LEFT, Change.JOINED)])
def test_who_heard_of_the_loss_hears_of_its_end_and_of_the_next_loss(lost: Change, back: Change) -> None:
    """Once each."""
    world = begun()
    happen(world, lost)
    send_all(world)
    made = [one for one in happen(world, back) if "is back" in words(world, one)]
    assert where(made) == ["north-ops", "north-group"]
    assert [one for one in happen(world, back) if "is back" in words(world, one)] == []
    assert where(happen(world, lost)) == ["north-ops", "north-group"]


def test_a_loss_that_ended_before_anybody_heard_is_not_worth_a_word() -> None:
    """In the night, or within a moment: neither it nor its end is said."""
    world = begun()
    made = happen(world, Change.ARCHIVED)
    ended = happen(world, Change.UNARCHIVED)
    assert [said(world, one) for one in (*made, *ended)] == [None] * 4


def test_what_comes_back_without_having_been_lost_is_nothing() -> None:
    """Vigia invited into a bound channel, as it should be."""
    world = begun()
    assert happen(world, Change.JOINED) == []
    assert happen(world, Change.UNARCHIVED) == []


def test_sellers_sleep_and_are_told_nothing_of_the_operators_rooms_names() -> None:
    """At night their group waits for the morning; the operator's room is called by what it is."""
    world = begun()
    world.clock.set(MORNING + timedelta(hours=12))
    made = happen(world, Change.ARCHIVED, OPS)
    assert where(made) == ["north-group", "north-seller"]
    for one in made:
        assert one.due_at == datetime(2026, 8, 29, 1, tzinfo=UTC), "09:00 in Beijing"
        assert "north-ops" not in words(world, one)
        assert "operations team" in words(world, one)


def test_that_the_operators_channel_is_shared_no_more_is_nothing_for_sellers() -> None:
    """It was never theirs; the account manager and the admin hear alone, unless another company reads it still."""
    world = begun()
    made = happen(world, Change.UNSHARED, OPS)
    assert where(made) == ["direct/north-adam/slack", "direct/north-ana/slack"]
    assert "posted there again" in words(world, made[0])
    assert happen(world, Change.UNSHARED, OPS, is_still_shared=True) == []


def test_where_no_other_room_is_left_the_account_manager_is_told_alone() -> None:
    """The only room is the one that was lost."""
    lonely = in_slack(north())
    world = begun(replace(lonely, rooms=lonely.rooms[1:2]))
    assert where(happen(world, Change.LEFT)) == ["direct/north-ana/slack"]


def test_a_channel_that_becomes_shared_is_a_word_to_the_account_manager() -> None:
    """With the button that lets it go on; of an operations room alone, and to the admin too."""
    world = begun()
    (seller,) = happen(world, Change.SHARED, event="shared 1")
    assert seller.room == "north-ops"
    reply = said(world, seller)
    assert reply is not None
    assert reply.mention is not None
    assert reply.mention.id == "north-ana"
    assert "account manager alone" in reply.text
    assert [button.command for button in reply.buttons] == ["/room confirm north-seller"]
    made = happen(world, Change.SHARED, OPS, event="shared 2")
    assert where(made) == ["direct/north-adam/slack", "direct/north-ana/slack"]
    for one in made:
        told_alone = said(world, one)
        assert told_alone is not None
        assert "held back" in told_alone.text
        assert [button.command for button in told_alone.buttons] == ["/room @north confirm north-ops"]


def test_who_of_the_operator_invites_vigia_somewhere_hears_alone_how_to_bind_it() -> None:
    """With the channel's id and the lines, and as little shown there as sellers may see."""
    world = begun()
    (one,) = happen(world, Change.JOINED, FAR, handle="U0NORTH-BRUNO")
    assert one.room == "direct/north-bruno/slack"
    text = words(world, one)
    for line in ("[[rooms]]", 'platform = "slack"', f'address = "{FAR}"', 'audience = "seller"'):
        assert line in text


def test_of_a_seller_who_invites_vigia_somewhere_their_account_manager_hears() -> None:
    """Nobody tells a seller how to bind rooms."""
    world = begun()
    (one,) = happen(world, Change.JOINED, FAR, handle="U0NORTH-WEI")
    assert one.room == "north-ops"
    assert "Wei of north" in words(world, one)


@pytest.mark.parametrize("handle", ["", "U0STRANGER"])
def test_whoever_else_invites_vigia_gets_silence(handle: str) -> None:
    """Also whom Slack does not name."""
    assert happen(begun(), Change.JOINED, FAR, handle=handle) == []


@pytest.mark.parametrize("change", [one for one in Change if one is not Change.JOINED])
def test_what_happens_to_a_channel_nobody_bound_is_silence(change: Change) -> None:
    """Whatever it is."""
    world = begun()
    assert happen(world, change, FAR, handle="U0NORTH-BRUNO", moved_to="C0NEW") == []


def test_an_event_that_comes_twice_counts_once() -> None:
    """Slack repeats what it believes lost, to any replica."""
    world = begun()
    assert len(happen(world, Change.SHARED, event="one")) == 1
    assert happen(world, Change.SHARED, event="one") == []


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("change", [Change.ARCHIVED, Change.SHARED, Change.LEFT, Change.UNSHARED])
def test_every_room_is_told_in_its_language(change: Change, language: Language) -> None:
    """And the placeholder of a room is filled in."""
    world = begun(in_slack(north(language)))
    for one in happen(world, change):
        reply = said(world, one)
        assert reply is not None
        assert reply.language is language
        assert "%(" not in f"{reply.headline}{reply.text}"
        if room_of(world, one.room).audience is Audience.OPERATIONS:
            assert "north-seller" in reply.headline


def test_a_welcome_that_found_no_way_in_follows_when_vigia_is_invited() -> None:
    """Rooms are often bound before anybody has typed /invite."""
    world = begun()
    with world.books.work() as work:
        queue_welcomes(work, in_slack(north()), world.clock())
    send_all(world, DeliveryState.FAILED)
    note_room_change(
        world.books.work, RoomChange(Change.JOINED, Platform.SLACK, SELLER, world.clock(), "invited", handle="U0")
    )
    waiting = [one.room for one in world.deliveries() if one.state is DeliveryState.PENDING]
    assert waiting == ["north-seller"]
