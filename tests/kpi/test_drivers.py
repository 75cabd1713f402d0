"""Why GMV moved: the parts always add up to the change."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.drivers import CONVERSION, ORDERS, TICKET, SalesSums, explain, leading_factor, shares_of_change

positive = st.decimals(min_value="0.01", max_value="1e7", places=2)


@given(positive, positive, positive, positive, positive, positive)
def test_the_parts_add_up_to_the_change(
    gmv: Decimal, orders: Decimal, visits: Decimal, gmv_now: Decimal, orders_now: Decimal, visits_now: Decimal
) -> None:
    """Nothing is left unexplained and nothing is explained twice."""
    driver = explain("BRL", SalesSums(gmv, orders, visits), SalesSums(gmv_now, orders_now, visits_now))
    assert driver.change == gmv_now - gmv
    if driver.factors:
        assert float(sum(factor.part for factor in driver.factors)) == pytest.approx(float(driver.change), abs=1e-6)


def test_a_fall_of_conversion_alone_is_named_as_conversion() -> None:
    """Same visits, same ticket, a fifth fewer orders: conversion explains all of it."""
    before = SalesSums(Decimal(10_000), Decimal(100), Decimal(5_000))
    after = SalesSums(Decimal(8_000), Decimal(80), Decimal(5_000))
    leading = leading_factor(explain("BRL", before, after).factors)
    assert leading is not None
    assert leading.name == CONVERSION
    assert round(leading.share, 6) == 1


def test_without_traffic_orders_and_ticket_explain_the_change() -> None:
    """Olist-like data has no visits."""
    before, after = SalesSums(Decimal(100), Decimal(10)), SalesSums(Decimal(240), Decimal(12))
    assert {factor.name for factor in explain("BRL", before, after).factors} == {ORDERS, TICKET}


def test_a_day_without_sales_has_no_factors() -> None:
    """A logarithm of zero explains nothing, so nothing is claimed."""
    driver = explain("BRL", SalesSums(Decimal(100), Decimal(10)), SalesSums(Decimal(0), Decimal(0)))
    assert driver.change == -100
    assert driver.factors == ()


def test_the_largest_part_of_a_change_comes_first() -> None:
    """A listing that stopped selling leads, one that grew has a negative share."""
    ranked = shares_of_change(
        {"a": Decimal(100), "b": Decimal(50)}, {"a": Decimal(10), "b": Decimal(60), "c": Decimal(5)}
    )
    assert [factor.name for factor in ranked] == ["a", "b", "c"]
    assert ranked[0].share == Decimal(-90) / Decimal(-75)
    assert ranked[1].share < 0
