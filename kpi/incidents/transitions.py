"""The only way from one state of an incident to another: an event, who caused it, and when.

open → acknowledged → watching → resolved; back to open when an acknowledgement ends, back to acknowledged when a
review finds no improvement; merged from anywhere. What is resolved stays so: it can only be followed by a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kpi.incidents import (
    alerts,
    answers,
    capture_events,
    captures,
    endings,
    events,
    ownership,
    reminders,
    urgency,
)
from kpi.incidents.changes import Changed, Moment, Outcome, Refusal, Refused
from kpi.incidents.events import Event
from kpi.incidents.incident import CLOSED, Actor, Incident, Side, Status

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
    events.Acknowledge: Rule(_STAFF, _LIVE, ownership.acknowledge),
    events.Unacknowledge: Rule(_STAFF, _ACKNOWLEDGED, ownership.give_back),
    events.KeepAcknowledgement: Rule(_STAFF, _ACKNOWLEDGED, ownership.keep),
    events.RemindOwner: Rule(_VIGIA, _ACKNOWLEDGED, ownership.remind),
    events.Snooze: Rule(_STAFF, _ACKNOWLEDGED, reminders.snooze),
    events.StopReminders: Rule(_STAFF, _ACKNOWLEDGED, reminders.stop_reminders),
    events.ExpireAcknowledgement: Rule(_VIGIA, _ACKNOWLEDGED, ownership.expire),
    events.Reassign: Rule(_STAFF, _HELD, ownership.reassign),
    events.HandOver: Rule(_STAFF | _VIGIA, _LIVE, ownership.hand_over),
    events.RecordAnalysis: Rule(_STAFF, _LIVE, answers.record_analysis),
    events.RecordPlan: Rule(_STAFF, _LIVE, answers.record_plan),
    events.PostUpdate: Rule(_STAFF, _LIVE, answers.post_update),
    events.Comment: Rule(_PEOPLE, _ANY, answers.comment),
    events.Publish: Rule(_STAFF, _ANY, answers.publish),
    events.AddEvidence: Rule(_PEOPLE, _ANY, answers.add_evidence),
    capture_events.CaptureMessage: Rule(_PEOPLE, _ANY, captures.capture_message),
    capture_events.CaptureFile: Rule(_PEOPLE, _ANY, captures.capture_file),
    # Whoever wrote a message may be nobody the engagement names: then Vigia says what became of it.
    capture_events.ChangeCaptured: Rule(_PEOPLE | _VIGIA, _ANY, captures.change_captured),
    capture_events.DeleteCaptured: Rule(_PEOPLE | _VIGIA, _ANY, captures.delete_captured),
    capture_events.TakeOutCaptured: Rule(_PEOPLE, _ANY, captures.take_out_captured),
    events.ReportAgain: Rule(_PEOPLE | _VIGIA, _LIVE, answers.report_again),
    events.JoinAlert: Rule(_VIGIA, _LIVE, alerts.join_alert),
    events.JoinAlike: Rule(_VIGIA, _LIVE, alerts.join_alike),
    events.EndAlert: Rule(_VIGIA, _LIVE, alerts.end_alert),
    events.Measure: Rule(_VIGIA, _LIVE, answers.measure),
    events.CorrectOnset: Rule(_STAFF, _LIVE, answers.correct_onset),
    # Vigia makes nothing milder than a person left it.
    events.ChangeSeverity: Rule(_STAFF | _VIGIA, _LIVE, urgency.change_severity),
    events.MissPromise: Rule(_VIGIA, _LIVE, urgency.miss_promise),
    events.LoseDelivery: Rule(_VIGIA, _ANY, urgency.lose_delivery),
    events.RequestEscalation: Rule(_PEOPLE, _LIVE, urgency.request_escalation),
    events.StartWatching: Rule(_STAFF, _ACKNOWLEDGED, endings.start_watching),
    events.Review: Rule(_VIGIA, _WATCHING, endings.review),
    events.ConfirmFixed: Rule(_PEOPLE, _LIVE, endings.confirm_fixed),
    events.Resolve: Rule(_STAFF, _LIVE, endings.resolve),
    events.EndDrill: Rule(_VIGIA, _LIVE, endings.end_drill),
    events.Reopen: Rule(_PEOPLE, _RESOLVED, endings.reopen),
    events.Merge: Rule(_STAFF, _LIVE, endings.merge),
    events.TakeIn: Rule(_STAFF, _LIVE, endings.take_in),
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
