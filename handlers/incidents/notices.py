"""Freezing what rooms are told of an incident, and the names its messages are found by."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from handlers.ports import Work
from kpi.deliveries import CauseKind
from kpi.engagements import Engagement, Room
from kpi.incidents.changes import Call
from kpi.incidents.incident import Incident
from kpi.incidents.notices import IncidentNotice


def freeze(work: Work, notice: IncidentNotice) -> IncidentNotice:
    """Store what is said under an id of its own and return it."""
    named = replace(notice, id=f"{notice.incident.id}-{uuid4().hex}")
    work.incidents.freeze_notice(named)
    return named


def incident_told_by(work: Work, engagement: Engagement, room: Room, message: str) -> Incident | None:
    """Return the incident a room's message says something of, as it is now, or None."""
    told = work.deliveries.of_message(engagement.id, room.id, message)
    notice = work.incidents.notice(told.cause) if told and told.cause_kind is CauseKind.INCIDENT else None
    return work.incidents.by_id(notice.incident.id) if notice else None


def card_key(incident: Incident, room: Room) -> str:
    """Return the once-only key of a room's card."""
    return f"incident/{incident.id}/card/{room.id}"


def call_key(call: Call, person: str, room: Room) -> str:
    """Return the once-only key of one person's call in one room."""
    return f"{call.key}/{room.id}/{person}"


def alone_key(notice: IncidentNotice, room: Room) -> str:
    """Return the once-only key of what somebody alone is told, on one platform."""
    return f"incident/{notice.incident.id}/alone/{notice.id}/{room.id}"


def unheard_key(incident: Incident, lost: str, told: Room) -> str:
    """Return the once-only key of the message that tells one room that another one cannot be reached."""
    return f"incident/{incident.id}/unheard/{lost}/{told.id}"
