"""The daily digest as frozen data: composed once, rendered for each room from the same figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from kpi.readings.reading import Reading
from kpi.tones import Tone


class CoverageState(StrEnum):
    """How complete a store's data day was when the digest was frozen."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a store had delivered: `missing` names measures its sources usually report; `last_day` the newest day."""

    store: str
    state: CoverageState
    missing: tuple[str, ...] = ()
    last_day: date | None = None
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a change of GMV: its part (currency units, signed) and share (0-1) of the whole change."""

    name: str
    part: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class Driver:
    """What moved GMV of one currency: factors (visits, conversion, ticket), then stores and listings by share."""

    currency: str
    change: Decimal
    factors: tuple[Factor, ...] = ()
    stores: tuple[Factor, ...] = ()
    listings: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True)
class TrendLine:
    """The days behind one panel of the picture: values, band and which days are not final."""

    metric: str
    marketplace: str
    currency: str | None
    days: tuple[date, ...]
    values: tuple[Decimal | None, ...]
    band: tuple[tuple[Decimal, Decimal] | None, ...]
    target: Decimal | None = None
    provisional: tuple[bool, ...] = ()
    events: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ConvertedTotal:
    """GMV of all currencies in one, with each rate used (base, rate, day, source)."""

    currency: str
    amount: Decimal
    rates: tuple[tuple[str, Decimal, date, str], ...]


@dataclass(frozen=True, slots=True)
class WatchLine:
    """A series that is on watch, or (`is_alert`) has an open alert; `change` is signed and relative.

    `by_rule` says what a rule found ("limit", "pace", "near", "breached"); then there is no change.
    """

    store: str
    metric: str
    change: Decimal
    is_alert: bool
    by_rule: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """One engagement's day, frozen.

    `id` is what people quote (`D-20261122-07`). `day` is the data day in the stores' zones. `readings` are in reading
    order, worst first. `is_good_day` allows the short form. `targets_met` of `targets_set` are on pace.
    """

    id: str
    engagement: str
    day: date
    composed_at: datetime
    tone: Tone
    is_good_day: bool
    is_partial: bool
    readings: tuple[Reading, ...]
    coverage: tuple[Coverage, ...]
    drivers: tuple[Driver, ...] = ()
    trends: tuple[TrendLine, ...] = ()
    total: ConvertedTotal | None = None
    targets_met: int = 0
    targets_set: int = 0
    events: tuple[str, ...] = ()
    owner: str | None = None
    answer_due_at: datetime | None = None
    per_store: tuple[Reading, ...] = ()
    watch: tuple[WatchLine, ...] = ()


class DigestRoomState(StrEnum):
    """Where the digest of one room and day stands."""

    DUE = "due"
    COMPOSED = "composed"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class DigestSlot:
    """One room's digest of one data day, waiting for its time: the row the sweep claims.

    `deadline_at` ends the wait for data that is not in yet; `due_at` moves on while waiting.
    """

    key: str
    engagement: str
    room: str
    day: date
    due_at: datetime
    deadline_at: datetime
    state: DigestRoomState = DigestRoomState.DUE
    digest: str = ""
    reason: str = ""
