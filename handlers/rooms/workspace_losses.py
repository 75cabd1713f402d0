"""What becomes of the rooms of a whole workspace when Vigia is taken out of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from handlers.ports import UnitOfWork, Work
from handlers.rooms.room_changes import Change, RoomChange, tell_loss
from kpi.engagements import Audience, Engagement, Platform, Room


@dataclass(frozen=True, slots=True)
class WorkspaceLoss:
    """Vigia was uninstalled from a workspace; `names` are those by which rooms may name it."""

    platform: Platform
    names: frozenset[str]
    at: datetime
    event_id: str


def note_workspace_loss(unit_of_work: UnitOfWork, loss: WorkspaceLoss) -> int:
    """Queue what people are told, where they can still read it; return how many messages."""
    with unit_of_work() as work:
        if not work.inbox.claim(loss.event_id, loss.at):
            return 0
        return sum(_tell(work, loss, engagement) for engagement in work.engagements.all())


def _tell(work: Work, loss: WorkspaceLoss, engagement: Engagement) -> int:
    readers = tuple(_readers(engagement, loss))
    queued = 0
    for room in engagement.rooms:
        if _is_in(room, loss):
            changed = RoomChange(Change.UNINSTALLED, room.platform, room.address, loss.at, loss.event_id)
            queued += tell_loss(work, changed, engagement, room, _concerned(readers, room))
    return queued


def _readers(engagement: Engagement, loss: WorkspaceLoss) -> Iterator[Room]:
    """Yield the rooms outside of the workspace; where none is the operator's, the account manager alone besides."""
    rooms = [room for room in engagement.rooms if not _is_in(room, loss)]
    yield from rooms
    manager = engagement.account_manager()
    if manager is not None and not any(room.audience is Audience.OPERATIONS for room in rooms):
        yield from [one for one in engagement.direct_rooms(manager.id) if not _is_in(one, loss)][:1]


def _concerned(readers: tuple[Room, ...], room: Room) -> tuple[Room, ...]:
    """Return who is told of a room: what happens to the operator's own rooms is nothing for sellers."""
    if room.audience is Audience.SELLER:
        return readers
    return tuple(reader for reader in readers if reader.audience is Audience.OPERATIONS)


def _is_in(room: Room, loss: WorkspaceLoss) -> bool:
    return room.platform is loss.platform and room.workspace in loss.names
