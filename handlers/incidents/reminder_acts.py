"""What people do about being asked whether an incident is still theirs: later, or not at all."""

from __future__ import annotations

from datetime import timedelta

from handlers.grammar.incident_words import Verb
from handlers.grammar.until_words import until_said
from handlers.incidents.asked import Act, Asked, require_may, shown_to_asker
from handlers.incidents.card import when
from handlers.incidents.desk import actor_of, happen
from handlers.messages import Reply, Request
from handlers.ports import Work
from handlers.until_fields import require_future
from kpi.incidents.changes import Refused
from kpi.incidents.events import Snooze, StopReminders
from kpi.incidents.ownership import ends_at, is_reminded
from kpi.phrases import phrase
from kpi.wording.wording import Wording

USUAL_PAUSE = timedelta(hours=1)
"""For how long somebody is left alone who does not say for how long."""


def _snooze(work: Work, request: Request, asked: Asked) -> Reply:
    require_may(request, asked, Snooze)
    return snoozed(work, request, asked, _snooze_said(request, asked.text))


def snoozed(work: Work, request: Request, asked: Asked, event: Snooze) -> Reply:
    """Put the question off, and say when it comes and what goes on meanwhile."""
    said = phrase("You are asked again %(clocks)s. What was promised stays due, and people are called about it.")
    return _answered(work, request, asked, event, said)


def _snooze_said(request: Request, text: str) -> Snooze:
    if not text:
        return Snooze(USUAL_PAUSE)
    until, reason = until_said(text, request.at, request.room.zone)
    require_future(until, request)
    return Snooze(until - request.at, reason, request.language if reason else None)


def _stop(work: Work, request: Request, asked: Asked) -> Reply:
    said = phrase(
        "You are not asked any more. Without news from you it goes back to nobody %(clocks)s. People are still called "
        "about what was promised, and you are asked again if it becomes critical."
    )
    return _answered(work, request, asked, StopReminders(), said)


def _answered(work: Work, request: Request, asked: Asked, event: Snooze | StopReminders, said: str) -> Reply:
    """Let it happen and say what comes next, and when: the question or, of who is not asked, the end."""
    outcome = happen(work, asked.incident.id, event, actor_of(request), request.at)
    held = None if isinstance(outcome, Refused) else outcome.incident.acknowledgement
    if isinstance(outcome, Refused) or held is None:
        return shown_to_asker(work, request, asked, outcome)
    next_at = held.stale_at if is_reminded(outcome.incident) else ends_at(outcome.incident, held)
    wording = Wording(request.language)
    clocks = when(next_at, request.room, request.engagement, wording)
    return shown_to_asker(work, request, asked, outcome, wording.say(said, clocks=clocks))


REMINDER_ACTS: dict[Verb, Act] = {
    Verb.SNOOZE: _snooze,
    Verb.STOP: _stop,
}
