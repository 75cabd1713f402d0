"""What an alert means for incidents: what one would be about, what it says for it, and which one knows of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.incident_sightings import seen_first
from handlers.ports import Work
from kpi.alert_records import AlertEpisode
from kpi.catalogue import METRICS
from kpi.incident_openings import Declaration
from kpi.incidents import EntryKind, Incident, Movement, Subject
from kpi.languages import Language
from kpi.metrics import Direction
from kpi.severities import Severity
from kpi.watched import BY_METRIC

REMEMBERED_DAYS = 90
"""An incident opened so long before an alert that is over by now is another story."""


def subject_of(alert: AlertEpisode) -> Subject:
    """Return what an incident about an alert is about."""
    series = alert.series
    if series.rule:
        is_rise = METRICS[series.metric].good is Direction.DOWN
    else:
        is_rise = not BY_METRIC[series.metric].signal.is_fall_bad
    return Subject(series.store, series.metric, Movement.RISE if is_rise else Movement.FALL)


def declaration_of_alert(alert: AlertEpisode, report: str, language: Language, now: datetime) -> Declaration:
    """Return what an alert has to say for an incident: store, metric, severity, the value that raised it."""
    return Declaration(
        engagement=alert.series.engagement,
        subject=subject_of(alert),
        severity=Severity(alert.severity),
        report=report,
        language=language,
        detected_at=alert.opened_at,
        alert=alert.id,
        sighting=seen_first(alert, now),
    )


def incident_of(work: Work, alert: AlertEpisode) -> Incident | None:
    """Return the newest incident that was opened by, or took in, an alert."""
    known = work.incidents.of_engagement(alert.series.engagement, alert.opened_at - timedelta(days=REMEMBERED_DAYS))
    return next((one for one in known if _knows(work, one, alert)), None)


def _knows(work: Work, incident: Incident, alert: AlertEpisode) -> bool:
    if incident.alert == alert.id or incident.subject.metric != alert.series.metric:
        return incident.alert == alert.id
    lines = work.incidents.timeline(incident.id)
    return any(line.kind is EntryKind.ALERTED and ("alert", alert.id) in line.params for line in lines)
