"""What an import would do, before it does it: columns, days, totals, rejected rows, and the facts themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from kpi.engagements import Store
from kpi.facts import Fact
from kpi.phrases import phrase
from kpi.sources.dates import DateOrder
from kpi.sources.safety import Limits

MOST_SHOWN = 20
"""Rejected rows named one by one; all are counted."""

Progress = Callable[[str, int, int], None]
"""Told (what, done, of how many) while a long import runs."""


def no_progress(_what: str, _done: int, _whole: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class ImportContext:
    """What a file cannot say of itself.

    `stores` are the engagement's; `store` is the one chosen with --store. `date_order` settles slashed dates, `day`
    dates a file that holds one day without naming it. `now` tells which days are not over yet.
    """

    stores: tuple[Store, ...]
    now: datetime
    store: Store | None = None
    date_order: DateOrder | None = None
    day: date | None = None
    limits: Limits = field(default_factory=Limits)
    progress: Progress = no_progress


class Reason:
    """Why a row was rejected: English sentences, filled with the cell."""

    NO_DATE = phrase("“%(cell)s” is not a date")
    NO_NUMBER = phrase("“%(cell)s” is not a number")
    NEGATIVE = phrase("“%(cell)s” is negative")
    OTHER_STORE = phrase("“%(cell)s” is not a store of this engagement")
    FUTURE = phrase("%(cell)s lies in the future")
    TOO_EARLY = phrase("%(cell)s lies before the year 2000")
    NOT_WHOLE = phrase("“%(cell)s” is not a whole number")
    REPEATED_DAY = phrase("%(cell)s comes twice; only its first row was read")
    OTHER_CURRENCY = phrase("“%(cell)s” is not the store's currency")
    TWO_PARTS = phrase("“%(cell)s”: the row names two parts of the store; name one in each row")
    NO_ORDER = phrase("the order number is missing")


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One row that was left out: its line in the file and the reason (a msgid of Reason) with the offending cell."""

    file: str
    line: int
    reason: str
    cell: str


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column that was understood: its header and what it became."""

    header: str
    becomes: str


@dataclass(frozen=True, slots=True)
class FilePreview:
    """What was found in one file; `layout` is empty for a file nothing was taken from, and `remark` says why."""

    name: str
    sha256: str
    layout: str
    mapped: tuple[MappedColumn, ...] = ()
    ignored: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    rows: int = 0
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What importing the files would store.

    `totals` are (store, measure, sum in the measure's unit). `warnings` are sentences about what the numbers mean.
    """

    files: tuple[FilePreview, ...]
    facts: tuple[Fact, ...]
    rejected: tuple[RejectedRow, ...] = ()
    rejected_count: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def first(self) -> date | None:
        """The first day with a fact."""
        return min((fact.day for fact in self.facts), default=None)

    @property
    def last(self) -> date | None:
        """The last day with a fact."""
        return max((fact.day for fact in self.facts), default=None)

    def totals(self) -> tuple[tuple[str, str, int], ...]:
        """Return (store, measure, sum) of the store-level facts, ordered."""
        sums: dict[tuple[str, str], int] = {}
        for fact in self.facts:
            if not fact.part:
                sums[fact.store, fact.measure] = sums.get((fact.store, fact.measure), 0) + fact.value
        return tuple((*place, value) for place, value in sorted(sums.items()))


@dataclass(frozen=True, slots=True)
class Extract:
    """What a layout took from one table."""

    facts: tuple[Fact, ...]
    mapped: tuple[MappedColumn, ...]
    rows: int
    rejected: tuple[RejectedRow, ...] = ()
    rejected_count: int = 0
    warnings: tuple[str, ...] = ()


def joined_rejections(parts: Sequence[Extract]) -> tuple[tuple[RejectedRow, ...], int]:
    """Return the first rejected rows of several extracts, each file's by line, and the count of all."""
    files = list(dict.fromkeys(row.file for part in parts for row in part.rejected))
    every = sorted((row for part in parts for row in part.rejected), key=lambda row: (files.index(row.file), row.line))
    rows = tuple(every)[:MOST_SHOWN]
    return rows, sum(part.rejected_count for part in parts)
