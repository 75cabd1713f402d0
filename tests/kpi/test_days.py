"""A day is a date in the store's zone, daylight saving included."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.days import Period, business_day, day_closes_at, day_opens_at, last_closed_day

SANTIAGO = ZoneInfo("America/Santiago")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def test_the_brazilian_day_closes_at_eleven_in_beijing() -> None:
    """São Paulo is three hours behind UTC all year."""
    closes = day_closes_at(date(2026, 11, 22), SAO_PAULO)
    assert closes.astimezone(ZoneInfo("Asia/Shanghai")) == datetime(2026, 11, 23, 11, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_the_day_chile_moves_its_clocks_has_23_hours() -> None:
    """On 6 September 2026 Santiago skips an hour at midnight."""
    day = date(2026, 9, 6)
    assert day_closes_at(day, SANTIAGO) - day_opens_at(day, SANTIAGO) == timedelta(hours=23)


def test_an_instant_just_before_midnight_belongs_to_the_old_day() -> None:
    """The store's clock decides, not UTC's."""
    at = datetime(2026, 11, 23, 2, 59, 59, tzinfo=UTC)
    assert business_day(at, SAO_PAULO) == date(2026, 11, 22)
    assert last_closed_day(at + timedelta(seconds=1), SAO_PAULO) == date(2026, 11, 22)


def test_a_period_cannot_end_before_it_begins() -> None:
    """The mistake is caught where it is made."""
    with pytest.raises(ValueError, match="cannot end"):
        Period(date(2026, 1, 2), date(2026, 1, 1))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 400))
def test_the_previous_period_has_the_same_length_and_touches_this_one(last: date, length: int) -> None:
    """No day is counted twice or left out between a period and the one before."""
    period = Period.ending(last, length)
    previous = period.previous()
    assert previous.length == length
    assert previous.last + timedelta(days=1) == period.first
    assert len(list(period.days())) == length


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_month_holds_the_day_it_was_made_from(day: date) -> None:
    """First and last day are of the same month, and the next day is not."""
    month = Period.month_of(day)
    assert day in month
    assert month.first.day == 1
    assert (month.last + timedelta(days=1)).day == 1
