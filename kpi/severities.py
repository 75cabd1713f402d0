"""How bad an alert is (S1 to S4), how loudly it may interrupt, and the next instant a room may be told.

Cut-offs and quiet hours are judgement, not measured. Every instant is aware UTC; quiet hours are local times of day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kpi.days import ONE_DAY, business_day, day_opens_at
from kpi.markets import BEIJING

STEEP_CHANGE = 0.5
"""A rate that lost this share of its usual value (0-1) fell steeply …"""
STEEP_DAYS = 2
"""… when the window holds so many judged days …"""
STEEP_Z = 6.0
"""… and the fall is so many standard deviations."""
ZERO_EXPECTED = 10.0
"""No order at all is serious from so many expected orders on; two orders a day prove nothing in a day."""
LOST_SHARE = 0.2
"""Share (0-1) of the engagement's usual orders a day whose loss cannot wait for the next morning."""
STRONG_Z = 5.0
"""From so many standard deviations on, at least 19 of 20 alerts were real."""
NEAR_LIMIT_DAYS = 14
"""A marketplace's limit that is crossed within so many days at the present rate is near."""
WEEK = 7


class Severity(StrEnum):
    """How bad, worst first: critical, major, minor, trivial. The names sort from worst to mildest."""

    S1 = "S1"
    S2 = "S2"
    S3 = "S3"
    S4 = "S4"

    def is_worse_than(self, other: Severity) -> bool:
        """Tell whether this severity is worse than `other`."""
        return self.value < other.value


class Interruption(StrEnum):
    """How loudly people are told, loudest first."""

    PING_NOW = "ping_now"
    """At once, also in quiet hours."""
    MENTION = "mention"
    """Naming the account manager, outside quiet hours."""
    THREAD = "thread"
    """In the morning's thread, outside quiet hours and never on a weekend or holiday."""
    DIGEST_LINE = "digest_line"
    """No message of its own: a line of the next digest."""


@dataclass(frozen=True, slots=True)
class Handling:
    """What a severity asks for; `answer_within` is when somebody else is told that nobody answered (None: never)."""

    interruption: Interruption
    is_incident: bool
    answer_within: timedelta | None


HANDLING: dict[Severity, Handling] = {
    Severity.S1: Handling(Interruption.PING_NOW, is_incident=True, answer_within=timedelta(minutes=30)),
    Severity.S2: Handling(Interruption.MENTION, is_incident=False, answer_within=timedelta(hours=4)),
    Severity.S3: Handling(Interruption.THREAD, is_incident=False, answer_within=timedelta(hours=24)),
    Severity.S4: Handling(Interruption.DIGEST_LINE, is_incident=False, answer_within=None),
}


class Reason(StrEnum):
    """Why a severity was given, worst first."""

    POOLED = "pooled"
    """At least four stores of a marketplace and market moved together."""
    STEEP_FALL = "steep_fall"
    ZERO_ORDERS = "zero_orders"
    LIMIT_BREACHED = "limit_breached"
    LOST_ORDERS = "lost_orders"
    STRONG = "strong"
    LIMIT_NEAR = "limit_near"
    OTHER = "other"
    """It fires, and nothing above holds."""
    WATCH = "watch"


SEVERITY_OF: dict[Reason, Severity] = {
    Reason.POOLED: Severity.S1,
    Reason.STEEP_FALL: Severity.S1,
    Reason.ZERO_ORDERS: Severity.S1,
    Reason.LIMIT_BREACHED: Severity.S1,
    Reason.LOST_ORDERS: Severity.S2,
    Reason.STRONG: Severity.S2,
    Reason.LIMIT_NEAR: Severity.S2,
    Reason.OTHER: Severity.S3,
    Reason.WATCH: Severity.S4,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of an alert; what is left at its default is not known and makes nothing worse.

    `z` is in standard deviations and `change` relative (0.5 = half), both positive towards the bad side;
    `judged_days` are the judged days of the window they come from. `is_rate_fall` says that the metric is a share and
    a fall of it is bad. `orders` and `expected_orders` are those of the same days. `lost_orders` and
    `engagement_orders` are per day: fewer than expected in this store, and usual in all stores of the engagement.
    `limit_days` are the days until a marketplace's limit is crossed (None: not in sight). Orders and limits count even
    where nothing fires: a new store has no baseline yet.
    """

    is_firing: bool = False
    is_watched: bool = False
    is_pooled: bool = False
    is_rate_fall: bool = False
    z: float = 0.0
    change: float = 0.0
    judged_days: int = 0
    orders: int | None = None
    expected_orders: float = 0.0
    lost_orders: float = 0.0
    engagement_orders: float = 0.0
    is_limit_breached: bool = False
    limit_days: int | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """A severity and every reason that holds, worst first; the first one gave the severity."""

    severity: Severity
    reasons: tuple[Reason, ...]


def grade(evidence: Evidence) -> Grade | None:
    """Return how bad an alert is, or None when there is nothing to tell."""
    reasons = tuple(_reasons(evidence))
    return Grade(SEVERITY_OF[reasons[0]], reasons) if reasons else None


def _reasons(evidence: Evidence) -> Iterator[Reason]:
    holds = {
        Reason.POOLED: evidence.is_pooled,
        Reason.STEEP_FALL: _is_steep(evidence),
        Reason.ZERO_ORDERS: evidence.orders == 0 and evidence.expected_orders >= ZERO_EXPECTED,
        Reason.LIMIT_BREACHED: evidence.is_limit_breached,
        Reason.LOST_ORDERS: _loses_much(evidence),
        Reason.STRONG: evidence.is_firing and evidence.z >= STRONG_Z,
        Reason.LIMIT_NEAR: evidence.limit_days is not None and evidence.limit_days <= NEAR_LIMIT_DAYS,
    }
    found = [reason for reason in Reason if holds.get(reason, False)]
    yield from found
    if evidence.is_firing and not found:
        yield Reason.OTHER
    elif evidence.is_watched and not found:
        yield Reason.WATCH


def _is_steep(evidence: Evidence) -> bool:
    return (
        evidence.is_firing
        and evidence.is_rate_fall
        and evidence.change >= STEEP_CHANGE
        and evidence.judged_days >= STEEP_DAYS
        and evidence.z >= STEEP_Z
    )


def _loses_much(evidence: Evidence) -> bool:
    if not evidence.is_firing or evidence.engagement_orders <= 0:
        return False
    return evidence.lost_orders / evidence.engagement_orders >= LOST_SHARE


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """Local times of day from `starts` (included) to `ends` (not included); it wraps midnight when it ends earlier."""

    starts: time
    ends: time

    def __post_init__(self) -> None:
        """Refuse a span without length: it could mean no hour or the whole day."""
        if self.starts == self.ends:
            raise ValueError(f"a span of hours cannot start and end at {self.starts}")

    def __contains__(self, at: time) -> bool:
        """Tell whether a local time of day lies in the span."""
        if self.starts < self.ends:
            return self.starts <= at < self.ends
        return at >= self.starts or at < self.ends


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When a room is left alone, on its clock in `zone`.

    Within `spans`, every day, only S1 comes through; without spans the room is never quiet. On `rest_weekdays`
    (Monday 0) and `rest_days` (public holidays) only S1 and S2 do.
    """

    zone: ZoneInfo
    spans: tuple[ClockSpan, ...] = ()
    rest_weekdays: frozenset[int] = frozenset({5, 6})
    rest_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Refuse hours in which nobody could ever be told anything."""
        if self.spans and all(self._covers(span.ends) for span in self.spans):
            raise ValueError("quiet hours cannot last the whole day")
        if self.rest_weekdays >= set(range(WEEK)):
            raise ValueError("a week cannot rest on all of its days")

    def is_quiet(self, at: datetime) -> bool:
        """Tell whether the aware instant `at` lies in the quiet hours."""
        return self._covers(at.astimezone(self.zone).time())

    def is_rest(self, day: date) -> bool:
        """Tell whether `day` is a weekend day or holiday of the room."""
        return day.weekday() in self.rest_weekdays or day in self.rest_days

    def next_open(self, at: datetime) -> datetime:
        """Return `at`, or the first instant (UTC) after it at which a span ends and nothing is quiet any more.

        Where clocks skip the time at which a span ends, that is after as long as they skipped.
        """
        if not self.is_quiet(at):
            return at.astimezone(UTC)
        return min(end for end in self._ends_near(at) if end >= at and not self.is_quiet(end))

    def next_working(self, at: datetime) -> datetime:
        """Return the first open instant (UTC) from `at` on that is not on a weekend or holiday."""
        opens = self.next_open(at)
        while self.is_rest(day := business_day(opens, self.zone)):
            opens = self.next_open(day_opens_at(day + ONE_DAY, self.zone))
        return opens

    def _covers(self, at: time) -> bool:
        return any(at in span for span in self.spans)

    def _ends_near(self, at: datetime) -> Iterable[datetime]:
        """Yield when spans end in the next days; an hour that comes twice ends them twice, a skipped one may not."""
        today = business_day(at, self.zone)
        for days in range(4):
            for span in self.spans:
                for fold in (0, 1):
                    ends = datetime.combine(today + timedelta(days=days), span.ends, self.zone)
                    yield ends.replace(fold=fold).astimezone(UTC)


BEIJING_NIGHT = QuietHours(BEIJING, (ClockSpan(time(21), time(9)),))
"""Sellers in China are told between 09:00 and 21:00 on their clock."""


def may_go_out_at(severity: Severity, at: datetime, hours: QuietHours) -> datetime | None:
    """Return the first instant (UTC) from `at` on at which a room may be told; None: only the digest says it.

    S1 never waits, S2 waits for the end of quiet hours, S3 also for the end of weekends and holidays.
    """
    interruption = HANDLING[severity].interruption
    if interruption is Interruption.PING_NOW:
        return at.astimezone(UTC)
    if interruption is Interruption.MENTION:
        return hours.next_open(at)
    return hours.next_working(at) if interruption is Interruption.THREAD else None


def answer_due_at(severity: Severity, at: datetime, hours: QuietHours) -> datetime | None:
    """Return until when (UTC) a person whose clock is `hours` owes an answer to what happened at `at`; None: never.

    The time runs from when they may be told. Only S1 falls due in the night, and S3 never on a weekend or holiday.
    """
    handling = HANDLING[severity]
    told_at = may_go_out_at(severity, at, hours)
    if told_at is None or handling.answer_within is None:
        return None
    due_at = told_at + handling.answer_within
    if handling.interruption is Interruption.PING_NOW:
        return due_at
    return hours.next_working(due_at) if handling.interruption is Interruption.THREAD else hours.next_open(due_at)
