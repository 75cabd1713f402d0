"""What to look at first, by metric: a table kept as data."""

from __future__ import annotations

from kpi.phrases import phrase
from kpi.wording.wording import Wording

ADVICE: dict[str, tuple[str, ...]] = {
    "conversion_rate": (
        phrase("ad budget and rejected ads"),
        phrase("stock and price of the leading listings"),
        phrase("freight cost and delivery promise"),
    ),
    "add_to_cart_rate": (phrase("price and first picture of the leading listings"), phrase("ended coupons")),
    "orders": (phrase("paused listings"), phrase("traffic by source"), phrase("stock of the leading listings")),
    "claims_rate": (
        phrase("the listing with most claims: pause it, check its batch"),
        phrase("late deliveries two weeks before"),
    ),
    "negative_review_rate": (phrase("words of the newest bad reviews"), phrase("late deliveries two weeks before")),
    "cancellation_rate": (phrase("stock that is not in step with the marketplace"), phrase("payment outages")),
    "return_rate": (phrase("reasons of the newest returns"), phrase("description and size table of the listing")),
    "late_shipment_rate": (phrase("pick-up by the carrier"), phrase("orders waiting in the warehouse")),
    "stockout_rate": (phrase("inbound shipments"), phrase("listings that sold faster than planned")),
}
"""Checks per metric, most telling first."""


def advice_for(metric: str, wording: Wording) -> str:
    """Return the checks of a metric as one listed text."""
    return wording.listed(wording.say(check) for check in ADVICE[metric])
