"""Exact money: an integer of 1/10,000 currency units with its currency. Currencies never add."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from kpi.errors import CurrencyMismatchError
from kpi.phrases import phrase

UNITS_PER_ONE = 10_000
_WHOLE_CURRENCIES = frozenset({"CLP", "COP"})


def decimals_of(currency: str) -> int:
    """Return how many decimal places the currency is shown with (CLP and COP: none)."""
    return 0 if currency in _WHOLE_CURRENCIES else 2


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount: `units` are 1/10,000 of one unit of `currency` (ISO 4217)."""

    units: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Money:
        """Make money from an amount in whole currency units, rounding half up past 1/10,000."""
        units = (Decimal(amount) * UNITS_PER_ONE).to_integral_value(ROUND_HALF_UP)
        return cls(int(units), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in whole currency units, exact."""
        return Decimal(self.units) / UNITS_PER_ONE

    def rounded(self) -> Decimal:
        """Return the amount rounded half up to the places its currency is shown with."""
        return self.amount.quantize(Decimal(1).scaleb(-decimals_of(self.currency)), ROUND_HALF_UP)

    def __add__(self, other: Money) -> Money:
        """Add two amounts of one currency; raises CurrencyMismatchError otherwise."""
        self._require_same_currency(other)
        return Money(self.units + other.units, self.currency)

    def __sub__(self, other: Money) -> Money:
        """Subtract an amount of the same currency; raises CurrencyMismatchError otherwise."""
        self._require_same_currency(other)
        return Money(self.units - other.units, self.currency)

    def _require_same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(
                phrase("%(one)s and %(other)s cannot be added; convert them at a dated rate first."),
                one=self.currency,
                other=other.currency,
            )
