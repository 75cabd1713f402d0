"""What a seller is owed once an incident is open: somebody's name, a first analysis, a plan, each by a certain time.

All three clocks run from the opening, so that a late acknowledgement lengthens nothing. They are counted in working
time of whoever has to answer; of a critical incident every minute counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from kpi.severities import Severity
from kpi.working_hours import NOTHING, WorkingHours

MOST_REPEATS = 5
"""Times the whole line of people may be gone through again; more would only teach them not to look."""


class Promise(StrEnum):
    """What is owed, in the order it is due."""

    ACKNOWLEDGEMENT = "acknowledgement"
    """A named person has it."""
    ANALYSIS = "analysis"
    """What we see so far."""
    PLAN = "plan"
    """What will be done, by whom, and when it is measured again."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How long each promise may take, and how many levels of people an unkept one reaches (at least one)."""

    acknowledgement: timedelta = timedelta(minutes=30)
    analysis: timedelta = timedelta(hours=4)
    plan: timedelta = timedelta(hours=24)
    levels: int = 4

    def __post_init__(self) -> None:
        """Refuse promises that are due at once or in the wrong order: nobody analyses what nobody has."""
        if not NOTHING < self.acknowledgement <= self.analysis <= self.plan:
            raise ValueError("acknowledgement, analysis and plan are owed in this order, and none of them at once")
        if self.levels < 1:
            raise ValueError("somebody has to be told: at least one level")

    def of(self, promise: Promise) -> timedelta:
        """Return how long a promise may take."""
        return {
            Promise.ACKNOWLEDGEMENT: self.acknowledgement,
            Promise.ANALYSIS: self.analysis,
            Promise.PLAN: self.plan,
        }[promise]


USUAL_TERMS: dict[Severity, Terms] = {
    Severity.S1: Terms(),
    Severity.S2: Terms(),
    Severity.S3: Terms(levels=3),
    Severity.S4: Terms(levels=2),
}
"""What holds where an engagement agreed on nothing else."""


@dataclass(frozen=True, slots=True)
class IncidentRules:
    """What an engagement agreed about incidents; what it left out is as usual.

    `terms` by severity; `hours` are those the promises are counted in (None: those of whoever has to answer first);
    `repeats` how often the line of people is gone through again; an acknowledgement goes stale after
    `stale_after` without activity. A question in the seller's room is to be answered within `answer_after`. With
    `has_monthly_drill` an incident in which nothing has happened is opened once a month.
    """

    terms: tuple[tuple[Severity, Terms], ...] = field(default=())
    hours: WorkingHours | None = None
    repeats: int = 2
    stale_after: timedelta = timedelta(hours=8)
    answer_after: timedelta = timedelta(hours=2)
    has_monthly_drill: bool = False

    def __post_init__(self) -> None:
        """Refuse a line of people that is called without end, and an acknowledgement that is stale at once."""
        if not 0 <= self.repeats <= MOST_REPEATS:
            raise ValueError(f"the line of people is repeated 0 to {MOST_REPEATS} times")
        if self.stale_after <= NOTHING:
            raise ValueError("an acknowledgement has to last for some time")
        if self.answer_after <= NOTHING:
            raise ValueError("an answer needs some time")

    def terms_of(self, severity: Severity) -> Terms:
        """Return the terms of a severity."""
        return dict(self.terms).get(severity, USUAL_TERMS[severity])


def counted(severity: Severity, hours: WorkingHours, at: datetime, duration: timedelta) -> datetime:
    """Return when `duration` has passed since `at`: in working time, except for what is critical."""
    return at.astimezone(UTC) + duration if severity is Severity.S1 else hours.after(at, duration)


def time_left(severity: Severity, hours: WorkingHours, at: datetime, due_at: datetime) -> timedelta:
    """Return how much time is left until `due_at` as it is counted; negative by as much when it is over."""
    if severity is Severity.S1:
        return due_at - at
    return hours.between(at, due_at) - hours.between(due_at, at)


class PromiseState(StrEnum):
    """Where a promise stands."""

    RUNNING = "running"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    MISSED = "missed"
    DROPPED = "dropped"
    """The incident ended before it was due: nothing is owed any more."""


@dataclass(frozen=True, slots=True)
class PromiseStanding:
    """A promise of one incident: when it is or was due, and when it was kept (None: not yet)."""

    promise: Promise
    state: PromiseState
    due_at: datetime
    kept_at: datetime | None


def standing_of(
    promise: Promise, due_at: datetime, kept_at: datetime | None, ended_at: datetime | None, now: datetime
) -> PromiseStanding:
    """Return where a promise stands at `now`; at its last instant it is still kept."""
    if kept_at is not None:
        state = PromiseState.KEPT if kept_at <= due_at else PromiseState.KEPT_LATE
    elif ended_at is not None and ended_at <= due_at:
        state = PromiseState.DROPPED
    else:
        state = PromiseState.MISSED if due_at < (ended_at or now) else PromiseState.RUNNING
    return PromiseStanding(promise, state, due_at, kept_at)
