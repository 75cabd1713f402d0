"""What is kept of alerts: what each morning said, the episodes, what people said of them, and notices sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from kpi.alerts.alert import Episode
from kpi.alerts.causes import Cause
from kpi.alerts.rule_findings import RuleFinding
from kpi.alerts.staleness import StoreGap
from kpi.digests import TrendLine


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """One metric of one store of one engagement, as the scan or (`rule` is its id) as a rule watches it.

    `store` is "" or several ids with "+" between them where a rule watches the target of several stores.
    """

    engagement: str
    store: str
    metric: str
    rule: str = ""


class Silence(StrEnum):
    """What a morning said of a series; every word but FIRES is a reason for saying nothing."""

    NOT_SEEN = "not_seen"
    NOT_FINAL = "not_final"
    NO_EXPOSURE = "no_exposure"
    IMPOSSIBLE = "impossible"
    LEARNING = "learning"
    FEW_EVENTS = "few_events"
    USUAL = "usual"
    SMALL_CHANGE = "small_change"
    WATCH = "watch"
    FIRES = "fires"


UNREAD = frozenset({Silence.NOT_SEEN, Silence.NOT_FINAL})
"""The day could not be read yet: it is looked at again when more has been imported."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The judgement of one series' day, enough to say it again word for word.

    The strongest window: its last `window` days had `observed` events where `expected` ± `spread` (one standard
    deviation) were usual, on `exposure`; `change` is relative, positive towards the bad side, `z` in standard
    deviations. The change began on the day `onset_days` back, the judged day being 1 (0: from before this was kept).
    `visible_week` and `visible_fortnight` are the smallest relative changes 7 and 14 days could show.
    `back` is the logarithm of the odds that the days since its open episode are usual again (-99: cannot say).
    Where a rule judged, `by_rule` holds its numbers and the fields of the scan stay at their defaults.
    """

    day: date
    silence: Silence
    z: float = 0.0
    window: int = 1
    observed: float = 0.0
    expected: float = 0.0
    spread: float = 0.0
    exposure: float = 0.0
    change: float = 0.0
    is_pooled: bool = False
    pooled_z: float = 0.0
    recent_z: float = 0.0
    learnt_days: int = 0
    visible_week: float = 0.0
    visible_fortnight: float = 0.0
    onset_days: int = 0
    back: float = -99.0
    by_rule: RuleFinding | None = None

    @property
    def is_judged(self) -> bool:
        """Whether the day counted at all."""
        return self.silence not in {Silence.NOT_SEEN, Silence.NOT_FINAL, Silence.NO_EXPOSURE, Silence.IMPOSSIBLE}


@dataclass(frozen=True, slots=True)
class Remark:
    """Why rooms were told nothing, or not again: an English msgid and what fills its places."""

    msgid: str
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A finding of a series, when it was made, and why rooms were told nothing of it (None where they were told)."""

    series: SeriesKey
    finding: Finding
    judged_at: datetime
    remark: Remark | None = None


class Verdict(StrEnum):
    """What people said of an alert."""

    OPEN = "open"
    REAL = "real"
    EXPECTED = "expected"
    FALSE = "false"


@dataclass(frozen=True, slots=True)
class AlertEpisode:
    """An episode with its evidence: as it fired first, as it is now, and at its worst.

    `notice` is the notice whose message tells of it ("" where rooms were never told); `told_events` and `told_on` are
    the events at stake and the day when rooms last heard of it by a new message. `graded_at` is when it became as
    severe as it is (None: when it opened).
    """

    id: str
    series: SeriesKey
    episode: Episode
    first: Finding
    newest: Finding
    worst: Finding
    opened_at: datetime
    severity: str = "S3"
    verdict: Verdict = Verdict.OPEN
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    rechecked_at: datetime | None = None
    notice: str = ""
    told_events: float = 0.0
    told_on: date | None = None
    reminded_at: datetime | None = None
    graded_at: datetime | None = None


class NoticeKind(StrEnum):
    """Why rooms are told. CHANGED is the message of an opened one as it stands now; the next three answer it."""

    OPENED = "opened"
    CHANGED = "changed"
    WORSE = "worse"
    UNANSWERED = "unanswered"
    CLOSED = "closed"
    STALE = "stale"
    FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class Stake:
    """Events too few (or bad ones too many) over the window, give or take `doubt`, and the orders' worth if known."""

    events: float
    doubt: float
    worth: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class NoticedEpisode:
    """One episode as a notice froze it; `line` are its days for the picture.

    `incident` is the number of the open incident that knows of it (0: none).
    """

    alert: AlertEpisode
    stake: Stake
    line: TrendLine
    cause: Cause = field(default_factory=Cause)
    incident: int = 0


@dataclass(frozen=True, slots=True)
class AlertNotice:
    """What rooms of an engagement are told one morning: episodes worst first, or the gap of a store's data.

    `card` is the notice whose message this one changes or answers.
    """

    id: str
    engagement: str
    kind: NoticeKind
    made_at: datetime
    episodes: tuple[NoticedEpisode, ...]
    gap: StoreGap | None = None
    card: str = ""


@dataclass(frozen=True, slots=True)
class Mute:
    """Nobody is told of a series until an instant; `store` and `metric` are empty for all of them.

    A snooze is a mute that lets a worse severity and the end of an episode through.
    """

    id: str
    engagement: str
    store: str
    metric: str
    until: datetime
    by: str
    reason: str
    made_at: datetime
    is_snooze: bool = False

    def covers(self, series: SeriesKey, at: datetime) -> bool:
        """Tell whether the mute holds for a series at an instant."""
        return (
            series.engagement == self.engagement
            and self.store in {"", series.store}
            and self.metric in {"", series.metric}
            and self.made_at <= at < self.until
        )


@dataclass(frozen=True, slots=True)
class ExpectedDays:
    """Days somebody said were expected (a promotion, a price change): never learnt from, never alerted on anew.

    `store` is empty for all stores of the engagement.
    """

    engagement: str
    store: str
    first: date
    last: date
    name: str
    by: str
    made_at: datetime

    def covers(self, store: str, day: date) -> bool:
        """Tell whether a store's day was expected."""
        return self.store in {"", store} and self.first <= day <= self.last
