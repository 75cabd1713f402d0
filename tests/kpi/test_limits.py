"""Official limits, by marketplace, market and kind of store."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kpi.engagements import Store
from kpi.limits import limit_for
from kpi.markets import MARKETS, Market, Marketplace, StoreKind

BRAZIL = Store(
    "s",
    "S",
    Marketplace.MERCADO_LIBRE,
    Market.BR,
    StoreKind.LOCAL,
    "BRL",
    MARKETS[Market.BR].zone,
)


@pytest.mark.parametrize(
    ("share", "level"),
    [("0.01", "leader"), ("0.011", "green"), ("0.045", "yellow"), ("0.08", "orange"), ("0.081", "red")],
)
def test_claims_of_a_brazilian_store_fall_into_their_level(share: str, level: str) -> None:
    """A value on the line stays in the level, one past it does not."""
    limit = limit_for("claims_rate", BRAZIL)
    assert limit is not None
    assert limit.level_of(Decimal(share)) == level


def test_a_cross_border_store_has_other_limits() -> None:
    """Global Selling accounts are judged by their own table, marked as guidance."""
    limit = limit_for("claims_rate", replace(BRAZIL, kind=StoreKind.CROSS_BORDER))
    assert limit is not None
    assert limit.lines[0] == Decimal("0.03")
    assert not limit.is_confirmed


def test_amazon_wants_more_than_its_tracking_line() -> None:
    """Valid tracking must be above 95 %, not at it."""
    limit = limit_for("valid_tracking_rate", replace(BRAZIL, marketplace=Marketplace.AMAZON))
    assert limit is not None
    assert limit.level_of(Decimal("0.95")) == "red"
    assert limit.level_of(Decimal("0.951")) == "healthy"


def test_a_metric_without_official_limit_has_none() -> None:
    """Nothing is made up."""
    assert limit_for("gmv", BRAZIL) is None
    assert limit_for("claims_rate", replace(BRAZIL, marketplace=Marketplace.OTHER)) is None
