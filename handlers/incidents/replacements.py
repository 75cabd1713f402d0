"""Whose analysis or plan a new one takes the place of: two people may be writing at once, and the later one counts."""

from __future__ import annotations

from handlers.incidents.card import name_of, when
from handlers.messages import Request
from handlers.ports import Work
from kpi.incident_events import Event, RecordAnalysis, RecordPlan
from kpi.incidents import EntryKind, Incident
from kpi.phrases import phrase
from kpi.wording.wording import Wording

_REPLACED: dict[type[Event], tuple[EntryKind, str]] = {
    RecordAnalysis: (
        EntryKind.ANALYSED,
        phrase("This replaces the analysis by %(name)s (%(clocks)s); both stay in the timeline."),
    ),
    RecordPlan: (
        EntryKind.PLANNED,
        phrase("This replaces the plan by %(name)s (%(clocks)s); both stay in the timeline."),
    ),
}


def what_it_replaced(work: Work, request: Request, incident: Incident, event: Event) -> tuple[str, ...]:
    """Return what its author is told of an event that has just happened: whose words it replaced, if not their own.

    The timeline is read, not what its author saw: somebody else may have written while they did.
    """
    if type(event) not in _REPLACED:
        return ()
    kind, said = _REPLACED[type(event)]
    of_this_kind = [line for line in work.incidents.timeline(incident.id) if line.kind is kind]
    before = of_this_kind[-2] if len(of_this_kind) > 1 else None
    if before is None or before.actor.person == request.person.id:
        return ()
    wording = Wording(request.language)
    clocks = when(before.occurred_at, request.room, request.engagement, wording)
    return (wording.say(said, name=name_of(before.actor.person, request.engagement), clocks=clocks),)
