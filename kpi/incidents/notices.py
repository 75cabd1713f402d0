"""What rooms are told of an incident, frozen as it stood: a message says tomorrow what it said today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kpi.incidents.changes import Call
from kpi.incidents.incident import Incident, TimelineEntry


class IncidentNoticeKind(StrEnum):
    """What a message is."""

    CARD = "card"
    """The living message of a room; `entries` are the newest internal notes."""
    NEWS = "news"
    """An answer to the card: `entries` happened."""
    CALL = "call"
    """Somebody is called."""
    REMINDER = "reminder"
    """The owner is asked whether it is still theirs."""
    UNHEARD = "unheard"
    """Another room, `room`, could not be told, for `reason`."""


@dataclass(frozen=True, slots=True)
class IncidentNotice:
    """One thing to say. `person` is who is named so that they hear it (empty: nobody)."""

    id: str
    kind: IncidentNoticeKind
    incident: Incident
    made_at: datetime
    entries: tuple[TimelineEntry, ...] = ()
    call: Call | None = None
    person: str = ""
    room: str = ""
    reason: str = ""
