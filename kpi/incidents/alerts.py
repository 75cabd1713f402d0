"""What an alert does to an open incident about the same: it joins it, and its end is said and decides nothing."""

from __future__ import annotations

from dataclasses import replace

from kpi.alerts.alert import Phase
from kpi.incidents.changes import Changed, Moment, Outcome, Refusal, Refused
from kpi.incidents.events import EndAlert, JoinAlert, JoinAlike
from kpi.incidents.incident import EntryKind, Incident, Visibility
from kpi.incidents.urgency import graded


def join_alert(incident: Incident, event: JoinAlert, moment: Moment) -> Outcome:
    """Take an alert in: what it saw fills what nobody knew, and a worse severity holds for both."""
    joined = replace(
        incident,
        alert=incident.alert or event.alert,
        detected_at=incident.detected_at or moment.at,
        onset=incident.onset or event.onset,
        at_alert=incident.at_alert or event.sighting,
        now=event.sighting or incident.now,
        worst=incident.worst or event.sighting,
        back_since=None,
    )
    return _joined(incident, joined, JoinAlike((event.alert,), event.severity), moment, Visibility.SELLER)


def join_alike(incident: Incident, event: JoinAlike, moment: Moment) -> Outcome:
    """Take in the alerts of other stores: a line each, and a worse severity holds for all."""
    return _joined(incident, incident, event, moment, Visibility.INTERNAL)


def _joined(before: Incident, joined: Incident, event: JoinAlike, moment: Moment, visibility: Visibility) -> Changed:
    if event.severity.is_worse_than(before.severity):
        joined = graded(joined, event.severity, moment.at)
    lines = (
        moment.entry(
            joined,
            EntryKind.ALERTED,
            visibility=visibility,
            alert=alert,
            before=before.severity,
            severity=joined.severity,
        )
        for alert in event.alerts
    )
    return Changed(joined, tuple(lines))


def end_alert(incident: Incident, event: EndAlert, moment: Moment) -> Outcome:
    """Record how the incident's alert ended; ending the incident is somebody's decision."""
    if event.alert != incident.alert:
        return Refused(Refusal.NOTHING_CHANGED)
    is_back = event.phase is Phase.RESOLVED and event.since is not None
    ended = replace(incident, back_since=event.since if is_back else None)
    since = event.since.isoformat() if event.since else ""
    return Changed(
        ended, (moment.entry(ended, EntryKind.ALERT_OVER, alert=event.alert, phase=event.phase, since=since),)
    )
