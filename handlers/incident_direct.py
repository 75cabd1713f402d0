"""Reminders to one person alone: at an hour they work, on one platform after the other until one takes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.daily_digest import new_delivery
from handlers.incident_notices import freeze, reminder_key
from handlers.ports import Work
from kpi.deliveries import CauseKind
from kpi.engagements import Engagement, Room
from kpi.incident_notices import IncidentNotice, IncidentNoticeKind
from kpi.incidents import Incident
from kpi.severities import Severity


def remind_directly(work: Work, engagement: Engagement, incident: Incident, now: datetime) -> None:
    """Ask the owner where they read alone whether it is still theirs."""
    rooms = engagement.direct_rooms(incident.owner)
    if rooms:
        asked = IncidentNotice("", IncidentNoticeKind.REMINDER, incident, now, person=incident.owner)
        _queue(work, engagement, freeze(work, asked), rooms[0], now)


def remind_elsewhere(
    work: Work, engagement: Engagement, incident: Incident, notice: IncidentNotice, lost: Room | None, now: datetime
) -> Room | None:
    """Ask on another platform when a message to the owner alone was lost and it is still theirs; return where."""
    if lost is None or not lost.is_direct or incident.is_closed or incident.owner != notice.person:
        return None
    rooms = engagement.direct_rooms(notice.person)
    untried = (room for room in rooms if work.deliveries.by_key(reminder_key(notice, room)) is None)
    room = next(untried, None)
    if room is not None:
        _queue(work, engagement, notice, room, now)
    return room


def _queue(work: Work, engagement: Engagement, notice: IncidentNotice, room: Room, now: datetime) -> None:
    question = new_delivery(reminder_key(notice, room), CauseKind.INCIDENT, notice.id, engagement, room, now)
    work.deliveries.add(replace(question, due_at=_awake_at(notice.incident, notice.person, now)))


def _awake_at(incident: Incident, person: str, now: datetime) -> datetime:
    """Return when somebody may be asked: of a critical incident now, of others when they work."""
    hours = incident.policy.hours_of(person)
    return now if incident.severity is Severity.S1 or hours.is_open(now) else hours.next_open(now)
