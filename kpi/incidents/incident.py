"""An incident: something people must handle, who has it, what is owed, and everything that was ever said of it.

`kpi/incidents/events.py` names what may happen to one, `kpi/incidents/transitions.py` when, by whom and what comes of
it, and `kpi/incidents/escalations.py` who is called when nobody does anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from kpi.alerts.first_looks import FirstLook
from kpi.days import Period, business_day, day_closes_at, day_opens_at
from kpi.incidents.climbs import Climb
from kpi.incidents.escalation_policies import EscalationPolicy
from kpi.languages import Language
from kpi.promises import Promise
from kpi.severities import Severity

FIRST_NUMBER = 1001
"""The number of an engagement's first incident: four digits are easy to say and never mistaken for a day."""


class Status(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    """Nobody has it: people are called."""
    ACKNOWLEDGED = "acknowledged"
    """A named person has it, until the acknowledgement goes stale."""
    WATCHING = "watching"
    """Something was done; the metric is read again at the time the plan names."""
    RESOLVED = "resolved"
    MERGED = "merged"
    """It was the same as another one, which goes on."""


CLOSED = frozenset({Status.RESOLVED, Status.MERGED})


class Side(StrEnum):
    """Who acts: the two sides of an engagement, and Vigia itself."""

    SELLER = "seller"
    STAFF = "staff"
    VIGIA = "vigia"


class Source(StrEnum):
    """Through which door something came."""

    SLACK = "slack"
    WECOM = "wecom"
    CONSOLE = "console"
    TERMINAL = "terminal"
    RULE = "rule"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something; `person` is empty for Vigia itself."""

    person: str
    side: Side
    source: Source


THE_CLOCK = Actor("", Side.VIGIA, Source.CLOCK)
THE_RULE = Actor("", Side.VIGIA, Source.RULE)


class Movement(StrEnum):
    """What the metric did; NONE where no metric was named."""

    FALL = "fall"
    RISE = "rise"
    NONE = ""


class Confidence(StrEnum):
    """How sure the beginning is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class OnsetSource(StrEnum):
    """How the beginning was found."""

    CHANGE_POINT = "change_point"
    CROSSING = "crossing"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Onset:
    """When it began: some time from `began_from` to `began_to`. `corrected_by` is empty for a computed one."""

    began_from: datetime
    began_to: datetime
    confidence: Confidence
    source: OnsetSource
    corrected_by: str = ""

    @classmethod
    def on_days(
        cls, period: Period, zone: ZoneInfo, confidence: Confidence, source: OnsetSource, by: str = ""
    ) -> Onset:
        """Return an onset on one of some days of a store; the last instant still belongs to the last day."""
        last = day_closes_at(period.last, zone) - timedelta(seconds=1)
        return cls(day_opens_at(period.first, zone), last, confidence, source, by)

    def days(self, zone: ZoneInfo) -> Period:
        """Return the days of the range on a store's clock."""
        return Period(business_day(self.began_from, zone), business_day(self.began_to, zone))

    def __post_init__(self) -> None:
        """Refuse a range that ends before it begins."""
        if self.began_to < self.began_from:
            raise ValueError(f"it cannot have begun by {self.began_to} and not before {self.began_from}")


@dataclass(frozen=True, slots=True)
class Sighting:
    """The metric as it was seen: its value on `sample` events, and the range that is usual."""

    value: Decimal
    sample: int
    usual_low: Decimal | None
    usual_high: Decimal | None
    day: date
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Analysis:
    """What its author sees so far, word for word, and what shows it."""

    text: str
    by: str
    at: datetime
    language: Language
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is believed to be the cause, what is done by whom, and which value the metric should have by when."""

    cause: str
    action: str
    owner: str
    metric: str
    aim: Decimal | None
    review_at: datetime
    by: str
    at: datetime
    language: Language


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A named person has the incident until `stale_at`; activity moves that on. `reminded_at`: they were asked."""

    owner: str
    at: datetime
    stale_at: datetime
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """How it ended; `reason` says why nobody waited for the review (empty: nobody had to)."""

    cause: str
    action: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What an incident is about: a metric of a store that fell or rose, or (all empty) what its report says."""

    store: str = ""
    metric: str = ""
    movement: Movement = Movement.NONE


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident as it stands. Instants are distinct and aware; `opened_at` and `at_alert` never change.

    `key` is what makes two reports the same incident while one is open. `token` changes with everything that happens,
    so that whoever decided on an earlier state is told instead of overwriting a later one. `clocks_from` is the
    opening the promises run from: an older one's that was merged into this. `answering` are the calls while nobody has
    it, `keeping` those about promises its owner let pass; `calls` numbers them. `missed` promises stay in it even when
    kept later. `asked` are the levels the seller asked to go beyond, `unreminded` are people who asked not to be asked
    whether it is still theirs. `first_look` is what was computed when
    it opened; `back_since` the day since which the metric is back to usual, as its alert ended.
    """

    engagement: str
    number: int
    key: str
    subject: Subject
    severity: Severity
    report: str
    language: Language
    opened_by: Actor
    opened_at: datetime
    clocks_from: datetime
    policy: EscalationPolicy
    status: Status = Status.OPEN
    token: int = 0
    detected_at: datetime | None = None
    reported_at: datetime | None = None
    alert: str = ""
    digest: str = ""
    is_drill: bool = False
    onset: Onset | None = None
    at_alert: Sighting | None = None
    now: Sighting | None = None
    worst: Sighting | None = None
    acknowledgement: Acknowledgement | None = None
    acknowledged_at: datetime | None = None
    analysis: Analysis | None = None
    analysis_at: datetime | None = None
    plan: Plan | None = None
    plan_at: datetime | None = None
    review_due_at: datetime | None = None
    reviewed_at: datetime | None = None
    confirmed_at: datetime | None = None
    resolved_at: datetime | None = None
    closing: Closing | None = None
    answering: Climb = field(default_factory=Climb)
    keeping: Climb = field(default_factory=Climb)
    calls: int = 0
    missed: tuple[Promise, ...] = ()
    asked: tuple[int, ...] = ()
    unreminded: tuple[str, ...] = ()
    previous: str = ""
    merged_into: str = ""
    parent: str = ""
    first_look: FirstLook | None = None
    back_since: date | None = None

    @property
    def id(self) -> str:
        """The name of the incident among all engagements."""
        return incident_id(self.engagement, self.number)

    @property
    def is_closed(self) -> bool:
        """Whether nothing is owed any more."""
        return self.status in CLOSED

    @property
    def owner(self) -> str:
        """Who has it (empty: nobody)."""
        return self.acknowledgement.owner if self.acknowledgement else ""

    @property
    def answered_at(self) -> datetime | None:
        """When somebody first answered for it: took it, or ended it."""
        return self.acknowledged_at or self.resolved_at

    def due_at(self, promise: Promise) -> datetime:
        """Return when a promise is due."""
        return self.policy.due_at(promise, self.severity, self.clocks_from)

    def kept_at(self, promise: Promise) -> datetime | None:
        """Return when a promise was kept, or None."""
        return {
            Promise.ACKNOWLEDGEMENT: self.answered_at,
            Promise.ANALYSIS: self.analysis_at,
            Promise.PLAN: self.plan_at,
        }[promise]

    @property
    def promised(self) -> tuple[Promise, ...]:
        """What is owed: of a drill only that somebody takes it."""
        return (Promise.ACKNOWLEDGEMENT,) if self.is_drill else tuple(Promise)

    @property
    def unkept(self) -> tuple[Promise, ...]:
        """What was promised to be said by now and has still not been: missed and not made good."""
        return tuple(promise for promise in self.missed if self.kept_at(promise) is None)


def incident_id(engagement: str, number: int) -> str:
    """Return the name of an incident among all engagements."""
    return f"{engagement}-{number}"


def incident_key(engagement: str, subject: Subject, report_id: str) -> str:
    """Return what makes two reports the same incident: the metric that moved.

    Without a metric nobody can tell whether two reports mean the same: each has the key of its own report.
    """
    if not subject.metric:
        return f"{engagement}|{subject.store}|report|{report_id}"
    return f"{engagement}|{subject.store}|{subject.metric}|{subject.movement}"


class Visibility(StrEnum):
    """Who may read a timeline entry. An internal one reaches the seller only by being published, as a new entry."""

    SELLER = "seller"
    INTERNAL = "internal"


class EntryKind(StrEnum):
    """What happened, in the past tense."""

    OPENED = "opened"
    REPORTED_AGAIN = "reported_again"
    ALERTED = "alerted"
    ALERT_OVER = "alert_over"
    REOPENED = "reopened"
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"
    REMINDED = "reminded"
    SNOOZED = "snoozed"
    REMINDERS_STOPPED = "reminders_stopped"
    WENT_STALE = "went_stale"
    CONFIRMED_OWNERSHIP = "confirmed_ownership"
    REASSIGNED = "reassigned"
    HANDED_OVER = "handed_over"
    ANALYSED = "analysed"
    PLANNED = "planned"
    UPDATED = "updated"
    COMMENTED = "commented"
    PUBLISHED = "published"
    EVIDENCE_ADDED = "evidence_added"
    CAPTURED = "captured"
    CAPTURED_FILE = "captured_file"
    CAPTURE_CHANGED = "capture_changed"
    CAPTURE_DELETED = "capture_deleted"
    CAPTURE_TAKEN_OUT = "capture_taken_out"
    MEASURED = "measured"
    WATCHED = "watched"
    IMPROVED = "improved"
    NOT_IMPROVED = "not_improved"
    TOO_EARLY = "too_early"
    UNMEASURABLE = "unmeasurable"
    SEVERITY_CHANGED = "severity_changed"
    ONSET_CORRECTED = "onset_corrected"
    ESCALATION_REQUESTED = "escalation_requested"
    CALLED = "called"
    ALL_ASLEEP = "all_asleep"
    UNDELIVERED = "undelivered"
    PROMISE_MISSED = "promise_missed"
    SELLER_CONFIRMED = "seller_confirmed"
    RESOLVED = "resolved"
    MERGED = "merged"
    TOOK_IN = "took_in"
    DRILL_ENDED = "drill_ended"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of what happened; never changed and never removed.

    `occurred_at` is when it happened, `recorded_at` when Vigia learnt of it. What a person typed is `body`, word for
    word in `language`; everything else is `params`, said anew in each reader's language.
    """

    incident: str
    kind: EntryKind
    actor: Actor
    occurred_at: datetime
    recorded_at: datetime
    visibility: Visibility = Visibility.SELLER
    body: str = ""
    language: Language | None = None
    params: tuple[tuple[str, str], ...] = ()
