"""Marketplaces and markets: currencies, time zones and site codes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo


class Marketplace(StrEnum):
    """Where a store sells. OTHER is any marketplace imported through a mapping file."""

    MERCADO_LIBRE = "mercadolibre"
    SHOPEE = "shopee"
    AMAZON = "amazon"
    OTHER = "other"


class StoreKind(StrEnum):
    """LOCAL stores belong to a company of the market; CROSS_BORDER ones ship from abroad (CBT)."""

    LOCAL = "local"
    CROSS_BORDER = "cross_border"


class Market(StrEnum):
    """The country a store sells in (ISO 3166-1 alpha-2)."""

    BR = "BR"
    MX = "MX"
    AR = "AR"
    CL = "CL"
    CO = "CO"


@dataclass(frozen=True, slots=True)
class MarketFacts:
    """What is true for every store of a market unless its engagement file says otherwise."""

    currency: str
    zone: ZoneInfo
    mercado_libre_site: str
    name: str


MARKETS: dict[Market, MarketFacts] = {
    Market.BR: MarketFacts("BRL", ZoneInfo("America/Sao_Paulo"), "MLB", "Brazil"),
    Market.MX: MarketFacts("MXN", ZoneInfo("America/Mexico_City"), "MLM", "Mexico"),
    Market.AR: MarketFacts("ARS", ZoneInfo("America/Argentina/Buenos_Aires"), "MLA", "Argentina"),
    Market.CL: MarketFacts("CLP", ZoneInfo("America/Santiago"), "MLC", "Chile"),
    Market.CO: MarketFacts("COP", ZoneInfo("America/Bogota"), "MCO", "Colombia"),
}

BEIJING = ZoneInfo("Asia/Shanghai")
