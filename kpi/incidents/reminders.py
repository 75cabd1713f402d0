"""Reminders and how their addressee puts them off: later today, or never. What the seller was promised stays due."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from kpi.incidents.changes import Changed, Moment, Outcome, Refusal, Refused
from kpi.incidents.events import Snooze, StopReminders
from kpi.incidents.incident import Acknowledgement, EntryKind, Incident, Visibility
from kpi.promises import Promise
from kpi.severities import Severity

LONGEST_WHILE_CRITICAL = timedelta(hours=1)
"""For how long somebody who has a critical incident may be left alone, whatever the hour."""


def snooze(incident: Incident, event: Snooze, moment: Moment) -> Outcome:
    """Ask its owner later whether it is still theirs; whoever wants to be asked later wants to be asked again."""
    held = incident.acknowledgement
    if held is None or moment.by.person != held.owner:
        return Refused(Refusal.ALREADY_HELD, incident.owner)
    until = _snoozed_until(incident, held, moment.at, event.wait)
    if until <= moment.at or (held.reminded_at is None and until <= held.stale_at):
        return Refused(Refusal.NO_REMINDER_DUE)
    put_off = replace(
        incident,
        acknowledgement=replace(held, stale_at=until, reminded_at=None),
        unreminded=tuple(person for person in incident.unreminded if person != held.owner),
    )
    line = moment.entry(
        put_off,
        EntryKind.SNOOZED,
        event.reason,
        event.language,
        Visibility.INTERNAL,
        owner=held.owner,
        until=until.isoformat(),
    )
    return Changed(put_off, (line,))


def latest_question(incident: Incident, owner: str, at: datetime) -> datetime:
    """Return until when its owner may put the question off: today still, and before anything falls due."""
    hours = incident.policy.hours_of(owner)
    bound = at + LONGEST_WHILE_CRITICAL if incident.severity is Severity.S1 else hours.closes_after(at)
    owed = (incident.due_at(promise) for promise in Promise if incident.kept_at(promise) is None)
    return min((bound, *(due_at for due_at in owed if due_at > at)))


def _snoozed_until(incident: Incident, held: Acknowledgement, at: datetime, wait: timedelta) -> datetime:
    """Return when its owner is asked again: in their working hours, unless it is critical."""
    hours = incident.policy.hours_of(held.owner)
    wanted = at + wait if incident.severity is Severity.S1 else hours.next_open(at + wait)
    return min(wanted, latest_question(incident, held.owner, at))


def stop_reminders(incident: Incident, _event: StopReminders, moment: Moment) -> Outcome:
    """Ask its owner no more; without activity it still goes back to nobody, and people are called.

    Of a critical incident nobody stops being asked.
    """
    held = incident.acknowledgement
    if held is None or moment.by.person != held.owner:
        return Refused(Refusal.ALREADY_HELD, incident.owner)
    if incident.severity is Severity.S1:
        return Refused(Refusal.CRITICAL)
    if held.owner in incident.unreminded:
        return Refused(Refusal.NOTHING_CHANGED)
    left_alone = replace(incident, unreminded=(*incident.unreminded, held.owner))
    line = moment.entry(left_alone, EntryKind.REMINDERS_STOPPED, visibility=Visibility.INTERNAL, owner=held.owner)
    return Changed(left_alone, (line,))
