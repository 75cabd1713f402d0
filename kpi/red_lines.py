"""How far a store is from its marketplace's official limits: in events, in days at the present rate, or past them.

Shares are compared in whole numbers, so that a value on a line is on it and not beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from kpi.days import Period
from kpi.limits import Limit
from kpi.severities import NEAR_LIMIT_DAYS

RATE_DAYS = 14
"""Days whose mean says how many events a day are to be expected."""
FORESEEN_DAYS = 60
"""A line that is not crossed within so many days at the present rate is not in sight."""
MORE_THAN = 10
"""Mercado Libre gives nobody a level who has not sold more than this; a share of fewer says nothing anywhere."""
WORST_LEVEL = "red"
"""What `Limit.level_of` calls everything beyond the last line."""
HARMLESS_LEVELS = frozenset({"leader", "green", "light_green", "healthy"})
"""Levels that cost a store nothing; from the first worse one on, marketplaces show its listings less or close it."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day of a limit's metric: `numerator` of `denominator` events (claims of orders, valid of all trackings)."""

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class LineAhead:
    """A line that is not crossed yet.

    Beyond `line` (a share, 0-1) the store falls to `level`. `spare` more bad events still leave it where it is, one
    more does not (none is spare: the next one crosses); they are counted at the present denominator. `days` says in
    how many days the present rate crosses it, None when not within FORESEEN_DAYS.
    """

    line: Decimal
    level: str
    spare: int
    days: int | None

    @property
    def events_to_cross(self) -> int:
        """How many more bad events cross the line."""
        return self.spare + 1


@dataclass(frozen=True, slots=True)
class RedLine:
    """Where a store stands between the lines of an official limit, over the limit's window that ends on `last`.

    `numerator` ÷ `denominator` is the share; `known_days` of the window had data. `next` is the line to the next worse
    level, `guarded` the last line that still keeps a harmless level (or the level to keep); None when there is none
    left to cross. `is_small` says that too little was sold for a share: then there is no level and no line.
    """

    limit: Limit
    last: date
    numerator: int
    denominator: int
    known_days: int
    is_small: bool = False
    level: str | None = None
    is_breached: bool = False
    next: LineAhead | None = None
    guarded: LineAhead | None = None

    @property
    def share(self) -> Decimal | None:
        """The share (0-1), or None when there was nothing to count against."""
        return Decimal(self.numerator) / self.denominator if self.denominator else None

    @property
    def days_to_breach(self) -> int | None:
        """In how many days the present rate leaves the level to keep; None: not in sight, or breached already."""
        return self.guarded.days if self.guarded else None

    @property
    def is_near(self) -> bool:
        """Whether the level to keep is left within two weeks at the present rate."""
        days = self.days_to_breach
        return days is not None and days <= NEAR_LIMIT_DAYS


def red_line(limit: Limit, counts: Mapping[date, DayCount], last: date, kept_level: str | None = None) -> RedLine:
    """Return where a store stands on day `last`.

    `counts` are the known days: the limit's window, and RATE_DAYS where the window is shorter; a day that is left out
    is missing and counts nothing. `kept_level` is the level to keep, by default the last harmless one.
    """
    window = _known(counts, Period.ending(last, limit.window_days))
    sums = DayCount(sum(count.numerator for count in window), sum(count.denominator for count in window))
    here = RedLine(limit, last, sums.numerator, sums.denominator, len(window))
    if sums.denominator <= MORE_THAN:
        return replace(here, is_small=True)
    levels = (*limit.levels, WORST_LEVEL)
    place = next((i for i in range(len(limit.lines)) if _holds(limit, i, sums)), len(limit.lines))
    guard = _guarded(limit, kept_level)
    coming = tuple(_coming(limit, counts, last, sums))

    def ahead(line: int) -> LineAhead:
        days = next((day for day, future in enumerate(coming, 1) if not _holds(limit, line, future)), None)
        return LineAhead(limit.lines[line], levels[line + 1], _spare(limit, line, sums), days)

    return replace(
        here,
        level=levels[place],
        is_breached=place > guard,
        next=ahead(place) if place < len(limit.lines) else None,
        guarded=ahead(guard) if place <= guard else None,
    )


def line_to_keep(limit: Limit, kept_level: str | None = None) -> Decimal:
    """Return the share (0-1) beyond which the level to keep is left."""
    return limit.lines[_guarded(limit, kept_level)]


def _guarded(limit: Limit, kept_level: str | None) -> int:
    """Return the place of the line that must hold."""
    if kept_level is not None:
        return limit.levels.index(kept_level)
    return max((i for i, level in enumerate(limit.levels) if level in HARMLESS_LEVELS), default=len(limit.levels) - 1)


def _known(counts: Mapping[date, DayCount], period: Period) -> list[DayCount]:
    return [counts[day] for day in period.days() if day in counts]


def _holds(limit: Limit, line: int, sums: DayCount) -> bool:
    """Tell whether some sums are still inside a line; nothing to count against crosses nothing."""
    top, bottom = limit.lines[line].as_integer_ratio()
    share, edge = sums.numerator * bottom, top * sums.denominator
    return not sums.denominator or (share > edge if limit.at_least else share <= edge)


def _spare(limit: Limit, line: int, sums: DayCount) -> int:
    """Return how many more bad events a line that holds can bear; where more is better, each takes away a good one."""
    top, bottom = limit.lines[line].as_integer_ratio()
    edge = top * sums.denominator // bottom
    return sums.numerator - (edge + 1) if limit.at_least else edge - sums.numerator


def _coming(limit: Limit, counts: Mapping[date, DayCount], last: date, sums: DayCount) -> Iterator[DayCount]:
    """Yield the window's sums of the next days: each adds the mean of the last days, and the oldest day leaves.

    Sums are multiplied by the number of days the mean is taken from, so that they stay whole.
    """
    recent = _known(counts, Period.ending(last, RATE_DAYS))
    times = len(recent)
    numerator, denominator = sums.numerator * times, sums.denominator * times
    added = DayCount(sum(count.numerator for count in recent), sum(count.denominator for count in recent))
    for ahead in range(1, FORESEEN_DAYS + 1 if recent else 1):
        left = counts.get(last + timedelta(days=ahead - limit.window_days), DayCount(0, 0))
        leaving = DayCount(left.numerator * times, left.denominator * times) if ahead <= limit.window_days else added
        numerator += added.numerator - leaving.numerator
        denominator += added.denominator - leaving.denominator
        yield DayCount(numerator, denominator)
