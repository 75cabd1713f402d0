"""What people write about an incident: notes among themselves, evidence, news for both sides, notes made public."""

from __future__ import annotations

from handlers.grammar.incident_words import Verb
from handlers.incidents.asked import Act, Asked, let_happen, require_may
from handlers.incidents.attachments import attach
from handlers.incidents.form_values import visibility_here
from handlers.incidents.refusals import refusal_error
from handlers.incidents.timeline import published_notes
from handlers.messages import Reply, Request
from handlers.ports import Work
from kpi.errors import QuestionError
from kpi.incidents.changes import Refusal, Refused
from kpi.incidents.events import AddEvidence, Comment, PostUpdate, Publish
from kpi.incidents.views import internal_notes
from kpi.phrases import phrase


def _note(work: Work, request: Request, asked: Asked) -> Reply:
    """Add a note; what is written in the operations room stays there."""
    return let_happen(work, request, asked, Comment(asked.text, request.language, visibility_here(request)))


def _evidence(work: Work, request: Request, asked: Asked) -> Reply:
    """Add something to look at; what is added in the operations room stays there."""
    if request.files:
        return attach(work, request, asked.incident)
    return let_happen(work, request, asked, AddEvidence(asked.text, visibility_here(request)))


def _update(work: Work, request: Request, asked: Asked) -> Reply:
    """Tell both sides what is new, wherever it is written."""
    return let_happen(work, request, asked, PostUpdate(asked.text, request.language))


def _publish(work: Work, request: Request, asked: Asked) -> Reply:
    """Show an internal note, named by its number on the timeline, to the seller; other words are news."""
    if not asked.text.isdecimal():
        return _update(work, request, asked)
    require_may(request, asked, Publish)
    work.incidents.hold(asked.incident.id)  # of two people who publish the same note, the second finds it published
    lines, note = work.incidents.timeline(asked.incident.id), int(asked.text)
    if note in published_notes(lines):
        raise refusal_error(Refused(Refusal.NOTHING_CHANGED), asked.incident.number, request)
    notes = internal_notes(lines)
    if not 1 <= note <= len(notes):
        raise QuestionError(
            phrase("There is no internal note %(note)s. `/incident timeline %(number)s` numbers them."),
            note=note,
            number=asked.incident.number,
        )
    found = notes[note - 1]
    event = Publish(note, found.actor.person, found.body, found.language or request.language)
    return let_happen(work, request, asked, event)


NOTES: dict[Verb, Act] = {
    Verb.NOTE: _note,
    Verb.EVIDENCE: _evidence,
    Verb.UPDATE: _update,
    Verb.PUBLISH: _publish,
}
