"""What an alert does to an incident that is open already, and what its end does: it is said, and decides nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpi.alerts.alert import Phase
from kpi.incidents.changes import Changed, Refusal
from kpi.incidents.escalations import agenda
from kpi.incidents.events import EndAlert, JoinAlert, JoinAlike
from kpi.incidents.incident import THE_RULE, Confidence, EntryKind, Incident, Onset, OnsetSource, Status, Visibility
from kpi.incidents.transitions import apply
from kpi.severities import Severity
from tests.kpi.incident_samples import (
    DAY,
    LI,
    MINUTE,
    MONDAY_TEN,
    a_sighting,
    acknowledged,
    after,
    an_incident,
    refused,
    watched,
)

NOW = MONDAY_TEN + 2 * MINUTE
ONSET = Onset(MONDAY_TEN - 3 * DAY, MONDAY_TEN - 2 * DAY, Confidence.HIGH, OnsetSource.CHANGE_POINT)
SEEN = a_sighting("0.0112")
JOIN = JoinAlert("a1b2c3", Severity.S1, SEEN, ONSET)
SINCE = MONDAY_TEN.date()


def reported() -> Incident:
    """Return an incident somebody reported without any number."""
    return replace(an_incident(Severity.S2), detected_at=None, at_alert=None, now=None, worst=None)


def test_an_alert_fills_what_nobody_knew() -> None:
    """And its severity holds, when it is the worse one."""
    joined = after(reported(), JOIN, THE_RULE, NOW)
    assert (joined.alert, joined.detected_at, joined.onset) == ("a1b2c3", NOW, ONSET)
    assert (joined.at_alert, joined.now, joined.worst) == (SEEN, SEEN, SEEN)
    assert joined.severity is Severity.S1
    assert after(joined, replace(JOIN, severity=Severity.S3), THE_RULE, NOW).severity is Severity.S1


def test_what_fired_first_stays() -> None:
    """A second alert is what the metric is now."""
    before = an_incident()
    joined = after(replace(before, alert="first"), JOIN, THE_RULE, NOW)
    assert (joined.alert, joined.at_alert, joined.now) == ("first", before.at_alert, SEEN)


def test_stores_that_moved_alike_are_lines_for_the_operations_room() -> None:
    """Nothing of them becomes the incident's own but a worse severity."""
    incident = reported()
    outcome = apply(incident, JoinAlike(("b2", "c3"), Severity.S2), THE_RULE, NOW)
    assert isinstance(outcome, Changed)
    assert replace(outcome.incident, token=incident.token) == incident
    assert [(line.kind, line.visibility) for line in outcome.entries] == [(EntryKind.ALERTED, Visibility.INTERNAL)] * 2
    assert [dict(line.params)["alert"] for line in outcome.entries] == ["b2", "c3"]
    assert after(incident, JoinAlike(("b2",), Severity.S1), THE_RULE, NOW).severity is Severity.S1


@pytest.mark.parametrize("incident", [an_incident(), acknowledged(), watched()], ids=lambda one: one.status)
@pytest.mark.parametrize("phase", Phase)
def test_the_end_of_an_alert_ends_no_incident(incident: Incident, phase: Phase) -> None:
    """It stays with whom it is, and all that was due stays due; only “back to usual” says since when."""
    alerted = replace(incident, alert="a1b2c3")
    outcome = apply(alerted, EndAlert("a1b2c3", phase, SINCE), THE_RULE, NOW)
    assert isinstance(outcome, Changed)
    ended = outcome.incident
    assert (ended.status, ended.owner, ended.resolved_at) == (incident.status, incident.owner, None)
    assert [(step.kind, step.due_at) for step in agenda(ended)] == [
        (step.kind, step.due_at) for step in agenda(alerted)
    ]
    assert ended.back_since == (SINCE if phase is Phase.RESOLVED else None)


def test_an_alert_that_comes_again_takes_back_that_it_was_over() -> None:
    """And one of another incident says nothing here."""
    ended = after(replace(an_incident(), alert="a1b2c3"), EndAlert("a1b2c3", Phase.RESOLVED, SINCE), THE_RULE, NOW)
    assert after(ended, replace(JOIN, alert="other"), THE_RULE, NOW).back_since is None
    assert refused(apply(ended, EndAlert("other", Phase.RESOLVED, SINCE), THE_RULE, NOW)).reason is (
        Refusal.NOTHING_CHANGED
    )


def test_no_person_speaks_for_an_alert() -> None:
    """Only the rule does."""
    assert refused(apply(an_incident(), JOIN, LI, NOW)).reason is Refusal.NOT_ALLOWED
    assert an_incident().status is Status.OPEN
