"""What somebody wanted before Vigia knew them, done once as the person they turned out to be.

An act is done, and what it said is kept, in one unit of work; a question is asked anew when its answer goes out, so
that its numbers are those of that moment. What is wrong, and what was asked alone, is answered to the person alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from handlers.deliveries import Composed, compose_delivery
from handlers.direct_rooms import addressed
from handlers.intake import Intake
from handlers.invitations.inviting import LinkTo
from handlers.invitations.message import invitation_message
from handlers.messages import Arrival, Reply
from handlers.new_deliveries import new_delivery
from handlers.ports import UnitOfWork, Work
from handlers.rooms.held_rooms import HeldBack, held_back
from kpi.deliveries import CauseKind, Delivery
from kpi.engagements import Engagement, Person, Platform, Room
from kpi.invitations import Invitation, InvitationState, done
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

Compose = Callable[[Work, Delivery], Composed | HeldBack | None]


def composing(intake: Intake, link_to: LinkTo) -> Compose:
    """Return what composes deliveries, also those that need a question asked or a page's address."""

    def compose(work: Work, delivery: Delivery) -> Composed | HeldBack | None:
        engagement = work.engagements.get(delivery.engagement)
        room = engagement.room(delivery.room) if engagement else None
        if engagement is None or room is None:
            return None
        if (held := held_back(delivery, engagement, room)) is not None:
            return held
        if delivery.cause_kind not in {CauseKind.ANSWER, CauseKind.INVITATION}:
            return compose_delivery(work, delivery)
        reply = (
            invitation_message(work, delivery, engagement, room, link_to)
            if delivery.cause_kind is CauseKind.INVITATION
            else _answer(work, intake, delivery, engagement, room)
        )
        return Composed(room, reply) if reply else None

    return compose


def replay_wishes(unit_of_work: UnitOfWork, intake: Intake, now: datetime) -> int:
    """Do what confirmed people wanted, each in a unit of work of its own; return how many wishes were done."""
    with unit_of_work() as work:
        waiting = work.invitations.in_state(InvitationState.CONFIRMED)
    return sum(_replay(unit_of_work, intake, one, now) for one in waiting)


def _replay(unit_of_work: UnitOfWork, intake: Intake, invitation: Invitation, now: datetime) -> bool:
    with unit_of_work() as work:
        # The event itself was claimed when it was not answered.
        if not work.inbox.claim(f"invitation/{invitation.id}", now):
            return False
        reply = intake.answer_within(work, arrival_of(invitation, now))
        is_kept = reply is not None and (reply.is_private or intake.is_act(invitation.wish.text))
        after = done(invitation, _frozen(reply) if reply and is_kept else "", now)
        if after is None or not work.invitations.change(invitation, after):
            return False
        engagement = work.engagements.get(invitation.engagement)
        person = engagement.person(invitation.person) if engagement else None
        if reply is None or engagement is None or person is None:
            return True
        room = _place(engagement, person, invitation, is_private=reply.is_private)
        if room is not None:
            key = f"invitation/{invitation.id}/answer"
            work.deliveries.add(new_delivery(key, CauseKind.ANSWER, invitation.id, engagement, room, now))
        return True


def arrival_of(invitation: Invitation, now: datetime) -> Arrival:
    """Return what somebody wanted as it arrived, now."""
    wish = invitation.wish
    event = f"invitation/{invitation.id}"
    values = dict(wish.values)
    return Arrival(invitation.platform, wish.address, invitation.handle, wish.text, now, event, wish.is_direct, values)


def _place(engagement: Engagement, person: Person, invitation: Invitation, *, is_private: bool) -> Room | None:
    """Return where an answer goes: to the room it was asked in; alone where it is private, or nothing else is heard."""
    alone = engagement.direct_room(person.id, invitation.platform)
    room = engagement.room(invitation.room)
    # A WeCom group without a webhook of its own is answered and cannot be written to.
    is_mute = room is not None and room.platform is Platform.WECOM and invitation.wish.address == room.address
    return alone if is_private or invitation.wish.is_direct or is_mute else room


def _answer(work: Work, intake: Intake, delivery: Delivery, engagement: Engagement, room: Room) -> Reply | None:
    invitation = work.invitations.get(delivery.cause)
    person = engagement.person(invitation.person) if invitation else None
    if invitation is None or person is None:
        return None
    if invitation.answer:
        reply = _thawed(invitation.answer, room)
    else:
        asked = intake.answer_within(work, arrival_of(invitation, delivery.due_at))
        if asked is None:
            return None
        reply = asked
    wording = Wording(reply.language)
    note = wording.say(phrase("%(name)s wanted this before I knew them."), name=person.name)
    said = replace(reply, notes=(*reply.notes, note), mention=None if room.is_direct else person)
    return addressed(said, engagement) if room.is_direct else said


def _frozen(reply: Reply) -> str:
    """Return what an act said, as it is kept: its words."""
    words = {"headline": reply.headline, "text": reply.text, "notes": reply.notes, "tone": reply.tone.value}
    return json.dumps({**words, "reference": reply.reference}, ensure_ascii=False)


def _thawed(frozen: str, room: Room) -> Reply:
    words = json.loads(frozen)
    return Reply(
        words["headline"],
        room.language,
        text=words["text"],
        tone=Tone(words["tone"]),
        notes=tuple(words["notes"]),
        reference=words["reference"],
    )
