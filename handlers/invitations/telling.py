"""Queueing what is told of an invitation: to the stranger alone, and to whoever decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.new_deliveries import new_delivery
from handlers.ports import Work
from kpi.deliveries import CauseKind
from kpi.engagements import Engagement, Room
from kpi.invitations import Invitation

_BETWEEN = "/"


class Told(StrEnum):
    """What is told."""

    LINK = "link"
    """Where to say who they are."""
    CLAIM = "claim"
    KNOWN = "known"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Cause:
    """What a delivery tells, and of which invitation."""

    told: Told
    invitation: str


def cause_of(cause: str) -> Cause:
    """Return what the cause of a delivery tells."""
    told, invitation = cause.split(_BETWEEN, 1)
    return Cause(Told(told), invitation)


def told_key(invitation: Invitation, told: Told, room: Room) -> str:
    """Return the once-only key under which a place is told something of an invitation."""
    return f"invitation/{invitation.id}/{told}/{room.id}"


def tell(work: Work, engagement: Engagement, invitation: Invitation, told: Told, room: Room, now: datetime) -> bool:
    """Queue what a place is told of an invitation, once."""
    cause = f"{told}{_BETWEEN}{invitation.id}"
    key = told_key(invitation, told, room)
    return work.deliveries.add(new_delivery(key, CauseKind.INVITATION, cause, engagement, room, now))


def tell_stranger(work: Work, engagement: Engagement, invitation: Invitation, told: Told, now: datetime) -> bool:
    """Queue what a stranger is told alone; False: their room is bound no more, or it was told before."""
    room = engagement.stranger_room(invitation.room, invitation.handle)
    return room is not None and tell(work, engagement, invitation, told, room, now)
