"""What a delivery says: the message composed anew from its frozen cause, for the room it goes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from handlers.alerts.message import alert_message
from handlers.audits.message import audit_message
from handlers.digests.corrections import BETWEEN, correction_message
from handlers.digests.message import digest_message
from handlers.forwarding import handed_over
from handlers.incidents.message import incident_message
from handlers.incidents.service_record_text import record_message
from handlers.incidents.summary import summary_message
from handlers.invitations.message import invitation_message
from handlers.listening.problem_offers import offer_message, thread_of
from handlers.listening.waiting_questions import nudge_message
from handlers.messages import Reply
from handlers.ports import Work
from handlers.rooms.room_message import room_message
from handlers.rooms.welcome import welcome_message
from handlers.targets.notices import target_message
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Placing, Settlement
from kpi.engagements import Engagement, Room
from kpi.errors import NotFoundError, QuestionError
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

LATE_AFTER = timedelta(minutes=15)
"""A digest that is later than this says so."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A message and the room it goes to; `anchor` is the platform's id of the message it changes or answers, if any."""

    room: Room
    reply: Reply
    anchor: str = ""


def compose_delivery(work: Work, delivery: Delivery) -> Composed | None:
    """Return the message of a delivery, or None when its room or its cause no longer exists.

    An answer is composed by `handlers.replays`, which asks for it, and sends what a room may not get another way.
    """
    engagement = work.engagements.get(delivery.engagement)
    room = engagement.room(delivery.room) if engagement else None
    if engagement is None or room is None or room.id in engagement.held:
        return None
    reply = _REPLIES[delivery.cause_kind](work, delivery, engagement, room)
    if reply is not None and room.forward_by:
        return Composed(*handed_over(engagement, room, reply, delivery))
    return Composed(room, reply, _anchor(work, delivery)) if reply else None


def _anchor(work: Work, delivery: Delivery) -> str:
    """Return the platform's id of the message a delivery belongs to: a person's one, or one of our own."""
    if delivery.cause_kind is CauseKind.OFFER:
        return thread_of(delivery.cause)
    return "" if delivery.placing is Placing.POST else work.deliveries.message_of(delivery.anchor)


def _digest(work: Work, delivery: Delivery, engagement: Engagement, room: Room) -> Reply | None:
    digest = work.digests.get(delivery.cause)
    return _dated(digest_message(digest, engagement, room), delivery, room) if digest else None


def _dated(reply: Reply, delivery: Delivery, room: Room) -> Reply:
    """Return a reply that says so when it could not be delivered for a while."""
    late = delivery.due_at - delivery.created_at
    if late < LATE_AFTER:
        return reply
    said = phrase("Sent %(minutes)s min late: it could not be delivered before.")
    return replace(reply, notes=(*reply.notes, Wording(room.language).say(said, minutes=late // timedelta(minutes=1))))


def _correction(work: Work, delivery: Delivery, engagement: Engagement, room: Room) -> Reply | None:
    before, after = (work.digests.get(part) for part in delivery.cause.split(BETWEEN, 1))
    return correction_message(before, after, engagement, room) if before and after else None


def _alert(work: Work, delivery: Delivery, engagement: Engagement, room: Room) -> Reply | None:
    notice = work.alerts.notice(delivery.cause)
    return alert_message(notice, engagement, room) if notice else None


def _incident(work: Work, delivery: Delivery, engagement: Engagement, room: Room) -> Reply | None:
    notice = work.incidents.notice(delivery.cause)
    return incident_message(notice, engagement, room) if notice else None


def _audit(work: Work, delivery: Delivery, engagement: Engagement, room: Room) -> Reply | None:
    notice = work.audits.notice(delivery.cause)
    return audit_message(notice, engagement, room) if notice else None


def _offer(_work: Work, delivery: Delivery, _engagement: Engagement, room: Room) -> Reply | None:
    return offer_message(delivery.cause, room)


def _summary(work: Work, delivery: Delivery, engagement: Engagement, room: Room) -> Reply | None:
    return summary_message(work, delivery.cause, engagement, room, delivery.due_at)


def _record(work: Work, delivery: Delivery, engagement: Engagement, room: Room) -> Reply | None:
    record = work.service_records.get(delivery.cause)
    return record_message(record, engagement, room) if record else None


def _missed_notice(_work: Work, delivery: Delivery, engagement: Engagement, room: Room) -> Reply:
    wording = Wording(room.language)
    day = date.fromisoformat(delivery.cause.split("/")[2])
    return Reply(
        headline=wording.say(
            phrase("%(engagement)s: the digest of %(day)s was not sent in time and will not follow."),
            engagement=engagement.name,
            day=wording.weekday_day(day),
        ),
        language=room.language,
        text=wording.say(phrase("Its numbers can still be asked for: `/kpi %(day)s`."), day=day.isoformat()),
        tone=Tone.UNKNOWN,
    )


_REPLIES: dict[CauseKind, Callable[[Work, Delivery, Engagement, Room], Reply | None]] = {
    CauseKind.DIGEST: _digest,
    CauseKind.CORRECTION: _correction,
    CauseKind.NOTICE: _missed_notice,
    CauseKind.ALERT: _alert,
    CauseKind.INCIDENT: _incident,
    CauseKind.SUMMARY: _summary,
    CauseKind.RECORD: _record,
    CauseKind.AUDIT: _audit,
    CauseKind.OFFER: _offer,
    CauseKind.NUDGE: nudge_message,
    CauseKind.WELCOME: welcome_message,
    CauseKind.ROOM: room_message,
    CauseKind.INVITATION: invitation_message,
    CauseKind.TARGET: target_message,
}


def send_again(work: Work, delivery_id: str, now: datetime) -> None:
    """Queue a failed or unknown delivery again on a person's word; an unknown one is marked as a repeat.

    Raises NotFoundError or QuestionError with a sentence for that person.
    """
    delivery = work.deliveries.get(delivery_id)
    if delivery is None:
        raise NotFoundError(phrase("There is no delivery “%(id)s”."), id=delivery_id)
    if delivery.state not in {DeliveryState.FAILED, DeliveryState.UNKNOWN}:
        raise QuestionError(
            phrase("Delivery %(id)s is %(state)s; only a failed or unknown one can be sent again."),
            id=delivery_id,
            state=delivery.state.value,
        )
    is_repeat = delivery.is_repeat or delivery.state is DeliveryState.UNKNOWN
    reason = f"sent again on a person's word, after: {delivery.reason}"
    work.deliveries.settle(
        delivery_id, Settlement(DeliveryState.PENDING, reason, now, retry_at=now, is_repeat=is_repeat)
    )
