"""The only way from one state of an incident to another: an event, who caused it, and when.

open → acknowledged → watching → resolved; back to open when an acknowledgement ends, back to acknowledged when a
review finds no improvement; merged from anywhere. What is resolved stays so: it can only be followed by a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kpi import (
    capture_events,
    incident_alerts,
    incident_answers,
    incident_captures,
    incident_endings,
    incident_events,
    incident_ownership,
    incident_reminders,
    incident_urgency,
)
from kpi.incident_changes import Changed, Moment, Outcome, Refusal, Refused
from kpi.incident_events import Event
from kpi.incidents import CLOSED, Actor, Incident, Side, Status

Act = Callable[[Incident, Any, Moment], Outcome]

_STAFF = frozenset({Side.STAFF})
_PEOPLE = frozenset({Side.STAFF, Side.SELLER})
_VIGIA = frozenset({Side.VIGIA})

_ANY = frozenset(Status)
_LIVE = _ANY - CLOSED
_ACKNOWLEDGED = frozenset({Status.ACKNOWLEDGED})
_HELD = frozenset({Status.ACKNOWLEDGED, Status.WATCHING})
_WATCHING = frozenset({Status.WATCHING})
_RESOLVED = frozenset({Status.RESOLVED})


@dataclass(frozen=True, slots=True)
class Rule:
    """Which sides may cause an event, in which states it may happen, and what comes of it."""

    sides: frozenset[Side]
    statuses: frozenset[Status]
    act: Act


RULES: dict[type[Event], Rule] = {
    # An acknowledgement of what somebody has is refused with their name.
    incident_events.Acknowledge: Rule(_STAFF, _LIVE, incident_ownership.acknowledge),
    incident_events.Unacknowledge: Rule(_STAFF, _ACKNOWLEDGED, incident_ownership.give_back),
    incident_events.KeepAcknowledgement: Rule(_STAFF, _ACKNOWLEDGED, incident_ownership.keep),
    incident_events.RemindOwner: Rule(_VIGIA, _ACKNOWLEDGED, incident_ownership.remind),
    incident_events.Snooze: Rule(_STAFF, _ACKNOWLEDGED, incident_reminders.snooze),
    incident_events.StopReminders: Rule(_STAFF, _ACKNOWLEDGED, incident_reminders.stop_reminders),
    incident_events.ExpireAcknowledgement: Rule(_VIGIA, _ACKNOWLEDGED, incident_ownership.expire),
    incident_events.Reassign: Rule(_STAFF, _HELD, incident_ownership.reassign),
    incident_events.HandOver: Rule(_STAFF | _VIGIA, _LIVE, incident_ownership.hand_over),
    incident_events.RecordAnalysis: Rule(_STAFF, _LIVE, incident_answers.record_analysis),
    incident_events.RecordPlan: Rule(_STAFF, _LIVE, incident_answers.record_plan),
    incident_events.PostUpdate: Rule(_STAFF, _LIVE, incident_answers.post_update),
    incident_events.Comment: Rule(_PEOPLE, _ANY, incident_answers.comment),
    incident_events.Publish: Rule(_STAFF, _ANY, incident_answers.publish),
    incident_events.AddEvidence: Rule(_PEOPLE, _ANY, incident_answers.add_evidence),
    capture_events.CaptureMessage: Rule(_PEOPLE, _ANY, incident_captures.capture_message),
    capture_events.CaptureFile: Rule(_PEOPLE, _ANY, incident_captures.capture_file),
    # Whoever wrote a message may be nobody the engagement names: then Vigia says what became of it.
    capture_events.ChangeCaptured: Rule(_PEOPLE | _VIGIA, _ANY, incident_captures.change_captured),
    capture_events.DeleteCaptured: Rule(_PEOPLE | _VIGIA, _ANY, incident_captures.delete_captured),
    capture_events.TakeOutCaptured: Rule(_PEOPLE, _ANY, incident_captures.take_out_captured),
    incident_events.ReportAgain: Rule(_PEOPLE | _VIGIA, _LIVE, incident_answers.report_again),
    incident_events.JoinAlert: Rule(_VIGIA, _LIVE, incident_alerts.join_alert),
    incident_events.JoinAlike: Rule(_VIGIA, _LIVE, incident_alerts.join_alike),
    incident_events.EndAlert: Rule(_VIGIA, _LIVE, incident_alerts.end_alert),
    incident_events.Measure: Rule(_VIGIA, _LIVE, incident_answers.measure),
    incident_events.CorrectOnset: Rule(_STAFF, _LIVE, incident_answers.correct_onset),
    # Vigia makes nothing milder than a person left it.
    incident_events.ChangeSeverity: Rule(_STAFF | _VIGIA, _LIVE, incident_urgency.change_severity),
    incident_events.MissPromise: Rule(_VIGIA, _LIVE, incident_urgency.miss_promise),
    incident_events.LoseDelivery: Rule(_VIGIA, _ANY, incident_urgency.lose_delivery),
    incident_events.RequestEscalation: Rule(_PEOPLE, _LIVE, incident_urgency.request_escalation),
    incident_events.StartWatching: Rule(_STAFF, _ACKNOWLEDGED, incident_endings.start_watching),
    incident_events.Review: Rule(_VIGIA, _WATCHING, incident_endings.review),
    incident_events.ConfirmFixed: Rule(_PEOPLE, _LIVE, incident_endings.confirm_fixed),
    incident_events.Resolve: Rule(_STAFF, _LIVE, incident_endings.resolve),
    incident_events.EndDrill: Rule(_VIGIA, _LIVE, incident_endings.end_drill),
    incident_events.Reopen: Rule(_PEOPLE, _RESOLVED, incident_endings.reopen),
    incident_events.Merge: Rule(_STAFF, _LIVE, incident_endings.merge),
    incident_events.TakeIn: Rule(_STAFF, _LIVE, incident_endings.take_in),
}
"""Every event there is. Vigia itself never takes an incident, merges one, or ends one that did not improve (but a
drill)."""


def may(side: Side, event: type[Event]) -> bool:
    """Tell whether a side may cause an event at all, whatever the state."""
    return side in RULES[event].sides


def apply(incident: Incident, event: Event, by: Actor, at: datetime) -> Outcome:
    """Return what comes of an event; an incident that changed has a new token."""
    refused = refusal_of(incident, type(event), by.side)
    if refused is not None:
        return refused
    outcome = RULES[type(event)].act(incident, event, Moment(by, at))
    return with_new_token(incident, outcome) if isinstance(outcome, Changed) else outcome


def refusal_of(incident: Incident, event: type[Event], side: Side) -> Refused | None:
    """Return why no event of this kind may happen now, whatever it says; None: it may."""
    rule = RULES[event]
    if side not in rule.sides:
        return Refused(Refusal.NOT_ALLOWED)
    if incident.status not in rule.statuses:
        return Refused(Refusal.CLOSED if incident.is_closed else Refusal.NOT_NOW, incident.status)
    return None


def with_new_token(before: Incident, changed: Changed) -> Changed:
    """Return the change, with the next token where the incident is not as it was before."""
    if changed.incident == before:
        return changed
    return replace(changed, incident=replace(changed.incident, token=before.token + 1))
