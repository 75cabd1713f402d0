"""Ratios are sums over sums, states are their last day, missing days are missing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.days import Period
from kpi.facts import FactStatus, Grain
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Metric
from kpi.readings.series import MetricSeries, grain_of, query_of
from tests.kpi.sums import SUNDAY, day_sum

CONVERSION, GMV, STOCKOUT = METRICS["conversion_rate"], METRICS["gmv"], METRICS["stockout_rate"]
WEEK = Period.ending(SUNDAY, 7)

counts = st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 100_000)), min_size=1, max_size=7)


@given(counts)
def test_a_rate_over_days_is_the_sum_over_the_sum(pairs: list[tuple[int, int]]) -> None:
    """Never a mean of daily rates."""
    sums = [day_sum(SUNDAY - timedelta(days=back), *pair) for back, pair in enumerate(pairs)]
    series = MetricSeries(CONVERSION, sums)
    total = series.total(WEEK)
    assert total is not None
    orders, visits = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    assert series.value(total) == Decimal(orders) / visits


def test_the_weekly_rate_of_unequal_days_is_not_the_mean_of_their_rates() -> None:
    """One busy bad day weighs more than one quiet good day."""
    series = MetricSeries(CONVERSION, [day_sum(SUNDAY, 10, 1000), day_sum(SUNDAY - timedelta(days=1), 10, 100)])
    total = series.total(WEEK)
    assert total is not None
    assert round(series.value(total) or 0, 4) == Decimal("0.0182")


def test_money_comes_out_in_whole_units() -> None:
    """Stored in 1/10,000, read in reais."""
    series = MetricSeries(GMV, [day_sum(SUNDAY, 1_234_500, 25)])
    total = series.total(WEEK)
    assert total is not None
    assert series.value(total) == Decimal("123.45")
    assert total.samples == (25,)


def test_an_order_value_divides_money_by_orders() -> None:
    """The scale of money is taken out of the numerator only."""
    series = MetricSeries(METRICS["aov"], [day_sum(SUNDAY, 1_000_000, 4)])
    total = series.total(WEEK)
    assert total is not None
    assert series.value(total) == 25


def test_money_over_money_keeps_no_scale() -> None:
    """ACoS is spend over sales."""
    series = MetricSeries(METRICS["acos"], [day_sum(SUNDAY, 142_000, 1_000_000, 300, 20)])
    total = series.total(WEEK)
    assert total is not None
    assert series.value(total) == Decimal("0.142")


def test_hours_come_from_seconds() -> None:
    """Handling time is stored in seconds and read in hours."""
    series = MetricSeries(METRICS["handling_time_hours"], [day_sum(SUNDAY, 36_000, 2)])
    total = series.total(WEEK)
    assert total is not None
    assert series.value(total) == 5


def test_a_reported_share_is_scaled_back() -> None:
    """Shopee says 57 %, stored as 5,700."""
    series = MetricSeries(METRICS["chat_response_rate"], [day_sum(SUNDAY, 5_700)])
    total = series.total(WEEK)
    assert total is not None
    assert series.value(total) == Decimal("0.57")


def test_a_zero_denominator_gives_no_value() -> None:
    """Neither 0 % nor 100 %."""
    series = MetricSeries(CONVERSION, [day_sum(SUNDAY, 0, 0)])
    total = series.total(WEEK)
    assert total is not None
    assert series.value(total) is None


def test_a_state_is_read_on_its_last_day() -> None:
    """Listings out of stock are not added over days."""
    series = MetricSeries(STOCKOUT, [day_sum(SUNDAY - timedelta(days=2), 5, 50), day_sum(SUNDAY, 1, 50)])
    total = series.total(WEEK)
    assert total is not None
    assert series.value(total) == Decimal("0.02")


def test_states_of_several_stores_add_on_one_day() -> None:
    """Two stores' listings on the same day are one rate."""
    series = MetricSeries(STOCKOUT, [day_sum(SUNDAY, 1, 10, key="a"), day_sum(SUNDAY, 3, 10, key="b")])
    total = series.total(WEEK)
    assert total is not None
    assert series.value(total) == Decimal("0.2")
    assert series.widest == 2


def test_days_of_cover_add_each_stores_own_daily_sales() -> None:
    """100 units at 2 a day and 300 at 10 a day are 400 units at 12 a day."""
    cover = METRICS["days_of_cover"]
    assert grain_of(cover) is Grain.STORE
    series = MetricSeries(cover, [day_sum(SUNDAY, 100, 56, 28, key="a"), day_sum(SUNDAY, 300, 140, 14, key="b")])
    total = series.total(WEEK)
    assert total is not None
    assert series.value(total) == Decimal(400) / 12


def test_a_margin_subtracts_every_cost() -> None:
    """Net sales less goods, fees, shipping and taxes, over net sales."""
    margin = METRICS["gross_margin"]
    values = {
        "gmv_gross": 1_000,
        "gmv_cancelled": 100,
        "cogs": 300,
        "platform_fees": 150,
        "seller_shipping_cost": 50,
        "taxes": 40,
    }
    series = MetricSeries(margin, [day_sum(SUNDAY, *(values[name] for name in margin.measures))])
    total = series.total(WEEK)
    assert total is not None
    assert series.value(total) == Decimal(360) / 900


def test_a_window_without_days_has_no_total() -> None:
    """Missing is not zero."""
    assert MetricSeries(GMV, []).total(WEEK) is None


def test_the_worst_status_of_a_window_stays() -> None:
    """One preliminary day makes the week preliminary."""
    sums = [day_sum(SUNDAY, 1, 1, status=FactStatus.PRELIMINARY), day_sum(SUNDAY - timedelta(days=1), 1, 1)]
    total = MetricSeries(GMV, sums).total(WEEK)
    assert total is not None
    assert total.status is FactStatus.PRELIMINARY


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_metric_can_be_asked_for(metric: Metric) -> None:
    """The question names each measure once."""
    query = query_of(metric, ("co-1",), Period.of_day(date(2026, 1, 1)))
    assert len(set(query.required + query.optional)) == len(query.required + query.optional)
