"""What is owed and until when: the three clocks of an incident."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kpi.promises import (
    USUAL_TERMS,
    IncidentRules,
    Promise,
    PromiseState,
    Terms,
    counted,
    standing_of,
    time_left,
)
from kpi.severities import Severity
from tests.kpi.incident_samples import (
    DAY,
    HOUR,
    IN_BRAZIL,
    MINUTE,
    MONDAY_TEN,
    a_policy,
    an_incident,
)

NIGHT = datetime.fromisoformat("2026-11-23T00:37-03:00")


def local(text: str) -> datetime:
    """Return the instant of a local time in São Paulo."""
    return datetime.fromisoformat(f"{text}-03:00")


def test_a_night_counts_for_what_is_critical_alone() -> None:
    """Two hours from 00:37: 11:00 for the people who sleep, 02:37 for what cannot wait."""
    assert counted(Severity.S2, IN_BRAZIL, NIGHT, 2 * HOUR) == local("2026-11-23T11:00")
    assert counted(Severity.S1, IN_BRAZIL, NIGHT, 2 * HOUR) == local("2026-11-23T02:37")


def test_the_promises_of_an_incident_run_from_its_opening() -> None:
    """Half an hour, four hours and twenty-four working hours from Monday 10:00."""
    incident = an_incident()
    assert incident.due_at(Promise.ACKNOWLEDGEMENT) == local("2026-11-23T10:30")
    assert incident.due_at(Promise.ANALYSIS) == local("2026-11-23T14:00")
    assert incident.due_at(Promise.PLAN) == local("2026-11-25T16:00")
    assert an_incident(Severity.S1).due_at(Promise.PLAN) == local("2026-11-24T10:00")


def test_agreed_terms_replace_the_usual_ones_of_their_severity_alone() -> None:
    """An engagement file names what differs."""
    strict = Terms(10 * MINUTE, HOUR, 2 * HOUR)
    policy = a_policy(rules=IncidentRules(((Severity.S2, strict),)))
    assert an_incident(policy=policy).due_at(Promise.ANALYSIS) == local("2026-11-23T11:00")
    assert policy.terms(Severity.S3) == USUAL_TERMS[Severity.S3]


def test_what_is_left_is_counted_like_the_promise() -> None:
    """At 17:00 an hour is left until 09:00; an hour after that it is an hour over."""
    due_at = local("2026-11-24T09:00")
    assert time_left(Severity.S2, IN_BRAZIL, local("2026-11-23T17:00"), due_at) == HOUR
    assert time_left(Severity.S1, IN_BRAZIL, local("2026-11-23T17:00"), due_at) == 16 * HOUR
    assert time_left(Severity.S2, IN_BRAZIL, local("2026-11-24T10:00"), due_at) == -HOUR
    assert time_left(Severity.S1, IN_BRAZIL, local("2026-11-24T10:00"), due_at) == -HOUR


@pytest.mark.parametrize(
    ("kept_after", "ended_after", "now_after", "state"),
    [
        (None, None, 0, PromiseState.RUNNING),
        (None, None, 60, PromiseState.RUNNING),
        (None, None, 61, PromiseState.MISSED),
        (60, None, 999, PromiseState.KEPT),
        (61, None, 999, PromiseState.KEPT_LATE),
        (None, 60, 999, PromiseState.DROPPED),
        (None, 61, 999, PromiseState.MISSED),
    ],
)
def test_a_promise_is_kept_until_its_last_instant(
    kept_after: int | None, ended_after: int | None, now_after: int, state: PromiseState
) -> None:
    """And what ended before it was due owes nothing."""
    kept_at, ended_at = (None if one is None else MONDAY_TEN + one * MINUTE for one in (kept_after, ended_after))
    now = MONDAY_TEN + now_after * MINUTE
    standing = standing_of(Promise.ANALYSIS, MONDAY_TEN + HOUR, kept_at, ended_at, now)
    assert (standing.state, standing.kept_at) == (state, kept_at)


@pytest.mark.parametrize(
    "wrong",
    [
        {"acknowledgement": timedelta(0)},
        {"acknowledgement": 5 * HOUR},
        {"analysis": 2 * DAY},
        {"levels": 0},
    ],
)
def test_promises_that_contradict_each_other_are_refused(wrong: dict[str, object]) -> None:
    """Nobody can analyse before they know, or plan before they have analysed."""
    with pytest.raises(ValueError, match=r"order|level"):
        replace(Terms(), **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong", [{"repeats": -1}, {"repeats": 6}, {"stale_after": timedelta(0)}, {"answer_after": timedelta(0)}]
)
def test_rules_nobody_could_live_with_are_refused(wrong: dict[str, object]) -> None:
    """Calls end, an acknowledgement lasts for some time, and an answer takes some."""
    with pytest.raises(ValueError, match=r"repeated|last|needs"):
        replace(IncidentRules(), **wrong)  # type: ignore[arg-type]
