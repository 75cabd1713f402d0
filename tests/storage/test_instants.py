"""Instants in the database are aware, exact and sortable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.instants import from_micros, to_micros


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_to_the_microsecond(at: datetime) -> None:
    """Before 1970 too."""
    assert from_micros(to_micros(at)) == at


def test_the_zone_an_instant_was_written_in_makes_no_difference() -> None:
    """08:00 in São Paulo is 19:00 in Beijing."""
    at = datetime(2026, 8, 28, 8, tzinfo=ZoneInfo("America/Sao_Paulo"))
    assert to_micros(at) == to_micros(at.astimezone(ZoneInfo("Asia/Shanghai")))
    assert from_micros(to_micros(at)).utcoffset() == timedelta(0)


def test_a_naive_instant_has_no_place_on_the_time_line() -> None:
    """It is refused where it would be stored."""
    with pytest.raises(ValueError, match="aware"):
        to_micros(datetime(2026, 8, 28))  # noqa: DTZ001 - the mistake under test
