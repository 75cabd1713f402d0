"""People who are called: each by a message of their own, and by name in an operations room.

A *way* is a place where a call can be made: a direct room of the person, or an operations room where they are named.
Both are begun at once; each goes on to the next of its kind when it fails.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.incidents.notices import call_key, freeze
from handlers.new_deliveries import new_delivery
from handlers.ports import Work
from kpi.deliveries import CauseKind, Delivery, DeliveryState
from kpi.engagements import Audience, Engagement, Platform, Room
from kpi.incidents.changes import Call
from kpi.incidents.incident import Incident
from kpi.incidents.notices import IncidentNotice, IncidentNoticeKind

BEHIND_THE_CARD = timedelta(microseconds=1)
"""A room reads what it is about before somebody is called in it."""


def queue_call(work: Work, engagement: Engagement, incident: Incident, call: Call, now: datetime) -> None:
    """Queue the messages of each person who is called; without people the operations room itself is told."""
    for person in call.people or ("",):
        called = IncidentNotice("", IncidentNoticeKind.CALL, incident, now, call=call, person=person)
        for room in (*engagement.direct_rooms(person)[:1], *rooms_for(engagement, person)[:1]):
            queue_in(work, engagement, called, call, room)


def queue_in(work: Work, engagement: Engagement, called: IncidentNotice, call: Call, room: Room) -> None:
    """Queue the call of one person in one place, once."""
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


def next_way(work: Work, engagement: Engagement, call: Call, person: str, lost: Room | None) -> Room | None:
    """Return where a call is tried next after `lost` (None: a room that is bound no more), or None.

    A message to the person goes on to their other platforms, and to the rooms only when they are gone from one: until
    then being named in a room reaches them.
    """
    gone = _gone_from(work, engagement, call, person)
    is_direct = lost is not None and lost.is_direct
    directs = engagement.direct_rooms(person) if is_direct else ()
    rooms = rooms_for(engagement, person) if gone or not is_direct else ()
    untried = (room for room in (*directs, *rooms) if work.deliveries.by_key(call_key(call, person, room)) is None)
    return next((room for room in untried if _carries(engagement, person, room, gone)), None)


def is_unheard(work: Work, engagement: Engagement, call: Call) -> bool:
    """Tell whether nobody who was called can hear of it any more: all ways failed for all of them."""
    return not any(_may_hear(work, engagement, call, person) for person in call.people or ("",))


def _may_hear(work: Work, engagement: Engagement, call: Call, person: str) -> bool:
    gone = _gone_from(work, engagement, call, person)
    ways = (*engagement.direct_rooms(person), *rooms_for(engagement, person))
    tried = (
        work.deliveries.by_key(call_key(call, person, room))
        for room in ways
        if _carries(engagement, person, room, gone)
    )
    return any(one is None or one.state is not DeliveryState.FAILED for one in tried)


def _gone_from(work: Work, engagement: Engagement, call: Call, person: str) -> frozenset[Platform]:
    """Return the platforms that said during this call that the person cannot be reached there."""
    directs: list[Delivery | None] = [
        work.deliveries.by_key(call_key(call, person, room)) for room in engagement.direct_rooms(person)
    ]
    return frozenset(one.platform for one in directs if one is not None and one.is_unreachable)


def _carries(engagement: Engagement, person: str, room: Room, gone: frozenset[Platform]) -> bool:
    """Tell whether a place can make a person hear: the name of somebody who is gone from a platform wakes nobody there.

    Of somebody nothing is known against, every operations room hears by itself.
    """
    if room.is_direct or not gone:
        return True
    known = engagement.person(person)
    return room.platform not in gone and known is not None and known.handle_on(room.platform) is not None
