"""Makes daily sums for tests of series and readings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from kpi.engagements import Store
from kpi.facts import DaySum, FactStatus
from kpi.markets import MARKETS, Market, Marketplace, StoreKind

KNOWN_AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
SUNDAY = date(2026, 8, 30)
"""A Sunday in Colombia eight weeks around which no event or holiday falls on a Sunday."""

STORE = Store("co-1", "Bogotá", Marketplace.MERCADO_LIBRE, Market.CO, StoreKind.LOCAL, "COP", MARKETS[Market.CO].zone)


def day_sum(
    day: date,
    *values: int | None,
    stores: int = 1,
    status: FactStatus = FactStatus.FINAL,
    key: str = "mercadolibre/COP",
) -> DaySum:
    """Return one day's sums."""
    return DaySum(key, day, values, stores, status, ("test",), KNOWN_AT)


def steady(last: date, days: int, values: Sequence[int]) -> list[DaySum]:
    """Return the same sums for each of the `days` days that end on `last`."""
    return [day_sum(last - timedelta(days=back), *values) for back in range(days - 1, -1, -1)]
