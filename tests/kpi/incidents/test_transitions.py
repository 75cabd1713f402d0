"""What comes of each event: who has the incident, what was said, how it ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from kpi.incidents.changes import Changed, Refusal
from kpi.incidents.climbs import START_DELAY
from kpi.incidents.escalation_policies import Contact
from kpi.incidents.events import (
    Acknowledge,
    AddEvidence,
    ChangeSeverity,
    Comment,
    ConfirmFixed,
    CorrectOnset,
    Event,
    ExpireAcknowledgement,
    HandOver,
    KeepAcknowledgement,
    Measure,
    Merge,
    PostUpdate,
    Publish,
    Reassign,
    RecordAnalysis,
    RecordPlan,
    RemindOwner,
    Reopen,
    RequestEscalation,
    Resolve,
    Review,
    StartWatching,
    TakeIn,
    Unacknowledge,
    Verdict,
)
from kpi.incidents.incident import (
    THE_CLOCK,
    THE_RULE,
    Confidence,
    EntryKind,
    Incident,
    Onset,
    OnsetSource,
    Status,
    Visibility,
)
from kpi.incidents.ownership import TIME_TO_CONFIRM
from kpi.incidents.transitions import apply
from kpi.languages import Language
from kpi.promises import Promise
from kpi.severities import Severity
from tests.kpi.incident_samples import (
    ANA,
    BRUNO,
    DAY,
    HOUR,
    IN_CHINA,
    LI,
    MINUTE,
    MONDAY_TEN,
    a_plan,
    a_policy,
    a_sighting,
    acknowledged,
    after,
    an_analysis,
    an_incident,
    changed,
    refused,
    watched,
)

NOW = MONDAY_TEN + 2 * MINUTE
OTHER = replace(an_incident(), number=7)
ONSET = Onset(MONDAY_TEN - 3 * DAY, MONDAY_TEN - 2 * DAY, Confidence.MEDIUM, OnsetSource.PERSON, "ana")
RESOLVE = Resolve("ads were rejected", "new pictures", Language.PT, "the ads are back")


def resolved() -> Incident:
    """Return an incident that Ana ended."""
    return after(acknowledged(), RESOLVE)


def test_an_acknowledgement_stops_the_calls_and_no_other_clock() -> None:
    """A bare acknowledgement stops only the first of the three."""
    taken = acknowledged()
    assert (taken.status, taken.owner, taken.acknowledged_at) == (Status.ACKNOWLEDGED, "ana", MONDAY_TEN + MINUTE)
    assert taken.answering.next_at is None
    before = an_incident()
    assert [taken.due_at(promise) for promise in Promise] == [before.due_at(promise) for promise in Promise]
    assert taken.kept_at(Promise.ANALYSIS) is None


def test_the_second_of_two_people_who_acknowledge_at_once_is_told_who_has_it() -> None:
    """And a double click changes nothing."""
    for by in (BRUNO, ANA):
        outcome = refused(apply(acknowledged(), Acknowledge(), by, NOW))
        assert (outcome.reason, outcome.detail) == (Refusal.ALREADY_HELD, "ana")


def test_an_incident_that_is_given_back_is_called_about_again() -> None:
    """A little later, so that giving and taking calls nobody; the first acknowledgement stays on record."""
    back = after(acknowledged(), Unacknowledge(), at=NOW)
    assert (back.status, back.owner) == (Status.OPEN, "")
    assert back.answering.next_at == NOW + START_DELAY
    assert after(back, Acknowledge(), BRUNO, NOW + HOUR).acknowledged_at == MONDAY_TEN + MINUTE


def test_resolving_beats_acknowledging() -> None:
    """Whoever comes first: a resolved incident is never acknowledged, an acknowledged one can be resolved."""
    open_one = an_incident()
    ended = after(open_one, RESOLVE)
    assert ended.status is Status.RESOLVED
    assert refused(apply(ended, Acknowledge(), BRUNO, NOW)).reason is Refusal.CLOSED
    assert after(after(open_one, Acknowledge(), BRUNO), RESOLVE).status is Status.RESOLVED
    assert ended.answered_at == ended.resolved_at


def test_an_acknowledgement_goes_stale_after_eight_working_hours() -> None:
    """Taken at 10:01, its owner is asked at 09:01 the next morning and has half an hour to answer."""
    taken = acknowledged()
    stale_at = datetime.fromisoformat("2026-11-24T09:01-03:00")
    assert taken.acknowledgement is not None
    assert taken.acknowledgement.stale_at == stale_at
    assert refused(apply(taken, RemindOwner(), THE_CLOCK, stale_at - MINUTE)).reason is Refusal.NOT_DUE
    asked = after(taken, RemindOwner(), THE_CLOCK, stale_at)
    assert refused(apply(asked, RemindOwner(), THE_CLOCK, stale_at + MINUTE)).reason is Refusal.NOT_DUE
    too_soon = stale_at + TIME_TO_CONFIRM - timedelta(seconds=1)
    assert refused(apply(asked, ExpireAcknowledgement(), THE_CLOCK, too_soon)).reason is Refusal.NOT_DUE
    gone = after(asked, ExpireAcknowledgement(), THE_CLOCK, stale_at + TIME_TO_CONFIRM)
    assert (gone.status, gone.owner) == (Status.OPEN, "")


@pytest.mark.parametrize(
    ("event", "is_activity"),
    [
        (RecordAnalysis(an_analysis()), True),
        (RecordPlan(a_plan()), True),
        (PostUpdate("at work", Language.PT), True),
        (KeepAcknowledgement(), True),
        (Reassign("bruno"), True),
        (CorrectOnset(ONSET), True),
        (ChangeSeverity(Severity.S3, "one store only"), True),
        (Publish(1, "bruno", "at work", Language.PT), True),
        (Comment("any news?", Language.EN), False),
        (AddEvidence("MLB123"), False),
        (ConfirmFixed(), False),
        (RequestEscalation(), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_work_renews_an_acknowledgement_and_chatter_does_not(event: Event, is_activity: bool) -> None:
    """Otherwise a lively thread would keep asleep an incident nobody works on."""
    taken = acknowledged()
    later = after(taken, event, ANA, NOW + HOUR)
    assert taken.acknowledgement is not None
    assert later.acknowledgement is not None
    assert (later.acknowledgement.stale_at > taken.acknowledgement.stale_at) is is_activity


def test_only_its_owner_says_that_they_still_have_it() -> None:
    """Somebody else may take it by reassignment, in the open."""
    assert refused(apply(acknowledged(), KeepAcknowledgement(), BRUNO, NOW)).detail == "ana"
    assert after(acknowledged(), Reassign("bruno"), BRUNO).owner == "bruno"
    assert refused(apply(acknowledged(), Reassign("ana"), BRUNO, NOW)).reason is Refusal.NOTHING_CHANGED


def test_who_leaves_hands_over_their_place_and_what_they_had() -> None:
    """Calls reach the heir from then on; somebody who had nothing changes nothing."""
    moved = after(acknowledged(), HandOver("ana", Contact("eva", IN_CHINA)))
    assert moved.owner == "eva"
    assert [level.contacts[0].person for level in moved.policy.levels] == ["eva", "bruno", "carla", "davi"]
    nobody = HandOver("zoe", Contact("eva", IN_CHINA))
    assert refused(apply(acknowledged(), nobody, ANA, NOW)).reason is Refusal.NOTHING_CHANGED
    taken = after(acknowledged(), Reassign("zoe"))
    by_owner_alone = after(taken, HandOver("zoe", Contact("eva", IN_CHINA)))
    assert by_owner_alone.policy.hours_of("eva") == IN_CHINA
    joined = after(acknowledged(), HandOver("bruno", Contact("ana", IN_CHINA)))
    assert joined.owner == "ana"


def test_the_first_analysis_and_plan_keep_the_promise_and_later_ones_improve_it() -> None:
    """The promise was kept when the first one came."""
    once = after(acknowledged(), RecordAnalysis(an_analysis()), at=NOW)
    twice = after(once, RecordAnalysis(an_analysis("it was the price")), at=NOW + DAY)
    assert twice.analysis is not None
    assert (twice.analysis.text, twice.analysis_at) == ("it was the price", NOW)
    planned = after(after(once, RecordPlan(a_plan()), at=NOW), RecordPlan(a_plan(NOW + 9 * DAY)), at=NOW + DAY)
    assert planned.plan is not None
    assert (planned.plan.review_at, planned.plan_at) == (NOW + 9 * DAY, NOW)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (RecordAnalysis(an_analysis("  ")), Refusal.NEEDS_TEXT),
        (RecordPlan(replace(a_plan(), cause=" ")), Refusal.NEEDS_CAUSE),
        (RecordPlan(replace(a_plan(), action="")), Refusal.NEEDS_CAUSE),
        (RecordPlan(a_plan(NOW)), Refusal.NEEDS_LATER_REVIEW),
        (StartWatching(), Refusal.NEEDS_PLAN),
        (PostUpdate(" ", Language.EN), Refusal.NEEDS_TEXT),
        (Comment("", Language.EN), Refusal.NEEDS_TEXT),
        (AddEvidence(" "), Refusal.NEEDS_TEXT),
        (Resolve("", "done", Language.EN, "why"), Refusal.NEEDS_CAUSE),
        (Resolve("cause", " ", Language.EN, "why"), Refusal.NEEDS_CAUSE),
        (Resolve("cause", "done", Language.EN), Refusal.NEEDS_REASON),
        (ChangeSeverity(Severity.S2), Refusal.NOTHING_CHANGED),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, Refusal) else value,
)
def test_half_an_answer_is_none(event: Event, reason: Refusal) -> None:
    """What is missing is asked for; nothing is recorded."""
    assert refused(apply(acknowledged(), event, ANA, NOW)).reason is reason


def test_a_plan_whose_review_has_passed_cannot_be_watched() -> None:
    """It would be reviewed at once, before anything could have moved."""
    planned = after(acknowledged(), RecordPlan(a_plan(NOW + HOUR)), at=NOW)
    assert refused(apply(planned, StartWatching(), ANA, NOW + HOUR)).reason is Refusal.NEEDS_LATER_REVIEW


def test_a_review_that_finds_an_improvement_ends_it_with_its_plan() -> None:
    """Cause and action are those of the plan; the values before and after are in the timeline."""
    due = watched().review_due_at
    assert due is not None
    seen = a_sighting("0.0221", due)
    outcome = apply(watched(), Review(Verdict.IMPROVED, seen), THE_CLOCK, due)
    ended = changed(outcome)
    assert (ended.status, ended.resolved_at, ended.reviewed_at) == (Status.RESOLVED, due, due)
    assert ended.closing is not None
    assert (ended.closing.cause, ended.closing.action, ended.closing.by) == ("rejected ads", "new pictures", "")
    assert isinstance(outcome, Changed)
    assert dict(outcome.entries[0].params) == {
        "before": "0.0181",
        "value": "0.0221",
        "metric": "conversion_rate",
    }


def test_a_review_that_finds_none_gives_it_back_to_its_owner() -> None:
    """Who has some hours again to say what comes next; it may then be ended without a reason."""
    due = MONDAY_TEN + 2 * DAY
    back = after(watched(), Review(Verdict.NOT_IMPROVED, a_sighting("0.018", due)), THE_CLOCK, due)
    assert (back.status, back.owner, back.review_due_at) == (Status.ACKNOWLEDGED, "ana", None)
    assert back.acknowledgement is not None
    assert back.acknowledgement.stale_at > due
    assert after(back, replace(RESOLVE, reason=""), at=due + MINUTE).status is Status.RESOLVED
    again = after(back, RecordPlan(a_plan(due + DAY)), at=due + MINUTE)
    assert refused(apply(again, replace(RESOLVE, reason=""), ANA, due + HOUR)).reason is Refusal.NEEDS_REASON


def test_a_review_that_comes_too_early_is_repeated() -> None:
    """Too few visits since the change prove nothing; the next look has a time of its own."""
    due = MONDAY_TEN + 2 * DAY
    later = after(watched(), Review(Verdict.TOO_EARLY, None, due + DAY), THE_CLOCK, due)
    assert (later.status, later.review_due_at, later.now) == (Status.WATCHING, due + DAY, watched().now)
    for again_at in (None, due):
        outcome = apply(watched(), Review(Verdict.TOO_EARLY, None, again_at), THE_CLOCK, due)
        assert refused(outcome).reason is Refusal.NEEDS_LATER_REVIEW
    early = apply(watched(), Review(Verdict.IMPROVED, None), THE_CLOCK, due - MINUTE)
    assert refused(early).reason is Refusal.NOT_DUE


def test_a_better_plan_moves_the_review_of_what_is_watched() -> None:
    """The new plan has a time of its own."""
    moved = after(watched(), RecordPlan(a_plan(MONDAY_TEN + 5 * DAY)))
    assert moved.review_due_at == MONDAY_TEN + 5 * DAY


def test_a_seller_who_confirms_spares_the_reason() -> None:
    """Once; ending it is still the staff's decision."""
    confirmed = after(acknowledged(), ConfirmFixed(), LI)
    assert confirmed.status is Status.ACKNOWLEDGED
    assert refused(apply(confirmed, ConfirmFixed(), LI, NOW)).reason is Refusal.NOTHING_CHANGED
    assert after(confirmed, replace(RESOLVE, reason="")).status is Status.RESOLVED


def test_opening_again_makes_a_new_incident_that_knows_the_old_one() -> None:
    """With its own clocks and the people of its own day; the old one stays as it ended."""
    ended = replace(resolved(), number=1042)
    policy = a_policy(IN_CHINA)
    outcome = apply(ended, Reopen("又掉了", Language.ZH, policy), LI, NOW + DAY)
    assert isinstance(outcome, Changed)
    assert outcome.incident == ended
    new = outcome.opened
    assert new is not None
    assert (new.previous, new.key, new.status, new.opened_at) == ("lumina-1042", ended.key, Status.OPEN, NOW + DAY)
    assert (new.policy, new.report, new.opened_by, new.number) == (policy, "又掉了", LI, 0)
    assert new.answering.next_at == NOW + DAY + START_DELAY
    silent = apply(ended, Reopen(" ", Language.ZH, policy), LI, NOW + DAY)
    assert isinstance(silent, Changed)
    assert silent.opened is not None
    assert silent.opened.report == ended.report


def test_merging_keeps_the_clocks_of_the_older_and_the_worse_severity() -> None:
    """A seller who reported first is not owed less because somebody reported again."""
    older = replace(after(an_incident(Severity.S1), RecordAnalysis(an_analysis())), number=1001)
    newer = replace(an_incident(Severity.S3, at=MONDAY_TEN + HOUR), number=1002, at_alert=None)
    gone = after(older, Merge(newer), at=NOW + HOUR)
    assert (gone.status, gone.merged_into, gone.answering.next_at) == (Status.MERGED, newer.id, None)
    joined = after(newer, TakeIn(gone), at=NOW + HOUR)
    assert (joined.clocks_from, joined.opened_at) == (MONDAY_TEN, MONDAY_TEN + HOUR)
    assert (joined.severity, joined.analysis, joined.at_alert) == (Severity.S1, older.analysis, older.at_alert)
    assert joined.due_at(Promise.PLAN) == older.due_at(Promise.PLAN)


def test_what_cannot_be_one_incident_is_not_merged() -> None:
    """Not into itself, not into one that is over, not across sellers, and no half of a merge alone."""
    one = replace(an_incident(), number=1001)
    for into in (one, replace(resolved(), number=1002), replace(OTHER, engagement="andes")):
        assert refused(apply(one, Merge(into), ANA, NOW)).reason is Refusal.NOT_ONE_INCIDENT
    assert refused(apply(one, TakeIn(OTHER), ANA, NOW)).reason is Refusal.NOT_ONE_INCIDENT


def test_the_worst_value_is_remembered_and_the_first_never_forgotten() -> None:
    """At alert → now → worst."""
    falling = an_incident()
    for value in ("0.0174", "0.0186"):
        falling = after(falling, Measure(a_sighting(value)), THE_CLOCK)
    assert falling.at_alert is not None
    assert falling.now is not None
    assert falling.worst is not None
    values = (falling.at_alert.value, falling.now.value, falling.worst.value)
    assert values == (Decimal("0.0181"), Decimal("0.0186"), Decimal("0.0174"))
    assert refused(apply(falling, Measure(a_sighting("0.0186")), THE_CLOCK, NOW)).reason is Refusal.NOTHING_CHANGED


def test_a_correction_of_the_beginning_keeps_what_was_believed_before() -> None:
    """Both ranges are in the timeline."""
    once = after(an_incident(), CorrectOnset(ONSET))
    earlier = replace(ONSET, began_from=ONSET.began_from - DAY)
    outcome = apply(once, CorrectOnset(earlier), BRUNO, NOW)
    assert isinstance(outcome, Changed)
    params = dict(outcome.entries[0].params)
    assert params["before_from"] == ONSET.began_from.isoformat()
    assert params["began_from"] == earlier.began_from.isoformat()
    assert refused(apply(once, CorrectOnset(ONSET), ANA, NOW)).reason is Refusal.NOTHING_CHANGED
    with pytest.raises(ValueError, match="begun"):
        replace(ONSET, began_from=ONSET.began_to + MINUTE)


def test_vigia_may_find_it_worse_but_never_milder() -> None:
    """Playing it down is a person's decision."""
    assert after(an_incident(), ChangeSeverity(Severity.S1), THE_RULE).severity is Severity.S1
    assert refused(apply(an_incident(), ChangeSeverity(Severity.S3), THE_RULE, NOW)).reason is Refusal.NOT_ALLOWED
    assert refused(apply(an_incident(), ChangeSeverity(Severity.S3), ANA, NOW)).reason is Refusal.NEEDS_WHY_MILDER
    assert after(an_incident(), ChangeSeverity(Severity.S3, "one store only"), ANA).severity is Severity.S3


def test_what_becomes_critical_waits_for_nobodys_morning() -> None:
    """At night everybody sleeps; from then on minutes are counted."""
    night = datetime.fromisoformat("2026-11-23T22:00-03:00")
    taken = after(an_incident(), Acknowledge(), at=MONDAY_TEN + 8 * HOUR)
    worse = after(taken, ChangeSeverity(Severity.S1), THE_RULE, night)
    assert worse.acknowledgement is not None
    assert worse.acknowledgement.stale_at <= night + 8 * HOUR
    waiting = replace(an_incident(), answering=replace(an_incident().answering, next_at=night + 11 * HOUR))
    assert after(waiting, ChangeSeverity(Severity.S1), THE_RULE, night).answering.next_at == night + START_DELAY


def test_what_the_seller_writes_the_seller_may_read() -> None:
    """An internal note of the staff stays internal."""
    for by, visibility in ((LI, Visibility.SELLER), (ANA, Visibility.INTERNAL)):
        for event in (
            Comment("margin", Language.EN, Visibility.INTERNAL),
            AddEvidence("MLB1", Visibility.INTERNAL),
        ):
            outcome = apply(an_incident(), event, by, NOW)
            assert isinstance(outcome, Changed)
            assert outcome.entries[0].visibility is visibility


def test_the_timeline_says_who_when_and_in_whose_words() -> None:
    """Typed words stay as they are, in the language they were typed in."""
    outcome = apply(an_incident(), Comment("怎么样了？", Language.ZH), LI, NOW)
    assert isinstance(outcome, Changed)
    (line,) = outcome.entries
    assert (line.kind, line.actor, line.occurred_at, line.body) == (EntryKind.COMMENTED, LI, NOW, "怎么样了？")
    assert line.language is Language.ZH
