"""What an engagement was owed and given in a month: pure counting over what was stored.

An incident belongs to the month it was opened in, also when it ends in a later one; drills and incidents that went
into another one are counted apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from kpi.deliveries import CauseKind, Delivery, DeliveryState
from kpi.digests import DigestSlot
from kpi.engagements import Audience
from kpi.incidents.incident import Incident, Status
from kpi.incidents.summaries import TimeTaken, standings, time_taken
from kpi.promises import Promise, PromiseState
from kpi.service_records.months import ServiceMonth
from kpi.service_records.waiting_questions import FirstResponses
from kpi.severities import Severity

SENDING_TAKES = timedelta(minutes=5)
"""A digest that waited for its data until the deadline is on time when it arrives this soon after it."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took in `count` incidents (None: in none); `without` more never came to it."""

    count: int
    without: int
    median: TimeTaken | None = None
    worst: TimeTaken | None = None


@dataclass(frozen=True, slots=True)
class PromiseCount:
    """How one promise was kept in a month's incidents; `overdue` ones are owed now and late."""

    kept: int = 0
    late: int = 0
    missed: int = 0
    overdue: int = 0
    running: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class DigestCount:
    """The digests of a month; `waiting` ones are not yet past their deadline."""

    due: int
    on_time: int
    late: int
    not_sent: int
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """One month of one engagement for one side, as it is known at `made_at`.

    `repeats` are incidents of what had been resolved within 48 hours before, `reopened` those somebody opened again.
    `undelivered` messages failed for good; of the `unknown` ones nobody knows. `handed_over` ones, daily digests among
    them, reached a person who has to forward them. `digests` is None where none was due,
    `questions` where the seller asked none.
    """

    engagement: str
    month: ServiceMonth
    audience: Audience
    made_at: datetime
    severities: tuple[tuple[Severity, int], ...]
    promises: tuple[tuple[Promise, PromiseCount], ...]
    times: tuple[tuple[Promise, Spread], ...]
    resolution: Spread
    still_open: int
    repeats: int
    reopened: int
    merged: int
    drills: int
    digests: DigestCount | None
    messages: int
    undelivered: int
    unknown: int
    questions: FirstResponses | None = None
    handed_over: int = 0
    handed_over_digests: int = 0

    @property
    def incidents(self) -> int:
        """How many incidents the month had."""
        return sum(count for _, count in self.severities)

    @property
    def overdue(self) -> int:
        """How many promises are owed now and late."""
        return sum(count.overdue for _, count in self.promises)

    @property
    def is_so_far(self) -> bool:
        """Whether the month was still going on."""
        return self.made_at < self.month.ends_at


@dataclass(frozen=True, slots=True)
class MonthOfService:
    """Everything stored that a month's record is counted from.

    `reopenings` are the ids of incidents that somebody opened again from a closed one. `digests` are the month's slots,
    each with its delivery where there is one. `questions` say how soon the seller's questions were answered.
    """

    engagement: str
    month: ServiceMonth
    incidents: tuple[Incident, ...]
    reopenings: frozenset[str]
    digests: tuple[tuple[DigestSlot, Delivery | None], ...]
    deliveries: tuple[Delivery, ...]
    questions: FirstResponses | None = None


def service_record(stored: MonthOfService, audience: Audience, now: datetime) -> ServiceRecord:
    """Return the record of a month; what belongs to the other side was left out of `stored` before."""
    opened = [one for one in stored.incidents if one.opened_at in stored.month]
    real = [one for one in opened if not one.is_drill]
    handed_over = [one for one in stored.deliveries if one.is_handed_over]
    counted = [one for one in real if one.status is not Status.MERGED]
    followers = [one for one in counted if one.previous]
    return ServiceRecord(
        engagement=stored.engagement,
        month=stored.month,
        audience=audience,
        made_at=now,
        severities=tuple((one, sum(each.severity is one for each in counted)) for one in Severity),
        promises=tuple((one, _promise_count(counted, one, now)) for one in Promise),
        times=tuple((one, _spread([time_taken(each, each.kept_at(one)) for each in counted])) for one in Promise),
        resolution=_spread([time_taken(one, one.resolved_at) for one in counted]),
        still_open=sum(not one.is_closed for one in counted),
        repeats=sum(one.id not in stored.reopenings for one in followers),
        reopened=sum(one.id in stored.reopenings for one in followers),
        merged=len(real) - len(counted),
        drills=len(opened) - len(real),
        digests=_digest_count(stored.digests, now),
        messages=len(stored.deliveries),
        undelivered=_in_state(stored.deliveries, DeliveryState.FAILED),
        unknown=_in_state(stored.deliveries, DeliveryState.UNKNOWN),
        questions=stored.questions,
        handed_over=len(handed_over),
        handed_over_digests=sum(one.cause_kind is CauseKind.DIGEST for one in handed_over),
    )


def middle(times: Sequence[timedelta]) -> timedelta:
    """Return the median of durations, of an even number the mean of the two in the middle."""
    return timedelta(seconds=median(one.total_seconds() for one in times))


def _spread(taken: Sequence[TimeTaken | None]) -> Spread:
    known = [one for one in taken if one is not None]
    if not known:
        return Spread(0, len(taken))
    calendar, counted = [one.calendar for one in known], [one.counted for one in known]
    return Spread(
        len(known),
        len(taken) - len(known),
        TimeTaken(middle(calendar), middle(counted)),
        TimeTaken(max(calendar), max(counted)),
    )


def _promise_count(incidents: Iterable[Incident], promise: Promise, now: datetime) -> PromiseCount:
    states = [
        (standing.state, incident.is_closed)
        for incident in incidents
        for standing in standings(incident, now)
        if standing.promise is promise
    ]
    return PromiseCount(
        kept=sum(state is PromiseState.KEPT for state, _ in states),
        late=sum(state is PromiseState.KEPT_LATE for state, _ in states),
        missed=sum(state is PromiseState.MISSED and is_closed for state, is_closed in states),
        overdue=sum(state is PromiseState.MISSED and not is_closed for state, is_closed in states),
        running=sum(state is PromiseState.RUNNING for state, _ in states),
        dropped=sum(state is PromiseState.DROPPED for state, _ in states),
    )


def _digest_count(digests: Sequence[tuple[DigestSlot, Delivery | None]], now: datetime) -> DigestCount | None:
    if not digests:
        return None
    sent = [(slot.deadline_at + SENDING_TAKES, _arrived_at(delivery)) for slot, delivery in digests]
    return DigestCount(
        due=len(sent),
        on_time=sum(at is not None and at <= until for until, at in sent),
        late=sum(at is not None and at > until for until, at in sent),
        not_sent=sum(at is None and until < now for until, at in sent),
        waiting=sum(at is None and until >= now for until, at in sent),
    )


def _arrived_at(delivery: Delivery | None) -> datetime | None:
    """Return when a digest arrived; a notice that it was missed is no digest."""
    if delivery is None or delivery.cause_kind is not CauseKind.DIGEST:
        return None
    return delivery.settled_at if delivery.state is DeliveryState.SENT else None


def _in_state(deliveries: Iterable[Delivery], state: DeliveryState) -> int:
    return sum(one.state is state for one in deliveries)


@dataclass(frozen=True, slots=True)
class MonthlyRecord:
    """One month's record for both sides, counted at the same instant."""

    seller: ServiceRecord
    operations: ServiceRecord

    def of(self, audience: Audience) -> ServiceRecord:
        """Return the record one side reads."""
        return self.seller if audience is Audience.SELLER else self.operations


@dataclass(frozen=True, slots=True)
class RecordSlot:
    """A month whose record will be due: the row the sweep claims."""

    engagement: str
    month: ServiceMonth
    due_at: datetime

    @property
    def key(self) -> str:
        """The once-only key of the record."""
        return f"record/{self.engagement}/{self.month.name}"
