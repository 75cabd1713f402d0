"""Facts: additive measures as reported, with status, source and the instant they were known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

from kpi.metrics.dimensions import LISTING


class FactStatus(IntEnum):
    """How much a value can be trusted, best first; the worst of several is their maximum."""

    FINAL = 0
    RESTATED = 1
    PRELIMINARY = 2
    PARTIAL = 3
    MISSING = 4


@dataclass(frozen=True, slots=True)
class Fact:
    """One measure of one store on one day, in the integer unit of its measure.

    `part` is empty for the whole store, otherwise the name of one part of it along `dimension`: the marketplace's id of
    a listing, a source of traffic, a device. `status` is what the source says of the row: FINAL, PRELIMINARY or
    PARTIAL; RESTATED is set by storage when a different value was shown before.
    """

    store: str
    day: date
    measure: str
    value: int
    source: str
    status: FactStatus = FactStatus.FINAL
    part: str = ""
    dimension: str = LISTING


@dataclass(frozen=True, slots=True)
class FactVersion:
    """A fact as it was shown from `known_at` until its next version; its status is the one it was shown with."""

    fact: Fact
    known_at: datetime


class Grain(StrEnum):
    """What one row of an answer covers."""

    SEGMENT = "segment"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class FactQuery:
    """Which sums are wanted.

    `required` measures must all be present on a store's day for that store-day to count at all, so that a numerator
    never meets a denominator from other days; `optional` ones are summed over the counted store-days as far as present.
    With `known_at` the answer is what was known at that instant.
    """

    stores: tuple[str, ...]
    required: tuple[str, ...]
    first: date
    last: date
    optional: tuple[str, ...] = ()
    grain: Grain = Grain.SEGMENT
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DaySum:
    """Sums of one day over the store-days that count.

    `key` is a store id, or "marketplace/currency" for the grain SEGMENT. `values` follow `required + optional`; an
    optional measure nobody reported is None. `stores` says how many stores counted.
    """

    key: str
    day: date
    values: tuple[int | None, ...]
    stores: int
    status: FactStatus
    sources: tuple[str, ...]
    known_at: datetime


@dataclass(frozen=True, slots=True)
class FactVersions:
    """Every version of some facts as columns of equal length, those of one place ordered by when they were known.

    `store` and `measure` are positions in `stores` and `measures`; `day` is a proleptic ordinal, `status` a FactStatus,
    `known_at` microseconds since 1970 (UTC). A later version of a store, measure and day replaces an earlier one.
    """

    stores: tuple[str, ...]
    measures: tuple[str, ...]
    store: Sequence[int]
    measure: Sequence[int]
    day: Sequence[int]
    value: Sequence[int]
    status: Sequence[int]
    known_at: Sequence[int]


@dataclass(frozen=True, slots=True)
class PartSum:
    """Sums of one part of a store over a period; `values` follow the measures asked for, None where none came."""

    store: str
    dimension: str
    part: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What storing a file's facts changed."""

    added: int
    restated: int
    unchanged: int
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """The proof of one import: the file's name and hash, when, by which layout, which days."""

    sha256: str
    name: str
    layout: str
    engagement: str
    imported_at: datetime
    first: date | None
    last: date | None
    rows: int
    rejected: int
