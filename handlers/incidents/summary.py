"""What an incident was: gathered from what is stored, posted when it ends, and answered when somebody asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.incidents.captured_words import told_lines
from handlers.incidents.notices import card_key
from handlers.incidents.pictures import incident_picture
from handlers.incidents.readers import Reader, RoomReader, is_operations, may_read
from handlers.incidents.summary_text import summary_document, summary_reply
from handlers.messages import Reply
from handlers.new_deliveries import new_delivery
from handlers.ports import Work
from handlers.quiet_hours import quiet_hours_of
from kpi.deliveries import CauseKind, Placing
from kpi.documents import Document
from kpi.engagements import Engagement, Room
from kpi.incidents.changes import Changed
from kpi.incidents.incident import EntryKind, Incident, Status
from kpi.incidents.summaries import IncidentSummary, for_seller, summarise, told_of

SETTLES_WITHIN = timedelta(minutes=1)
"""How long after the end the summary waits: by then it is known whether the last messages arrived."""
_ENDS = frozenset({EntryKind.RESOLVED, EntryKind.IMPROVED})


def summary_of(work: Work, incident: Incident, reader: Reader) -> IncidentSummary:
    """Return an incident's summary as its reader may see it."""
    notices = work.incidents.notices(incident.id)
    deliveries = work.deliveries.of_causes([notice.id for notice in notices])
    told = told_of(reader.engagement, notices, deliveries)
    summary = summarise(incident, told_lines(work, incident.id), told, reader.at)
    return summary if is_operations(reader) else for_seller(summary)


def printed_summary(work: Work, incident: Incident, reader: Reader) -> Document:
    """Return the summary as a document in the reader's language and on their clock."""
    summary = summary_of(work, incident, reader)
    picture = incident_picture(work, reader.engagement, incident, reader.language, reader.at)
    return summary_document(summary, reader, picture)


def summary_answer(work: Work, incident: Incident, reader: Reader) -> Reply:
    """Return the summary in short, with the document that has all of it."""
    short = summary_reply(summary_of(work, incident, reader), reader)
    return replace(short, document=printed_summary(work, incident, reader))


def summary_message(work: Work, incident_id: str, engagement: Engagement, room: Room, at: datetime) -> Reply | None:
    """Return the message that tells a room what an incident was, or None where it may not read it."""
    incident, reader = work.incidents.by_id(incident_id), RoomReader(engagement, room, at)
    return summary_answer(work, incident, reader) if incident is not None and may_read(reader, incident) else None


def queue_summaries(work: Work, engagement: Engagement, changed: Changed, rooms: tuple[Room, ...]) -> None:
    """Queue the summary of an incident that has just been resolved, in answer to the card of each of these rooms.

    It wakes nobody. A drill has none, and what was merged is summed up with the incident it went into.
    """
    incident = changed.incident
    has_ended = any(line.kind in _ENDS for line in changed.entries)
    if not has_ended or incident.status is not Status.RESOLVED or incident.is_drill or incident.resolved_at is None:
        return
    for room in rooms:
        key = f"incident/{incident.id}/summary/{room.id}"
        summary = new_delivery(key, CauseKind.SUMMARY, incident.id, engagement, room, incident.resolved_at)
        due_at = quiet_hours_of(room).next_open(incident.resolved_at) + SETTLES_WITHIN
        anchor = card_key(incident, room)
        work.deliveries.add(replace(summary, placing=Placing.REPLY, anchor=anchor, due_at=due_at))
