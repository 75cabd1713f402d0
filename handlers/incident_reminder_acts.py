"""What people do about being asked whether an incident is still theirs: later, or not at all."""

from __future__ import annotations

from handlers.incident_asked import Act, Asked, shown_to_asker
from handlers.incident_card import when
from handlers.incident_desk import actor_of, happen
from handlers.incident_parts import pause_of
from handlers.incident_words import Verb
from handlers.messages import Reply, Request
from handlers.ports import Work
from kpi.incident_changes import Changed
from kpi.incident_events import Snooze, StopReminders
from kpi.incident_ownership import ends_at
from kpi.phrases import phrase
from kpi.wording.wording import Wording


def _snooze(work: Work, request: Request, asked: Asked) -> Reply:
    outcome = happen(work, asked.incident.id, Snooze(pause_of(asked.text)), actor_of(request), request.at)
    note, held = "", outcome.incident.acknowledgement if isinstance(outcome, Changed) else None
    if held is not None:
        wording = Wording(request.language)
        note = wording.say(
            phrase("You are asked again %(clocks)s. What was promised stays due, and people are called about it."),
            clocks=when(held.stale_at, request.room, request.engagement, wording),
        )
    return shown_to_asker(work, request, asked, outcome, note)


def _stop(work: Work, request: Request, asked: Asked) -> Reply:
    outcome = happen(work, asked.incident.id, StopReminders(), actor_of(request), request.at)
    note, held = "", outcome.incident.acknowledgement if isinstance(outcome, Changed) else None
    if isinstance(outcome, Changed) and held is not None:
        wording = Wording(request.language)
        note = wording.say(
            phrase(
                "You are not asked any more. Without news from you it goes back to nobody %(clocks)s. People are still "
                "called about what was promised, and you are asked again if it becomes critical."
            ),
            clocks=when(ends_at(outcome.incident, held), request.room, request.engagement, wording),
        )
    return shown_to_asker(work, request, asked, outcome, note)


REMINDER_ACTS: dict[Verb, Act] = {
    Verb.SNOOZE: _snooze,
    Verb.STOP: _stop,
}
