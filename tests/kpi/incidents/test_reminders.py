"""Reminders are put off for today or stopped; what was promised to the seller is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kpi.incidents.changes import Changed, Refusal
from kpi.incidents.escalations import Step, StepKind, agenda, take
from kpi.incidents.events import (
    Acknowledge,
    ChangeSeverity,
    RecordAnalysis,
    RecordPlan,
    RemindOwner,
    Snooze,
    StopReminders,
)
from kpi.incidents.incident import Incident, Status
from kpi.incidents.reminders import LONGEST_WHILE_CRITICAL
from kpi.incidents.transitions import apply
from kpi.promises import Promise
from kpi.severities import Severity
from tests.kpi.incident_samples import (
    ANA,
    BRUNO,
    DAY,
    HOUR,
    MINUTE,
    a_plan,
    acknowledged,
    after,
    an_analysis,
    an_incident,
    changed,
    refused,
)

STALE_AT = datetime.fromisoformat("2026-11-24T09:01-03:00")
EVENING = datetime.fromisoformat("2026-11-24T18:00-03:00")


def asked(severity: Severity = Severity.S2) -> Incident:
    """Return an incident that owes nothing more, whose owner is being asked whether it is still theirs."""
    taken = acknowledged(severity=severity)
    for event in (RecordAnalysis(an_analysis()), RecordPlan(a_plan(STALE_AT + 9 * DAY))):
        taken = after(taken, event)
    assert taken.acknowledgement is not None
    return changed(take(taken, due(taken, StepKind.REMINDER), taken.acknowledgement.stale_at))


def due(incident: Incident, kind: StepKind) -> Step:
    """Return the one step of a kind that is due."""
    return next(step for step in agenda(incident) if step.kind is kind)


def kinds(incident: Incident) -> set[StepKind]:
    """Return what is due of an incident."""
    return {step.kind for step in agenda(incident)}


def test_a_snooze_asks_again_later_instead_of_ending_the_acknowledgement() -> None:
    """Two hours, and then there is half an hour to answer, as always."""
    incident = asked()
    moment = STALE_AT + 5 * MINUTE
    later = after(incident, Snooze(2 * HOUR), ANA, moment)
    assert StepKind.EXPIRY not in kinds(later)
    assert due(later, StepKind.REMINDER).due_at == moment + 2 * HOUR
    assert later.status is Status.ACKNOWLEDGED


def test_a_snooze_lasts_no_longer_than_the_working_day() -> None:
    """Whatever was asked for; the next working day begins with the question."""
    later = after(asked(), Snooze(3 * DAY), ANA, STALE_AT + MINUTE)
    assert due(later, StepKind.REMINDER).due_at == EVENING


def test_a_snooze_outside_working_hours_lasts_into_them() -> None:
    """Nobody is asked at night."""
    later = after(asked(), Snooze(HOUR), ANA, EVENING + 2 * HOUR)
    assert due(later, StepKind.REMINDER).due_at == datetime.fromisoformat("2026-11-25T09:00-03:00")


def test_a_snooze_never_goes_past_what_is_promised() -> None:
    """The analysis is due first."""
    taken = acknowledged()
    assert taken.acknowledgement is not None
    analysis_at = taken.due_at(Promise.ANALYSIS)
    before = analysis_at - HOUR
    reminded = replace(taken, acknowledgement=replace(taken.acknowledgement, stale_at=before, reminded_at=before))
    assert due(after(reminded, Snooze(2 * HOUR), ANA, before), StepKind.REMINDER).due_at == analysis_at
    assert due(after(reminded, Snooze(MINUTE), ANA, before), StepKind.REMINDER).due_at == before + MINUTE


def test_a_critical_incident_is_snoozed_for_an_hour_at_most() -> None:
    """By night as by day."""
    incident = asked(Severity.S1)
    assert incident.acknowledgement is not None
    assert incident.acknowledgement.reminded_at is not None
    moment = incident.acknowledgement.reminded_at + MINUTE
    later = after(incident, Snooze(5 * HOUR), ANA, moment)
    assert due(later, StepKind.REMINDER).due_at == moment + LONGEST_WHILE_CRITICAL


def test_what_is_not_due_before_is_not_put_off() -> None:
    """A snooze never brings a question forward."""
    assert refused(apply(acknowledged(), Snooze(HOUR), ANA, STALE_AT - DAY)).reason is Refusal.NO_REMINDER_DUE
    assert refused(apply(asked(), Snooze(timedelta(0)), ANA, STALE_AT + MINUTE)).reason is Refusal.NO_REMINDER_DUE


@pytest.mark.parametrize("event", [Snooze(HOUR), StopReminders()])
def test_only_its_owner_puts_off_what_their_owner_is_asked(event: Snooze | StopReminders) -> None:
    """Somebody else is told who has it."""
    outcome = refused(apply(asked(), event, BRUNO, STALE_AT + MINUTE))
    assert (outcome.reason, outcome.detail) == (Refusal.ALREADY_HELD, "ana")


def test_whoever_stopped_being_asked_loses_it_without_being_asked() -> None:
    """Silence never keeps an incident: without activity it goes back to nobody at the hour it would have anyway."""
    quiet = after(acknowledged(), StopReminders(), at=STALE_AT - 20 * HOUR)
    assert StepKind.REMINDER not in kinds(quiet)
    expiry = due(quiet, StepKind.EXPIRY)
    assert expiry.due_at == STALE_AT + 30 * MINUTE
    assert refused(apply(quiet, RemindOwner(), ANA, STALE_AT)).reason is Refusal.NOT_ALLOWED
    gone = changed(take(quiet, expiry, expiry.due_at))
    assert (gone.status, gone.owner) == (Status.OPEN, "")
    assert StepKind.REMINDER in kinds(after(gone, Acknowledge(), BRUNO, EVENING))


def test_stopping_does_not_stop_what_is_owed() -> None:
    """The analysis is missed, and people are called."""
    quiet = after(acknowledged(), StopReminders())
    missed = changed(take(quiet, due(quiet, StepKind.ANALYSIS_DUE), quiet.due_at(Promise.ANALYSIS)))
    called = take(missed, due(missed, StepKind.CALL), missed.due_at(Promise.ANALYSIS) + HOUR)
    assert isinstance(called, Changed)
    assert called.call is not None


def test_of_a_critical_incident_everybody_is_asked() -> None:
    """It cannot be stopped, and what was stopped before begins again."""
    critical = acknowledged(severity=Severity.S1)
    assert refused(apply(critical, StopReminders(), ANA, STALE_AT)).reason is Refusal.CRITICAL
    worse = after(after(acknowledged(), StopReminders()), ChangeSeverity(Severity.S1))
    assert StepKind.REMINDER in kinds(worse)


def test_a_snooze_takes_a_stop_back() -> None:
    """Whoever wants to be asked later wants to be asked."""
    quiet = after(asked(), StopReminders(), ANA, STALE_AT + MINUTE)
    assert refused(apply(quiet, StopReminders(), ANA, STALE_AT + MINUTE)).reason is Refusal.NOTHING_CHANGED
    again = after(quiet, Snooze(HOUR), ANA, STALE_AT + 2 * MINUTE)
    assert again.unreminded == ()
    assert StepKind.REMINDER in kinds(again)


def test_an_open_incident_has_nobody_to_be_asked_later() -> None:
    """Its calls are not put off."""
    assert refused(apply(an_incident(), Snooze(HOUR), ANA, STALE_AT)).reason is Refusal.NOT_NOW
