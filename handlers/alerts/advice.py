"""What to look at first, by metric and by what drives the change: a table kept as data."""

from __future__ import annotations

from kpi.alerts.breakdown import CARTING, CONVERTING, PAYING, VISITING
from kpi.alerts.causes import CauseKind
from kpi.alerts.records import NoticedEpisode
from kpi.metrics.dimensions import LISTING
from kpi.phrases import phrase
from kpi.wording.wording import Wording

Checks = tuple[str, ...]

ADVICE: dict[str, Checks] = {
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
"""Checks per metric, most telling first, where nothing is known of what drives it."""

OUTAGE, MIX = "outage", "mix"
"""Topics besides dimensions and steps: all stores at once, and the mix."""

_LESS_SOLD: dict[str, Checks] = {
    "source": (phrase("ad budget and rejected ads"), phrase("stock of the listings the ads lead to")),
    LISTING: (phrase("its stock, price and place in the catalogue"), phrase("whether it is paused")),
    "category": (phrase("stock and price of its leading listings"), phrase("new competitors")),
    "payment": (phrase("payment outages"), phrase("a test purchase")),
    "device": (phrase("a test purchase on that device"),),
    OUTAGE: (phrase("the marketplace's status page"), phrase("other stores: tell the seller that it is not theirs")),
    CARTING: (phrase("price and first picture of the leading listings"), phrase("stock of the leading listings")),
    PAYING: (phrase("freight cost and delivery promise"), phrase("ended coupons"), phrase("payment outages")),
    VISITING: (phrase("ad budget and rejected ads"), phrase("paused listings"), phrase("place in search results")),
    CONVERTING: (phrase("stock and price of the leading listings"), phrase("freight cost and delivery promise")),
}
_LATE: Checks = (phrase("late dispatches of the last two weeks"), phrase("a message to the buyers who wait"))
_BATCH: Checks = (phrase("pause it"), phrase("check its batch, its photos and its description"))

ADVICE_BY_TOPIC: dict[tuple[str, str], Checks] = {
    **{
        (metric, topic): checks
        for metric in ("conversion_rate", "add_to_cart_rate", "orders")
        for topic, checks in _LESS_SOLD.items()
    },
    ("claims_rate", LISTING): _BATCH,
    ("negative_review_rate", LISTING): _BATCH,
    ("return_rate", LISTING): _BATCH,
    ("claims_rate", "carrier"): _LATE,
    ("negative_review_rate", "carrier"): _LATE,
    ("cancellation_rate", LISTING): (phrase("stock that is not in step with the marketplace"),),
    ("cancellation_rate", "payment"): (phrase("payment outages"), phrase("a test purchase")),
    ("late_shipment_rate", "carrier"): (phrase("pick-up by the carrier"), phrase("another carrier for new orders")),
}
"""Checks where a part, a step or an outage drives the change; `topic` is its dimension, the step, or OUTAGE."""

MIX_ADVICE: Checks = (phrase("nothing to repair in the store"), phrase("tell whoever steers traffic and assortment"))


def advice_for(one: NoticedEpisode, wording: Wording) -> str:
    """Return the checks of an episode as one listed text."""
    metric, topic = one.alert.series.metric, _topic(one)
    checks = MIX_ADVICE if topic == MIX else ADVICE_BY_TOPIC.get((metric, topic), ADVICE[metric])
    return wording.listed(wording.say(check) for check in checks)


def _topic(one: NoticedEpisode) -> str:
    if one.alert.first.is_pooled:
        return OUTAGE
    match one.cause.kind:
        case CauseKind.RATE:
            return one.cause.dimension or LISTING
        case CauseKind.STEP:
            return one.cause.name
        case CauseKind.MIX:
            return MIX
        case _:
            return ""
