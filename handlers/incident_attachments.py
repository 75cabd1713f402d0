"""Evidence: what there is to look at of an incident, named in words."""

from __future__ import annotations

from handlers.incident_desk import actor_of, happen
from handlers.incident_form_values import Filled, visibility_here
from handlers.messages import Request
from handlers.ports import Work
from kpi.incident_events import AddEvidence
from kpi.incidents import Incident


def add_named_evidence(work: Work, request: Request, incident: Incident) -> None:
    """Add the order or listing that a report's form names; without one, nothing."""
    named = Filled(request).text("evidence")
    if named:
        happen(work, incident.id, AddEvidence(named, visibility_here(request)), actor_of(request), request.at)
