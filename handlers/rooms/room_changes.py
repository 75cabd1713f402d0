"""What becomes of a room when its channel changes: it follows a new id, and who has to act is told, once.

What is told is a delivery whose cause names what happened, the room, its place and a person. A platform repeats its
events and says some things twice: a room that is lost is lost until it is back, and its loss is told once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count

from handlers.access import OPERATOR_ROLES
from handlers.audits.audience import admins_of
from handlers.incidents.calls import rooms_for
from handlers.new_deliveries import new_delivery
from handlers.ports import UnitOfWork, Work
from handlers.quiet_hours import quiet_hours_of
from handlers.rooms.held_rooms import readers_instead
from handlers.rooms.welcome import keep_welcome, welcome_again
from kpi.deliveries import CauseKind
from kpi.engagements import Audience, Engagement, Person, Platform, Room


class Change(StrEnum):
    """What happened to a channel."""

    MOVED = "moved"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    SHARED = "shared"
    UNSHARED = "unshared"
    LEFT = "left"
    JOINED = "joined"
    """Vigia itself left or joined."""
    UNINSTALLED = "uninstalled"
    """Vigia was taken out of its whole workspace: `handlers/rooms/workspace_losses.py`."""
    CONFIRMED = "confirmed"
    """Somebody said that another company may read it: `handlers/rooms/command.py`."""


@dataclass(frozen=True, slots=True)
class RoomChange:
    """Something that happened to a place; `moved_to` is its new address, `handle` is who invited Vigia.

    `is_still_shared`: of several companies that read it one left.
    """

    change: Change
    platform: Platform
    address: str
    at: datetime
    event_id: str
    moved_to: str = ""
    handle: str = ""
    is_still_shared: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a delivery tells: of which room ("" for a place nobody bound), where it is, and who did it."""

    change: Change
    room: str
    platform: Platform
    address: str
    person: str = ""

    @property
    def cause(self) -> str:
        """The same as the cause of a delivery."""
        return _BETWEEN.join((self.change, self.room, self.platform, self.address, self.person))


ENDS: dict[Change, tuple[Change, ...]] = {
    Change.UNARCHIVED: (Change.ARCHIVED,),
    Change.SHARED: (Change.UNSHARED,),
    Change.JOINED: (Change.LEFT, Change.UNINSTALLED),
}
"""What brings a room back, and from which losses: also after a new installation Vigia is in no channel yet."""
UNDONE_WITHIN = timedelta(minutes=2)
"""A wrong click is undone within so long: sellers hear nothing of it."""
_BETWEEN = "/"
_BACK = "/back"


def told_of(cause: str) -> Told:
    """Return what the cause of a delivery tells."""
    change, room, platform, address, person = cause.split(_BETWEEN, 4)
    return Told(Change(change), room, Platform(platform), address, person)


def back_key(key: str) -> str:
    """Return the key of the delivery that says that a loss, told under `key`, is over."""
    return f"{key}{_BACK}"


def loss_key(key: str) -> str:
    """Return the key of the loss that a delivery says is over, or "" when it says something else."""
    return key.removesuffix(_BACK) if key.endswith(_BACK) else ""


def note_room_change(unit_of_work: UnitOfWork, changed: RoomChange) -> int:
    """Do what follows from a change and queue what is to be told; return how many messages.

    Of a place nobody has bound only an invitation matters.
    """
    with unit_of_work() as work:
        if not work.inbox.claim(changed.event_id, changed.at):
            return 0
        _note_readers(work, changed)
        bound = work.engagements.at_address(changed.platform, changed.address)
        if bound is None:
            return _tell_of_invitation(work, changed) if changed.change is Change.JOINED else 0
        return _FOLLOWING[changed.change](work, changed, *bound)


def _note_readers(work: Work, changed: RoomChange) -> None:
    """Keep whether another company reads a place, bound or not: it may be told before its new address is."""
    places, here = work.shared_places, (changed.platform, changed.address)
    if changed.change is Change.SHARED:
        places.share(*here, changed.at)
    elif changed.change is Change.UNSHARED and not changed.is_still_shared:
        places.unshare(*here)
    elif changed.change is Change.MOVED and changed.moved_to:
        places.move(*here, changed.moved_to)


_Following = Callable[[Work, RoomChange, Engagement, Room], int]


def _follow(work: Work, changed: RoomChange, engagement: Engagement, room: Room) -> int:
    """Bind a room to its channel's new id and tell who keeps the engagement file, or the next `apply` undoes it."""
    if not changed.moved_to or work.engagements.at_address(changed.platform, changed.moved_to) is not None:
        return 0
    moved = replace(room, address=changed.moved_to)
    followed = replace(engagement, rooms=tuple(moved if one.id == room.id else one for one in engagement.rooms))
    work.engagements.save(followed, changed.at)
    keep_welcome(work, followed, moved, changed.at)
    told = Told(Change.MOVED, room.id, changed.platform, changed.moved_to)
    operations = (one for one in followed.rooms if one.audience is Audience.OPERATIONS)
    admins = (direct for one in admins_of(followed) for direct in followed.direct_rooms(one.id)[:1])
    key = f"room/{engagement.id}/{room.id}/moved/{changed.event_id}"
    queued = _tell_if_held_now(work, changed, engagement, moved)
    return queued + sum(
        _tell(work, f"{key}/{one.id}", told, followed, one, changed.at) for one in (*operations, *admins)
    )


def _tell_if_held_now(work: Work, changed: RoomChange, engagement: Engagement, moved: Room) -> int:
    """Tell who decides of a room that was said to be shared under its new id, before it had it."""
    now = work.engagements.get(engagement.id)
    if now is None or moved.id not in now.held or moved.id in engagement.held:
        return 0
    shared = replace(changed, change=Change.SHARED, address=changed.moved_to)
    return _tell_of_sharing(work, shared, now, moved)


def _tell_of_loss(work: Work, changed: RoomChange, engagement: Engagement, room: Room) -> int:
    return tell_loss(work, changed, engagement, room, _others(engagement, room, changed.change))


def tell_confirmed(work: Work, engagement: Engagement, room: Room, person: Person, at: datetime) -> None:
    """Tell the account manager, or who reads in their place, that a room was confirmed by somebody else.

    Who was told that a seller's room was lost hears now that it is back.
    """
    if room.audience is Audience.SELLER:
        _tell_back(work, Change.SHARED, engagement, room, at)
    told = Told(Change.CONFIRMED, room.id, room.platform, room.address, person.id)
    key = f"room/{engagement.id}/{room.id}/{Change.CONFIRMED}/{at.isoformat()}"
    for reader in readers_instead(engagement):
        if reader not in engagement.direct_rooms(person.id):
            _tell(work, f"{key}/{reader.id}", told, engagement, reader, at)


def tell_loss(work: Work, changed: RoomChange, engagement: Engagement, room: Room, readers: tuple[Room, ...]) -> int:
    """Tell readers that nothing reaches this room, until it is back; return how many messages."""
    told = Told(changed.change, room.id, changed.platform, changed.address)
    queued = 0
    for reader in readers:
        key, is_lost = _episode(work, engagement, told, reader)
        queued += not is_lost and _tell(work, key, told, engagement, reader, changed.at)
    return queued


def _tell_of_return(work: Work, changed: RoomChange, engagement: Engagement, room: Room) -> int:
    return _tell_back(work, changed.change, engagement, room, changed.at)


def _tell_back(work: Work, change: Change, engagement: Engagement, room: Room, at: datetime) -> int:
    """Tell those who were told of the loss that it is over, and welcome the room if its welcome never arrived."""
    back = Told(change, room.id, room.platform, room.address)
    queued = int(welcome_again(work, engagement, room, at))
    for lost in ENDS[change]:
        for reader in _told_of(engagement, room, lost):
            key, is_lost = _episode(work, engagement, replace(back, change=lost), reader)
            queued += is_lost and _tell(work, back_key(key), back, engagement, reader, at)
    return queued


def _told_of(engagement: Engagement, room: Room, lost: Change) -> tuple[Room, ...]:
    """Return who may have been told of a loss; of a whole workspace's, the account manager wherever they read alone."""
    manager = engagement.account_manager()
    directs = engagement.direct_rooms(manager.id) if manager and lost is Change.UNINSTALLED else ()
    return tuple(dict.fromkeys((*_others(engagement, room, lost), *directs)))


def _tell_of_sharing(work: Work, changed: RoomChange, engagement: Engagement, room: Room) -> int:
    """Tell who confirms it that people of another workspace read along now, and that the room is held back."""
    if room.audience is Audience.OPERATIONS:
        return _tell_of_readers(work, changed, engagement, room)
    told = Told(Change.SHARED, room.id, changed.platform, changed.address)
    key = f"room/{engagement.id}/{room.id}/shared/{changed.event_id}"
    return sum(_tell(work, key, told, engagement, one, changed.at) for one in _managers_room(engagement))


def _tell_of_unsharing(work: Work, changed: RoomChange, engagement: Engagement, room: Room) -> int:
    if room.audience is not Audience.OPERATIONS:
        return _tell_of_loss(work, changed, engagement, room)
    return 0 if changed.is_still_shared else _tell_of_readers(work, changed, engagement, room)


def _tell_of_readers(work: Work, changed: RoomChange, engagement: Engagement, room: Room) -> int:
    """Tell the account manager and the admins alone that an operations room is held back now, or is no more."""
    told = Told(changed.change, room.id, changed.platform, changed.address)
    key = f"room/{engagement.id}/{room.id}/{changed.change}/{changed.event_id}"
    admins = (direct for one in admins_of(engagement) for direct in engagement.direct_rooms(one.id)[:1])
    readers = dict.fromkeys((*readers_instead(engagement), *admins))
    return sum(_tell(work, f"{key}/{one.id}", told, engagement, one, changed.at) for one in readers)


def _tell_of_invitation(work: Work, changed: RoomChange) -> int:
    """Tell somebody of the operator how to bind the place they invited Vigia into; of a seller, their account manager.

    Nobody else is told anything, and nothing is said there.
    """
    known = _inviter(work, changed)
    if known is None:
        return 0
    engagement, person = known
    told = Told(Change.JOINED, "", changed.platform, changed.address, person.id)
    is_operator = person.role in OPERATOR_ROLES
    places = engagement.direct_rooms(person.id)[:1] if is_operator else _managers_room(engagement)
    key = f"invited/{engagement.id}/{changed.event_id}"
    return sum(_tell(work, key, told, engagement, one, changed.at) for one in places)


def _inviter(work: Work, changed: RoomChange) -> tuple[Engagement, Person] | None:
    """Return who invited Vigia and where they are known, rather as one of the operator's people."""
    known = (
        (engagement, person)
        for engagement in work.engagements.all()
        if (person := engagement.person_by_handle(changed.platform, changed.handle)) is not None
    )
    return min(known, key=lambda one: one[1].role not in OPERATOR_ROLES, default=None)


def _managers_room(engagement: Engagement) -> tuple[Room, ...]:
    manager = engagement.account_manager()
    return rooms_for(engagement, manager.id if manager else "")[:1]


def _others(engagement: Engagement, room: Room, change: Change) -> tuple[Room, ...]:
    """Return who is told of a loss: the other rooms; where there are none, the account manager alone.

    That the operator's own channel is shared no more is nothing for sellers.
    """
    is_internal = room.audience is Audience.OPERATIONS and change is Change.UNSHARED
    others = [
        one
        for one in engagement.rooms
        if one.id != room.id and not (is_internal and one.audience is not Audience.OPERATIONS)
    ]
    if others:
        return tuple(others)
    manager = engagement.account_manager()
    return engagement.direct_rooms(manager.id)[:1] if manager else ()


def _episode(work: Work, engagement: Engagement, told: Told, reader: Room) -> tuple[str, bool]:
    """Return the key under which a reader hears of a loss, and whether they have and the room is not back since."""
    for key in _episodes(engagement, told, reader):
        if work.deliveries.by_key(key) is None:
            return key, False
        if work.deliveries.by_key(back_key(key)) is None:
            return key, True
    raise AssertionError("numbers never end")


def _episodes(engagement: Engagement, told: Told, reader: Room) -> Iterator[str]:
    return (
        f"room/{engagement.id}/{told.room}/{told.change}/{told.address}/{reader.id}/{number}" for number in count(1)
    )


def _tell(work: Work, key: str, told: Told, engagement: Engagement, reader: Room, at: datetime) -> bool:
    """Queue what a place is told; a seller's room hears later what may be undone at once, and sleeps at night."""
    delivery = new_delivery(key, CauseKind.ROOM, told.cause, engagement, reader, at)
    if reader.audience is Audience.SELLER and not reader.is_direct:
        delivery = replace(delivery, due_at=quiet_hours_of(reader).next_open(at + UNDONE_WITHIN))
    return work.deliveries.add(delivery)


_FOLLOWING: dict[Change, _Following] = {
    Change.MOVED: _follow,
    Change.ARCHIVED: _tell_of_loss,
    Change.UNSHARED: _tell_of_unsharing,
    Change.LEFT: _tell_of_loss,
    Change.UNARCHIVED: _tell_of_return,
    Change.JOINED: _tell_of_return,
    Change.SHARED: _tell_of_sharing,
}
