"""Months on a clock: where they begin and end, and when their record is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.engagements import Audience
from kpi.markets import BEIJING
from kpi.service_records.months import ServiceMonth, service_zone
from tests.handlers.world import SAO_PAULO, north

SANTIAGO = ZoneInfo("America/Santiago")
ZONES = (BEIJING, SAO_PAULO, SANTIAGO, ZoneInfo("America/Mexico_City"), ZoneInfo("UTC"))


def test_a_month_begins_and_ends_at_midnight_on_its_own_clock() -> None:
    """In Beijing October begins while it is still September in Brazil."""
    october = ServiceMonth(date(2026, 10, 1), BEIJING)
    assert october.begins_at == datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert october.ends_at == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert october.begins_at in october
    assert october.ends_at not in october
    assert october.ends_at - timedelta(microseconds=1) in october


def test_a_month_with_a_jump_of_the_clock_is_an_hour_shorter() -> None:
    """Chile puts its clocks forward in September 2026: no instant is counted twice or lost."""
    september = ServiceMonth(date(2026, 9, 1), SANTIAGO)
    assert september.ends_at - september.begins_at == timedelta(days=30) - timedelta(hours=1)


@pytest.mark.parametrize(
    ("month", "due_at"),
    [
        (date(2026, 9, 1), datetime(2026, 10, 8, 1, tzinfo=UTC)),  # National Day lasts a week
        (date(2026, 10, 1), datetime(2026, 11, 2, 1, tzinfo=UTC)),  # the first is a Sunday
        (date(2026, 11, 1), datetime(2026, 12, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_record_is_due_on_the_first_working_morning_of_the_next_month(month: date, due_at: datetime) -> None:
    """09:00 in Beijing, never on a weekend or a holiday."""
    assert ServiceMonth(month, BEIJING).due_at == due_at


def test_a_month_begins_on_its_first_day() -> None:
    """Anything else is a mistake of a programmer."""
    with pytest.raises(ValueError, match="first day"):
        ServiceMonth(date(2026, 10, 2), BEIJING)


def test_the_month_before_january_is_december() -> None:
    """Of the year before."""
    assert ServiceMonth(date(2026, 1, 1), BEIJING).previous().name == "2025-12"


@given(
    at=st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - given UTC
    zone=st.sampled_from(ZONES),
)
def test_every_instant_lies_in_exactly_one_month(at: datetime, zone: ZoneInfo) -> None:
    """Months follow each other without gap or overlap, whatever the clocks do."""
    month = ServiceMonth.containing(at, zone)
    assert at in month
    assert at not in month.previous()
    assert month.previous().ends_at == month.begins_at
    assert ServiceMonth.containing(month.ends_at, zone).previous() == month


def test_months_are_counted_where_they_are_owed() -> None:
    """On the clock of the first seller room, else on Beijing's."""
    engagement = north()
    moved = tuple(replace(room, zone=SANTIAGO) for room in engagement.rooms if room.audience is Audience.SELLER)
    operations = tuple(room for room in engagement.rooms if room.audience is Audience.OPERATIONS)
    assert service_zone(replace(engagement, rooms=(*operations, *moved))) == SANTIAGO
    assert service_zone(replace(engagement, rooms=operations)) == BEIJING
