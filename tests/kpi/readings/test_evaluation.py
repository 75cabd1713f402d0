"""A reading says what is usual, what was before, what was agreed, and when it cannot say."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from kpi.calendars import is_ordinary
from kpi.days import Period
from kpi.facts import DaySum, FactStatus
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Direction
from kpi.readings.baselines import LEAST_PERIODS, Sampled, baseline_of, comparable_periods
from kpi.readings.evaluation import ReadingContext, read, target_for
from kpi.readings.reading import Reading, Scope, Shortfall
from kpi.readings.series import MetricSeries
from kpi.targets import Target
from kpi.tones import Tone
from tests.kpi.sums import STORE, SUNDAY, day_sum, steady

SCOPE = Scope((STORE.id,), STORE.marketplace)
MONEY_SCOPE = Scope((STORE.id,), STORE.marketplace, "COP")
LONG_AGO = SUNDAY + timedelta(days=60)
"""A today late enough for every value to be final."""


def conversion(sums: list[DaySum], days: int = 1, targets: tuple[Target, ...] = ()) -> Reading:
    """Return the conversion of the `days` days that end on SUNDAY."""
    context = ReadingContext((STORE,), LONG_AGO, targets)
    return read(MetricSeries(METRICS["conversion_rate"], sums), SCOPE, Period.ending(SUNDAY, days), context)


def history(values: tuple[int, ...] = (200, 10_000), weeks: int = 9) -> list[DaySum]:
    """Return nine weeks of steady days before SUNDAY."""
    return steady(SUNDAY - timedelta(days=1), weeks * 7, values)


def test_a_fall_outside_the_band_is_worse_and_its_change_is_in_points() -> None:
    """2 % every Sunday, then 1.2 % on as many visits."""
    reading = conversion([*history(), day_sum(SUNDAY, 120, 10_000)])
    assert reading.value == Decimal("0.012")
    assert reading.is_unusual
    assert reading.tone is Tone.BAD
    assert reading.against_usual is not None
    assert reading.against_usual.change == Decimal("-0.008")
    assert not reading.against_usual.is_relative


def test_the_band_is_never_narrower_than_chance() -> None:
    """Eight equal Sundays do not make 1.9 % unusual: counting 190 of 10,000 alone varies that much."""
    reading = conversion([*history(), day_sum(SUNDAY, 190, 10_000)])
    assert reading.baseline is not None
    assert reading.baseline.low < Decimal("0.019") < reading.baseline.high
    assert not reading.is_unusual
    assert reading.tone is Tone.GOOD


def test_a_rise_of_conversion_is_unusual_and_good() -> None:
    """Outside the band on the good side is no trouble."""
    reading = conversion([*history(), day_sum(SUNDAY, 300, 10_000)])
    assert reading.is_unusual
    assert reading.tone is Tone.GOOD


def test_a_small_sample_is_shown_and_not_judged() -> None:
    """Two of eighty visits is 2.5 %, and says nothing."""
    reading = conversion([*history(), day_sum(SUNDAY, 2, 80)])
    assert reading.value == Decimal("0.025")
    assert reading.shortfall is Shortfall.SMALL_SAMPLE
    assert reading.gap is not None
    assert (reading.gap.got, reading.gap.needed) == (80, 1000)
    assert reading.tone is Tone.UNKNOWN


def test_the_smallest_sample_is_enough() -> None:
    """Exactly 1,000 visits are judged, 999 are not."""
    assert conversion([day_sum(SUNDAY, 20, 1000)]).shortfall is None
    assert conversion([day_sum(SUNDAY, 20, 999)]).shortfall is Shortfall.SMALL_SAMPLE


def test_a_day_without_data_is_missing_and_not_zero() -> None:
    """Nothing is judged, nothing fell by 100 %."""
    reading = conversion(history())
    assert reading.value is None
    assert reading.shortfall is Shortfall.NO_DATA
    assert reading.status is FactStatus.MISSING
    assert reading.against_usual is None


def test_more_orders_than_visits_is_flagged_and_not_averaged() -> None:
    """Two counters disagree: the value is shown, never judged."""
    reading = conversion([*history(), day_sum(SUNDAY, 1200, 1000)])
    assert reading.shortfall is Shortfall.IMPOSSIBLE
    assert reading.tone is Tone.UNKNOWN


def test_more_refunds_than_orders_is_possible_in_one_window() -> None:
    """Old orders are refunded in a quiet week: 300 % is a true value."""
    series = MetricSeries(METRICS["return_rate"], [day_sum(SUNDAY, 600, 200)])
    reading = read(series, SCOPE, Period.of_day(SUNDAY), ReadingContext((STORE,), LONG_AGO))
    assert reading.value == 3
    assert reading.shortfall is None


def test_young_traffic_is_preliminary() -> None:
    """Mercado Libre's visits settle within two days."""
    series = MetricSeries(METRICS["conversion_rate"], [*history(), day_sum(SUNDAY, 200, 10_000)])
    period = Period.of_day(SUNDAY)
    young = read(series, SCOPE, period, ReadingContext((STORE,), SUNDAY + timedelta(days=2)))
    old = read(series, SCOPE, period, ReadingContext((STORE,), SUNDAY + timedelta(days=3)))
    assert young.status is FactStatus.PRELIMINARY
    assert old.status is FactStatus.FINAL


def test_an_amount_over_missing_days_is_partial_and_called_neither_high_nor_low() -> None:
    """Five of seven days of sales cannot be compared with seven."""
    sums = [one for one in steady(SUNDAY, 70, (10_000_000, 100)) if one.day not in Period.ending(SUNDAY, 2)]
    reading = read(
        MetricSeries(METRICS["gmv"], sums), MONEY_SCOPE, Period.ending(SUNDAY, 7), ReadingContext((STORE,), LONG_AGO)
    )
    assert reading.status is FactStatus.PARTIAL
    assert (reading.days_present, reading.days_expected) == (5, 7)
    assert not reading.is_unusual


def test_the_previous_period_is_compared_relatively_for_amounts() -> None:
    """From 100 to 125 is a quarter more."""
    sums = [day_sum(SUNDAY - timedelta(days=1), 1_000_000, 100), day_sum(SUNDAY, 1_250_000, 100)]
    reading = read(
        MetricSeries(METRICS["gmv"], sums), MONEY_SCOPE, Period.of_day(SUNDAY), ReadingContext((STORE,), LONG_AGO)
    )
    assert reading.against_previous is not None
    assert reading.against_previous.change == Decimal("0.25")
    assert reading.previous_period == Period.of_day(SUNDAY - timedelta(days=1))


def test_without_four_comparable_periods_nothing_is_usual() -> None:
    """Three Sundays are no baseline."""
    assert conversion([*history(weeks=3), day_sum(SUNDAY, 120, 10_000)]).baseline is None
    assert conversion([*history(weeks=4), day_sum(SUNDAY, 120, 10_000)]).baseline is not None


def test_a_quiet_store_is_not_told_its_orders_fell() -> None:
    """Where fewer than ten orders are usual, a day with three is not unusual."""
    sums = [*steady(SUNDAY - timedelta(days=1), 63, (9,)), day_sum(SUNDAY, 0)]
    reading = read(
        MetricSeries(METRICS["orders"], sums), SCOPE, Period.of_day(SUNDAY), ReadingContext((STORE,), LONG_AGO)
    )
    assert reading.value == 0
    assert not reading.is_unusual


def test_a_missed_target_is_worth_watching_and_worse_with_a_fall() -> None:
    """Normal but below target: watch. Unusual and below target: bad."""
    target = Target(
        "t", "e", "conversion_rate", (), Period.month_of(SUNDAY), Direction.UP, Decimal("0.03"), source="contract"
    )
    assert conversion([*history(), day_sum(SUNDAY, 200, 10_000)], targets=(target,)).tone is Tone.WATCH
    assert conversion([*history(), day_sum(SUNDAY, 140, 10_000)], targets=(target,)).tone is Tone.BAD


def test_a_target_for_these_stores_wins_over_one_for_all() -> None:
    """The narrower agreement counts; another currency's never does."""
    month = Period.month_of(SUNDAY)

    def target(name: str, stores: tuple[str, ...], currency: str | None) -> Target:
        return Target(name, "e", "gmv", stores, month, Direction.UP, Decimal(1), currency)

    metric = METRICS["gmv"]
    general, exact, foreign = target("all", (), "COP"), target("one", (STORE.id,), "COP"), target("x", (), "BRL")
    assert target_for(metric, MONEY_SCOPE, (general, exact, foreign)) is exact
    assert target_for(metric, MONEY_SCOPE, (foreign, general)) is general
    assert target_for(metric, MONEY_SCOPE, (foreign,)) is None


def test_comparable_days_are_the_same_weekday_without_events() -> None:
    """Eight Sundays back from the end of August, none of them touched by an event or holiday."""
    found = comparable_periods(Period.of_day(SUNDAY), lambda day: is_ordinary(day, STORE.market, STORE.marketplace))
    assert len(found) == 8
    assert {period.first.weekday() for period in found} == {SUNDAY.weekday()}
    assert all(is_ordinary(period.first, STORE.market, STORE.marketplace) for period in found)


def test_longer_periods_step_back_without_overlapping() -> None:
    """Thirty days step back by five weeks."""
    found = comparable_periods(Period.ending(SUNDAY, 30), lambda _day: False)
    assert all(later.first > earlier.last for later, earlier in pairwise(found))
    assert {(one.first - two.first).days for one, two in pairwise(found)} == {35}


@pytest.mark.parametrize(("count", "exists"), [(LEAST_PERIODS - 1, False), (LEAST_PERIODS, True)])
def test_four_values_make_a_baseline(count: int, exists: bool) -> None:
    """At the limit and one short of it."""
    samples = [Sampled(SUNDAY, Decimal(10), Decimal(1))] * count
    assert (baseline_of(samples) is not None) is exists


def test_one_wild_day_does_not_move_the_baseline() -> None:
    """Median and median deviation shrug at an outlier a mean would follow."""
    values = [100, 101, 99, 100, 102, 98, 100, 900]
    baseline = baseline_of([Sampled(SUNDAY, Decimal(value), Decimal(0)) for value in values])
    assert baseline is not None
    assert baseline.median == 100
    assert baseline.high < 105
