"""Generates 400 days of facts for a store: weekdays, retail events, growth, noise, and three built-in troubles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator

from kpi.calendars import events_near
from kpi.engagements import Store
from kpi.facts import Fact, FactStatus
from kpi.markets import Marketplace
from kpi.metrics.measures import SCALED

DAYS = 400
SOURCE = "sample"
WEEKDAY_VISITS = (1.06, 1.04, 1.02, 1.0, 0.98, 0.9, 1.0)
EVENT_LIFT = 1.9
"""How much a retail event lifts visits."""
TRAFFIC_LAG = {Marketplace.AMAZON: 2, Marketplace.SHOPEE: 0}
"""Days after which a marketplace's traffic is in at all (Amazon is up to 72 hours late)."""
TRAFFIC = frozenset({"visits", "page_views"})
TRAFFIC_SETTLES = 2
"""Days for which Mercado Libre still changes visits."""
SEED = 20_26


@dataclass(frozen=True, slots=True)
class Profile:
    """How a store trades on an ordinary day; `price` in whole currency units.

    `listings` are (id, share of sales), `sources` (name, share of visits, conversion against the whole's).
    """

    visits: float
    conversion: float
    price: float
    claims_share: float = 0.009
    late_share: float = 0.05
    negative_share: float = 0.07
    acos: float = 0.115
    listings: tuple[tuple[str, float], ...] = ()
    sources: tuple[tuple[str, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that went wrong, in the samples in the last `days`: factors on what the profile says.

    `dead_listing` hardly sells; of `weak_source`, conversion falls to WEAK_CONVERSION.
    """

    days: int = DAYS
    conversion: float = 1.0
    claims: float = 1.0
    negative: float = 1.0
    dead_listing: str = ""
    weak_source: str = ""


TroubleOn = Callable[[date], Trouble | None]
"""Tells what is wrong with a store on a day."""

SOURCES = (("search", 0.44, 1.1), ("ads", 0.4, 1.08), ("social", 0.16, 0.53))
WEAK_CONVERSION = 0.28
"""What is left of a weak source's conversion; with SOURCES, 0.69 of the whole's."""

ORDINARY = Profile(20_000, 0.022, 80.0)
"""How a store trades that is not one of the samples."""

PROFILES: dict[str, Profile] = {
    "lumina-ml-br": Profile(
        34_000,
        0.0245,
        118.0,
        listings=(("MLB3882114205", 0.34), ("MLB3560071188", 0.27), ("MLB4011903372", 0.22), ("MLB3998120417", 0.17)),
        sources=SOURCES,
    ),
    "lumina-shopee-br": Profile(
        21_000,
        0.021,
        64.0,
        listings=(("22183301754", 0.41), ("23390117745", 0.33), ("20117786310", 0.26)),
    ),
    # Amazon's line for late shipments is 4 %: a healthy account stays well inside it.
    "lumina-amz-mx": Profile(
        7_400, 0.034, 412.0, late_share=0.025, acos=0.142, listings=(("B0CLUM0031", 0.55), ("B0CLUM0087", 0.45))
    ),
    "andes-ml-mx": Profile(
        12_800,
        0.0232,
        268.0,
        claims_share=0.012,
        listings=(("MLM2210457781", 0.38), ("MLM2199314402", 0.34), ("MLM2254006123", 0.28)),
    ),
    "andes-ml-cl": Profile(5_200, 0.019, 21_990.0, listings=(("MLC1480993301", 0.6), ("MLC1502217745", 0.4))),
    "andes-shopee-br": Profile(
        9_100, 0.0195, 49.9, listings=(("21904417730", 0.52), ("22771093316", 0.48)), sources=SOURCES
    ),
}

TROUBLES: dict[str, Trouble] = {
    # A best-seller left the marketplace's warehouse: conversion falls on one listing.
    "lumina-ml-br": Trouble(4, conversion=0.73, dead_listing="MLB3882114205"),
    # A bad batch: complaints and bad reviews rise while sales go on.
    "andes-ml-mx": Trouble(9, claims=2.6, negative=2.8),
    # Ads lead to a page that does not sell: conversion falls for one source of traffic.
    "andes-shopee-br": Trouble(4, conversion=0.69, weak_source="ads"),
}


def sample_facts(store: Store, last: date, seed: int = SEED) -> Iterator[Fact]:
    """Yield the facts of the `DAYS` days that end on `last`; the same seed gives the same days."""
    trouble = TROUBLES.get(store.id)
    return facts_with(store, last, lambda day: trouble if trouble and (last - day).days < trouble.days else None, seed)


def facts_with(store: Store, last: date, trouble_on: TroubleOn, seed: int = SEED) -> Iterator[Fact]:
    """Yield the facts of the `DAYS` days that end on `last`, with the troubles of each day."""
    chance = np.random.default_rng([seed, *store.id.encode()])
    for index in range(DAYS):
        day = last - timedelta(days=DAYS - 1 - index)
        yield from _day(store, trouble_on(day), day, DAYS - 1 - index, chance)


def _day(store: Store, trouble: Trouble | None, day: date, age: int, chance: Generator) -> Iterator[Fact]:
    profile = PROFILES.get(store.id, ORDINARY)
    measures = _measures(store, trouble, day, DAYS - 1 - age, chance)
    lag = TRAFFIC_LAG.get(store.marketplace, 0)
    for measure, value in measures.items():
        if measure in TRAFFIC and age < lag:
            continue
        is_young = measure == "visits" and store.marketplace is Marketplace.MERCADO_LIBRE and age < TRAFFIC_SETTLES
        yield Fact(store.id, day, measure, value, SOURCE, FactStatus.PRELIMINARY if is_young else FactStatus.FINAL)
    yield from _listings(store, profile, trouble, day, measures)
    yield from _sources(store, profile, trouble, day, measures)


def _measures(store: Store, trouble: Trouble | None, day: date, index: int, chance: Generator) -> dict[str, int]:
    profile = PROFILES.get(store.id, ORDINARY)
    lift = EVENT_LIFT if any(events_near(day, store.market, store.marketplace)) else 1.0
    growth = 1 + 0.25 * index / DAYS
    visits = int(profile.visits * WEEKDAY_VISITS[day.weekday()] * lift * growth * chance.normal(1, 0.045))
    conversion = profile.conversion * (trouble.conversion if trouble else 1) * chance.normal(1, 0.025)
    orders = int(chance.poisson(max(visits * conversion, 0)))
    units = orders + int(chance.binomial(orders, 0.12))
    gmv = int(units * profile.price * chance.normal(1, 0.03) * SCALED)
    return _sales(visits, orders, units, gmv, chance) | _service(profile, trouble, orders, units, gmv, chance)


def _sales(visits: int, orders: int, units: int, gmv: int, chance: Generator) -> dict[str, int]:
    cancelled = int(chance.binomial(orders, 0.022))
    return {
        "visits": visits,
        "page_views": int(visits * 1.6),
        "orders_created": orders + int(chance.binomial(orders, 0.04)),
        "orders_paid": orders,
        "orders_cancelled": cancelled,
        "orders_cancelled_seller": int(chance.binomial(cancelled, 0.25)),
        "units_sold": units,
        "gmv_gross": gmv,
        "gmv_cancelled": int(gmv * cancelled / orders) if orders else 0,
        "platform_fees": int(gmv * 0.165),
        "seller_shipping_cost": int(gmv * 0.07),
        "taxes": int(gmv * 0.09),
        "cogs": int(gmv * 0.38),
    }


def _service(
    profile: Profile, trouble: Trouble | None, orders: int, units: int, gmv: int, chance: Generator
) -> dict[str, int]:
    late = int(chance.binomial(orders, profile.late_share))
    reviews = int(chance.binomial(orders, 0.16))
    negative_share = min(1.0, profile.negative_share * (trouble.negative if trouble else 1))
    negative = int(chance.binomial(reviews, negative_share))
    ad_sales = int(gmv * 0.31)
    questions = int(chance.binomial(orders, 0.3))
    clicks = int(orders * 11)
    return {
        "dispatch_due": orders,
        "dispatch_on_time": orders - late,
        "dispatch_late": late,
        "dispatched": orders,
        "handling_seconds": int(orders * 21.5 * 3600 * chance.normal(1, 0.05)),
        "delivery_due": orders,
        "delivery_on_time": int(chance.binomial(orders, 0.955)),
        "claims_opened": int(chance.binomial(orders, profile.claims_share * (trouble.claims if trouble else 1))),
        "units_returned": int(chance.binomial(units, 0.028)),
        "reviews": reviews,
        "reviews_negative": negative,
        "review_stars": negative * 2 + (reviews - negative) * 5 - int(chance.binomial(reviews, 0.2)),
        "questions_received": questions,
        "questions_answered": questions,
        "questions_in_sla": int(chance.binomial(questions, 0.88)),
        "response_seconds": int(questions * 26 * 60),
        "ad_impressions": clicks * 85,
        "ad_clicks": clicks,
        "ad_orders": int(orders * 0.29),
        "ad_sales": ad_sales,
        "ad_spend": int(ad_sales * profile.acos * chance.normal(1, 0.04)),
        "sku_active": 48,
        "sku_out_of_stock": int(chance.binomial(48, 0.03)) + (1 if trouble and trouble.dead_listing else 0),
    }


def _listings(
    store: Store, profile: Profile, trouble: Trouble | None, day: date, measures: dict[str, int]
) -> Iterator[Fact]:
    dead = trouble.dead_listing if trouble else ""
    weights = [(listing, share * (0.12 if listing == dead else 1.0)) for listing, share in profile.listings]
    whole = sum(share for _, share in weights)
    for listing, share in weights:
        for measure in ("gmv_gross", "units_sold", "orders_created"):
            value = int(measures[measure] * share / whole)
            yield Fact(store.id, day, measure, value, SOURCE, FactStatus.FINAL, listing)


def _sources(
    store: Store, profile: Profile, trouble: Trouble | None, day: date, measures: dict[str, int]
) -> Iterator[Fact]:
    """Split a day's visits and orders over the sources of traffic; chance of its own leaves the whole as it is."""
    if not profile.sources:
        return
    chance = np.random.default_rng([day.toordinal(), *store.id.encode()])
    weak = trouble.weak_source if trouble else ""
    visits = chance.multinomial(measures["visits"], [share for _, share, _ in profile.sources])
    weights = visits * [rate * (WEAK_CONVERSION if name == weak else 1.0) for name, _, rate in profile.sources]
    orders = chance.multinomial(measures["orders_paid"], weights / weights.sum())
    for (name, _, _), visited, ordered in zip(profile.sources, visits, orders, strict=True):
        for measure, value in (("visits", visited), ("orders_paid", ordered)):
            yield Fact(store.id, day, measure, int(value), SOURCE, FactStatus.FINAL, name, "source")
