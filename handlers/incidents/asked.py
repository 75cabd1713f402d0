"""What every `/incident` command about one incident does: find it, let something happen, show what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from handlers.access import may_see
from handlers.grammar.grammar import normalise
from handlers.grammar.incident_words import Verb
from handlers.incidents.card import incident_card, page_of
from handlers.incidents.desk import actor_of, happen
from handlers.incidents.files import files_in
from handlers.incidents.pictures import incident_picture
from handlers.incidents.readers import lines_for, may_read
from handlers.incidents.refusals import refusal_error
from handlers.incidents.replacements import what_it_replaces
from handlers.messages import Reply, Request
from handlers.ports import Work
from kpi.engagements import Person
from kpi.errors import NotFoundError
from kpi.incidents.changes import Outcome, Refusal, Refused
from kpi.incidents.events import Event
from kpi.incidents.incident import Incident
from kpi.incidents.transitions import may
from kpi.metrics.catalogue import METRICS
from kpi.phrases import phrase


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command asks: an incident, and the words after its number."""

    incident: Incident
    text: str


Act = Callable[[Work, Request, Asked], Reply]
"""Answers a command about one incident."""


def find_incident(work: Work, request: Request, number: str) -> Incident:
    """Return the incident somebody names; raises NotFoundError for one that is not theirs to know of."""
    found = work.incidents.get(request.engagement.id, int(number))
    if found is None or not is_shown(found, request):
        raise NotFoundError(phrase("There is no incident “%(id)s” here. `/incident list` shows them."), id=number)
    return found


def is_shown(incident: Incident, request: Request) -> bool:
    """Tell whether somebody may know of an incident where they ask."""
    metric = METRICS.get(incident.subject.metric)
    return may_read(request, incident) and (metric is None or may_see(metric, request))


def card_of(work: Work, request: Request, incident: Incident, *notes: str) -> Reply:
    """Return an incident with its picture and its files, and what else is to be said to who asks."""
    picture = incident_picture(work, request.engagement, incident, request.language, request.at)
    files = files_in(lines_for(request, work.incidents.timeline(incident.id)))
    attach_command, page = f"/incident {Verb.EVIDENCE} {incident.number}", page_of(incident)
    card = incident_card(incident, request)
    return replace(card, picture=picture, notes=notes, files=files, attach_command=attach_command, page=page)


def require_may(request: Request, asked: Asked, event: type[Event]) -> None:
    """Raise AccessError where somebody's side may not do this at all: they are not told how to write it better."""
    if not may(actor_of(request).side, event):
        raise refusal_error(Refused(Refusal.NOT_ALLOWED), asked.incident.number, request)


def let_happen(work: Work, request: Request, asked: Asked, event: Event) -> Reply:
    """Let something happen and show only the asker what it is now (of a reopened one its follower)."""
    replaces = what_it_replaces(work, request, asked.incident, event)
    outcome = happen(work, asked.incident.id, event, actor_of(request), request.at)
    return shown_to_asker(work, request, asked, outcome, *replaces)


def shown_to_asker(work: Work, request: Request, asked: Asked, outcome: Outcome, *notes: str) -> Reply:
    """Return what came of it, for who asked; raises the mistake a refusal is."""
    if isinstance(outcome, Refused):
        raise refusal_error(outcome, asked.incident.number, request)
    return replace(card_of(work, request, outcome.opened or outcome.incident, *notes), is_private=True)


def person_named(request: Request, word: str) -> Person:
    """Return whom a name or an id means; raises NotFoundError when it is nobody of the engagement."""
    plain = normalise(word)
    for one in request.engagement.people:
        if plain in {normalise(one.id), normalise(one.name), normalise(one.name).split()[0]}:
            return one
    raise NotFoundError(
        phrase("Nobody called “%(person)s” is in this engagement. It knows: %(people)s."),
        person=word,
        people=", ".join(one.name for one in request.engagement.people),
    )
