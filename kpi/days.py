"""A store's business day and periods of days. A day is a date in the store's zone; instants are aware UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


def business_day(at: datetime, zone: ZoneInfo) -> date:
    """Return the calendar date of the aware instant `at` in `zone`."""
    return at.astimezone(zone).date()


def day_opens_at(day: date, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which `day` begins in `zone` (daylight saving respected)."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_closes_at(day: date, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which `day` is over in `zone`."""
    return day_opens_at(day + ONE_DAY, zone)


def last_closed_day(at: datetime, zone: ZoneInfo) -> date:
    """Return the latest day that is over in `zone` at the aware instant `at`."""
    return business_day(at, zone) - ONE_DAY


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.last < self.first:
            msg = f"a period cannot end on {self.last} before it begins on {self.first}"
            raise ValueError(msg)

    @classmethod
    def of_day(cls, day: date) -> Period:
        """Return the period of one day."""
        return cls(day, day)

    @classmethod
    def ending(cls, last: date, length: int) -> Period:
        """Return the `length` days that end on `last`."""
        return cls(last - timedelta(days=length - 1), last)

    @classmethod
    def month_of(cls, day: date) -> Period:
        """Return the calendar month `day` lies in."""
        first = day.replace(day=1)
        next_first = (first + timedelta(days=32)).replace(day=1)
        return cls(first, next_first - ONE_DAY)

    @property
    def length(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    def days(self) -> Iterator[date]:
        """Yield each day in order."""
        for offset in range(self.length):
            yield self.first + timedelta(days=offset)

    def previous(self) -> Period:
        """Return the period of the same length that ends the day before this one begins."""
        return self.shifted(-self.length)

    def shifted(self, days: int) -> Period:
        """Return this period moved by `days`."""
        move = timedelta(days=days)
        return Period(self.first + move, self.last + move)

    def overlaps(self, other: Period) -> bool:
        """Tell whether the two share a day."""
        return self.first <= other.last and other.first <= self.last

    def __contains__(self, day: date) -> bool:
        """Tell whether `day` lies in the period."""
        return self.first <= day <= self.last
