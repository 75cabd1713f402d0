"""Whom Vigia tells of its own faults and drills: operations rooms, with the admin named where the room knows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kpi.engagements import Audience, Engagement, Person, Platform, Role, Room


@dataclass(frozen=True, slots=True)
class Listener:
    """A room that is told, and who is named in it (None: nobody)."""

    engagement: Engagement
    room: Room
    admin: Person | None


def whom_to_tell(engagements: Iterable[Engagement], concerned: str) -> tuple[Listener, ...]:
    """Return who is told of what concerns one engagement ("": the whole installation).

    Of an engagement all operations rooms are told. Of the whole installation each admin is told in one room; without
    any admin all operations rooms are.
    """
    listeners = [
        Listener(engagement, room, admin_in(engagement, room))
        for engagement in engagements
        if concerned in {"", engagement.id}
        for room in engagement.rooms
        if room.audience is Audience.OPERATIONS
    ]
    if concerned:
        return tuple(listeners)
    once: dict[tuple[Platform, str | None], Listener] = {}
    for one in listeners:
        if one.admin is not None:
            once.setdefault((one.room.platform, one.admin.handle_on(one.room.platform)), one)
    return tuple(once.values()) or tuple(listeners)


def admins_of(engagement: Engagement) -> tuple[Person, ...]:
    """Return the admins of an engagement."""
    return tuple(person for person in engagement.people if person.role is Role.ADMIN)


def admin_in(engagement: Engagement, room: Room) -> Person | None:
    """Return the first admin whom a room's platform knows, so that they hear it, or None."""
    return next((one for one in admins_of(engagement) if one.handle_on(room.platform) is not None), None)
