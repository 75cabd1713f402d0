"""Who reads about an incident: somebody who asks, or a room that is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kpi.engagements import Audience, Engagement, Room
from kpi.incidents.incident import Incident, TimelineEntry
from kpi.incidents.views import is_for_sellers, seller_lines, seller_view
from kpi.languages import Language


class Reader(Protocol):
    """Where an incident is read, in which language, at which instant; a `Request` is one."""

    @property
    def engagement(self) -> Engagement:
        """Whose incident it is."""

    @property
    def room(self) -> Room:
        """Where it is read."""

    @property
    def language(self) -> Language:
        """In which language."""

    @property
    def at(self) -> datetime:
        """As of when."""


@dataclass(frozen=True, slots=True)
class RoomReader:
    """A room that is told without having asked."""

    engagement: Engagement
    room: Room
    at: datetime

    @property
    def language(self) -> Language:
        """The room's."""
        return self.room.language


def is_operations(reader: Reader) -> bool:
    """Tell whether the operator's own people read it."""
    return reader.room.audience is Audience.OPERATIONS


def may_read(reader: Reader, incident: Incident) -> bool:
    """Tell whether a room may know of an incident at all."""
    return is_operations(reader) or is_for_sellers(incident)


def shown_to(reader: Reader, incident: Incident) -> Incident:
    """Return as much of an incident as a room may read."""
    return incident if is_operations(reader) else seller_view(incident)


def lines_for(reader: Reader, entries: tuple[TimelineEntry, ...]) -> tuple[TimelineEntry, ...]:
    """Return the lines of a timeline that a room may read."""
    return entries if is_operations(reader) else seller_lines(entries)
