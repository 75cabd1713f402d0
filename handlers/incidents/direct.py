"""What one person alone is told besides calls: when they work, on one platform after the other until one takes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.incidents.notices import alone_key, freeze
from handlers.new_deliveries import new_delivery
from handlers.ports import Work
from kpi.deliveries import CauseKind
from kpi.engagements import Engagement, Room
from kpi.incidents.incident import Incident
from kpi.incidents.notices import IncidentNotice
from kpi.severities import Severity


def tell_alone(work: Work, engagement: Engagement, notice: IncidentNotice) -> None:
    """Tell whom a notice names where they read alone, if there is such a place."""
    rooms = engagement.direct_rooms(notice.person)
    if rooms:
        _queue(work, engagement, freeze(work, notice), rooms[0], notice.made_at)


def tell_elsewhere(
    work: Work, engagement: Engagement, incident: Incident, notice: IncidentNotice, lost: Room | None, now: datetime
) -> Room | None:
    """Tell it on another platform when it was lost and the incident is still this person's; return where."""
    if lost is None or not lost.is_direct or incident.is_closed or incident.owner != notice.person:
        return None
    rooms = engagement.direct_rooms(notice.person)
    room = next((room for room in rooms if work.deliveries.by_key(alone_key(notice, room)) is None), None)
    if room is not None:
        _queue(work, engagement, notice, room, now)
    return room


def _queue(work: Work, engagement: Engagement, notice: IncidentNotice, room: Room, now: datetime) -> None:
    message = new_delivery(alone_key(notice, room), CauseKind.INCIDENT, notice.id, engagement, room, now)
    work.deliveries.add(replace(message, due_at=_awake_at(notice.incident, notice.person, now)))


def _awake_at(incident: Incident, person: str, now: datetime) -> datetime:
    """Return when somebody may hear of it: of a critical incident now, of others when they work."""
    hours = incident.policy.hours_of(person)
    return now if incident.severity is Severity.S1 or hours.is_open(now) else hours.next_open(now)
