"""Whose analysis or plan a new one takes the place of: two people may be writing at once, and the later one counts."""

from __future__ import annotations

from handlers.incidents.card import name_of, when
from handlers.messages import Request
from handlers.ports import Work
from kpi.incidents.events import Event, RecordAnalysis, RecordPlan
from kpi.incidents.incident import Analysis, Incident, Plan
from kpi.phrases import phrase
from kpi.wording.wording import Wording


def what_it_replaces(work: Work, request: Request, incident: Incident, event: Event) -> tuple[str, ...]:
    """Return what its author is told of an event that is about to happen: whose words it replaces, if not their own.

    The incident is held from here on: what its author saw while they wrote may not be what stands there now.
    """
    if not isinstance(event, RecordAnalysis | RecordPlan):
        return ()
    before = _before(work.incidents.hold(incident.id) or incident, event)
    if before is None or before.by == request.person.id:
        return ()
    said = (
        phrase("This replaces the analysis by %(name)s (%(clocks)s); both stay in the timeline.")
        if isinstance(event, RecordAnalysis)
        else phrase("This replaces the plan by %(name)s (%(clocks)s); both stay in the timeline.")
    )
    wording = Wording(request.language)
    clocks = when(before.at, request.room, request.engagement, wording)
    return (wording.say(said, name=name_of(before.by, request.engagement), clocks=clocks),)


def _before(incident: Incident, event: RecordAnalysis | RecordPlan) -> Analysis | Plan | None:
    return incident.analysis if isinstance(event, RecordAnalysis) else incident.plan
