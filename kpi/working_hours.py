"""Working time: the hours in which somebody can be expected to answer, and durations counted in them alone.

A shift belongs to the day it begins on. Instants are aware UTC; hours are local times of day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kpi.calendars import KNOWN_COUNTRIES, Weekday, holidays_of_country
from kpi.days import ONE_DAY, business_day
from kpi.markets import BEIJING, MARKETS

MONDAY_TO_FRIDAY = frozenset({Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.THU, Weekday.FRI})
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of working time (UTC), from `opens` to `closes`."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """A shift on each of `weekdays` (Monday 0) from `starts` to `ends` on the clock of `zone`, holidays excepted.

    A shift that ends no later than it starts goes on until the next day. `country` is whose public holidays are free
    (ISO 3166-1 alpha-2; empty: none is known).
    """

    zone: ZoneInfo
    starts: time = time(9)
    ends: time = time(18)
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    country: str = ""

    def __post_init__(self) -> None:
        """Refuse hours nobody ever works, and a country whose holidays nobody knows."""
        if not self.weekdays or not self.weekdays <= set(Weekday):
            raise ValueError("working hours need weekdays from 0 (Monday) to 6 (Sunday)")
        if self.country and self.country not in KNOWN_COUNTRIES:
            raise ValueError(f"the holidays of {self.country} are not known; known are {', '.join(KNOWN_COUNTRIES)}")

    def __str__(self) -> str:
        """Return the hours in one line, for terminals."""
        days = " ".join(day.name.lower() for day in Weekday if day in self.weekdays)
        holidays = f", holidays {self.country}" if self.country else ""
        return f"{days} {self.starts:%H:%M}-{self.ends:%H:%M} {self.zone.key}{holidays}"

    def is_open(self, at: datetime) -> bool:
        """Tell whether `at` is working time; the instant a shift ends no longer is, unless the next one begins then."""
        return self.next_open(at) == at

    def next_open(self, at: datetime) -> datetime:
        """Return `at` (UTC), or the first instant after it that is working time."""
        return next(max(at.astimezone(UTC), shift.opens) for shift in self._shifts_from(at) if at < shift.closes)

    def closes_after(self, at: datetime) -> datetime:
        """Return when the shift that runs at `at`, or else the next one, ends."""
        return next(shift.closes for shift in self._shifts_from(at) if at < shift.closes)

    def after(self, at: datetime, duration: timedelta) -> datetime:
        """Return the instant (UTC) at which `duration` of working time has passed since `at`.

        It always lies within a shift, its end included: no time at all from Saturday on is Monday's first minute.
        Raises ValueError for a negative duration.
        """
        if duration < NOTHING:
            raise ValueError("working time cannot be counted backwards")
        begins, left = at.astimezone(UTC), duration
        shifts = self._shifts_from(begins)
        shift = next(shifts)
        while left > (length := shift.closes - max(begins, shift.opens)):
            left -= length
            shift = next(shifts)
        return max(begins, shift.opens) + left

    def between(self, first: datetime, last: datetime) -> timedelta:
        """Return how much working time lies from `first` to `last`; none when `last` is not later."""
        total = NOTHING
        for shift in self._shifts_from(first):
            if shift.opens >= last:
                break
            total += max(min(shift.closes, last) - max(shift.opens, first), NOTHING)
        return total

    def _shifts_from(self, at: datetime) -> Iterator[Shift]:
        """Yield shifts that end at or after `at`, in order, without end."""
        day = business_day(at, self.zone) - ONE_DAY
        while True:
            if self._works_on(day) and (shift := self._shift(day)).closes >= at:
                yield shift
            day += ONE_DAY

    def _works_on(self, day: date) -> bool:
        if day.weekday() not in self.weekdays:
            return False
        return not self.country or day not in holidays_of_country(day.year, self.country)

    def _shift(self, day: date) -> Shift:
        """Return the shift that begins on `day`; where clocks jump, it neither runs backwards nor into the next one."""
        opens, next_opens = self._instant(day, self.starts), self._instant(day + ONE_DAY, self.starts)
        closes = self._instant(day if self.ends > self.starts else day + ONE_DAY, self.ends)
        return Shift(opens, min(max(closes, opens), next_opens))

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


_COUNTRY_OF_ZONE = {facts.zone.key: market.value for market, facts in MARKETS.items()} | {BEIJING.key: "CN"}


def usual_hours(zone: ZoneInfo) -> WorkingHours:
    """Return what is assumed where nothing is agreed: Monday to Friday, 09:00 to 18:00, holidays of the zone's country.

    A zone that is not a market's main one has no holidays we know of.
    """
    return WorkingHours(zone, country=_COUNTRY_OF_ZONE.get(zone.key, ""))
