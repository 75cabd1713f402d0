"""Who has an incident: taken, given back, gone stale, handed on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from kpi.incidents.changes import Changed, Moment, Outcome, Refusal, Refused
from kpi.incidents.climbs import Climb
from kpi.incidents.events import (
    Acknowledge,
    ExpireAcknowledgement,
    HandOver,
    KeepAcknowledgement,
    Reassign,
    RemindOwner,
    Unacknowledge,
)
from kpi.incidents.incident import Acknowledgement, EntryKind, Incident, Status, Visibility
from kpi.promises import counted
from kpi.severities import Severity

TIME_TO_CONFIRM = timedelta(minutes=30)
"""After the reminder, before an acknowledgement ends; counted like everything its owner owes."""


def acknowledge(incident: Incident, _event: Acknowledge, moment: Moment) -> Outcome:
    """Give it to who asks: calls stop; about promises that were missed, the new owner is left alone for a while."""
    if incident.status is not Status.OPEN:
        return Refused(Refusal.ALREADY_HELD, incident.owner)
    taken = replace(
        _held(incident, moment.by.person, moment.at),
        status=Status.ACKNOWLEDGED,
        acknowledged_at=incident.acknowledged_at or moment.at,
        answering=incident.answering.stopped(),
    )
    taken = replace(taken, keeping=_left_alone(taken, moment.at))
    return Changed(taken, (moment.entry(taken, EntryKind.ACKNOWLEDGED),))


def _left_alone(incident: Incident, at: datetime) -> Climb:
    if not incident.unkept:
        return incident.keeping.stopped()
    wait = incident.policy.terms(incident.severity).acknowledgement
    hours = incident.policy.hours_of(incident.owner)
    return Climb(next_at=counted(incident.severity, hours, at, wait))


def _held(incident: Incident, owner: str, at: datetime) -> Incident:
    stale_after = incident.policy.rules.stale_after
    stale_at = counted(incident.severity, incident.policy.hours_of(owner), at, stale_after)
    return replace(incident, acknowledgement=Acknowledgement(owner, at, stale_at))


def renewed(incident: Incident, at: datetime) -> Incident:
    """Return the incident after activity: its acknowledgement is as good as new."""
    held = incident.acknowledgement
    if held is None or incident.status is not Status.ACKNOWLEDGED:
        return incident
    fresh = _held(incident, held.owner, at).acknowledgement
    return replace(incident, acknowledgement=replace(fresh, at=held.at) if fresh else None)


def give_back(incident: Incident, _event: Unacknowledge, moment: Moment) -> Outcome:
    """Take it from its owner: calls go on at the level they had reached."""
    return _unheld(incident, moment, EntryKind.UNACKNOWLEDGED)


def _unheld(incident: Incident, moment: Moment, kind: EntryKind) -> Changed:
    left = replace(
        incident,
        status=Status.OPEN,
        acknowledgement=None,
        answering=incident.answering.resumed(moment.at),
        keeping=incident.keeping.stopped(),
    )
    return Changed(left, (moment.entry(left, kind, owner=incident.owner),))


def keep(incident: Incident, _event: KeepAcknowledgement, moment: Moment) -> Outcome:
    """Let its owner say that they still have it."""
    if moment.by.person != incident.owner:
        return Refused(Refusal.ALREADY_HELD, incident.owner)
    kept = renewed(incident, moment.at)
    return Changed(kept, (moment.entry(kept, EntryKind.CONFIRMED_OWNERSHIP, visibility=Visibility.INTERNAL),))


def is_reminded(incident: Incident) -> bool:
    """Tell whether its owner is asked before their acknowledgement ends; of a critical incident everybody is."""
    return incident.severity is Severity.S1 or incident.owner not in incident.unreminded


def ends_at(incident: Incident, held: Acknowledgement) -> datetime:
    """Return when an acknowledgement ends whose owner was reminded, or did not want to be."""
    hours = incident.policy.hours_of(held.owner)
    return counted(incident.severity, hours, held.reminded_at or held.stale_at, TIME_TO_CONFIRM)


def remind(incident: Incident, _event: RemindOwner, moment: Moment) -> Outcome:
    """Ask the owner, once, whether it is still theirs."""
    held = incident.acknowledgement
    is_due = held is not None and held.reminded_at is None and is_reminded(incident)
    if held is None or not is_due or moment.at < held.stale_at:
        return Refused(Refusal.NOT_DUE)
    asked = replace(incident, acknowledgement=replace(held, reminded_at=moment.at))
    line = moment.entry(asked, EntryKind.REMINDED, visibility=Visibility.INTERNAL, owner=held.owner)
    return Changed(asked, (line,))


def expire(incident: Incident, _event: ExpireAcknowledgement, moment: Moment) -> Outcome:
    """End an acknowledgement whose owner was asked and said nothing, or did not want to be asked."""
    held = incident.acknowledgement
    is_due = held is not None and (held.reminded_at is not None or not is_reminded(incident))
    if held is None or not is_due or moment.at < ends_at(incident, held):
        return Refused(Refusal.NOT_DUE)
    return _unheld(incident, moment, EntryKind.WENT_STALE)


def reassign(incident: Incident, event: Reassign, moment: Moment) -> Outcome:
    """Give it to somebody else."""
    if event.to == incident.owner:
        return Refused(Refusal.NOTHING_CHANGED)
    given = _held(incident, event.to, moment.at)
    return Changed(given, (moment.entry(given, EntryKind.REASSIGNED, owner=incident.owner, to=event.to),))


def hand_over(incident: Incident, event: HandOver, moment: Moment) -> Outcome:
    """Put the heir in the leaver's place, on the levels and as owner."""
    policy = incident.policy.handed_over(event.leaver, event.heir)
    is_owner = incident.owner == event.leaver
    if policy == incident.policy and not is_owner:
        return Refused(Refusal.NOTHING_CHANGED)
    moved = replace(incident, policy=policy.knowing(event.heir) if is_owner else policy)
    if is_owner:
        moved = _held(moved, event.heir.person, moment.at)
    return Changed(moved, (moment.entry(moved, EntryKind.HANDED_OVER, owner=event.leaver, to=event.heir.person),))
