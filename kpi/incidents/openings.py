"""How an incident opens: what is known of it at that instant, whoever saw it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kpi.alerts.first_looks import FirstLook
from kpi.incidents.changes import Moment
from kpi.incidents.climbs import Climb
from kpi.incidents.escalation_policies import EscalationPolicy
from kpi.incidents.incident import Actor, EntryKind, Incident, Onset, Sighting, Subject, TimelineEntry, incident_key
from kpi.languages import Language
from kpi.severities import Severity


@dataclass(frozen=True, slots=True)
class Declaration:
    """What somebody reports, or a rule found. `report_id` tells reports without a metric apart.

    `previous` is an incident of the same key that ended not long ago, `parent` one that explains this one.
    """

    engagement: str
    subject: Subject
    severity: Severity
    report: str
    language: Language
    report_id: str = ""
    detected_at: datetime | None = None
    reported_at: datetime | None = None
    alert: str = ""
    digest: str = ""
    onset: Onset | None = field(default=None)
    sighting: Sighting | None = None
    previous: str = ""
    parent: str = ""
    is_drill: bool = False
    first_look: FirstLook | None = None


def open_incident(declared: Declaration, policy: EscalationPolicy, by: Actor, at: datetime) -> Incident:
    """Return the incident that opens now; it has the number 0 until it is stored."""
    return Incident(
        engagement=declared.engagement,
        number=0,
        key=incident_key(declared.engagement, declared.subject, declared.report_id),
        subject=declared.subject,
        severity=declared.severity,
        report=declared.report,
        language=declared.language,
        opened_by=by,
        opened_at=at,
        clocks_from=at,
        policy=policy,
        detected_at=declared.detected_at,
        reported_at=declared.reported_at,
        alert=declared.alert,
        digest=declared.digest,
        is_drill=declared.is_drill,
        onset=declared.onset,
        at_alert=declared.sighting,
        now=declared.sighting,
        worst=declared.sighting,
        answering=Climb().started(at),
        previous=declared.previous,
        parent=declared.parent,
        first_look=declared.first_look,
    )


def opening_entry(incident: Incident) -> TimelineEntry:
    """Return the first line of a stored incident's timeline."""
    moment = Moment(incident.opened_by, incident.opened_at)
    return moment.entry(
        incident,
        EntryKind.OPENED,
        incident.report,
        incident.language,
        severity=incident.severity,
        previous=incident.previous,
    )
