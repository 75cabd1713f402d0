"""The measures: what a marketplace reports per store and day, and how each may be added up.

Every measure is stored as an integer: counts, seconds, stars and days as they are, money in 1/10,000 of a currency
unit, reported shares in 1/10,000.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SCALED = 10_000
"""Money and reported shares are stored in units of 1/10,000."""


class MeasureUnit(StrEnum):
    """What one stored integer of a measure means."""

    COUNT = "count"
    MONEY = "money"
    SECONDS = "seconds"
    STARS = "stars"
    DAYS = "days"
    SHARE = "share"
    LEVEL = "level"


class Attribution(StrEnum):
    """Which day a value belongs to."""

    ORDER_DATE = "order_date"
    EVENT_DATE = "event_date"
    POINT_IN_TIME = "point_in_time"


@dataclass(frozen=True, slots=True)
class Measure:
    """An additive count or sum; `POINT_IN_TIME` ones are states and are never summed over days."""

    id: str
    unit: MeasureUnit
    attribution: Attribution
    note: str = ""

    @property
    def is_state(self) -> bool:
        """Whether the value is a state of the day: over days the last one counts, not the sum."""
        return self.attribution is Attribution.POINT_IN_TIME


_ORDER, _EVENT, _STATE = Attribution.ORDER_DATE, Attribution.EVENT_DATE, Attribution.POINT_IN_TIME
_COUNT, _MONEY, _SECONDS = MeasureUnit.COUNT, MeasureUnit.MONEY, MeasureUnit.SECONDS

_ALL: tuple[Measure, ...] = (
    Measure("orders_created", _COUNT, _ORDER, "distinct orders, payment approved or pending; packs count per order"),
    Measure("orders_paid", _COUNT, _ORDER, "without unpaid and invalid ones; later cancelled ones stay in"),
    Measure("orders_cancelled", _COUNT, _EVENT),
    Measure("orders_cancelled_seller", _COUNT, _EVENT, "cancelled through the seller's fault"),
    Measure("gmv_gross", _MONEY, _ORDER, "unit price x quantity after seller discount, without shipping and taxes"),
    Measure("gmv_cancelled", _MONEY, _ORDER),
    Measure("units_sold", _COUNT, _ORDER),
    Measure("visits", _COUNT, _EVENT, "unit of traffic differs per marketplace and is never added across them"),
    Measure("page_views", _COUNT, _EVENT),
    Measure("cart_visitors", _COUNT, _EVENT, "Shopee export only"),
    Measure("impressions_listing", _COUNT, _EVENT, "Shopee export only"),
    Measure("clicks_listing", _COUNT, _EVENT, "Shopee export only"),
    Measure("ad_impressions", _COUNT, _EVENT),
    Measure("ad_clicks", _COUNT, _EVENT),
    Measure("ad_spend", _MONEY, _EVENT),
    Measure("ad_sales", _MONEY, _EVENT, "attributed to the click date; restated for weeks"),
    Measure("ad_sales_direct", _MONEY, _EVENT),
    Measure("ad_orders", _COUNT, _EVENT),
    Measure("dispatch_due", _COUNT, _EVENT, "ship-by instant on the date; without cancelled and marketplace-fulfilled"),
    Measure("dispatch_on_time", _COUNT, _EVENT),
    Measure("dispatch_late", _COUNT, _EVENT),
    Measure("handling_seconds", _SECONDS, _EVENT, "payment to carrier, summed; no business-day rules applied"),
    Measure("dispatched", _COUNT, _EVENT),
    Measure("delivery_due", _COUNT, _EVENT),
    Measure("delivery_on_time", _COUNT, _EVENT),
    Measure("shipments_tracked_valid", _COUNT, _EVENT),
    Measure("shipments_confirmed", _COUNT, _EVENT),
    Measure("claims_opened", _COUNT, _EVENT),
    Measure("claims_affecting", _COUNT, _EVENT, "claims that count towards the marketplace's reputation"),
    Measure("mediations_opened", _COUNT, _EVENT, "Mercado Libre: stage = dispute"),
    Measure("returns_requested", _COUNT, _EVENT),
    Measure("units_returned", _COUNT, _EVENT),
    Measure("refunds", _COUNT, _EVENT),
    Measure("refund_amount", _MONEY, _EVENT),
    Measure("reviews", _COUNT, _EVENT),
    Measure("reviews_negative", _COUNT, _EVENT, "one or two stars of five"),
    Measure("review_stars", MeasureUnit.STARS, _EVENT, "sum of stars"),
    Measure("questions_received", _COUNT, _EVENT),
    Measure("questions_answered", _COUNT, _EVENT, "of those received on the date"),
    Measure("questions_in_sla", _COUNT, _EVENT, "answered within the agreed minutes"),
    Measure("response_seconds", _SECONDS, _EVENT, "open questions count as now - asked, capped at 7 days"),
    Measure("sku_active", _COUNT, _STATE),
    Measure("sku_out_of_stock", _COUNT, _STATE),
    Measure("units_sellable", _COUNT, _STATE),
    Measure("units_sold_28d", _COUNT, _STATE, "over 28 closed days"),
    Measure("days_in_stock_28d", MeasureUnit.DAYS, _STATE),
    Measure("cogs", _MONEY, _ORDER, "from the seller's own unit costs"),
    Measure("platform_fees", _MONEY, _ORDER),
    Measure("seller_shipping_cost", _MONEY, _ORDER),
    Measure("taxes", _MONEY, _ORDER),
    Measure("odr_defects", _COUNT, _STATE, "Amazon: negative feedback, A-to-z not denied, chargeback"),
    Measure("odr_orders", _COUNT, _STATE),
    # Copied as the marketplace states them; never recomputed, never summed.
    Measure("reported_non_fulfilment_rate", MeasureUnit.SHARE, _STATE, "Shopee metric 3"),
    Measure("reported_chat_response_rate", MeasureUnit.SHARE, _STATE, "Shopee metric 11"),
    Measure("reported_penalty_points", _COUNT, _STATE, "Shopee, current quarter"),
    Measure("reported_reputation_level", MeasureUnit.LEVEL, _STATE, "Mercado Libre: 1 red … 5 green"),
)

MEASURES: dict[str, Measure] = {measure.id: measure for measure in _ALL}
