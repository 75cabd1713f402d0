"""Which events an incident allows, from whom, and what comes of each: nothing else ever happens to one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest

from kpi.alerts.alert import Phase
from kpi.incidents.capture_events import CaptureFile, CaptureMessage, ChangeCaptured, DeleteCaptured, TakeOutCaptured
from kpi.incidents.changes import Changed, Refusal
from kpi.incidents.escalation_policies import Contact
from kpi.incidents.events import (
    Acknowledge,
    AddEvidence,
    ChangeSeverity,
    Comment,
    ConfirmFixed,
    CorrectOnset,
    EndAlert,
    EndDrill,
    Event,
    ExpireAcknowledgement,
    HandOver,
    JoinAlert,
    JoinAlike,
    KeepAcknowledgement,
    LoseDelivery,
    Measure,
    Merge,
    MissPromise,
    PostUpdate,
    Publish,
    Reassign,
    RecordAnalysis,
    RecordPlan,
    RemindOwner,
    Reopen,
    ReportAgain,
    RequestEscalation,
    Resolve,
    Review,
    Snooze,
    StartWatching,
    StopReminders,
    TakeIn,
    Unacknowledge,
    Verdict,
)
from kpi.incidents.incident import (
    CLOSED,
    Actor,
    Confidence,
    Incident,
    Onset,
    OnsetSource,
    Side,
    Source,
    Status,
)
from kpi.incidents.transitions import RULES, apply, may
from kpi.languages import Language
from kpi.promises import Promise
from kpi.severities import Severity
from tests.kpi.incident_samples import (
    DAY,
    HOUR,
    IN_CHINA,
    MINUTE,
    MONDAY_TEN,
    a_plan,
    a_policy,
    a_sighting,
    acknowledged,
    after,
    an_analysis,
    an_incident,
    refused,
    watched,
)

NOW = MONDAY_TEN + 2 * MINUTE
OTHER = replace(an_incident(), number=7)
ONSET = Onset(MONDAY_TEN - 3 * DAY, MONDAY_TEN - 2 * DAY, Confidence.MEDIUM, OnsetSource.PERSON, "ana")
RESOLVE = Resolve("ads were rejected", "new pictures", Language.PT, "the ads are back")

EVENTS: tuple[Event, ...] = (
    Acknowledge(),
    Unacknowledge(),
    KeepAcknowledgement(),
    RemindOwner(),
    Snooze(2 * HOUR),
    StopReminders(),
    ExpireAcknowledgement(),
    Reassign("bruno"),
    HandOver("ana", Contact("eva", IN_CHINA)),
    RecordAnalysis(an_analysis()),
    RecordPlan(a_plan()),
    PostUpdate("at work", Language.PT),
    Comment("谢谢", Language.ZH),
    Publish(1, "bruno", "the listing is back", Language.PT),
    AddEvidence("MLB123"),
    CaptureMessage("c1", "li", MONDAY_TEN),
    CaptureFile("c1", "li", "f1", "message-1.png"),
    ChangeCaptured("c1", "li", MONDAY_TEN),
    DeleteCaptured("c1", "li"),
    TakeOutCaptured("c1", "li"),
    ReportAgain("还是不行", Language.ZH),
    JoinAlert("a1", Severity.S1, a_sighting("0.0174"), ONSET),
    JoinAlike(("a2", "a3"), Severity.S1),
    EndAlert("", Phase.RESOLVED, MONDAY_TEN.date()),
    Measure(a_sighting("0.0174")),
    StartWatching(),
    Review(Verdict.IMPROVED, a_sighting("0.022")),
    ConfirmFixed(),
    RESOLVE,
    EndDrill(),
    Reopen("again", Language.ZH, a_policy()),
    Merge(OTHER),
    TakeIn(OTHER),
    ChangeSeverity(Severity.S1),
    CorrectOnset(ONSET),
    RequestEscalation(),
    MissPromise(Promise.ANALYSIS),
    LoseDelivery("d1", "ops", "the channel is gone", call=1),
)


def resolved() -> Incident:
    """Return an incident that Ana ended."""
    return after(acknowledged(), RESOLVE)


def merged() -> Incident:
    """Return an incident that went into another one."""
    return after(an_incident(), Merge(OTHER))


STATES: dict[Status, Callable[[], Incident]] = {
    Status.OPEN: an_incident,
    Status.ACKNOWLEDGED: acknowledged,
    Status.WATCHING: watched,
    Status.RESOLVED: resolved,
    Status.MERGED: merged,
}


def test_every_event_has_a_rule_and_an_example() -> None:
    """An event nobody wrote a rule for could never happen; one without an example is not tried below."""
    assert set(RULES) == set(get_args(Event)) == {type(event) for event in EVENTS}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("status", Status)
def test_an_event_outside_its_states_changes_nothing(status: Status, event: Event) -> None:
    """The refusal names the state, so that the answer can say what to do instead."""
    incident = STATES[status]()
    rule = RULES[type(event)]
    side = next(iter(sorted(rule.sides)))
    outcome = apply(incident, event, Actor("ana", side, Source.SLACK), NOW)
    if status not in rule.statuses:
        assert refused(outcome).reason is (Refusal.CLOSED if status in CLOSED else Refusal.NOT_NOW)
        assert refused(outcome).detail == status


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("status", Status)
def test_a_side_without_the_right_changes_nothing(status: Status, side: Side, event: Event) -> None:
    """A seller who presses the staff's button gets a sentence, whatever the state."""
    if not may(side, type(event)):
        outcome = apply(STATES[status](), event, Actor("li", side, Source.SLACK), NOW)
        assert refused(outcome).reason is Refusal.NOT_ALLOWED


def test_what_the_sellers_side_may_do_is_what_was_agreed() -> None:
    """Report, say, show, take messages in, confirm, open again, ask for the next level; nothing else."""
    assert {event for event in RULES if may(Side.SELLER, event)} == {
        ReportAgain,
        Comment,
        AddEvidence,
        CaptureMessage,
        CaptureFile,
        ChangeCaptured,
        DeleteCaptured,
        TakeOutCaptured,
        ConfirmFixed,
        Reopen,
        RequestEscalation,
    }


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("status", sorted(CLOSED))
def test_what_is_over_stays_over(status: Status, event: Event) -> None:
    """Whoever does whatever: no event changes an incident that ended."""
    incident = STATES[status]()
    for side in Side:
        outcome = apply(incident, event, Actor("ana", side, Source.SLACK), NOW)
        if isinstance(outcome, Changed):
            assert outcome.incident == incident


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("status", Status)
def test_whatever_changes_an_incident_changes_its_token(status: Status, event: Event) -> None:
    """Who decided on the state before is told; what fired and when it opened are never written over."""
    incident = STATES[status]()
    side = next(iter(sorted(RULES[type(event)].sides)))
    outcome = apply(incident, event, Actor("ana", side, Source.SLACK), NOW)
    if isinstance(outcome, Changed):
        assert outcome.entries
        assert outcome.incident.token == incident.token + (outcome.incident != incident)
        assert outcome.incident.at_alert == incident.at_alert
        assert outcome.incident.opened_at == incident.opened_at
