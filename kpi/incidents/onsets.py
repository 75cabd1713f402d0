"""When a metric began to move: every day since which its counts could have changed competes, as likely as they make it.

Before the change the rate is the one that was counted; after it, anything from nothing up, around what was usual. Noise
beyond counting is learnt from the days before any candidate, and makes every day tell that much less.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist, fmean

from kpi.days import ONE_DAY
from kpi.incidents.incident import Confidence, Movement

CANDIDATE_DAYS = 28
"""Newest days on which it may have begun; what is older has become usual."""
HISTORY_DAYS = 56
"""Days looked at."""
LEAST_BEFORE = 14
"""Days that must be known before the first candidate."""
CERTAIN_CHANGE = 0.9
"""Probability (0-1) that anything changed at all, below which no onset is named."""
RANGE_SHARE = 0.8
"""How much of the probability the range holds."""
HIGH_DAYS, MEDIUM_DAYS = 2, 6
"""Longest ranges of a high and of a medium confidence."""
CLOSE, LIKELY = 0.8, 0.5
"""Probability near a day somebody else named, from which that day has a high, and a medium, confidence."""


@dataclass(frozen=True, slots=True)
class CountedDay:
    """Events of one day, and what they are counted against (days of a plain number: what its weekday usually has)."""

    day: date
    events: float
    exposure: float


@dataclass(frozen=True, slots=True)
class Split:
    """The metric may have changed between `after` (excluded) and `first` (included), with a probability (0-1)."""

    after: date
    first: date
    probability: float


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A change that is there: all days it may have begun on, oldest first, and what it did.

    `missing` are the events too few (or too many) since the most likely day, give or take `doubt` (one standard
    deviation).
    """

    splits: tuple[Split, ...]
    missing: float
    doubt: float

    @property
    def likeliest(self) -> Split:
        """The most probable split."""
        return max(self.splits, key=lambda split: split.probability)

    @property
    def days(self) -> tuple[date, date]:
        """The shortest run of days that holds most of the probability."""
        runs = (run for start in range(len(self.splits)) if (run := self._run(start)) is not None)
        first, last = min(runs, key=lambda run: (run[1] - run[0], -self._mass(*run)))
        return self.splits[first].after + ONE_DAY, self.splits[last].first

    @property
    def confidence(self) -> Confidence:
        """How sure the run of days is."""
        first, last = self.days
        length = (last - first).days + 1
        if length <= HIGH_DAYS:
            return Confidence.HIGH
        return Confidence.MEDIUM if length <= MEDIUM_DAYS else Confidence.LOW

    def confidence_of(self, day: date) -> Confidence:
        """Return how sure it is that the change began on a day somebody else named, or on one beside it."""
        near = [one for one in self.splits if one.after < day + ONE_DAY and one.first >= day - ONE_DAY]
        mass = math.fsum(split.probability for split in near)
        if mass >= CLOSE:
            return Confidence.HIGH
        return Confidence.MEDIUM if mass >= LIKELY else Confidence.LOW

    def _run(self, start: int) -> tuple[int, int] | None:
        ends = range(start, len(self.splits))
        return next(((start, end) for end in ends if self._mass(start, end) >= RANGE_SHARE), None)

    def _mass(self, first: int, last: int) -> float:
        return math.fsum(split.probability for split in self.splits[first : last + 1])


def by_weekday(counts: Sequence[tuple[date, float]]) -> tuple[CountedDay, ...]:
    """Return the days of a plain number, each counted against what its weekday usually has."""
    by_day: dict[int, list[float]] = {}
    for day, count in counts:
        by_day.setdefault(day.weekday(), []).append(count)
    usual = {weekday: fmean(values) for weekday, values in by_day.items()}
    return tuple(CountedDay(day, count, usual[day.weekday()]) for day, count in counts)


def change_point(days: Sequence[CountedDay], movement: Movement) -> ChangePoint | None:
    """Return since when a metric moved that way; None where its days do not show that it did, or are too few."""
    known = [one for one in sorted(days, key=lambda one: one.day)[-HISTORY_DAYS:] if one.exposure > 0]
    start = max(LEAST_BEFORE, len(known) - CANDIDATE_DAYS)
    if start >= len(known) or movement is Movement.NONE or sum(one.events for one in known[:start]) <= 0:
        return None
    spare = _spare(known[:start])
    sums = _sums(known)
    nothing = _known_rate(sums[-1], spare)
    places = range(start, len(known))
    odds = [_odds(sums[place], sums[-1], spare, movement) - nothing - math.log(len(places)) for place in places]
    top = max(odds)
    total = math.fsum(math.exp(one - top) for one in odds)
    if math.log(total) + top < math.log(CERTAIN_CHANGE / (1 - CERTAIN_CHANGE)):
        return None
    splits = tuple(
        Split(known[place - 1].day, known[place].day, math.exp(one - top) / total)
        for place, one in zip(places, odds, strict=True)
    )
    before = sums[places[max(range(len(odds)), key=odds.__getitem__)]]
    rate = before[0] / before[1]
    expected = rate * (sums[-1][1] - before[1])
    return ChangePoint(splits, abs(expected - (sums[-1][0] - before[0])), math.sqrt(expected * spare))


_Sum = tuple[float, float]


def _sums(days: Sequence[CountedDay]) -> list[_Sum]:
    """Return the events and exposure before each day, and of all days."""
    found = [(0.0, 0.0)]
    for one in days:
        found.append((found[-1][0] + one.events, found[-1][1] + one.exposure))
    return found


def _spare(days: Sequence[CountedDay]) -> float:
    """Return how many times more than counting alone the days vary."""
    rate = sum(one.events for one in days) / sum(one.exposure for one in days)
    squares = math.fsum((one.events - rate * one.exposure) ** 2 / (rate * one.exposure) for one in days)
    return max(1.0, squares / (len(days) - 1))


def _known_rate(counted: _Sum, spare: float) -> float:
    """Return the log-likelihood of days under their own rate (what all splits share left out)."""
    events, exposure = counted
    return (events * math.log(events / exposure) - events) / spare


def _odds(before: _Sum, whole: _Sum, spare: float, movement: Movement) -> float:
    """Return the log-likelihood of a change after `before`: the rate of the rest is anything on the side it moved to.

    The rate after is exponential around the one before, cut at it.
    """
    rate = before[0] / before[1]
    shape = (whole[0] - before[0]) / spare + 1
    scale = (whole[1] - before[1]) / spare + 1 / rate
    below = _below(shape, scale * rate)
    inside, prior = (below, 1 - math.exp(-1)) if movement is Movement.FALL else (1 - below, math.exp(-1))
    if inside <= 0:
        return -math.inf
    after = math.lgamma(shape) - shape * math.log(scale) - math.log(rate) + math.log(inside / prior)
    return _known_rate(before, spare) + after


def _below(shape: float, value: float) -> float:
    """Return the probability that a gamma variable of scale 1 lies below a value (Wilson and Hilferty 1931)."""
    return NormalDist().cdf((math.cbrt(value / shape) - 1 + 1 / (9 * shape)) * 3 * math.sqrt(shape))
