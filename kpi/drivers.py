"""Why GMV moved: visits x conversion x ticket, then stores and listings by their share of the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpi.digests import Driver, Factor
from kpi.phrases import phrase

TOP_FACTORS = 5
"""Stores and listings named at most."""

VISITS, CONVERSION, TICKET = phrase("visits"), phrase("conversion"), phrase("average order value")
ORDERS = phrase("orders")


@dataclass(frozen=True, slots=True)
class SalesSums:
    """GMV (whole currency units), orders and visits of one period; `visits` is None where no traffic is reported."""

    gmv: Decimal
    orders: Decimal
    visits: Decimal | None = None


def explain(currency: str, before: SalesSums, after: SalesSums) -> Driver:
    """Split the change of GMV exactly into its factors by the logarithmic mean (additive LMDI, Ang 2004).

    GMV = visits x (orders ÷ visits) x (GMV ÷ orders); without traffic, GMV = orders x (GMV ÷ orders). The parts add up
    to the change without a remainder. With a zero on either side there is nothing to split and no factor is named.
    """
    change = after.gmv - before.gmv
    factors = _factors(before, after)
    if not factors or not change:
        return Driver(currency, change)
    mean = _logarithmic_mean(after.gmv, before.gmv)
    parts = [(name, mean * (later.ln() - earlier.ln())) for name, earlier, later in factors]
    return Driver(
        currency,
        change,
        factors=tuple(sorted((Factor(name, part, part / change) for name, part in parts), key=_by_size)),
    )


def _factors(before: SalesSums, after: SalesSums) -> list[tuple[str, Decimal, Decimal]]:
    if min(before.gmv, after.gmv, before.orders, after.orders) <= 0:
        return []
    ticket = (TICKET, before.gmv / before.orders, after.gmv / after.orders)
    if not before.visits or not after.visits:
        return [(ORDERS, before.orders, after.orders), ticket]
    return [
        (VISITS, before.visits, after.visits),
        (CONVERSION, before.orders / before.visits, after.orders / after.visits),
        ticket,
    ]


def _logarithmic_mean(one: Decimal, other: Decimal) -> Decimal:
    return one if one == other else (one - other) / (one.ln() - other.ln())


def shares_of_change(before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> tuple[Factor, ...]:
    """Return the largest parts of a change, by store or listing; a missing key counts as nothing sold."""
    zero = Decimal(0)
    parts = {key: after.get(key, zero) - before.get(key, zero) for key in before.keys() | after.keys()}
    change = sum(parts.values(), zero)
    if not change:
        return ()
    ranked = sorted((Factor(key, part, part / change) for key, part in parts.items() if part), key=_by_size)
    return tuple(ranked[:TOP_FACTORS])


def _by_size(factor: Factor) -> tuple[Decimal, str]:
    return -abs(factor.part), factor.name


def leading_factor(factors: Sequence[Factor]) -> Factor | None:
    """Return the factor that explains most of the change in its own direction, or None."""
    return max((factor for factor in factors if factor.share > 0), key=lambda factor: factor.share, default=None)
