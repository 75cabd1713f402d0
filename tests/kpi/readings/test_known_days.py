"""A metric's days as they were known on a morning."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from kpi.days import ONE_DAY, Period
from kpi.facts import FactStatus
from kpi.metrics.catalogue import METRICS
from kpi.readings.known_days import KnownDays
from tests.kpi.counted_facts import DAY, One, columns, one

CONVERSION = METRICS["conversion_rate"]


def noon(day: date, days: int = 1) -> datetime:
    """Return noon so many days after a day."""
    return datetime.combine(day + timedelta(days=days), time(12), UTC)


def known(rows: list[One], known_by: datetime) -> list[tuple[date, tuple[int | None, ...], FactStatus]]:
    """Return the days around DAY as they were known."""
    sums = KnownDays(CONVERSION, columns(rows)).sums(Period(DAY - ONE_DAY, DAY), known_by)
    return [(row.day, row.values, row.status) for row in sums]


def test_a_value_is_known_from_its_import_on_until_the_next_one() -> None:
    """The morning before it is not there; after the restatement the new one is."""
    rows = [
        one("visits", DAY, 900),
        one("orders_paid", DAY, 40),
        one("orders_paid", DAY, 30, FactStatus.RESTATED, late_days=3),
    ]
    assert known(rows, noon(DAY) - timedelta(seconds=1)) == []
    assert known(rows, noon(DAY)) == [(DAY, (40, 900), FactStatus.FINAL)]
    assert known(rows, noon(DAY, 4)) == [(DAY, (30, 900), FactStatus.RESTATED)]


def test_a_day_without_one_of_its_measures_does_not_count() -> None:
    """Orders of a day whose visits are not in yet would be a conversion of nothing."""
    rows = [one("orders_paid", DAY, 40), one("visits", DAY, 900, late_days=2)]
    assert known(rows, noon(DAY, 2)) == []
    assert len(known(rows, noon(DAY, 3))) == 1


def test_history_imported_long_after_its_days_counts_as_known_in_time() -> None:
    """A new engagement's first file is its past, not late news; what changes it later is news."""
    rows = [
        one("visits", DAY, 900, late_days=40),
        one("orders_paid", DAY, 40, late_days=40),
        one("orders_paid", DAY, 30, FactStatus.RESTATED, late_days=50),
    ]
    assert known(rows, noon(DAY)) == [(DAY, (40, 900), FactStatus.FINAL)]
    assert known(rows, noon(DAY, 60))[0][1] == (30, 900)
    late = [one("visits", DAY, 900, late_days=10), one("orders_paid", DAY, 40, late_days=10)]
    assert known(late, noon(DAY)) == []


def test_stores_are_summed_as_far_as_they_are_known() -> None:
    """The worst status speaks for the day."""
    here = [one("visits", DAY, 900), one("orders_paid", DAY, 40)]
    there = [One(row.known_at, "other", row.measure, row.day, row.value, FactStatus.PRELIMINARY) for row in here]
    (row,) = KnownDays(CONVERSION, columns([*here, *there])).sums(Period.of_day(DAY), noon(DAY))
    assert (row.values, row.stores, row.status) == ((80, 1800), 2, FactStatus.PRELIMINARY)
