"""What a delivery says: the message composed anew from its frozen cause, for the room it goes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.digest_message import digest_message
from handlers.messages import Reply
from handlers.ports import Work
from kpi.deliveries import CauseKind, Delivery
from kpi.engagements import Engagement, Room
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording


@dataclass(frozen=True, slots=True)
class Composed:
    """A message and the room it goes to."""

    room: Room
    reply: Reply


def compose_delivery(work: Work, delivery: Delivery) -> Composed | None:
    """Return the message of a delivery, or None when its room or its cause no longer exists."""
    engagement = work.engagements.get(delivery.engagement)
    room = engagement.room(delivery.room) if engagement else None
    if engagement is None or room is None:
        return None
    match delivery.cause_kind:
        case CauseKind.DIGEST:
            digest = work.digests.get(delivery.cause)
            return Composed(room, digest_message(digest, engagement, room)) if digest else None
        case CauseKind.NOTICE:
            return Composed(room, _missed_notice(delivery, engagement, room))
        case _:
            return None


def _missed_notice(delivery: Delivery, engagement: Engagement, room: Room) -> Reply:
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
