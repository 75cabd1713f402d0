"""Facts of made-up stores as columns, drawn with a fixed seed, for tests of panels and mornings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from kpi.engagements import Store
from kpi.facts import FactStatus, FactVersions
from kpi.markets import Market, Marketplace
from tests.twins.book_samples import a_store

DAY = date(2026, 10, 22)
"""A Thursday far from Brazil's holidays and sales; the day that is judged."""
ONE_DAY = timedelta(days=1)
STORE = "ml-br"


@dataclass(frozen=True, order=True)
class One:
    """A version of a fact."""

    known_at: datetime
    store: str
    measure: str
    day: date
    value: int
    status: FactStatus = FactStatus.FINAL


def one(measure: str, day: date, value: int, status: FactStatus = FactStatus.FINAL, *, late_days: int = 0) -> One:
    """Return a fact of STORE that was known at noon of the day after, or so many days later."""
    known_at = datetime.combine(day + timedelta(days=1 + late_days), time(12), UTC)
    return One(known_at, STORE, measure, day, value, status)


def columns(rows: Iterable[One]) -> FactVersions:
    """Return facts as columns, in the order they were known."""
    told = sorted(rows)
    stores = tuple(dict.fromkeys(row.store for row in told))
    measures = tuple(dict.fromkeys(row.measure for row in told))
    return FactVersions(
        stores,
        measures,
        [stores.index(row.store) for row in told],
        [measures.index(row.measure) for row in told],
        [row.day.toordinal() for row in told],
        [row.value for row in told],
        [int(row.status) for row in told],
        [int(row.known_at.timestamp() * 1_000_000) for row in told],
    )


def a_member_store(store: str = STORE, market: Market = Market.BR) -> Store:
    """Return a store on Mercado Libre."""
    return a_store(store, Marketplace.MERCADO_LIBRE, market)


def flat(measures: dict[str, int], last: date = DAY, days: int = 92) -> list[One]:
    """Return the same values on every day."""
    return [
        one(measure, last - timedelta(days=back), value) for back in range(days) for measure, value in measures.items()
    ]


def drawn(
    last: date = DAY, days: int = 120, rate: float = 0.025, *, store: str = STORE, seed: int = 20261022
) -> list[One]:
    """Return visits and orders that vary as shops' do; the same seed draws the same shop."""
    chance = np.random.default_rng(seed)
    return list(_drawn(chance, [last - timedelta(days=back) for back in reversed(range(days))], rate, store))


def _drawn(chance: np.random.Generator, days: list[date], rate: float, store: str) -> Iterator[One]:
    for day in days:
        visits = int(chance.poisson(6_000 * np.exp(chance.normal(0, 0.06))))
        orders = int(chance.binomial(visits, min(rate * np.exp(chance.normal(0, 0.04)), 1)))
        for measure, value in (("visits", visits), ("orders_paid", orders)):
            yield replace(one(measure, day, value), store=store)


def times(rows: Iterable[One], measure: str, factor: float, first: date, last: date = DAY) -> list[One]:
    """Return the rows with one measure multiplied on some days."""
    return [
        replace(row, value=round(row.value * factor)) if row.measure == measure and first <= row.day <= last else row
        for row in rows
    ]


def without(rows: Iterable[One], measure: str, *days: date) -> list[One]:
    """Return the rows without one measure on some days."""
    return [row for row in rows if not (row.measure == measure and row.day in days)]


def as_status(rows: Iterable[One], status: FactStatus, *days: date, measure: str = "") -> list[One]:
    """Return the rows with another status on some days."""
    return [replace(row, status=status) if row.day in days and measure in {"", row.measure} else row for row in rows]
