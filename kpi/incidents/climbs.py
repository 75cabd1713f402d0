"""Going up a line of people, level by level, until one of them answers: pure, one step at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kpi.incidents.escalation_policies import Contact, EscalationPolicy, Level
from kpi.promises import counted
from kpi.severities import Severity

START_DELAY = timedelta(seconds=10)
"""Before the first call, and before calls go on: an acknowledgement taken back and given again calls nobody."""
SMALLEST_GAP = timedelta(seconds=5)
"""Between two calls of one incident, whatever was agreed."""
AFTER_THE_LAST = timedelta(days=1)
"""When the line was gone through as often as agreed, the highest level is reminded this often."""
NOBODY_YET = -1


@dataclass(frozen=True, slots=True)
class Climb:
    """Where a line of calls stands.

    `level` is called next, `reached` the last one that was (-1: none), `told` all that ever were, `rounds` how often
    the whole line was gone through again, `next_at` when the next call is due (None: nobody is called now). One
    `is_single` stops after that call.
    """

    level: int = 0
    reached: int = NOBODY_YET
    told: tuple[int, ...] = ()
    rounds: int = 0
    next_at: datetime | None = None
    is_single: bool = False

    def started(self, at: datetime) -> Climb:
        """Return the climb from the lowest level on, a start delay after `at`."""
        return Climb(next_at=at + START_DELAY)

    def stopped(self) -> Climb:
        """Return the climb with nobody called next; what it reached is kept."""
        return replace(self, next_at=None, is_single=False)

    def resumed(self, at: datetime) -> Climb:
        """Return the climb going on at the level it had reached, a start delay after `at`."""
        return replace(self, level=max(self.reached, 0), next_at=at + START_DELAY, is_single=False)


@dataclass(frozen=True, slots=True)
class Called:
    """One step: the climb after it, the level and the people called, and the levels on which everybody slept.

    `level` None: nobody is called, the climb waits for the first of them to wake. Nobody on the level that is called:
    only the operations room is told.
    """

    climb: Climb
    level: int | None
    people: tuple[str, ...] = ()
    asleep: tuple[int, ...] = ()


def call(policy: EscalationPolicy, severity: Severity, climb: Climb, at: datetime) -> Called:
    """Return the step that is due at `at`: the lowest level from `climb.level` on that has somebody at work.

    Of a critical incident nobody is let sleep, so that no level is ever passed over.
    """
    levels = policy.reach(severity)
    if not levels:
        return Called(replace(climb, level=0, reached=0, next_at=at + AFTER_THE_LAST), 0)
    asleep: list[int] = []
    for index in range(min(climb.level, len(levels) - 1), len(levels)):
        awake = _awake(levels[index], severity, at)
        if awake:
            people = tuple(contact.person for contact in awake)
            return Called(_after_call(policy, severity, climb, index, at), index, people, tuple(asleep))
        asleep.append(index)
    return Called(replace(climb, next_at=_first_waking(levels, asleep, at)), None, (), tuple(asleep))


@dataclass(frozen=True, slots=True)
class ComingCall:
    """The call that is made next unless somebody acts."""

    at: datetime
    level: int
    people: tuple[str, ...]


def coming_call(policy: EscalationPolicy, severity: Severity, climb: Climb) -> ComingCall | None:
    """Return whom a climb calls next and when: while all of them sleep, that is when the first one wakes."""
    at = climb.next_at
    if at is None:
        return None
    called = call(policy, severity, climb, at)
    if called.level is None and called.climb.next_at is not None:
        at = called.climb.next_at
        called = call(policy, severity, called.climb, at)
    return None if called.level is None else ComingCall(at, called.level, called.people)


def _first_waking(levels: tuple[Level, ...], indices: Iterable[int], at: datetime) -> datetime:
    """Return the first instant from `at` on at which somebody on these levels works."""
    return min(contact.next_at_work(at) for index in indices for contact in levels[index].contacts)


def _awake(level: Level, severity: Severity, at: datetime) -> tuple[Contact, ...]:
    reached = level.reached_at(at)
    if severity is Severity.S1:
        return reached
    return tuple(contact for contact in reached if contact.is_at_work(at))


def _after_call(policy: EscalationPolicy, severity: Severity, climb: Climb, index: int, at: datetime) -> Climb:
    """Return the climb after a call: one level up, or from the bottom again, or to whoever slept all the time.

    When everybody was told as often as agreed, the highest level is reminded once a day.
    """
    called = replace(climb, reached=index, told=tuple(sorted({*climb.told, index})))
    if climb.is_single:
        return called.stopped()
    levels, wait = policy.reach(severity), policy.terms(severity).acknowledgement
    answer_by = min(counted(severity, contact.hours, at, wait) for contact in _awake(levels[index], severity, at))
    next_at = max(answer_by, at + SMALLEST_GAP)
    if index + 1 < len(levels):
        return replace(called, level=index + 1, next_at=next_at)
    if climb.rounds < policy.rules.repeats:
        return replace(called, level=0, rounds=climb.rounds + 1, next_at=next_at)
    untold = set(range(len(levels))).difference(called.told)
    if untold:
        return replace(called, level=min(untold), next_at=max(next_at, _first_waking(levels, [min(untold)], at)))
    return replace(called, level=index, next_at=at + AFTER_THE_LAST)
