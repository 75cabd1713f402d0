"""What is repaired, told and over: each once, whatever comes and goes between two audits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kpi.audits.audit import (
    AUDIT_EVERY,
    AUDIT_LATE_AFTER,
    MOST_SUBJECTS,
    SWEEP_LATE_AFTER,
    Fault,
    FaultKind,
    Finding,
    Judged,
    Sweep,
    judge,
    oldest_since,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATE = NOW - timedelta(minutes=9)


def found(subject: str = "n-1001", kind: FaultKind = FaultKind.OVERDUE_STEPS, engagement: str = "north") -> Finding:
    """Return something that is wrong."""
    return Finding(kind, engagement, subject, LATE)


def audits(*rounds: Iterable[Finding]) -> list[Judged]:
    """Return what followed from one audit after another."""
    judged = [Judged()]
    for number, findings in enumerate(rounds):
        judged.append(judge(judged[-1].standing, findings, NOW + number * AUDIT_EVERY))
    return judged[1:]


def test_what_is_found_is_repaired_and_nobody_is_told_yet() -> None:
    """Most faults end by that."""
    (first,) = audits([found()])
    assert first.to_repair == (found(),)
    assert first.to_tell == first.over == ()
    assert [fault.is_told for fault in first.standing] == [False]


def test_what_a_repair_ended_is_never_spoken_of() -> None:
    """Neither that it was there nor that it is over."""
    _, second = audits([found()], [])
    assert second == Judged()


def test_what_still_stands_at_the_next_audit_is_told_once_and_its_end_too() -> None:
    """Not at every audit."""
    _, second, third, fourth, fifth = audits([found()], [found()], [found()], [], [])
    assert second.to_repair == third.to_repair == ()
    assert [fault.told_at for fault in second.to_tell] == [NOW + AUDIT_EVERY]
    assert third.to_tell == ()
    assert third.standing[0].told_at == NOW + AUDIT_EVERY
    assert [fault.key for fault in fourth.over] == ["overdue_steps/north"]
    assert fifth == Judged()


def test_another_thing_of_the_same_fault_is_repaired_and_told_with_it() -> None:
    """One message says how many; whatever joins later is repaired and makes no second message."""
    _, second, third = audits([found()], [found()], [found(), found("n-1002")])
    assert len(second.to_tell) == 1
    assert third.to_repair == (found("n-1002"),)
    assert third.to_tell == ()
    assert third.standing[0].count == 2


def test_things_that_come_and_go_are_no_lasting_fault() -> None:
    """Each was ended by its own repair."""
    assert all(one.to_tell == () for one in audits([found("n-1")], [found("n-2")], [found("n-1")]))


def test_what_was_seen_long_ago_is_repaired_anew_first() -> None:
    """Vigia was down meanwhile: its repair had no chance to help."""
    before = judge((), [found()], NOW).standing
    late = judge(before, [found()], NOW + AUDIT_LATE_AFTER + timedelta(seconds=1))
    assert (late.to_repair, late.to_tell) == ((found(),), ())
    assert judge(before, [found()], NOW + AUDIT_LATE_AFTER).to_tell != ()


def test_engagements_and_kinds_are_faults_of_their_own() -> None:
    """Each is told to its own rooms."""
    several = [found(), found(engagement="south"), found(kind=FaultKind.ADRIFT_INCIDENTS)]
    assert [fault.key for fault in audits(several)[0].standing] == [
        "adrift_incidents/north",
        "overdue_steps/north",
        "overdue_steps/south",
    ]


def test_a_flood_is_counted_and_its_oldest_are_named() -> None:
    """A row holds no thousand names."""
    flood = [Finding(FaultKind.WAITING_MESSAGES, "north", f"d{n:03}", LATE - timedelta(seconds=n)) for n in range(100)]
    (fault,) = audits(flood)[0].standing
    assert fault.count == 100
    assert len(fault.subjects) == MOST_SUBJECTS
    assert fault.subjects[0] == "d099"
    assert fault.since == oldest_since([fault]) == LATE - timedelta(seconds=99)
    assert oldest_since([]) is None


def test_every_sweep_has_a_time_after_which_it_is_missed() -> None:
    """One that was forgotten here would never be missed."""
    assert set(SWEEP_LATE_AFTER) == set(Sweep)


FINDINGS = st.lists(st.sampled_from([found("a"), found("b"), found("a", engagement="south")]), max_size=4)


@given(st.lists(FINDINGS, max_size=12))
def test_between_being_told_and_being_over_a_fault_is_told_once(rounds: list[list[Finding]]) -> None:
    """Told and over alternate, and only what stood at two audits in a row is told."""
    open_now: Counter[str] = Counter()
    before: tuple[Fault, ...] = ()
    for number, findings in enumerate(rounds):
        judged = judge(before, findings, NOW + number * AUDIT_EVERY)
        for fault in judged.to_tell:
            earlier = {one.key: one for one in before}[fault.key]
            assert set(earlier.subjects) & set(fault.subjects)
            assert open_now[fault.key] == 0
            open_now[fault.key] += 1
        for fault in judged.over:
            assert open_now[fault.key] == 1
            open_now[fault.key] -= 1
        assert {fault.key for fault in judged.standing if fault.is_told} == set(+open_now)
        before = judged.standing
