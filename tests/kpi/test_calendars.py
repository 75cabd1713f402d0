"""The retail calendar: dates that were announced, rules, and holidays."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.calendars import events_near, events_of_year, is_ordinary, public_holidays
from kpi.markets import Market, Marketplace

ML, SHOPEE = Marketplace.MERCADO_LIBRE, Marketplace.SHOPEE


@pytest.mark.parametrize(
    ("name", "market", "first", "last"),
    [
        ("Black Friday", Market.BR, date(2017, 11, 24), date(2017, 11, 24)),
        ("Black Friday", Market.MX, date(2026, 11, 27), date(2026, 11, 27)),
        ("Cyber Monday", Market.CL, date(2025, 12, 1), date(2025, 12, 1)),
        ("Consumer Week", Market.BR, date(2026, 3, 9), date(2026, 3, 15)),
        ("Hot Sale", Market.MX, date(2026, 5, 25), date(2026, 6, 2)),
        ("Hot Sale", Market.AR, date(2026, 5, 11), date(2026, 5, 13)),
        ("CyberDay", Market.CL, date(2026, 6, 1), date(2026, 6, 3)),
        ("CyberMonday", Market.CL, date(2026, 10, 5), date(2026, 10, 7)),
        ("Buen Fin", Market.MX, date(2025, 11, 13), date(2025, 11, 17)),
        ("Buen Fin", Market.MX, date(2027, 11, 12), date(2027, 11, 15)),
        ("Mother's Day", Market.AR, date(2026, 10, 18), date(2026, 10, 18)),
        ("Mother's Day", Market.MX, date(2026, 5, 10), date(2026, 5, 10)),
        ("Father's Day", Market.BR, date(2026, 8, 9), date(2026, 8, 9)),
    ],
)
def test_an_event_falls_on_its_published_days(name: str, market: Market, first: date, last: date) -> None:
    """Rules give the dates the organisers published, announced dates win over rules."""
    events = [event for event in events_of_year(first.year, market, ML) if event.name == name]
    assert [(event.first, event.last) for event in events] == [(first, last)]


def test_the_monthly_sale_is_shopees_alone() -> None:
    """Double dates are Shopee's; Mercado Libre has none."""
    assert any(event.name == "11.11" for event in events_near(date(2026, 11, 11), Market.BR, SHOPEE))
    assert not list(events_near(date(2026, 11, 11), Market.BR, ML))


def test_carnival_is_a_holiday_although_only_an_optional_one() -> None:
    """Brazil's Carnival is in the optional category and still no ordinary day."""
    assert date(2026, 2, 17) in public_holidays(2026, Market.BR)
    assert not is_ordinary(date(2026, 2, 17), Market.BR, ML)


def test_days_close_to_an_event_are_not_ordinary() -> None:
    """Two days before and after Black Friday are kept out of every baseline, the third is not."""
    assert not is_ordinary(date(2026, 11, 25), Market.CO, ML)
    assert is_ordinary(date(2026, 11, 24), Market.CO, ML)
