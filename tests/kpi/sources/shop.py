"""One small shop that files are imported for."""

from __future__ import annotations

from datetime import UTC, datetime

from kpi.engagements import Store
from kpi.markets import MARKETS, Market, Marketplace, StoreKind
from kpi.sources.previews import ImportContext
from kpi.sources.safety import Limits

_MARKET = MARKETS[Market.BR]
BRAZIL = Store(
    "acme-br", "Acme BR", Marketplace.MERCADO_LIBRE, Market.BR, StoreKind.LOCAL, _MARKET.currency, _MARKET.zone
)


def context(*, limits: Limits | None = None) -> ImportContext:
    """Return what an import of 2026-11-23 knows of the shop."""
    return ImportContext((BRAZIL,), datetime(2026, 11, 23, 15, tzinfo=UTC), limits=limits or Limits())
