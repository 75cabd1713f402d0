"""Until when its owner is not asked whether an incident is still theirs, as a form asks and says it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.filled_forms import Filled
from handlers.incidents.refusals import refusal_error
from handlers.messages import Field, Request
from handlers.until_fields import faulty_field, reason_in, require_between, until_fields, until_in, until_text
from kpi.errors import QuestionError
from kpi.incidents.changes import Refusal, Refused
from kpi.incidents.events import Event, Snooze
from kpi.incidents.incident import Incident
from kpi.incidents.reminders import latest_question
from kpi.phrases import phrase
from kpi.wording.wording import Wording

HOURS_OFFERED = (2, 1, 4)
"""The first one is chosen already."""


def snooze_fields(request: Request, incident: Incident) -> tuple[Field, ...]:
    """Return what a snooze asks; raises QuestionError for anybody but the owner, who alone is asked."""
    if incident.owner != request.person.id:
        raise refusal_error(Refused(Refusal.ALREADY_HELD, incident.owner), incident.number, request)
    wording, last = Wording(request.language), _last(request, incident)
    hours = [count for count in HOURS_OFFERED if request.at + timedelta(hours=count) < last]
    choices = [
        (f"{count}h", wording.say_n("for one hour", "for %(count)s hours", count, count=count)) for count in hours
    ]
    latest = until_text(last, request)
    at_last = last.astimezone(request.room.zone).strftime("%Y-%m-%d %H:%M")
    choices.append((at_last, wording.say(phrase("as long as possible (%(until)s)"), until=latest)))
    why = wording.say(
        phrase("At the latest %(last)s: your working day ends then, or something promised falls due."), last=latest
    )
    until, at, reason = until_fields(request, choices, why)
    nobody_else = wording.say(phrase("Only the operations team sees this."))
    return until, at, replace(reason, hint=nobody_else)


def snooze_in(filled: Filled, incident: Incident) -> Event:
    """Return the snooze a form holds; a time that is over, or too late, is a fault of the form."""
    request = filled.request
    until, reason = until_in(filled), reason_in(filled)
    if until is not None:
        try:
            require_between(until, request, _last(request, incident) - request.at)
        except QuestionError as error:
            filled.fault(faulty_field(filled), error)
    return Snooze((until or request.at) - request.at, reason, request.language if reason else None)


def _last(request: Request, incident: Incident) -> datetime:
    return latest_question(incident, request.person.id, request.at)
