"""What the outbox posts into a console room."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.console.board import Board
from bot.console.limits import Limits
from bot.console.messages import message_as_json
from bot.messengers import Messenger, Parcel
from kpi.deliveries import Placing
from kpi.languages import Language
from tests.twins.console_world import World, board_reply, tiny_png


def _parcel(world: World, **more: object) -> Parcel:
    parcel = Parcel("D-1", world.room("lumina-seller"), board_reply(Language.ZH, "digest"), tiny_png())
    return replace(parcel, **more)  # type: ignore[arg-type]


async def test_a_parcel_hangs_in_its_room_with_its_picture(world: World) -> None:
    """The receipt is the message's id, and the drawn picture is not drawn again."""
    messenger: Messenger = world.messenger
    receipt = await messenger.post(_parcel(world))
    (message,) = world.board.messages("lumina-seller")
    assert receipt.platform_message == message.id
    assert await world.console.picture(message.entry.picture) == tiny_png()
    assert world.drawn == []


async def test_the_same_delivery_is_shown_once_unless_it_is_a_repeat(world: World) -> None:
    """A second attempt of the outbox is harmless; a repeat on a person's word is shown and marked."""
    first = await world.messenger.post(_parcel(world))
    again = await world.messenger.post(_parcel(world))
    assert again == first
    await world.messenger.post(_parcel(world, is_repeat=True))
    shown = [message_as_json(message)["is_repeat"] for message in world.board.messages("lumina-seller")]
    assert shown == [False, True]


async def test_a_delivery_can_be_found_after_a_crash_of_the_sender(world: World) -> None:
    """The outbox asks before it sends again; what was posted before `since` is another story."""
    now = world.clock.now()
    assert await world.messenger.find(_parcel(world), now) is None
    receipt = await world.messenger.post(_parcel(world))
    assert await world.messenger.find(_parcel(world), now) == receipt.platform_message
    assert await world.messenger.find(_parcel(world), now + timedelta(seconds=1)) is None


async def test_a_picture_that_left_the_shelf_is_drawn_again() -> None:
    """The shelf is bounded: two pictures, one place."""
    world = World(Board(Limits(pictures=1)))
    for delivery in ("D-1", "D-2"):
        await world.messenger.post(_parcel(world, delivery=delivery))
    ids = [message.entry.picture for message in world.board.messages("lumina-seller")]
    assert await world.console.picture(ids[1]) == tiny_png()
    assert world.drawn == []
    assert await world.console.picture(ids[0]) == tiny_png()
    assert len(world.drawn) == 1


async def test_bytes_without_a_description_are_lost_with_the_shelf() -> None:
    """Nothing can be drawn from nothing: the page then shows its sentence, the text stands."""
    world = World(Board(Limits(pictures=1)))
    reply = replace(board_reply(Language.ZH, "digest"), picture=None)
    for delivery in ("D-1", "D-2"):
        await world.messenger.post(_parcel(world, delivery=delivery, reply=reply))
    ids = [message.entry.picture for message in world.board.messages("lumina-seller")]
    assert await world.console.picture(ids[0]) is None
    assert await world.console.picture(ids[1]) == tiny_png()


async def test_a_parcel_without_a_picture_has_no_address_for_one(world: World) -> None:
    """The page must not ask for a picture that never was."""
    reply = replace(board_reply(Language.ZH, "digest"), picture=None)
    await world.messenger.post(_parcel(world, reply=reply, picture=None))
    assert message_as_json(world.board.messages("lumina-seller")[0])["picture_url"] == ""


async def test_a_change_takes_the_place_of_its_message_and_says_when(world: World) -> None:
    """The page shows it where it stood; when it was first posted is kept."""
    first = await world.messenger.post(_parcel(world))
    await world.messenger.post(_parcel(world, delivery="D-2"))
    receipt = await world.messenger.post(
        _parcel(world, delivery="D-3", placing=Placing.EDIT, anchor=first.platform_message)
    )
    changed, untouched = world.board.messages("lumina-seller")
    assert receipt == first
    assert (changed.id, changed.entry.delivery, untouched.entry.delivery) == (first.platform_message, "D-3", "D-2")
    assert message_as_json(changed)["changed_at"] != ""
    assert message_as_json(untouched)["changed_at"] == ""


async def test_a_change_of_a_message_that_is_gone_is_posted(world: World) -> None:
    """A restart empties the page; what people must know is shown all the same."""
    await world.messenger.post(_parcel(world, placing=Placing.EDIT, anchor="another run"))
    (message,) = world.board.messages("lumina-seller")
    assert message_as_json(message)["changed_at"] == ""
