"""Readings as rows of a file: plain decimals with the counts behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from handlers.answers.readings_export import COLUMNS, ExportGrain, ExportRow, export_readings
from kpi.days import Period
from kpi.markets import Marketplace
from kpi.metrics.measures import SCALED
from tests.handlers.world import DAY, World, bad_thursday, north

TODAY = DAY + timedelta(days=1)


def exported(world: World, period: Period, grain: ExportGrain = ExportGrain.DAY) -> list[ExportRow]:
    """Return the rows of the north."""
    with world.books.view() as work:
        return export_readings(work, north(), period, grain, TODAY)


def rows_of(rows: list[ExportRow], store: str) -> dict[str, tuple[str, ...]]:
    """Return a store's rows by metric: value, numerator, denominator, unit, status."""
    return {row.metric: row.cells()[3:] for row in rows if row.store == store}


def test_a_day_of_a_store_is_a_row_per_metric_with_its_counts() -> None:
    """50 ÷ 4,000 = 0.0125; 2,500 reais, not 25,000,000 units; orders are final at the close of the day."""
    rows = rows_of(exported(bad_thursday(), Period.of_day(DAY)), "north-ml")
    assert rows == {
        "gmv": ("2500", "2500", "", "BRL", "preliminary"),
        "orders": ("50", "50", "", "count", "final"),
        "aov": ("50", "2500", "50", "BRL", "final"),
        "visits": ("4000", "4000", "", "count", "preliminary"),
        "conversion_rate": ("0.0125", "50", "4000", "share", "preliminary"),
    }


def test_a_month_is_the_ratio_of_its_sums() -> None:
    """2,646 orders of 108,000 visits until 27 August."""
    rows = exported(bad_thursday(), Period(date(2026, 8, 1), DAY), ExportGrain.MONTH)
    assert {row.period for row in rows} == {"2026-08"}
    assert rows_of(rows, "north-ml")["conversion_rate"] == ("0.0245", "2646", "108000", "share", "preliminary")
    assert rows_of(rows, "north-amz")["gmv"] == ("432000", "432000", "", "MXN", "preliminary")


def test_a_period_across_months_is_cut_at_their_ends() -> None:
    """30 July to 2 August: two days of each, 3 x 102 and 98 in the order of the weeks."""
    period = Period(date(2026, 7, 30), date(2026, 8, 2))
    rows = [row for row in exported(bad_thursday(), period, ExportGrain.MONTH) if row.metric == "orders"]
    by_day = [row for row in exported(bad_thursday(), period) if row.metric == "orders"]
    for month in ("2026-07", "2026-08"):
        for store in ("north-ml", "north-amz"):
            days = [Decimal(row.value) for row in by_day if row.store == store and row.period.startswith(month)]
            assert len(days) == 2
            assert [Decimal(row.value) for row in rows if (row.period, row.store) == (month, store)] == [sum(days)]


def test_a_missing_day_is_an_empty_cell_and_not_a_zero() -> None:
    """With the status that says so."""
    row = next(row for row in exported(bad_thursday(), Period(DAY, TODAY)) if row.period == str(TODAY))
    assert (row.value, row.numerator, row.denominator, row.status) == ("", "", "", "missing")


def test_rows_are_ordered_by_period_then_store() -> None:
    """So that two exports can be compared line by line."""
    rows = exported(bad_thursday(), Period(DAY - timedelta(days=3), DAY))
    places = [(row.period, row.store) for row in rows]
    assert places == sorted(places)
    assert rows == exported(bad_thursday(), Period(DAY - timedelta(days=3), DAY))


def test_a_metric_without_any_data_and_one_of_another_marketplace_have_no_row() -> None:
    """An export is what there is."""
    metrics = {row.metric for row in exported(bad_thursday(), Period.of_day(DAY))}
    assert "acos" not in metrics
    assert "add_to_cart_rate" not in metrics
    assert exported(World(), Period.of_day(DAY)) == []


def test_no_number_is_written_with_an_exponent_or_a_thousands_mark() -> None:
    """A spreadsheet in any country reads it: 10^13 units are a billion pesos."""
    world = World()
    world.report("north-amz", {"gmv_gross": 10**9 * SCALED, "orders_paid": 3, "visits": 7})
    rows = rows_of(exported(world, Period.of_day(DAY)), "north-amz")
    assert rows["gmv"][0] == "1000000000"
    assert rows["aov"][0] == "333333333.333333"
    assert rows["conversion_rate"][0] == "0.428571"


def test_a_reported_share_is_written_as_a_share() -> None:
    """8,350 ten-thousandths are 0.835."""
    shopee = replace(north().stores[0], marketplace=Marketplace.SHOPEE)
    engagement = replace(north(), stores=(shopee,))
    world = World(engagement)
    world.report("north-ml", {"reported_chat_response_rate": 8_350})
    with world.books.view() as work:
        (row,) = export_readings(work, engagement, Period.of_day(DAY), ExportGrain.DAY, TODAY)
    assert (row.metric, row.value, row.numerator, row.unit) == ("chat_response_rate", "0.835", "0.835", "share")


def test_the_columns_are_those_of_the_rows() -> None:
    """A header that lies is worse than none."""
    (row, *_) = exported(bad_thursday(), Period.of_day(DAY))
    assert len(row.cells()) == len(COLUMNS)
    assert tuple(getattr(row, column) for column in COLUMNS) == row.cells()
