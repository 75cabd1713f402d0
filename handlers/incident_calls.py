"""People who are called: each by name, in the first operations room whose platform can make them hear it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.daily_digest import new_delivery
from handlers.incident_notices import call_key, freeze
from handlers.ports import Work
from kpi.deliveries import CauseKind, Delivery, DeliveryState
from kpi.engagements import Audience, Engagement, Room
from kpi.incident_changes import Call
from kpi.incident_notices import IncidentNotice, IncidentNoticeKind
from kpi.incidents import Incident

BEHIND_THE_CARD = timedelta(microseconds=1)
"""A room reads what it is about before somebody is called in it."""


def queue_call(work: Work, engagement: Engagement, incident: Incident, call: Call, now: datetime) -> None:
    """Queue one message for each person who is called; without people the operations room itself is told."""
    for person in call.people or ("",):
        rooms = rooms_for(engagement, person)
        if rooms:
            called = IncidentNotice("", IncidentNoticeKind.CALL, incident, now, call=call, person=person)
            queue_in(work, engagement, called, call, rooms[0])


def queue_in(work: Work, engagement: Engagement, called: IncidentNotice, call: Call, room: Room) -> None:
    """Queue the call of one person in one room, once."""
    key = call_key(call, called.person, room)
    if work.deliveries.by_key(key) is None:
        notice = freeze(work, called)
        summons = new_delivery(key, CauseKind.INCIDENT, notice.id, engagement, room, notice.made_at)
        work.deliveries.add(replace(summons, due_at=notice.made_at + BEHIND_THE_CARD))


def rooms_for(engagement: Engagement, person: str) -> tuple[Room, ...]:
    """Return the operations rooms, those first whose platform knows this person: there they hear it."""
    rooms = [room for room in engagement.rooms if room.audience is Audience.OPERATIONS]
    known = engagement.person(person)
    return tuple(sorted(rooms, key=lambda room: known is None or known.handle_on(room.platform) is None))


def next_room(work: Work, engagement: Engagement, call: Call, person: str) -> Room | None:
    """Return the next room in which a call was not tried yet, or None."""
    tried = (work.deliveries.by_key(call_key(call, person, room)) for room in rooms_for(engagement, person))
    return next((room for room, one in zip(rooms_for(engagement, person), tried, strict=True) if one is None), None)


def is_unheard(work: Work, engagement: Engagement, call: Call) -> bool:
    """Tell whether nobody who was called can hear of it any more: all rooms failed for all of them."""
    deliveries: list[Delivery | None] = [
        work.deliveries.by_key(call_key(call, person, room))
        for person in call.people or ("",)
        for room in rooms_for(engagement, person)
    ]
    return all(one is not None and one.state is DeliveryState.FAILED for one in deliveries)
