"""What Vigia hears without being asked: messages in bound rooms that read like trouble, and signs put on messages.

Nothing of what people write is stored: an offer knows the ids of its thread and message, and a sign is turned into the
command it stands for. No incident opens by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.access import OPERATOR_ROLES
from handlers.grammar.incident_words import ABOUT_MESSAGE, Verb
from handlers.listening.problem_offers import queue_offer
from handlers.listening.trouble.reading import trouble_in
from handlers.ports import UnitOfWork, Work
from kpi.deliveries import CauseKind, Delivery
from kpi.engagements import Audience, Engagement, Person, Platform, Room
from kpi.incidents.captured_messages import Capture
from kpi.languages import Language


@dataclass(frozen=True, slots=True)
class Remark:
    """A message nobody addressed to Vigia; `thread` is the id of the message its thread began with, often its own."""

    platform: Platform
    address: str
    handle: str
    text: str
    at: datetime
    event_id: str
    message: str
    thread: str


class Sign(StrEnum):
    """What a reaction means, whatever its picture is called on a platform."""

    REPORT = "report"
    TAKE = "take"
    FIXED = "fixed"
    PIN = "pin"
    UNPIN = "unpin"
    """The pin was taken off again."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """A sign somebody put on a message, or a pin they took off; `is_ours`: Vigia is known to have written the message.

    Taken away and put again it is another event, and means the same again.
    """

    platform: Platform
    address: str
    handle: str
    sign: Sign
    message: str
    is_ours: bool
    event_id: str


@dataclass(frozen=True, slots=True)
class EvidenceThread:
    """The thread of an incident's message: the command that adds to the incident, and the language of its room."""

    command: str
    language: Language


def overhear(unit_of_work: UnitOfWork, remark: Remark) -> bool:
    """Offer to report what reads like trouble, once per thread; return whether an offer was queued.

    Only the seller's people in a room of their own are offered anything: what the operator's people write of trouble
    is how things stand. Strangers and unbound places get silence.
    """
    if trouble_in(remark.text) is None:
        return False
    with unit_of_work() as work:
        known = known_here(work, remark.platform, remark.address, remark.handle)
        if known is None:
            return False
        engagement, room, person = known
        if room.audience is not Audience.SELLER or person.role in OPERATOR_ROLES:
            return False
        if not work.inbox.claim(remark.event_id, remark.at):
            return False
        if is_of_incident(work, engagement, room, remark.thread):
            return False
        return queue_offer(work, engagement, room, remark.thread, remark.message, remark.at)


def twin_of(work: Work, reaction: Reaction) -> str:
    """Return the command a sign stands for, or "" where it means nothing: it is then run as if it had been typed.

    Whoever looks at a card (👀) takes it only on the operator's side, and ticks it off (✅) as fixed only on the
    seller's. A pin (📌) means people's messages, and taken off the one that its own person had put there.
    """
    known = known_here(work, reaction.platform, reaction.address, reaction.handle)
    if known is None:
        return ""
    engagement, room, person = known
    told = work.deliveries.of_message(engagement.id, room.id, reaction.message)
    is_operator = person.role in OPERATOR_ROLES
    match reaction.sign:
        case Sign.REPORT:
            return _report_of(work, told, reaction)
        case Sign.PIN | Sign.UNPIN if not (told or reaction.is_ours):
            return _pointing(work.captures.get(engagement.id, room.id, reaction.message), reaction, person)
        case Sign.TAKE if is_operator:
            return _act_of(work, told, "ack")
        case Sign.FIXED if not is_operator:
            return _act_of(work, told, "fixed")
        case _:
            return ""


def evidence_thread(work: Work, remark: Remark) -> EvidenceThread | None:
    """Return whose thread a message answers in: files in an incident's own are evidence. None for any other message."""
    known = known_here(work, remark.platform, remark.address, remark.handle)
    if known is None or remark.thread == remark.message:
        return None
    engagement, room, _ = known
    command = _act_of(work, work.deliveries.of_message(engagement.id, room.id, remark.thread), Verb.EVIDENCE)
    return EvidenceThread(command, room.language) if command else None


def known_here(work: Work, platform: Platform, address: str, handle: str) -> tuple[Engagement, Room, Person] | None:
    """Return what a place is bound to and who somebody is there, or None where either is unknown."""
    bound = work.engagements.at_address(platform, address)
    if bound is None:
        return None
    engagement, room = bound
    person = engagement.person_by_handle(platform, handle)
    return None if person is None else (engagement, room, person)


def is_of_incident(work: Work, engagement: Engagement, room: Room, message: str) -> bool:
    """Tell whether a room's message says something of an incident."""
    told = work.deliveries.of_message(engagement.id, room.id, message)
    return told is not None and told.cause_kind is CauseKind.INCIDENT


def _report_of(work: Work, told: Delivery | None, reaction: Reaction) -> str:
    """Return the command that reports a message: of an alert or a digest the one of its own button."""
    if told is None:
        return "" if reaction.is_ours else f"/incident {ABOUT_MESSAGE} {reaction.message}"
    if told.cause_kind is CauseKind.DIGEST:
        return f"/incident digest {told.cause}"
    if told.cause_kind is not CauseKind.ALERT:
        return ""
    notice = work.alerts.notice(told.cause)
    return f"/incident alert {notice.episodes[0].alert.id}" if notice and notice.episodes else ""


def _pointing(known: Capture | None, reaction: Reaction, person: Person) -> str:
    """Return the command that takes a message into a timeline, or out again: that is for who took it in alone."""
    if reaction.sign is Sign.PIN:
        return f"/incident {Verb.PIN} {reaction.message}"
    is_theirs = known is not None and known.ended is None and known.by == person.id
    return f"/incident {Verb.UNPIN} {reaction.message}" if is_theirs else ""


def _act_of(work: Work, told: Delivery | None, verb: str) -> str:
    is_of_one = told is not None and told.cause_kind is CauseKind.INCIDENT
    notice = work.incidents.notice(told.cause) if told and is_of_one else None
    return f"/incident {verb} {notice.incident.number}" if notice else ""
