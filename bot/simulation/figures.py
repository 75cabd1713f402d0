"""The figures of a journey: each call with its due time and its sending, each promise with its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from handlers.ports import Work
from kpi.deliveries import Delivery
from kpi.engagements import Engagement
from kpi.incidents.incident import Incident
from kpi.promises import Promise, PromiseStanding, standing_of

CALLS = "/call/"
"""In the once-only key of every delivery that calls somebody (`kpi.incidents.changes.Call.key`)."""
MOST_DELIVERIES = 9_999


@dataclass(frozen=True, slots=True)
class Page:
    """One person's call in one room, from being due to its end."""

    incident: int
    call: int
    person: str
    delivery: Delivery
    due_at: datetime

    @property
    def late_by(self) -> timedelta:
        """How long after it was due it was settled."""
        return (self.delivery.settled_at or self.due_at) - self.due_at


@dataclass(frozen=True, slots=True)
class IncidentFigures:
    """How one incident went."""

    incident: Incident
    promises: tuple[PromiseStanding, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """How a journey went, up to its end."""

    pages: tuple[Page, ...]
    incidents: tuple[IncidentFigures, ...]

    def overdue(self) -> tuple[timedelta, timedelta]:
        """Return median and worst time from due to sent; nothing where nobody was called."""
        times = [page.late_by.total_seconds() for page in self.pages] or [0.0]
        return timedelta(seconds=median(times)), timedelta(seconds=max(times))


Dues = dict[tuple[str, int], datetime]
"""Incident and number of a call → when it was due."""


def figures_of(work: Work, engagement: Engagement, dues: Dues, since: datetime, until: datetime) -> Figures:
    """Return the figures of everything that was opened since an instant."""
    incidents = work.incidents.of_engagement(engagement.id, since)[::-1]
    deliveries = work.deliveries.of_engagement(engagement.id, MOST_DELIVERIES)
    pages = [_page(one, incidents, dues) for one in deliveries if CALLS in one.key]
    found = sorted((page for page in pages if page), key=_in_order)
    return Figures(tuple(found), tuple(_figures(one, until) for one in incidents))


def _in_order(page: Page) -> tuple[int, int, str, str]:
    return page.incident, page.call, page.person, page.delivery.room


def _page(delivery: Delivery, incidents: tuple[Incident, ...], dues: Dues) -> Page | None:
    name, _, rest = delivery.key.removeprefix("incident/").partition(CALLS)
    number, person = rest.split("/", 1)[0], rest.rsplit("/", 1)[-1]  # between them, the room
    incident = next((one for one in incidents if one.id == name), None)
    if incident is None:
        return None
    due_at = dues.get((name, int(number)), delivery.created_at)
    return Page(incident.number, int(number), person, delivery, due_at)


def _figures(incident: Incident, until: datetime) -> IncidentFigures:
    standings = (
        standing_of(promise, incident.due_at(promise), incident.kept_at(promise), incident.resolved_at, until)
        for promise in Promise
    )
    return IncidentFigures(incident, tuple(standings))
