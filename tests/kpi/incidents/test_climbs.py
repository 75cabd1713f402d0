"""Who is called next, and who is let sleep."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from kpi.incidents.climbs import (
    AFTER_THE_LAST,
    NOBODY_YET,
    SMALLEST_GAP,
    START_DELAY,
    Climb,
    ComingCall,
    call,
    coming_call,
)
from kpi.incidents.escalation_policies import Contact, EscalationPolicy, Level, Rank
from kpi.promises import IncidentRules
from kpi.severities import Severity
from tests.kpi.incident_samples import (
    ALWAYS,
    HOUR,
    IN_BRAZIL,
    IN_CHINA,
    MINUTE,
    MONDAY_TEN,
    a_policy,
)


def mixed(*hours: tuple[str, bool]) -> EscalationPolicy:
    """Return a policy with one level per person: in Brazil (True) or in China."""
    levels = tuple(
        Level(rank, (Contact(person, IN_BRAZIL if is_brazil else IN_CHINA),))
        for rank, (person, is_brazil) in zip(Rank, hours, strict=False)
    )
    return EscalationPolicy(IncidentRules(), IN_BRAZIL, levels)


def called_in_a_row(policy: EscalationPolicy, severity: Severity, steps: int) -> list[int | None]:
    """Return the levels of the next steps when nobody ever answers."""
    climb, levels = Climb().started(MONDAY_TEN), []
    for _ in range(steps):
        assert climb.next_at is not None
        step = call(policy, severity, climb, climb.next_at)
        levels.append(step.level)
        climb = step.climb
    return levels


def test_the_line_is_gone_through_from_the_bottom_and_again() -> None:
    """Three times in all, then the highest level once a day."""
    levels = called_in_a_row(a_policy(ALWAYS), Severity.S2, 14)
    assert levels == [0, 1, 2, 3] * 3 + [3, 3]


@pytest.mark.parametrize(
    ("severity", "reach"), [(Severity.S1, 4), (Severity.S2, 4), (Severity.S3, 3), (Severity.S4, 2)]
)
def test_a_milder_incident_reaches_fewer_levels(severity: Severity, reach: int) -> None:
    """No director is called for a trifle."""
    assert called_in_a_row(a_policy(ALWAYS), severity, reach + 1) == [*range(reach), 0]


def test_everybody_has_the_time_that_was_promised_before_the_next_is_called() -> None:
    """Half an hour of their own working time; for what is critical, of the clock."""
    late = datetime.fromisoformat("2026-11-23T17:50-03:00")
    step = call(a_policy(), Severity.S2, Climb(next_at=late), late)
    assert (step.level, step.people) == (0, ("ana",))
    assert step.climb.next_at == datetime.fromisoformat("2026-11-24T09:20-03:00")
    assert call(a_policy(), Severity.S1, Climb(next_at=late), late).climb.next_at == late + 30 * MINUTE


def test_who_sleeps_is_passed_over_and_named() -> None:
    """At 10:00 in Brazil it is 21:00 in China: the backup in Brazil is called first."""
    step = call(mixed(("ana", False), ("bruno", True)), Severity.S2, Climb(next_at=MONDAY_TEN), MONDAY_TEN)
    assert (step.level, step.people, step.asleep) == (1, ("bruno",), (0,))


def test_what_is_critical_lets_nobody_sleep() -> None:
    """And passes over nobody."""
    step = call(mixed(("ana", False), ("bruno", True)), Severity.S1, Climb(next_at=MONDAY_TEN), MONDAY_TEN)
    assert (step.level, step.people, step.asleep) == (0, ("ana",), ())


def test_when_all_sleep_the_climb_waits_for_the_first_to_wake() -> None:
    """At the level it had; nobody is skipped by a night."""
    night = datetime.fromisoformat("2026-11-23T20:00-03:00")
    step = call(mixed(("ana", True), ("bruno", False)), Severity.S3, Climb(next_at=night), night)
    assert (step.level, step.people, step.asleep, step.climb.level) == (None, (), (0, 1), 0)
    assert step.climb.next_at == datetime.fromisoformat("2026-11-24T09:00+08:00")


def test_who_slept_through_every_round_is_called_on_waking() -> None:
    """A manager in China is not forgotten because somebody in Brazil was always awake first."""
    policy = mixed(("ana", False), ("bruno", True))
    climb, called = Climb().started(MONDAY_TEN), []
    for _ in range(4):
        assert climb.next_at is not None
        step = call(policy, Severity.S2, climb, climb.next_at)
        called.append((step.people, climb.next_at))
        climb = step.climb
    assert [people for people, _ in called] == [("bruno",), ("bruno",), ("bruno",), ("ana",)]
    assert called[-1][1] == datetime.fromisoformat("2026-11-24T09:00+08:00")


def test_without_anybody_to_call_the_room_is_told_every_day() -> None:
    """An engagement without an account manager still has an operations room."""
    nobody = EscalationPolicy(IncidentRules(), IN_BRAZIL)
    step = call(nobody, Severity.S2, Climb(next_at=MONDAY_TEN), MONDAY_TEN)
    assert (step.level, step.people, step.climb.next_at) == (0, (), MONDAY_TEN + AFTER_THE_LAST)


def test_a_call_that_was_asked_for_is_made_once() -> None:
    """Nobody climbs on from there."""
    step = call(a_policy(), Severity.S2, Climb(level=2, next_at=MONDAY_TEN, is_single=True), MONDAY_TEN)
    assert (step.level, step.climb.next_at, step.climb.reached) == (2, None, 2)


def test_calls_go_on_at_the_level_they_had_reached() -> None:
    """After an acknowledgement that ended, and a little later than it."""
    climb = Climb(level=2, reached=1, rounds=1, next_at=MONDAY_TEN)
    resumed = climb.stopped().resumed(MONDAY_TEN + HOUR)
    assert (resumed.level, resumed.rounds, resumed.next_at) == (1, 1, MONDAY_TEN + HOUR + START_DELAY)
    assert Climb().resumed(MONDAY_TEN).level == 0
    assert Climb().reached == NOBODY_YET


def test_calls_are_never_closer_than_a_gap() -> None:
    """Whatever was agreed."""
    hasty = IncidentRules(tuple((one, replace(a_policy().terms(one), acknowledgement=MINUTE / 60)) for one in Severity))
    step = call(a_policy(rules=hasty), Severity.S1, Climb(next_at=MONDAY_TEN), MONDAY_TEN)
    assert step.climb.next_at == MONDAY_TEN + SMALLEST_GAP


def test_a_level_without_anybody_is_refused() -> None:
    """Waiting for nobody is time lost."""
    with pytest.raises(ValueError, match="nobody"):
        Level(Rank.BACKUP, ())


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("policy", [a_policy(ALWAYS), a_policy(IN_CHINA), mixed(("ana", True), ("li", False))])
def test_what_comes_next_is_known_before_it_comes(policy: EscalationPolicy, severity: Severity) -> None:
    """Also while all sleep: then it is the first one to wake."""
    climb = Climb().started(MONDAY_TEN)
    for _ in range(9):
        coming = coming_call(policy, severity, climb)
        assert climb.next_at is not None
        step = call(policy, severity, climb, climb.next_at)
        if step.level is not None:
            assert coming == ComingCall(climb.next_at, step.level, step.people)
        else:
            assert coming is not None
            assert coming.at == step.climb.next_at
            assert coming.people
        climb = step.climb


def test_where_nobody_is_called_nothing_comes() -> None:
    """Somebody has it."""
    assert coming_call(a_policy(), Severity.S1, Climb().started(MONDAY_TEN).stopped()) is None
