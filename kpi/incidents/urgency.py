"""How urgent an incident is: its severity, promises that were missed, and a seller who wants to be heard higher up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from kpi.incidents.changes import Changed, Moment, Outcome, Refusal, Refused
from kpi.incidents.climbs import NOBODY_YET, SMALLEST_GAP, START_DELAY, Climb
from kpi.incidents.events import ChangeSeverity, LoseDelivery, MissPromise, RequestEscalation
from kpi.incidents.incident import EntryKind, Incident, Side, Status, Visibility
from kpi.incidents.ownership import renewed
from kpi.severities import Severity


def miss_promise(incident: Incident, event: MissPromise, moment: Moment) -> Outcome:
    """Record that a promise was not kept in time; while somebody has the incident, people are called about it."""
    promise = event.promise
    is_kept = incident.kept_at(promise) is not None
    if is_kept or promise in incident.missed or moment.at < incident.due_at(promise):
        return Refused(Refusal.NOT_DUE)
    late = replace(incident, missed=(*incident.missed, promise))
    if incident.status is not Status.OPEN and (incident.keeping.next_at is None or incident.keeping.is_single):
        late = replace(late, keeping=Climb(next_at=moment.at + SMALLEST_GAP))
    return Changed(late, (moment.entry(late, EntryKind.PROMISE_MISSED, promise=promise),))


def change_severity(incident: Incident, event: ChangeSeverity, moment: Moment) -> Outcome:
    """Record that it is worse or milder; only people may make it milder, and say why."""
    if event.severity is incident.severity:
        return Refused(Refusal.NOTHING_CHANGED)
    is_worse = event.severity.is_worse_than(incident.severity)
    if not is_worse and moment.by.side is Side.VIGIA:
        return Refused(Refusal.NOT_ALLOWED)
    if not is_worse and not event.reason.strip():
        return Refused(Refusal.NEEDS_WHY_MILDER)
    judged = graded(incident, event.severity, moment.at)
    if moment.by.side is Side.STAFF:
        judged = renewed(judged, moment.at)
    line = moment.entry(
        judged,
        EntryKind.SEVERITY_CHANGED,
        event.reason,
        before=incident.severity,
        severity=event.severity,
    )
    return Changed(judged, (line,))


def graded(incident: Incident, severity: Severity, at: datetime) -> Incident:
    """Return the incident with another severity; a worse one lets nobody wait longer than its own terms allow."""
    judged = replace(incident, severity=severity)
    if not severity.is_worse_than(incident.severity):
        return judged
    wait = judged.policy.terms(severity).acknowledgement
    held = incident.acknowledgement
    if held is not None:
        stale_at = min(held.stale_at, at + judged.policy.rules.stale_after)
        judged = replace(judged, acknowledgement=replace(held, stale_at=stale_at))
    return replace(
        judged,
        answering=_hurried(incident.answering, wait, at),
        keeping=_hurried(incident.keeping, wait, at),
    )


def _hurried(climb: Climb, wait: timedelta, at: datetime) -> Climb:
    if climb.next_at is None:
        return climb
    soonest = at + (START_DELAY if climb.reached == NOBODY_YET else wait)
    return replace(climb, next_at=min(climb.next_at, soonest))


def request_escalation(incident: Incident, _event: RequestEscalation, moment: Moment) -> Outcome:
    """Call the next level now; once per level, and only as far as an incident of this severity reaches."""
    reached = max(incident.answering.reached, incident.keeping.reached)
    if reached + 1 >= len(incident.policy.reach(incident.severity)):
        return Refused(Refusal.ALL_CALLED)
    if reached in incident.asked:
        return Refused(Refusal.ASKED_ALREADY)
    asked = replace(incident, asked=(*incident.asked, reached))
    next_at = moment.at + SMALLEST_GAP
    if incident.status is Status.OPEN:
        asked = replace(asked, answering=replace(asked.answering, level=reached + 1, next_at=next_at))
    else:
        climb = asked.keeping
        is_single = climb.next_at is None or climb.is_single
        asked = replace(asked, keeping=replace(climb, level=reached + 1, next_at=next_at, is_single=is_single))
    return Changed(asked, (moment.entry(asked, EntryKind.ESCALATION_REQUESTED, level=reached + 1),))


def lose_delivery(incident: Incident, event: LoseDelivery, moment: Moment) -> Outcome:
    """Record that a message was lost; when nobody heard the newest call, the next level is called now.

    Only upwards: whoever was called before is not called faster because a room cannot be reached.
    """
    line = moment.entry(
        incident,
        EntryKind.UNDELIVERED,
        visibility=Visibility.INTERNAL,
        delivery=event.delivery,
        room=event.room,
        reason=event.reason,
        remedy=event.remedy,
    )
    if incident.is_closed or not event.call or event.call != incident.calls:
        return Changed(incident, (line,))
    if incident.status is Status.OPEN:
        return Changed(replace(incident, answering=_raised(incident.answering, moment.at)), (line,))
    return Changed(replace(incident, keeping=_raised(incident.keeping, moment.at)), (line,))


def _raised(climb: Climb, at: datetime) -> Climb:
    if climb.next_at is None or climb.level <= climb.reached:
        return climb
    return replace(climb, next_at=min(climb.next_at, at + SMALLEST_GAP))
