"""Small facts and files for tests of the books."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from kpi.engagements import Engagement, Seller, Store
from kpi.facts import Fact, FactStatus, ImportedFile, ImportOutcome
from kpi.markets import MARKETS, Market, Marketplace, StoreKind
from tests.twins.books import Books

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SUNDAY = date(2026, 11, 22)
HOUR = timedelta(hours=1)


def a_store(store_id: str, marketplace: Marketplace, market: Market) -> Store:
    """Return a local store called by its id."""
    facts = MARKETS[market]
    return Store(store_id, store_id, marketplace, market, StoreKind.LOCAL, facts.currency, facts.zone)


def an_engagement(name: str) -> Engagement:
    """Return an engagement of three stores: two of one segment (ml-1, ml-2), one of another (amz)."""
    return Engagement(
        name,
        name,
        Seller(name, name),
        (
            a_store(f"{name}-ml-1", Marketplace.MERCADO_LIBRE, Market.BR),
            a_store(f"{name}-ml-2", Marketplace.MERCADO_LIBRE, Market.BR),
            a_store(f"{name}-amz", Marketplace.AMAZON, Market.MX),
        ),
    )


def a_fact(
    store: str, measure: str, value: int, day: date = SUNDAY, status: FactStatus = FactStatus.FINAL, listing: str = ""
) -> Fact:
    """Return a fact the source "export" reported, of a whole store or a listing."""
    return Fact(store, day, measure, value, "export", status, listing)


def a_part(store: str, measure: str, value: int, dimension: str, part: str, day: date = SUNDAY) -> Fact:
    """Return a fact of one part of a store."""
    return Fact(store, day, measure, value, "export", FactStatus.FINAL, part, dimension)


def a_file(name: str, engagement: str = "north", at: datetime = NOON) -> ImportedFile:
    """Return the proof of an import; files of different names have different hashes."""
    return ImportedFile(f"hash of {name}", name, "template", engagement, at, SUNDAY, SUNDAY, 1, 0)


def record(database: Books, name: str, *facts: Fact, at: datetime = NOON, engagement: str = "north") -> ImportOutcome:
    """Record facts as one file in a transaction of its own."""
    with database.work() as work:
        return work.facts.record(a_file(name, engagement, at), facts)
