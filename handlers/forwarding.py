"""What a person passes on: a room nothing can be sent to reads what somebody forwards there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.messages import Reply
from kpi.absences import Absence
from kpi.deliveries import Delivery
from kpi.engagements import Engagement, Person, Room
from kpi.errors import NotFoundError
from kpi.phrases import phrase
from kpi.wording.wording import Wording


def handed_over(engagement: Engagement, room: Room, reply: Reply, delivery: Delivery) -> tuple[Room, Reply]:
    """Return where a message goes to be forwarded, and the message: what `room` may read, as it reads it.

    Nobody can press or be called in a forwarded message. Raises NotFoundError when nobody can pass it on.
    """
    person = forwarder(engagement, room, delivery.due_at)
    handle = person.handle_on(room.platform) if person else None
    if person is None or handle is None:
        raise NotFoundError(phrase("Nobody can forward to “%(room)s”: see forward_by in its file."), room=room.id)
    wording = Wording(person.language)
    said = wording.say(
        phrase("To forward to “%(room)s” (%(seller)s): what follows is ready. Nothing reaches that group by itself."),
        room=room.id,
        seller=engagement.seller.name,
    )
    if delivery.is_repeat:
        said = wording.say(phrase("(sent again) %(headline)s"), headline=said)
    place = replace(room, address=handle, forward_by=person.id)
    return place, replace(reply, to_forward=said, mention=None, buttons=())


def forwarder(engagement: Engagement, room: Room, at: datetime) -> Person | None:
    """Return who passes on what a room is told: who was named, or whoever stands in for them on that day."""
    person = engagement.person(room.forward_by)
    if person is None:
        return None
    stand_in = _stand_in(engagement, person, at)
    can_forward = stand_in is not None and stand_in.handle_on(room.platform) is not None
    return stand_in if can_forward else person


def _stand_in(engagement: Engagement, person: Person, at: datetime) -> Person | None:
    """Return who stands in for somebody who is away, when they are not away themselves."""
    absence = _absence(engagement, person, at)
    if absence is None:
        return None
    stand_in = engagement.person(absence.stand_in or person.backup)
    return stand_in if stand_in and _absence(engagement, stand_in, at) is None else None


def _absence(engagement: Engagement, person: Person, at: datetime) -> Absence | None:
    today = at.astimezone(person.zone).date()
    return next((one for one in engagement.absences_of(person) if one.first <= today <= one.last), None)
