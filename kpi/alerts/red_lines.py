"""How far a store is from its marketplace's official limits: in events, in days at the present rate, or past them.

Shares are compared in whole numbers, so that a value on a line is on it and not beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate

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
    return RedLines(limit, counts, kept_level).on(last)


class RedLines:
    """Where a store stands day after day; its days are added up once, so that any run of them is two look-ups."""

    def __init__(self, limit: Limit, counts: Mapping[date, DayCount], kept_level: str | None = None) -> None:
        self._limit = limit
        self._guard = _guarded(limit, kept_level)
        self._edges = tuple(line.as_integer_ratio() for line in limit.lines)
        self._first = min(counts, default=date.min).toordinal()
        self._days = _every_day(counts)
        self._sums = list(accumulate(self._days, _added, initial=_MISSING))

    def on(self, last: date) -> RedLine:
        """Return where the store stands on a day."""
        limit, day = self._limit, last.toordinal()
        numerator, denominator, known = self._between(day - limit.window_days + 1, day)
        here = RedLine(limit, last, numerator, denominator, known)
        if denominator <= MORE_THAN:
            return replace(here, is_small=True)
        levels = (*limit.levels, WORST_LEVEL)
        sums = DayCount(numerator, denominator)
        place = next((i for i in range(len(limit.lines)) if self._holds(i, numerator, denominator)), len(limit.lines))
        ahead = {i for i in (place, self._guard) if place <= i < len(limit.lines)}
        days = self._days_to_cross(ahead, day, sums)
        coming = {i: LineAhead(limit.lines[i], levels[i + 1], _spare(limit, i, sums), days.get(i)) for i in ahead}
        return replace(
            here,
            level=levels[place],
            is_breached=place > self._guard,
            next=coming.get(place),
            guarded=coming.get(self._guard),
        )

    def _between(self, first: int, last: int) -> _Sums:
        """Return numerator, denominator and the number of known days from one day to another."""
        size = len(self._days)
        before = self._sums[min(max(first - self._first, 0), size)]
        until = self._sums[min(max(last + 1 - self._first, 0), size)]
        return until[0] - before[0], until[1] - before[1], until[2] - before[2]

    def _holds(self, line: int, numerator: int, denominator: int) -> bool:
        """Tell whether some sums are still inside a line; nothing to count against crosses nothing."""
        top, bottom = self._edges[line]
        share, edge = numerator * bottom, top * denominator
        return not denominator or (share > edge if self._limit.at_least else share <= edge)

    def _days_to_cross(self, lines: Iterable[int], day: int, sums: DayCount) -> dict[int, int]:
        """Return in how many days each of some lines is crossed, as far as that is in sight.

        Each coming day adds the mean of the last days, and the oldest day leaves the window; once the window holds
        coming days alone, nothing changes any more. Sums are multiplied by the number of days the mean is taken from,
        so that they stay whole.
        """
        more, more_against, times = self._between(day - RATE_DAYS + 1, day)
        numerator, denominator = sums.numerator * times, sums.denominator * times
        found: dict[int, int] = {}
        left = list(lines)
        oldest = day - self._limit.window_days + 1 - self._first
        for ahead in range(1, min(FORESEEN_DAYS, self._limit.window_days) + 1 if times else 1):
            place = oldest + ahead - 1
            leaving = self._days[place] if 0 <= place < len(self._days) else _MISSING
            numerator += more - leaving[0] * times
            denominator += more_against - leaving[1] * times
            for line in tuple(left):
                if not self._holds(line, numerator, denominator):
                    found[line] = ahead
                    left.remove(line)
            if not left:
                break
        return found


_Sums = tuple[int, int, int]
"""Numerator, denominator and the number of known days."""
_MISSING: _Sums = (0, 0, 0)


def _added(one: _Sums, other: _Sums) -> _Sums:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _every_day(counts: Mapping[date, DayCount]) -> list[_Sums]:
    """Return each day from the first known one to the last."""
    if not counts:
        return []
    found = [_MISSING] * Period(min(counts), max(counts)).length
    first = min(counts).toordinal()
    for day, count in counts.items():
        found[day.toordinal() - first] = count.numerator, count.denominator, 1
    return found


def line_to_keep(limit: Limit, kept_level: str | None = None) -> Decimal:
    """Return the share (0-1) beyond which the level to keep is left."""
    return limit.lines[_guarded(limit, kept_level)]


def _guarded(limit: Limit, kept_level: str | None) -> int:
    """Return the place of the line that must hold."""
    if kept_level is not None:
        return limit.levels.index(kept_level)
    return max((i for i, level in enumerate(limit.levels) if level in HARMLESS_LEVELS), default=len(limit.levels) - 1)


def _spare(limit: Limit, line: int, sums: DayCount) -> int:
    """Return how many more bad events a line that holds can bear; where more is better, each takes away a good one."""
    top, bottom = limit.lines[line].as_integer_ratio()
    edge = top * sums.denominator // bottom
    return sums.numerator - (edge + 1) if limit.at_least else edge - sums.numerator
