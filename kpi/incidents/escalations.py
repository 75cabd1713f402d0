"""What is due of an incident when nobody does anything: calls, missed promises, stale acknowledgements, reviews.

The steps of an incident follow from its state alone, so that they can be stored beside it and taken by whoever comes
first. Each carries the token of the state it was planned for: a step of an earlier state does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kpi.incidents.changes import Call, Changed, Moment, Outcome, Refusal, Refused
from kpi.incidents.climbs import Called, call
from kpi.incidents.events import Event, ExpireAcknowledgement, MissPromise, RemindOwner
from kpi.incidents.incident import THE_CLOCK, EntryKind, Incident, Status, TimelineEntry, Visibility
from kpi.incidents.ownership import ends_at, is_reminded
from kpi.incidents.transitions import apply, with_new_token
from kpi.promises import Promise


class StepKind(StrEnum):
    """What is to be done; an incident has at most one step of each kind."""

    CALL = "call"
    ANALYSIS_DUE = "analysis_due"
    PLAN_DUE = "plan_due"
    REMINDER = "reminder"
    EXPIRY = "expiry"
    REVIEW = "review"
    """The metric has to be read first: whoever takes it applies a `Review`."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is due of one incident."""

    incident: str
    kind: StepKind
    due_at: datetime
    token: int


_STEP_OF_PROMISE = {Promise.ANALYSIS: StepKind.ANALYSIS_DUE, Promise.PLAN: StepKind.PLAN_DUE}

_EVENT_OF_STEP: dict[StepKind, Event] = {
    StepKind.ANALYSIS_DUE: MissPromise(Promise.ANALYSIS),
    StepKind.PLAN_DUE: MissPromise(Promise.PLAN),
    StepKind.REMINDER: RemindOwner(),
    StepKind.EXPIRY: ExpireAcknowledgement(),
}


def agenda(incident: Incident) -> tuple[Step, ...]:
    """Return what is due of an incident and when, soonest first; nothing of one that is over."""
    if incident.is_closed:
        return ()
    found = (Step(incident.id, kind, due_at, incident.token) for kind, due_at in _due(incident))
    return tuple(sorted(found, key=lambda step: (step.due_at, step.kind)))


def _due(incident: Incident) -> Iterator[tuple[StepKind, datetime]]:
    climb = incident.answering if incident.status is Status.OPEN else incident.keeping
    if climb.next_at is not None:
        yield StepKind.CALL, climb.next_at
    for promise, kind in _STEP_OF_PROMISE.items():
        if promise in incident.promised and incident.kept_at(promise) is None and promise not in incident.missed:
            yield kind, incident.due_at(promise)
    held = incident.acknowledgement
    if incident.status is Status.ACKNOWLEDGED and held is not None:
        if held.reminded_at is None and is_reminded(incident):
            yield StepKind.REMINDER, held.stale_at
        else:
            yield StepKind.EXPIRY, ends_at(incident, held)
    if incident.status is Status.WATCHING and incident.review_due_at is not None:
        yield StepKind.REVIEW, incident.review_due_at


def take(incident: Incident, step: Step, at: datetime) -> Outcome:
    """Return what comes of a step; one that was planned for another state is refused as STALE.

    Whatever comes of it, the steps that are stored have to be those of `agenda` afterwards.
    """
    due = next((one for one in agenda(incident) if one.kind is step.kind), None)
    if due is None or step.token != incident.token:
        return Refused(Refusal.STALE)
    if at < due.due_at:
        return Refused(Refusal.NOT_DUE)
    if step.kind is StepKind.CALL:
        return _make_call(incident, at)
    event = _EVENT_OF_STEP.get(step.kind)
    return apply(incident, event, THE_CLOCK, at) if event else Refused(Refusal.NOT_NOW, incident.status)


def _make_call(incident: Incident, at: datetime) -> Changed:
    is_unanswered = incident.status is Status.OPEN
    climb = incident.answering if is_unanswered else incident.keeping
    called = call(incident.policy, incident.severity, climb, at)
    moved = replace(incident, answering=called.climb) if is_unanswered else replace(incident, keeping=called.climb)
    if called.level is None:
        line = _line(moved, EntryKind.ALL_ASLEEP, called, at)
        return with_new_token(incident, Changed(moved, (line,)))
    moved = replace(moved, calls=incident.calls + 1)
    made = Call(incident.id, moved.calls, called.level, called.people, at)
    line = _line(moved, EntryKind.CALLED, called, at)
    return with_new_token(incident, Changed(moved, (line,), made))


def _line(incident: Incident, kind: EntryKind, called: Called, at: datetime) -> TimelineEntry:
    return Moment(THE_CLOCK, at).entry(
        incident,
        kind,
        visibility=Visibility.INTERNAL,
        level="" if called.level is None else called.level,
        people=",".join(called.people),
        asleep=",".join(map(str, called.asleep)),
        next_at=called.climb.next_at.isoformat() if called.climb.next_at else "",
    )
