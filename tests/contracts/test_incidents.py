"""What the book of incidents promises: numbers, one open incident of a key, nobody's change lost, steps taken once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kpi.alerts.alert import Phase
from kpi.incidents.changes import Call, Changed
from kpi.incidents.escalation_policies import Contact, Cover
from kpi.incidents.escalations import StepKind, agenda, take
from kpi.incidents.events import (
    Acknowledge,
    Comment,
    ConfirmFixed,
    CorrectOnset,
    EndAlert,
    Event,
    HandOver,
    JoinAlert,
    JoinAlike,
    Measure,
    Merge,
    RecordAnalysis,
    RecordPlan,
    RequestEscalation,
    Resolve,
    StartWatching,
    StopReminders,
)
from kpi.incidents.incident import (
    THE_CLOCK,
    THE_RULE,
    Actor,
    Confidence,
    EntryKind,
    Incident,
    Onset,
    OnsetSource,
    Status,
    TimelineEntry,
    Visibility,
)
from kpi.incidents.notices import IncidentNotice, IncidentNoticeKind
from kpi.incidents.openings import opening_entry
from kpi.incidents.transitions import apply
from kpi.languages import Language
from kpi.promises import IncidentRules, Terms
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
    a_first_look,
    a_plan,
    a_policy,
    a_sighting,
    an_analysis,
    an_incident,
)
from tests.twins.books import Books

RESOLVE = Resolve("ads", "pictures", Language.PT, "it is back")
CLAIM = timedelta(minutes=5)


def opened(database: Books, key: str = "", engagement: str = "lumina") -> Incident:
    """Return an incident that was stored, of a key of its own where one is given."""
    wanted = replace(an_incident(), engagement=engagement)
    with database.work() as work:
        stored = work.incidents.open(replace(wanted, key=key or wanted.key))
    assert stored is not None
    return stored


def happened(
    database: Books, incident: Incident, event: Event, by: Actor = ANA, at: datetime = MONDAY_TEN + MINUTE
) -> Incident:
    """Return an incident after an event that was stored."""
    outcome = apply(incident, event, by, at)
    assert isinstance(outcome, Changed), outcome
    with database.work() as work:
        assert work.incidents.change(incident, outcome.incident)
        work.incidents.append(outcome.entries)
    return outcome.incident


def test_an_incident_comes_back_exactly(database: Books) -> None:
    """With everything that can be known of one: zones, money's exact values, durations, nothing."""
    rules = IncidentRules(((Severity.S1, Terms(MINUTE, HOUR, DAY, 1)),), IN_CHINA, 0, 3 * HOUR)
    policy = a_policy(IN_CHINA, rules)
    onset = Onset(MONDAY_TEN - DAY, MONDAY_TEN, Confidence.LOW, OnsetSource.PERSON, "ana")
    with database.work() as work:
        first = replace(an_incident(Severity.S3, policy), digest="D-1", parent="lumina-7", first_look=a_first_look())
        incident = work.incidents.open(first)
    assert incident is not None
    for event, by in (
        (Acknowledge(), ANA),
        (StopReminders(), ANA),
        (HandOver("bruno", Contact("eva", IN_CHINA, (Cover(MONDAY_TEN, MONDAY_TEN + DAY, "fay", IN_CHINA),))), ANA),
        (RecordAnalysis(replace(an_analysis(), evidence=("MLB1", "MLB2"))), ANA),
        (RecordPlan(a_plan()), ANA),
        (CorrectOnset(onset), BRUNO),
        (Measure(a_sighting("0.017412345678901234567890")), THE_CLOCK),
        (JoinAlert("a1b2c3", Severity.S2, a_sighting("0.0171"), onset), THE_RULE),
        (JoinAlike(("b2c3d4", "c3d4e5"), Severity.S1), THE_RULE),
        (EndAlert("a1b2c3", Phase.RESOLVED, MONDAY_TEN.date()), THE_RULE),
        (RequestEscalation(), LI),
        (StartWatching(), ANA),
        (ConfirmFixed(), LI),
        (RESOLVE, BRUNO),
    ):
        incident = happened(database, incident, event, by)
        with database.view() as work:
            assert work.incidents.get("lumina", 1001) == incident
            assert work.incidents.by_id("lumina-1001") == incident
        with database.work() as work:
            assert work.incidents.hold("lumina-1001") == incident


def test_numbers_go_up_by_one_within_an_engagement(database: Books) -> None:
    """And begin anew for every seller: nobody can count the others' incidents."""
    numbers = [opened(database, key).number for key in ("a", "b", "c")]
    assert numbers == [1001, 1002, 1003]
    assert opened(database, "d", "andes").number == 1001
    with database.work() as work:
        assert work.incidents.get("andes", 1002) is None
        assert work.incidents.by_id("nobody-1") is None
        assert work.incidents.hold("nobody-1") is None


def test_of_one_key_one_incident_is_open(database: Books) -> None:
    """Who reports it again joins it; when it has ended, a new one opens under the next number."""
    first = opened(database)
    with database.work() as work:
        assert work.incidents.open(an_incident()) is None
        assert work.incidents.open_with_key(first.key) == first
    ended = happened(database, first, RESOLVE)
    second = opened(database)
    assert (second.number, second.key) == (1002, first.key)
    with database.view() as work:
        assert work.incidents.open_with_key(first.key) == second
        assert work.incidents.open_with_key("another") is None
        assert work.incidents.last_resolved(first.key, MONDAY_TEN) == ended
        assert work.incidents.last_resolved(first.key, MONDAY_TEN + HOUR) is None
        assert work.incidents.last_resolved("another", MONDAY_TEN) is None


def test_the_last_one_that_was_resolved_is_the_one_before(database: Books) -> None:
    """A merged one was never resolved."""
    for minutes in (5, 9, 7):
        happened(database, opened(database), RESOLVE, at=MONDAY_TEN + minutes * MINUTE)
    happened(database, opened(database), Merge(replace(an_incident(), number=9)))
    with database.view() as work:
        last = work.incidents.last_resolved(an_incident().key, MONDAY_TEN)
    assert last is not None
    assert last.number == 1002


def test_many_who_report_at_once_open_one_incident(database: Books) -> None:
    """Four threads, one key: one opens it, the others are told."""

    def report(_: int) -> Incident | None:
        with database.work() as work:
            return work.incidents.open(an_incident())

    with ThreadPoolExecutor(4) as pool:
        made = [one for one in pool.map(report, range(8)) if one is not None]
    assert [one.number for one in made] == [1001]


def test_many_who_open_different_incidents_at_once_get_different_numbers(database: Books) -> None:
    """Nobody's report is lost because somebody else had the same number in mind."""

    def report(index: int) -> int:
        with database.work() as work:
            stored = work.incidents.open(replace(an_incident(), key=f"key {index}"))
        assert stored is not None
        return stored.number

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(report, range(12))) == list(range(1001, 1013))


def test_a_change_is_stored_only_over_the_state_it_was_made_from(database: Books) -> None:
    """Two people who saw the same state: the second is told that it is gone, nothing is overwritten."""
    seen = opened(database)
    taken = happened(database, seen, Acknowledge())
    outcome = apply(seen, Acknowledge(), BRUNO, MONDAY_TEN + MINUTE)
    assert isinstance(outcome, Changed)
    with database.work() as work:
        assert not work.incidents.change(seen, outcome.incident)
        assert not work.incidents.change(replace(taken, status=Status.OPEN), outcome.incident)
    with database.view() as work:
        assert work.incidents.by_id(seen.id) == taken
        assert {step.token for step in work.incidents.overdue(MONDAY_TEN + 9 * DAY)} == {taken.token}


def test_of_many_who_acknowledge_at_once_one_has_it(database: Books) -> None:
    """Each holds the incident while deciding, as every use case does."""
    incident = opened(database)

    def acknowledge(index: int) -> bool:
        with database.work() as work:
            held = work.incidents.hold(incident.id)
            assert held is not None
            outcome = apply(held, Acknowledge(), replace(ANA, person=f"person {index}"), MONDAY_TEN + MINUTE)
            return isinstance(outcome, Changed) and work.incidents.change(held, outcome.incident)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(acknowledge, range(8))) == 1


def test_what_is_stored_as_due_follows_the_state(database: Books) -> None:
    """Nothing of an earlier state stays due, nothing at all of what has ended."""
    incident = opened(database)
    for event in (Acknowledge(), RecordAnalysis(an_analysis()), RESOLVE):
        with database.view() as work:
            assert work.incidents.overdue(MONDAY_TEN + 99 * DAY) == agenda(incident)
        incident = happened(database, incident, event)
    with database.view() as work:
        assert work.incidents.overdue(MONDAY_TEN + 99 * DAY) == ()


def test_a_step_is_claimed_by_one_until_its_claim_ends(database: Books) -> None:
    """Not before its time, not twice, and again when its process died."""
    incident = opened(database)
    due = agenda(incident)[0]
    with database.work() as work:
        assert work.incidents.claim_steps(due.due_at - timedelta(microseconds=1), due.due_at + CLAIM) == ()
    with database.work() as work:
        assert work.incidents.claim_steps(due.due_at, due.due_at + CLAIM) == (due,)
    with database.work() as work:
        assert work.incidents.claim_steps(due.due_at + MINUTE, due.due_at + CLAIM) == ()
    with database.work() as work:
        again = work.incidents.claim_steps(due.due_at + CLAIM, due.due_at + 2 * CLAIM)
    assert again == (due,)
    with database.work() as work:
        work.incidents.replan(incident)
    with database.work() as work:
        assert work.incidents.claim_steps(due.due_at, due.due_at + CLAIM) == (due,)


def test_two_sweeps_at_once_never_get_the_same_step(database: Books) -> None:
    """Four threads, twenty incidents, each step taken exactly once."""
    for index in range(20):
        opened(database, f"key {index}")

    def claim(_: int) -> list[str]:
        with database.work() as work:
            steps = work.incidents.claim_steps(MONDAY_TEN + MINUTE, MONDAY_TEN + HOUR)
        return [step.incident for step in steps]

    with ThreadPoolExecutor(4) as pool:
        taken = [incident for part in pool.map(claim, range(4)) for incident in part]
    assert sorted(taken) == [f"lumina-{number}" for number in range(1001, 1021)]


def test_due_steps_come_in_the_order_of_their_time(database: Books) -> None:
    """Who has waited longest is called first."""
    late = opened(database, "late")
    early = replace(an_incident(at=MONDAY_TEN - HOUR), key="early")
    with database.work() as work:
        assert work.incidents.open(early) is not None
    with database.work() as work:
        claimed = work.incidents.claim_steps(MONDAY_TEN + MINUTE, MONDAY_TEN + HOUR)
    assert [(step.incident, step.kind) for step in claimed] == [
        ("lumina-1002", StepKind.CALL),
        (late.id, StepKind.CALL),
    ]


def test_a_step_taken_by_two_replicas_is_one_call(database: Books) -> None:
    """The second one finds the incident changed, whichever way it looks."""
    incident = opened(database)
    step = agenda(incident)[0]
    first, second = take(incident, step, step.due_at), take(incident, step, step.due_at)
    assert isinstance(first, Changed)
    assert isinstance(second, Changed)
    with database.work() as work:
        assert work.incidents.change(incident, first.incident)
        assert not work.incidents.change(incident, second.incident)


def test_an_open_incident_of_which_nothing_is_due_is_found(database: Books) -> None:
    """It cannot happen; if it ever does, somebody hears of it."""
    incident = opened(database)
    happened(database, opened(database, "ended"), RESOLVE)
    with database.work() as work:
        assert work.incidents.adrift() == ()
        work.incidents.replan(replace(incident, status=Status.RESOLVED))
        assert work.incidents.adrift() == (incident,)
        work.incidents.replan(incident)
        assert work.incidents.adrift() == ()


def test_an_engagement_sees_its_own_incidents_newest_first(database: Books) -> None:
    """Open ones however old, ended ones for as long as they are asked for."""
    ended = happened(database, opened(database), RESOLVE)
    open_one = opened(database, "open")
    opened(database, "theirs", "andes")
    with database.view() as work:
        assert work.incidents.of_engagement("lumina", MONDAY_TEN) == (open_one, ended)
        assert work.incidents.of_engagement("lumina", MONDAY_TEN + DAY) == (open_one,)


def test_the_lines_of_a_kind_are_read_of_all_incidents_of_an_engagement(database: Books) -> None:
    """Of those that are open or not older than asked; nobody else's, and no other kind."""
    first, second = opened(database, "a"), opened(database, "b")
    elsewhere = opened(database, "c", "andes")
    for number, incident in enumerate((second, first, elsewhere)):
        joined = happened(database, incident, JoinAlike((f"x{number}", f"y{number}"), Severity.S2), THE_RULE)
        if incident is second:
            happened(database, joined, RESOLVE, at=MONDAY_TEN + HOUR)

    def alerts(since: datetime) -> list[str]:
        with database.view() as work:
            return [dict(one.params)["alert"] for one in work.incidents.lines("lumina", EntryKind.ALERTED, since)]

    assert alerts(MONDAY_TEN) == ["x1", "y1", "x0", "y0"]
    assert alerts(MONDAY_TEN + MINUTE) == ["x1", "y1"]


def test_a_timeline_is_read_in_the_order_things_happened(database: Books) -> None:
    """A pinned message goes in where it was written; what happened at one instant stays as it was recorded."""
    incident = opened(database)
    first = opening_entry(incident)
    pinned = TimelineEntry(
        incident.id,
        EntryKind.COMMENTED,
        LI,
        MONDAY_TEN - HOUR,
        MONDAY_TEN + HOUR,
        Visibility.SELLER,
        "昨天就开始了 😟",
        Language.ZH,
    )
    outcome = apply(incident, Comment("ok", Language.EN, Visibility.INTERNAL), ANA, MONDAY_TEN)
    assert isinstance(outcome, Changed)
    with database.work() as work:
        work.incidents.append((first,))
        work.incidents.append((*outcome.entries, pinned))
        work.incidents.append(())
    with database.view() as work:
        assert work.incidents.timeline(incident.id) == (pinned, first, *outcome.entries)
        assert work.incidents.timeline("nobody-1") == ()


def test_all_of_a_change_is_stored_or_nothing(database: Books) -> None:
    """Incident, steps and timeline stand or fall together."""
    incident = opened(database)
    outcome = apply(incident, Acknowledge(), ANA, MONDAY_TEN + MINUTE)
    assert isinstance(outcome, Changed)

    def dies() -> None:
        with database.work() as work:
            assert work.incidents.change(incident, outcome.incident)
            work.incidents.append(outcome.entries)
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        dies()
    with database.view() as work:
        assert work.incidents.by_id(incident.id) == incident
        assert work.incidents.overdue(MONDAY_TEN + 99 * DAY) == agenda(incident)
        assert work.incidents.timeline(incident.id) == ()


def test_what_rooms_were_told_is_kept_as_it_was(database: Books) -> None:
    """The incident goes on; the message says tomorrow what it said today."""
    incident = opened(database)
    call = Call(incident.id, 1, 0, ("ana",), MONDAY_TEN)
    line = opening_entry(incident)
    told = IncidentNotice(
        "n1", IncidentNoticeKind.CALL, incident, MONDAY_TEN, (line,), call, "ana", "lumina-ops", "channel_not_found"
    )
    with database.work() as work:
        work.incidents.freeze_notice(told)
    happened(database, incident, Acknowledge())
    with database.view() as work:
        assert work.incidents.notice("n1") == told
        assert work.incidents.notice("n2") is None
    with pytest.raises(ValueError, match="n1"), database.work() as work:
        work.incidents.freeze_notice(told)
