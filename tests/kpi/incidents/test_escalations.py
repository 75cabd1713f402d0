"""What is due when nobody does anything, and that a step of an earlier state does nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kpi.incidents.changes import Changed, Refusal
from kpi.incidents.climbs import SMALLEST_GAP, START_DELAY
from kpi.incidents.escalations import Step, StepKind, agenda, take
from kpi.incidents.events import (
    Acknowledge,
    ChangeSeverity,
    MissPromise,
    RecordAnalysis,
    RecordPlan,
    RequestEscalation,
    Resolve,
    TakeIn,
    Unacknowledge,
)
from kpi.incidents.incident import THE_CLOCK, EntryKind, Incident, Visibility
from kpi.incidents.transitions import apply
from kpi.languages import Language
from kpi.promises import Promise
from kpi.severities import Severity
from tests.kpi.incident_samples import (
    ALWAYS,
    ANA,
    BRUNO,
    DAY,
    HOUR,
    LI,
    MINUTE,
    MONDAY_TEN,
    a_plan,
    a_policy,
    acknowledged,
    after,
    an_analysis,
    an_incident,
    changed,
    refused,
    watched,
)

RESOLVE = Resolve("ads", "pictures", Language.PT, "back")


def step_of(incident: Incident, kind: StepKind) -> Step:
    """Return the step of a kind, which must be on the agenda."""
    return next(step for step in agenda(incident) if step.kind is kind)


def taken(incident: Incident, kind: StepKind) -> Changed:
    """Return what comes of a step when it is due."""
    step = step_of(incident, kind)
    outcome = take(incident, step, step.due_at)
    assert isinstance(outcome, Changed), outcome
    return outcome


def kinds(incident: Incident) -> list[StepKind]:
    """Return what is due, soonest first."""
    return [step.kind for step in agenda(incident)]


def test_each_state_has_its_steps() -> None:
    """Nothing is due of what is over."""
    assert kinds(an_incident()) == [StepKind.CALL, StepKind.ANALYSIS_DUE, StepKind.PLAN_DUE]
    assert kinds(acknowledged()) == [StepKind.ANALYSIS_DUE, StepKind.REMINDER, StepKind.PLAN_DUE]
    assert kinds(watched()) == [StepKind.ANALYSIS_DUE, StepKind.REVIEW]
    assert agenda(after(acknowledged(), RESOLVE)) == ()


def test_the_first_call_comes_a_moment_after_the_opening() -> None:
    """Who opened it may still take it."""
    outcome = taken(an_incident(), StepKind.CALL)
    assert outcome.call is not None
    assert outcome.call.at == MONDAY_TEN + START_DELAY
    assert (outcome.call.people, outcome.call.level, outcome.call.number) == (("ana",), 0, 1)
    assert outcome.call.key == "incident/lumina-0/call/1"


def test_calls_are_numbered_through_both_kinds_of_climb() -> None:
    """A key is never used twice in the life of an incident."""
    first = taken(an_incident(), StepKind.CALL).incident
    held = after(first, Acknowledge(), at=MONDAY_TEN + HOUR)
    late = taken(held, StepKind.ANALYSIS_DUE).incident
    outcome = taken(late, StepKind.CALL)
    assert outcome.call is not None
    assert outcome.call.number == 2


def test_a_step_of_an_earlier_state_does_nothing() -> None:
    """The fence: an acknowledgement between the planning of a call and the call."""
    step = step_of(an_incident(), StepKind.CALL)
    held = after(an_incident(), Acknowledge())
    assert refused(take(held, step, step.due_at)).reason is Refusal.STALE
    back = after(held, Unacknowledge())
    assert refused(take(back, step, step.due_at + HOUR)).reason is Refusal.STALE
    assert refused(take(back, replace(step, kind=StepKind.REVIEW), step.due_at)).reason is Refusal.STALE


def test_a_step_is_not_taken_before_its_time() -> None:
    """A clock that jumped back does not make it due twice."""
    step = step_of(an_incident(), StepKind.CALL)
    early = take(an_incident(), step, step.due_at - timedelta(microseconds=1))
    assert refused(early).reason is Refusal.NOT_DUE


def test_a_step_whose_hour_is_counted_anew_goes_by_the_new_one() -> None:
    """A row that says now although a new holiday says tomorrow is not taken."""
    step = replace(step_of(an_incident(), StepKind.PLAN_DUE), due_at=MONDAY_TEN)
    assert refused(take(an_incident(), step, MONDAY_TEN)).reason is Refusal.NOT_DUE


def test_a_review_is_not_taken_without_reading_the_metric() -> None:
    """Whoever takes it measures first."""
    step = step_of(watched(), StepKind.REVIEW)
    assert refused(take(watched(), step, step.due_at)).reason is Refusal.NOT_NOW


def test_a_missed_promise_is_called_about_although_somebody_has_the_incident() -> None:
    """From the account manager up, until it is made good."""
    late = taken(acknowledged(), StepKind.ANALYSIS_DUE).incident
    assert late.missed == late.unkept == (Promise.ANALYSIS,)
    first = taken(late, StepKind.CALL)
    second = taken(first.incident, StepKind.CALL)
    assert first.call is not None
    assert second.call is not None
    assert (first.call.people, second.call.people) == (("ana",), ("bruno",))
    good = after(second.incident, RecordAnalysis(an_analysis()), at=second.call.at + MINUTE)
    assert good.missed == (Promise.ANALYSIS,)
    assert good.unkept == ()
    assert StepKind.CALL not in kinds(good)


def test_two_missed_promises_are_one_climb_until_both_are_good() -> None:
    """Nobody gets two calls about one incident at a time."""
    late = taken(taken(acknowledged(), StepKind.ANALYSIS_DUE).incident, StepKind.PLAN_DUE).incident
    assert kinds(late).count(StepKind.CALL) == 1
    half = after(late, RecordAnalysis(an_analysis()), at=MONDAY_TEN + 3 * DAY)
    assert StepKind.CALL in kinds(half)
    assert StepKind.CALL not in kinds(after(half, RecordPlan(a_plan(MONDAY_TEN + 9 * DAY)), at=MONDAY_TEN + 3 * DAY))


def test_a_promise_missed_while_nobody_has_it_waits_for_the_owner() -> None:
    """One line of calls is enough; who takes it then has half an hour before calls about the promise begin."""
    late = taken(an_incident(), StepKind.ANALYSIS_DUE).incident
    assert late.keeping.next_at is None
    at = MONDAY_TEN + 5 * HOUR
    held = after(late, Acknowledge(), at=at)
    assert step_of(held, StepKind.CALL).due_at == at + 30 * MINUTE


def test_a_promise_is_missed_once_and_not_before_its_time() -> None:
    """And never when it was kept."""
    due_at = acknowledged().due_at(Promise.ANALYSIS)
    miss = MissPromise(Promise.ANALYSIS)
    assert refused(apply(acknowledged(), miss, THE_CLOCK, due_at - MINUTE)).reason is Refusal.NOT_DUE
    late = after(acknowledged(), miss, THE_CLOCK, due_at)
    assert refused(apply(late, miss, THE_CLOCK, due_at)).reason is Refusal.NOT_DUE
    kept = after(acknowledged(), RecordAnalysis(an_analysis()))
    assert refused(apply(kept, miss, THE_CLOCK, due_at)).reason is Refusal.NOT_DUE


def test_an_acknowledgement_nobody_confirms_ends_and_calls_go_on_where_they_were() -> None:
    """At the level reached: whoever was called last is called again first."""
    incident = an_incident(policy=a_policy(ALWAYS))
    for _ in range(2):
        incident = taken(incident, StepKind.CALL).incident
    held = after(incident, Acknowledge(), at=MONDAY_TEN + HOUR)
    gone = taken(taken(held, StepKind.REMINDER).incident, StepKind.EXPIRY).incident
    outcome = taken(gone, StepKind.CALL)
    assert outcome.call is not None
    assert outcome.call.people == ("bruno",)


def test_the_seller_may_ask_for_the_next_level_once_per_level() -> None:
    """The next one is called now; asking twice at the same level calls nobody more."""
    first = taken(an_incident(), StepKind.CALL).incident
    at = MONDAY_TEN + MINUTE
    asked = after(first, RequestEscalation(), LI, at)
    assert refused(apply(asked, RequestEscalation(), LI, at)).reason is Refusal.ASKED_ALREADY
    assert step_of(asked, StepKind.CALL).due_at == at + SMALLEST_GAP
    outcome = taken(asked, StepKind.CALL)
    assert outcome.call is not None
    assert outcome.call.level == 1
    assert after(outcome.incident, RequestEscalation(), LI, at + MINUTE).asked == (0, 1)


def test_an_owner_does_not_stop_the_seller_from_being_heard_higher_up() -> None:
    """One call to the next level, and no further ones by themselves."""
    held = after(taken(an_incident(), StepKind.CALL).incident, Acknowledge())
    asked = after(held, RequestEscalation(), LI)
    outcome = taken(asked, StepKind.CALL)
    assert outcome.call is not None
    assert outcome.call.level == 1
    assert StepKind.CALL not in kinds(outcome.incident)


def test_an_analysis_does_not_silence_the_call_the_seller_asked_for() -> None:
    """They asked for a person, not for a text."""
    asked = after(acknowledged(), RequestEscalation(), LI)
    assert StepKind.CALL in kinds(after(asked, RecordAnalysis(an_analysis())))


def test_above_the_highest_level_there_is_nobody() -> None:
    """Of a trifle the second level is the highest."""
    trifle = an_incident(Severity.S4)
    for _ in range(2):
        trifle = taken(trifle, StepKind.CALL).incident
    assert refused(apply(trifle, RequestEscalation(), LI, MONDAY_TEN + HOUR)).reason is Refusal.ALL_CALLED


def test_a_promise_missed_while_the_sellers_call_waits_begins_a_climb() -> None:
    """A single call does not stand in for the calls about a broken promise."""
    asked = after(acknowledged(), RequestEscalation(), LI)
    due_at = asked.due_at(Promise.ANALYSIS)
    late = after(asked, MissPromise(Promise.ANALYSIS), THE_CLOCK, due_at)
    assert not late.keeping.is_single
    assert taken(late, StepKind.CALL).incident.keeping.next_at is not None


def test_when_everybody_sleeps_the_timeline_says_so() -> None:
    """Why nobody was called is as much worth knowing as who was."""
    night = datetime.fromisoformat("2026-11-23T22:00-03:00")
    outcome = taken(an_incident(at=night), StepKind.CALL)
    assert outcome.call is None
    assert [line.kind for line in outcome.entries] == [EntryKind.ALL_ASLEEP]
    assert outcome.incident.calls == 0
    assert step_of(outcome.incident, StepKind.CALL).due_at == datetime.fromisoformat("2026-11-24T09:00-03:00")


def test_who_was_called_is_an_internal_line() -> None:
    """Names of the operator's people are not the seller's business."""
    (line,) = taken(an_incident(), StepKind.CALL).entries
    assert line.visibility is Visibility.INTERNAL
    assert dict(line.params)["people"] == "ana"


def test_what_was_due_while_the_process_was_down_is_taken_once() -> None:
    """An hour late: one call, and the next half an hour after it, not one for each that was missed."""
    step = step_of(an_incident(), StepKind.CALL)
    outcome = take(an_incident(), step, step.due_at + HOUR)
    assert isinstance(outcome, Changed)
    assert step_of(outcome.incident, StepKind.CALL).due_at == step.due_at + HOUR + 30 * MINUTE


@pytest.mark.parametrize("reach_before", range(5))
def test_a_milder_severity_never_calls_beyond_its_reach(reach_before: int) -> None:
    """Lowered while the director was next, it calls the highest level that is still in reach."""
    incident = an_incident(policy=a_policy(ALWAYS))
    for _ in range(reach_before):
        incident = taken(incident, StepKind.CALL).incident
    milder = after(incident, ChangeSeverity(Severity.S4, "one store only"), BRUNO, MONDAY_TEN + DAY)
    outcome = taken(milder, StepKind.CALL)
    assert outcome.call is not None
    assert outcome.call.level <= 1


def test_the_clocks_of_an_older_twin_can_make_a_promise_due_at_once() -> None:
    """Merging forgives nothing."""
    older = replace(an_incident(at=MONDAY_TEN - 5 * DAY), number=1, merged_into="lumina-0")
    joined = changed(apply(acknowledged(), TakeIn(older), ANA, MONDAY_TEN + MINUTE))
    assert step_of(joined, StepKind.ANALYSIS_DUE).due_at < MONDAY_TEN
