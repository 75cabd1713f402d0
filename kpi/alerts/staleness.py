"""Data that did not come: when a day is due, one gap per run of missing days, and when a gap is over.

A missing day is never zero. Days are dates in the store's zone, instants aware UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby, islice
from zoneinfo import ZoneInfo

from kpi.days import ONE_DAY, Period

DUE_FROM = time(6)
"""Local time from which a day that is over and final should be there."""
WEEKS_SEEN = 8
"""So many earlier weeks tell whether a weekday …"""
EMPTY_WEEKS = 6
"""… is empty by nature: it was empty in at least so many of them."""
_ONE_WEEK = timedelta(days=7)
_HALF_WEEK = 3


def due_at(day: date, zone: ZoneInfo, finality_days: int) -> datetime:
    """Return the instant (UTC) from which `day` is late: 06:00 local on the day after, and the metric's finality."""
    return datetime.combine(day + timedelta(days=1 + finality_days), DUE_FROM, zone).astimezone(UTC)


def newest_due(at: datetime, zone: ZoneInfo, finality_days: int) -> date:
    """Return the newest day that is due at the aware instant `at`."""
    local = at.astimezone(zone)
    today = local.date() if local.time() >= DUE_FROM else local.date() - ONE_DAY
    return today - timedelta(days=1 + finality_days)


@dataclass(frozen=True, slots=True)
class Feed:
    """One measure of one store that should come every day from `first` on.

    `finality_days` are those of the metric it is watched for. `closed` are the days the store was on vacation or
    closed: nothing is due on them.
    """

    store: str
    measure: str
    zone: ZoneInfo
    finality_days: int
    first: date
    closed: tuple[Period, ...] = ()

    def is_closed(self, day: date) -> bool:
        """Tell whether the store was closed on `day`."""
        return any(day in period for period in self.closed)


@dataclass(frozen=True, slots=True)
class Gap:
    """One run of missing days of a feed, from `since` to `last`; `days` of them are missing.

    Days that are empty by nature and days the store was closed lie in it without being missing. `over_on` is the first
    day with data after it, None while the gap is open.
    """

    store: str
    measure: str
    since: date
    last: date
    days: int
    over_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether no later day has come."""
        return self.over_on is None


def gaps(feed: Feed, present: AbstractSet[date], at: datetime) -> tuple[Gap, ...]:
    """Return every gap of a feed at the instant `at`, oldest first; only the last one can be open.

    `present` are the days with data. A day that came before it was due ends a gap too.
    """
    newest = newest_due(at, feed.zone, feed.finality_days)
    last = max((newest, *present))
    found: list[Gap] = []
    for offset in range((last - feed.first).days + 1):
        day = feed.first + timedelta(days=offset)
        is_running = bool(found) and found[-1].is_open
        if day in present:
            if is_running:
                found[-1] = replace(found[-1], over_on=day)
        elif day <= newest and is_missing(feed, day, present):
            if is_running:
                found[-1] = replace(found[-1], last=day, days=found[-1].days + 1)
            else:
                found.append(Gap(feed.store, feed.measure, day, day, 1))
    return tuple(found)


def is_missing(feed: Feed, day: date, present: AbstractSet[date]) -> bool:
    """Tell whether a day should have data and has none."""
    return day not in present and not feed.is_closed(day) and not is_empty_by_nature(feed, day, present)


def is_empty_by_nature(feed: Feed, day: date, present: AbstractSet[date]) -> bool:
    """Tell whether the weekday of `day` was empty in at least six of the last eight weeks.

    Weeks in which the store was closed on that day, or in which nothing came at all, tell nothing: earlier ones are
    looked at instead.
    """
    seen = list(islice(_telling(feed, day, present), WEEKS_SEEN))
    return sum(one not in present for one in seen) >= EMPTY_WEEKS


def _telling(feed: Feed, day: date, present: AbstractSet[date]) -> Iterator[date]:
    """Yield earlier days of the same weekday that tell something, newest first."""
    one = day - _ONE_WEEK
    while one >= feed.first:
        around = (one + timedelta(days=offset) for offset in range(-_HALF_WEEK, _HALF_WEEK + 1))
        if not feed.is_closed(one) and any(near in present for near in around):
            yield one
        one -= _ONE_WEEK


class GapEnd(StrEnum):
    """Why a gap is over."""

    DATA_CAME = "data_came"
    """A later day came; some days of the gap are still missing."""
    FILLED = "filled"
    """Every day of the gap came late."""
    EXCUSED = "excused"
    """Nothing was due after all: the store was closed, or the weekday is empty by nature."""


@dataclass(frozen=True, slots=True)
class GapNews:
    """What changed since a feed was looked at last.

    `gap` is the open gap, `has_begun` whether nobody knows of it yet. `ended` is the gap known before, when it is over,
    and `end` why: `ended.days` are those still missing, `ended.over_on` the first day with data after them.
    """

    gap: Gap | None
    has_begun: bool
    ended: Gap | None = None
    end: GapEnd | None = None


def gap_news(feed: Feed, present: AbstractSet[date], at: datetime, known: Gap | None) -> GapNews:
    """Return what is new of a feed; `known` is the gap that was open when it was looked at last, if any.

    A gap that began by the last day of the known one is the same gap, told once, even where some days came late.
    """
    found = gaps(feed, present, at)
    gap = found[-1] if found and found[-1].is_open else None
    if known is None:
        return GapNews(gap, gap is not None)
    if gap is not None and gap.since <= known.last:
        return GapNews(gap, has_begun=False)
    return GapNews(gap, gap is not None, *_ended(feed, present, known))


def _ended(feed: Feed, present: AbstractSet[date], known: Gap) -> tuple[Gap, GapEnd]:
    days = list(Period(known.since, known.last).days())
    missing = [day for day in days if is_missing(feed, day, present)]
    after = missing[-1] if missing else known.since - ONE_DAY
    ended = replace(known, days=len(missing), over_on=min((day for day in present if day > after), default=None))
    if missing:
        return ended, GapEnd.DATA_CAME
    return ended, GapEnd.EXCUSED if present.isdisjoint(days) else GapEnd.FILLED


@dataclass(frozen=True, slots=True)
class StoreGap:
    """Gaps of a store that began on the same day, to be told as one; `last` and `days` are those of the longest."""

    store: str
    since: date
    last: date
    days: int
    measures: tuple[str, ...]


def by_store(found: Iterable[Gap]) -> tuple[StoreGap, ...]:
    """Return gaps of several measures joined by store and first day, in that order."""
    ordered = sorted(found, key=lambda gap: (gap.store, gap.since, gap.measure))
    joined = []
    for (store, since), together in groupby(ordered, key=lambda gap: (gap.store, gap.since)):
        some = list(together)
        measures = tuple(gap.measure for gap in some)
        joined.append(StoreGap(store, since, max(gap.last for gap in some), max(gap.days for gap in some), measures))
    return tuple(joined)
