"""The retail calendar: events as data rows, public holidays from the `holidays` library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from functools import lru_cache

import holidays

from kpi.markets import Market, Marketplace
from kpi.phrases import phrase

EVENT_MARGIN_DAYS = 2
"""Days before and after an event that are not ordinary either (buyers wait, then stay away)."""


class Certainty(StrEnum):
    """How sure an event's dates are."""

    CONFIRMED = "confirmed"
    RULE = "rule"
    ANNOUNCED_LATE = "announced_late"


class Weekday(IntEnum):
    """Days of the week as `date.weekday()` counts them."""

    MON = 0
    TUE = 1
    WED = 2
    THU = 3
    FRI = 4
    SAT = 5
    SUN = 6


@dataclass(frozen=True, slots=True)
class Event:
    """One retail event of one year; both days included."""

    name: str
    first: date
    last: date
    certainty: Certainty

    def touches(self, day: date, margin: int = 0) -> bool:
        """Tell whether `day` lies in the event or within `margin` days of it."""
        return self.first - timedelta(days=margin) <= day <= self.last + timedelta(days=margin)


@dataclass(frozen=True, slots=True)
class NthWeekdayRule:
    """Begins `offset` days from the `nth` weekday of a month (-1: the last one) and lasts `length` days."""

    month: int
    nth: int
    weekday: Weekday
    offset: int = 0
    length: int = 1

    def days_in(self, year: int) -> tuple[date, date]:
        """Return first and last day in `year`."""
        if self.nth > 0:
            start = date(year, self.month, 1)
            start += timedelta(days=(self.weekday - start.weekday()) % 7 + 7 * (self.nth - 1))
        else:
            start = (date(year, self.month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
            start -= timedelta(days=(start.weekday() - self.weekday) % 7)
        first = start + timedelta(days=self.offset)
        return first, first + timedelta(days=self.length - 1)


@dataclass(frozen=True, slots=True)
class FixedRule:
    """The same date every year."""

    month: int
    day: int
    length: int = 1

    def days_in(self, year: int) -> tuple[date, date]:
        """Return first and last day in `year`."""
        first = date(year, self.month, self.day)
        return first, first + timedelta(days=self.length - 1)


@dataclass(frozen=True, slots=True)
class WeekOfRule:
    """The Monday-to-Sunday week that holds a date."""

    month: int
    day: int

    def days_in(self, year: int) -> tuple[date, date]:
        """Return first and last day in `year`."""
        held = date(year, self.month, self.day)
        first = held - timedelta(days=held.weekday())
        return first, first + timedelta(days=6)


Rule = NthWeekdayRule | FixedRule | WeekOfRule


@dataclass(frozen=True, slots=True)
class EventRow:
    """One row of the calendar. No markets or marketplaces named means all; `announced` overrides the rule by year."""

    name: str
    rule: Rule
    markets: tuple[Market, ...] = ()
    marketplaces: tuple[Marketplace, ...] = ()
    announced: tuple[tuple[int, date, date], ...] = ()

    def applies_to(self, market: Market, marketplace: Marketplace) -> bool:
        """Tell whether stores of this market and marketplace take part."""
        return (not self.markets or market in self.markets) and (
            not self.marketplaces or marketplace in self.marketplaces
        )

    def in_year(self, year: int) -> Event:
        """Return the event of one year."""
        for announced_year, first, last in self.announced:
            if announced_year == year:
                return Event(self.name, first, last, Certainty.CONFIRMED)
        first, last = self.rule.days_in(year)
        return Event(self.name, first, last, Certainty.RULE)


_BR, _MX, _AR, _CL, _CO = Market.BR, Market.MX, Market.AR, Market.CL, Market.CO
_SHOPEE = (Marketplace.SHOPEE,)

EVENTS: tuple[EventRow, ...] = (
    EventRow(phrase("Consumer Week"), WeekOfRule(3, 15), (_BR,)),
    EventRow(phrase("Mother's Day"), NthWeekdayRule(5, 2, Weekday.SUN), (_BR, _CL, _CO)),
    EventRow(phrase("Mother's Day"), NthWeekdayRule(10, 3, Weekday.SUN), (_AR,)),
    EventRow(phrase("Mother's Day"), FixedRule(5, 10), (_MX,)),
    EventRow(phrase("Hot Sale"), NthWeekdayRule(5, 2, Weekday.MON, length=3), (_AR,)),
    EventRow(phrase("Hot Sale"), NthWeekdayRule(5, -1, Weekday.MON, length=9), (_MX,)),
    EventRow(phrase("CyberDay"), NthWeekdayRule(6, 1, Weekday.MON, length=3), (_CL,)),
    EventRow(phrase("Father's Day"), NthWeekdayRule(6, 3, Weekday.SUN), (_MX, _AR, _CL, _CO)),
    EventRow(phrase("Father's Day"), NthWeekdayRule(8, 2, Weekday.SUN), (_BR,)),
    EventRow(phrase("Children's Day"), NthWeekdayRule(8, 3, Weekday.SUN), (_AR,)),
    EventRow(phrase("Children's Day"), NthWeekdayRule(8, 2, Weekday.SUN), (_CL,)),
    EventRow(phrase("Children's Day"), FixedRule(10, 12), (_BR,)),
    EventRow(phrase("Children's Day"), FixedRule(4, 30), (_MX,)),
    EventRow(phrase("Valentine's Day"), FixedRule(6, 12), (_BR,)),
    EventRow(phrase("CyberMonday"), NthWeekdayRule(10, 1, Weekday.MON, length=3), (_CL,)),
    EventRow(phrase("CyberMonday"), NthWeekdayRule(11, 1, Weekday.MON, length=3), (_AR,)),
    EventRow(
        phrase("Buen Fin"),
        NthWeekdayRule(11, 3, Weekday.MON, offset=-3, length=4),
        (_MX,),
        announced=((2025, date(2025, 11, 13), date(2025, 11, 17)),),
    ),
    EventRow(phrase("Black Friday"), NthWeekdayRule(11, 4, Weekday.THU, offset=1)),
    EventRow(phrase("Cyber Monday"), NthWeekdayRule(11, 4, Weekday.THU, offset=4)),
    EventRow(phrase("Three Kings' Day"), FixedRule(1, 6), (_MX, _AR)),
    EventRow(phrase("11.11"), FixedRule(11, 11), marketplaces=_SHOPEE),
    *(
        EventRow(phrase("Shopee monthly sale"), FixedRule(month, month), marketplaces=_SHOPEE)
        for month in (*range(1, 11), 12)
    ),
)


@lru_cache(maxsize=256)
def events_of_year(year: int, market: Market, marketplace: Marketplace) -> tuple[Event, ...]:
    """Return the retail events of a year for stores of a market and marketplace, in row order."""
    return tuple(row.in_year(year) for row in EVENTS if row.applies_to(market, marketplace))


def events_near(day: date, market: Market, marketplace: Marketplace, margin: int = 0) -> Iterator[Event]:
    """Yield the events `day` lies in, or within `margin` days of."""
    for year in {(day - timedelta(days=margin)).year, (day + timedelta(days=margin)).year}:
        for event in events_of_year(year, market, marketplace):
            if event.touches(day, margin):
                yield event


KNOWN_COUNTRIES = (*Market, "CN")
"""Countries (ISO 3166-1 alpha-2) whose public holidays can be looked up."""


def public_holidays(year: int, market: Market) -> frozenset[date]:
    """Return the public holidays of a market; Brazil's optional ones are included because Carnival is one."""
    return holidays_of_country(year, market.value)


@lru_cache(maxsize=128)
def holidays_of_country(year: int, country: str) -> frozenset[date]:
    """Return the public holidays of one of the known countries."""
    categories = ("public", "optional") if country == Market.BR else ("public",)
    return frozenset(holidays.country_holidays(country, years=year, categories=categories))


@lru_cache(maxsize=8192)
def is_ordinary(day: date, market: Market, marketplace: Marketplace) -> bool:
    """Tell whether `day` may serve as a comparison: no public holiday and no event within two days."""
    if day in public_holidays(day.year, market):
        return False
    return next(events_near(day, market, marketplace, EVENT_MARGIN_DAYS), None) is None


@lru_cache(maxsize=8192)
def is_special(day: date, market: Market, marketplace: Marketplace) -> bool:
    """Tell whether `day` is a public holiday, a day of a retail event, or the day after one."""
    if day in public_holidays(day.year, market):
        return True
    return any(next(events_near(one, market, marketplace), None) is not None for one in (day, day - timedelta(days=1)))
