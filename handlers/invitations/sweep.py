"""What time does to invitations: the next of the operator's people is asked, and what nobody decided is dropped."""

from __future__ import annotations

from datetime import datetime

from handlers.invitations.claims import ask_who_it_is, rooms_asked
from handlers.invitations.telling import Told, tell, tell_stranger, told_key
from handlers.ports import UnitOfWork, Work
from kpi.deliveries import DeliveryState
from kpi.engagements import Engagement
from kpi.invitations import Invitation, InvitationState, claimed, expired


def sweep_strangers(unit_of_work: UnitOfWork, now: datetime) -> int:
    """Go on with what did not arrive, and end what is due; return how many messages were queued."""
    with unit_of_work() as work:
        work.invitations.forget(now)
        queued = sum(_expire(work, one, now) for one in work.invitations.due(now))
        queued += sum(_after_lost_link(work, one, now) for one in work.invitations.in_state(InvitationState.OPEN))
        claims = work.invitations.in_state(InvitationState.CLAIMED)
        return queued + sum(_ask_on(work, one, now) for one in claims)


def _expire(work: Work, invitation: Invitation, now: datetime) -> int:
    """Drop what a stranger wanted and tell them, and whoever was asked about them."""
    gone = expired(invitation, now)
    if gone is None or not work.invitations.change(invitation, gone):
        return 0
    engagement = work.engagements.get(invitation.engagement)
    if engagement is None:
        return 0
    queued = int(tell_stranger(work, engagement, gone, Told.EXPIRED, now))
    asked = rooms_asked(work, engagement, gone, now)
    return queued + sum(tell(work, engagement, gone, Told.EXPIRED, room, now) for room in asked)


def _after_lost_link(work: Work, invitation: Invitation, now: datetime) -> int:
    """Ask the operator about a stranger whom no message reaches: they cannot say who they are."""
    engagement = work.engagements.get(invitation.engagement)
    room = engagement.stranger_room(invitation.room, invitation.handle) if engagement else None
    if engagement is None or room is None:
        return 0
    link = work.deliveries.by_key(told_key(invitation, Told.LINK, room))
    if link is None or link.state is not DeliveryState.FAILED:
        return 0
    after = claimed(invitation, now)
    if after is None or not work.invitations.change(invitation, after):
        return 0
    return _ask(work, engagement, after, now)


def _ask_on(work: Work, invitation: Invitation, now: datetime) -> int:
    engagement = work.engagements.get(invitation.engagement)
    return _ask(work, engagement, invitation, now) if engagement else 0


def _ask(work: Work, engagement: Engagement, invitation: Invitation, now: datetime) -> int:
    return int(ask_who_it_is(work, engagement, invitation, now))
