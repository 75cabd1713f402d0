"""Who strangers say they are, and whom of the operator it is told: one after the other until a message arrives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.audits.audience import admins_of
from handlers.incidents.calls import rooms_for
from handlers.invitations.telling import Told, tell, told_key
from handlers.ports import Work
from kpi.acquaintances import nameable
from kpi.deliveries import DeliveryState
from kpi.engagements import Engagement, Person, Room
from kpi.errors import NotFoundError, QuestionError
from kpi.invitations import Invitation, InvitationState, claimed, tidy_name
from kpi.languages import Language
from kpi.phrases import phrase

IS_OVER = phrase("This link is over. Ask again in your group, and you get a new one.")


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """What the page of an invitation shows: in which language, whom one may be, and whether it was said already."""

    language: Language
    manager: str
    people: tuple[Person, ...]
    is_said: bool


def claim_page(work: Work, invitation_id: str, now: datetime) -> ClaimPage:
    """Return the page of an invitation; raises NotFoundError when it is over."""
    invitation, engagement, room = _find(work, invitation_id, now)
    manager = engagement.account_manager()
    return ClaimPage(
        room.language,
        manager.name if manager else engagement.seller.name,
        nameable(engagement, invitation.platform),
        is_said=invitation.state is not InvitationState.OPEN,
    )


def say_who(work: Work, invitation_id: str, person: str, name: str, now: datetime) -> None:
    """Take who a stranger says they are: one of the people of the page, or a name they typed.

    Raises NotFoundError when it is over or was said already, QuestionError for nobody.
    """
    invitation, engagement, _ = _find(work, invitation_id, now)
    if person not in {one.id for one in nameable(engagement, invitation.platform)}:
        person = ""
    if not person and not tidy_name(name):
        raise QuestionError(phrase("Choose your name, or type it."))
    after = claimed(invitation, now, person=person, name=name)
    if after is None or not work.invitations.change(invitation, after):
        raise NotFoundError(IS_OVER)
    ask_who_it_is(work, engagement, after, now)


def ask_who_it_is(work: Work, engagement: Engagement, invitation: Invitation, now: datetime) -> bool:
    """Ask the first of the operator's people who can be reached; False: they are asked already, or nobody is left."""
    for room in _ways(engagement, now):
        told = work.deliveries.by_key(told_key(invitation, Told.CLAIM, room))
        if told is None:
            return tell(work, engagement, invitation, Told.CLAIM, room, now)
        if told.state is not DeliveryState.FAILED:
            return False
    return False


def rooms_asked(work: Work, engagement: Engagement, invitation: Invitation, now: datetime) -> tuple[Room, ...]:
    """Return the places where the operator was asked."""
    ways = _ways(engagement, now)
    return tuple(room for room in ways if work.deliveries.by_key(told_key(invitation, Told.CLAIM, room)) is not None)


def _ways(engagement: Engagement, now: datetime) -> tuple[Room, ...]:
    """Return where it is asked, the first that works: alone, then in the operations rooms, the admins last."""
    managers = _managers(engagement, now)
    named = managers[0].id if managers else ""
    alone = (room for one in managers for room in engagement.direct_rooms(one.id))
    admins = (room for one in admins_of(engagement) for room in engagement.direct_rooms(one.id))
    return tuple(dict.fromkeys((*alone, *rooms_for(engagement, named), *admins)))


def _managers(engagement: Engagement, now: datetime) -> tuple[Person, ...]:
    """Return who is asked: the account manager; while they are away, who stands in for them before them."""
    manager = engagement.account_manager()
    if manager is None:
        return ()
    today = now.astimezone(manager.zone).date()
    absence = next((one for one in engagement.absences_of(manager) if one.first <= today <= one.last), None)
    stand_in = engagement.person(absence.stand_in or manager.backup) if absence else None
    return (stand_in, manager) if stand_in else (manager,)


def _find(work: Work, invitation_id: str, now: datetime) -> tuple[Invitation, Engagement, Room]:
    invitation = work.invitations.get(invitation_id)
    engagement = work.engagements.get(invitation.engagement) if invitation else None
    room = engagement.room(invitation.room) if engagement and invitation else None
    if invitation is None or engagement is None or room is None or invitation.is_over or now >= invitation.until:
        raise NotFoundError(IS_OVER)
    return invitation, engagement, room
