"""What an alert means for incidents: what one would be about, what it says for it, and which one knows of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.alerts.sightings import seen_first
from handlers.ports import Work
from kpi.alerts.records import AlertEpisode
from kpi.alerts.watched import BY_METRIC
from kpi.incidents.incident import EntryKind, Incident, Movement, Subject
from kpi.incidents.openings import Declaration
from kpi.languages import Language
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Direction
from kpi.severities import Severity

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
    return incidents_of(work, (alert,)).get(alert.id)


def incidents_of(work: Work, alerts: Sequence[AlertEpisode]) -> dict[str, Incident]:
    """Return what `incident_of` does of each alert of one engagement that some incident knows of, by the alert's id."""
    if not alerts:
        return {}
    engagement = alerts[0].series.engagement
    since = min(alert.opened_at for alert in alerts) - timedelta(days=REMEMBERED_DAYS)
    took_in: dict[str, list[str]] = defaultdict(list)
    for line in work.incidents.lines(engagement, EntryKind.ALERTED, since):
        took_in[line.incident].extend(value for name, value in line.params if name == "alert")
    found: dict[str, Incident] = {}
    for incident in work.incidents.of_engagement(engagement, since):  # the newest first
        for alert in (incident.alert, *took_in[incident.id]):
            found.setdefault(alert, incident)
    return found
