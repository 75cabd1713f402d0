"""Exchange rates: dated, sourced, exact; a missing rate means local currencies only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpi.money import Money

MAX_RATE_AGE_DAYS = 5
"""The last rate may stand in for this many days (weekends and holidays), and the answer says so."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `base` is worth `rate` units of `quote` on `day`, says `source`."""

    day: date
    base: str
    quote: str
    rate: Decimal
    source: str

    def convert(self, money: Money) -> Money:
        """Return `money` (in `base`) in `quote`, exact to 1/10,000."""
        return Money.of(money.amount * self.rate, self.quote)
