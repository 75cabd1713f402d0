"""Money is exact and its currencies never add."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.errors import CurrencyMismatchError
from kpi.money import Money

amounts = st.integers(min_value=-(10**15), max_value=10**15)


def test_two_currencies_never_add() -> None:
    """Adding reais to pesos is refused with both codes in the sentence."""
    with pytest.raises(CurrencyMismatchError, match="BRL and MXN"):
        Money.of(1, "BRL") + Money.of(1, "MXN")


def test_chilean_pesos_are_shown_without_decimals() -> None:
    """CLP and COP have no centavos on screens."""
    assert Money.of("21990.5", "CLP").rounded() == Decimal(21991)
    assert Money.of("10.005", "BRL").rounded() == Decimal("10.01")


@given(amounts, amounts)
def test_adding_and_taking_away_gives_back_the_same_amount(one: int, other: int) -> None:
    """No amount is lost to rounding."""
    total = Money(one, "BRL") + Money(other, "BRL")
    assert total - Money(other, "BRL") == Money(one, "BRL")


@given(amounts)
def test_an_amount_survives_the_way_through_decimals(units: int) -> None:
    """Units → amount → units is the identity."""
    assert Money.of(Money(units, "BRL").amount, "BRL").units == units
