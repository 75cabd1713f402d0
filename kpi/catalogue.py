"""The metric catalogue: all metrics, their formulas, smallest samples and finality."""

from __future__ import annotations

from kpi.errors import UnknownNameError
from kpi.markets import Marketplace
from kpi.metrics import Direction, Formula, Kind, Metric, Sample, Term, Unit, Visibility
from kpi.phrases import phrase

ML, SHOPEE, AMAZON = Marketplace.MERCADO_LIBRE, Marketplace.SHOPEE, Marketplace.AMAZON
UP, DOWN, NEUTRAL, BAND = Direction.UP, Direction.DOWN, Direction.NEUTRAL, Direction.BAND
ADDITIVE, RATIO, REPORTED = Kind.ADDITIVE, Kind.RATIO, Kind.REPORTED

_BY_ORDER, _BY_EVENT, _STATE = "order date", "event date", "state of the day"
_MIXED = "numerator by event date, denominator by order date"

_TRAFFIC_FINAL: dict[str, int] = {ML: 2, AMAZON: 3, SHOPEE: 1}
_ADS_FINAL: dict[str, int] = {ML: 14, SHOPEE: 7, AMAZON: 14}


def _sum(*measures: str) -> Formula:
    """Return a formula; a leading minus subtracts the measure."""
    return tuple(Term(name.removeprefix("-"), -1 if name.startswith("-") else 1) for name in measures)


_NET = ("gmv_gross", "-gmv_cancelled")
_MARGIN = (*_NET, "-cogs", "-platform_fees", "-seller_shipping_cost", "-taxes")

_SALES = (
    Metric("gmv", phrase("GMV"), Unit.MONEY, ADDITIVE, _sum("gmv_gross"), good=UP, attribution=_BY_ORDER,
           samples=(Sample("orders_paid", 20),), finality_days={ML: 1, SHOPEE: 1, AMAZON: 2}),
    Metric("net_gmv", phrase("Net GMV"), Unit.MONEY, ADDITIVE, _sum(*_NET), good=UP, attribution=_BY_ORDER,
           finality_days={"default": 30}, note="refunds land on old orders for 30 days and more"),
    Metric("orders", phrase("Orders"), Unit.COUNT, ADDITIVE, _sum("orders_paid"), good=UP, attribution=_BY_ORDER,
           expects_at_least=10),
    Metric("units", phrase("Units"), Unit.COUNT, ADDITIVE, _sum("units_sold"), good=UP, attribution=_BY_ORDER),
    Metric("aov", phrase("Average order value"), Unit.MONEY, RATIO, _sum("gmv_gross"), _sum("orders_paid"),
           attribution=_BY_ORDER, samples=(Sample("orders_paid", 30),)),
    Metric("asp", phrase("Average selling price"), Unit.MONEY, RATIO, _sum("gmv_gross"), _sum("units_sold"),
           attribution=_BY_ORDER, samples=(Sample("units_sold", 30),)),
)  # fmt: skip

_TRAFFIC = (
    Metric("visits", phrase("Visits"), Unit.COUNT, ADDITIVE, _sum("visits"), good=UP, attribution=_BY_EVENT,
           finality_days=_TRAFFIC_FINAL, per_marketplace=True,
           note="summing listing visits to store level counts one buyer several times"),
    Metric("conversion_rate", phrase("Conversion rate"), Unit.SHARE, RATIO, _sum("orders_paid"), _sum("visits"),
           good=UP, attribution="orders by order date, visits by event date", samples=(Sample("visits", 1000),),
           window_days=7, finality_days=_TRAFFIC_FINAL, per_marketplace=True, daily_from=Sample("visits", 3000),
           is_bounded=True),
    Metric("unit_session_percentage", phrase("Unit session percentage"), Unit.SHARE, RATIO, _sum("units_sold"),
           _sum("visits"), good=UP, attribution=_BY_EVENT, samples=(Sample("visits", 1000),),
           finality_days={AMAZON: 3}, marketplaces=(AMAZON,), per_marketplace=True),
    Metric("add_to_cart_rate", phrase("Add-to-cart rate"), Unit.SHARE, RATIO, _sum("cart_visitors"), _sum("visits"),
           good=UP, attribution=_BY_EVENT, samples=(Sample("visits", 1000),), marketplaces=(SHOPEE,),
           per_marketplace=True, note="import only", is_bounded=True),
    Metric("ctr_listing", phrase("Listing click rate"), Unit.SHARE, RATIO, _sum("clicks_listing"),
           _sum("impressions_listing"), good=UP, attribution=_BY_EVENT, samples=(Sample("impressions_listing", 5000),),
           marketplaces=(SHOPEE,), per_marketplace=True, note="import only", is_bounded=True),
    Metric("ctr_ads", phrase("Ad click rate"), Unit.SHARE, RATIO, _sum("ad_clicks"), _sum("ad_impressions"), good=UP,
           attribution=_BY_EVENT, samples=(Sample("ad_impressions", 5000),), is_bounded=True),
)  # fmt: skip

_FULFILMENT = (
    Metric("handling_time_hours", phrase("Handling time"), Unit.HOURS, RATIO, _sum("handling_seconds"),
           _sum("dispatched"), scale=3600, good=DOWN, attribution=_BY_EVENT, samples=(Sample("dispatched", 20),)),
    Metric("on_time_dispatch_rate", phrase("On-time dispatch"), Unit.SHARE, RATIO, _sum("dispatch_on_time"),
           _sum("dispatch_due"), good=UP, attribution=_BY_EVENT, samples=(Sample("dispatch_due", 20),), is_bounded=True),
    Metric("late_shipment_rate", phrase("Late shipment rate"), Unit.SHARE, RATIO, _sum("dispatch_late"),
           _sum("dispatch_due"), good=DOWN, attribution=_BY_EVENT, samples=(Sample("dispatch_due", 20),), is_bounded=True),
    Metric("on_time_delivery_rate", phrase("On-time delivery"), Unit.SHARE, RATIO, _sum("delivery_on_time"),
           _sum("delivery_due"), good=UP, attribution=_BY_EVENT, samples=(Sample("delivery_due", 30),), is_bounded=True),
    Metric("valid_tracking_rate", phrase("Valid tracking rate"), Unit.SHARE, RATIO, _sum("shipments_tracked_valid"),
           _sum("shipments_confirmed"), good=UP, attribution=_BY_EVENT, marketplaces=(AMAZON,), is_bounded=True),
    Metric("cancellation_rate", phrase("Cancellation rate"), Unit.SHARE, RATIO, _sum("orders_cancelled"),
           _sum("orders_created"), good=DOWN, attribution=_MIXED, samples=(Sample("orders_created", 50),)),
    Metric("seller_cancellation_rate", phrase("Seller-fault cancellation rate"), Unit.SHARE, RATIO,
           _sum("orders_cancelled_seller"), _sum("orders_created"), good=DOWN, attribution=_MIXED,
           samples=(Sample("orders_created", 100),)),
    Metric("non_fulfilment_rate", phrase("Non-fulfilment rate"), Unit.SHARE, REPORTED,
           _sum("reported_non_fulfilment_rate"), good=DOWN, attribution=_STATE, marketplaces=(SHOPEE,)),
)  # fmt: skip

_QUALITY = (
    Metric("claims_rate", phrase("Claims rate"), Unit.SHARE, RATIO, _sum("claims_opened"), _sum("orders_paid"),
           good=DOWN, attribution="claims by event date, orders by order date, inside the window",
           samples=(Sample("orders_paid", 100),), window_days=60),
    Metric("mediation_rate", phrase("Mediation rate"), Unit.SHARE, RATIO, _sum("mediations_opened"),
           _sum("claims_opened"), good=DOWN, attribution=_BY_EVENT, samples=(Sample("claims_opened", 10),)),
    Metric("return_rate", phrase("Return rate"), Unit.SHARE, RATIO, _sum("units_returned"), _sum("units_sold"),
           good=DOWN, attribution="same window", samples=(Sample("units_sold", 100),), window_days=30,
           finality_days={"default": 30}),
    Metric("refund_rate_value", phrase("Refund rate (value)"), Unit.SHARE, RATIO, _sum("refund_amount"),
           _sum("gmv_gross"), good=DOWN, attribution="same window", samples=(Sample("orders_paid", 50),),
           window_days=30),
    Metric("negative_review_rate", phrase("Negative review rate"), Unit.SHARE, RATIO, _sum("reviews_negative"),
           _sum("reviews"), good=DOWN, attribution=_BY_EVENT, samples=(Sample("reviews", 20),), window_days=30, is_bounded=True),
    Metric("avg_rating", phrase("Average rating"), Unit.STARS, RATIO, _sum("review_stars"), _sum("reviews"), good=UP,
           attribution=_BY_EVENT, samples=(Sample("reviews", 20),), window_days=90, per_marketplace=True,
           note="listing stars, store rating and seller feedback are different things"),
    Metric("odr", phrase("Order defect rate"), Unit.SHARE, RATIO, _sum("odr_defects"), _sum("odr_orders"), good=DOWN,
           attribution=_STATE, marketplaces=(AMAZON,), note="window of 60 days, as Amazon states it"),
    Metric("penalty_points", phrase("Penalty points"), Unit.COUNT, REPORTED, _sum("reported_penalty_points"),
           good=DOWN, attribution=_STATE, marketplaces=(SHOPEE,)),
    Metric("reputation_level", phrase("Reputation level"), Unit.LEVEL, REPORTED, _sum("reported_reputation_level"),
           good=UP, attribution=_STATE, marketplaces=(ML,)),
)  # fmt: skip

_SERVICE = (
    Metric("first_response_minutes", phrase("First response time"), Unit.MINUTES, RATIO, _sum("response_seconds"),
           _sum("questions_received"), scale=60, good=DOWN, attribution=_BY_EVENT,
           samples=(Sample("questions_received", 10),)),
    Metric("response_rate_sla", phrase("Response rate within SLA"), Unit.SHARE, RATIO, _sum("questions_in_sla"),
           _sum("questions_received"), good=UP, attribution=_BY_EVENT, samples=(Sample("questions_received", 10),),
           note="60 minutes unless agreed otherwise", is_bounded=True),
    Metric("chat_response_rate", phrase("Chat response rate"), Unit.SHARE, REPORTED,
           _sum("reported_chat_response_rate"), good=UP, attribution=_STATE, marketplaces=(SHOPEE,)),
)  # fmt: skip

_ADS_SAMPLE = (Sample("ad_clicks", 200), Sample("ad_orders", 10))

_ADS = (
    Metric("ad_spend", phrase("Ad spend"), Unit.MONEY, ADDITIVE, _sum("ad_spend"), attribution=_BY_EVENT,
           finality_days={ML: 1, SHOPEE: 1, AMAZON: 3}),
    Metric("ad_sales", phrase("Ad sales"), Unit.MONEY, ADDITIVE, _sum("ad_sales"), good=UP, attribution=_BY_EVENT,
           finality_days=_ADS_FINAL),
    Metric("acos", phrase("ACoS"), Unit.SHARE, RATIO, _sum("ad_spend"), _sum("ad_sales"), good=DOWN,
           attribution=_BY_EVENT, samples=_ADS_SAMPLE, window_days=7, finality_days=_ADS_FINAL),
    Metric("tacos", phrase("TACoS"), Unit.SHARE, RATIO, _sum("ad_spend"), _sum("gmv_gross"), good=DOWN,
           attribution="spend by event date, GMV by order date", samples=(Sample("orders_paid", 30),), window_days=7),
    Metric("roas", phrase("ROAS"), Unit.MULTIPLE, RATIO, _sum("ad_sales"), _sum("ad_spend"), good=UP,
           attribution=_BY_EVENT, samples=_ADS_SAMPLE, window_days=7, finality_days=_ADS_FINAL),
    Metric("cpc", phrase("Cost per click"), Unit.MONEY, RATIO, _sum("ad_spend"), _sum("ad_clicks"), good=DOWN,
           attribution=_BY_EVENT, samples=(Sample("ad_clicks", 100),)),
    Metric("ad_cvr", phrase("Ad conversion"), Unit.SHARE, RATIO, _sum("ad_orders"), _sum("ad_clicks"), good=UP,
           attribution=_BY_EVENT, samples=(Sample("ad_clicks", 500),), finality_days=_ADS_FINAL),
)  # fmt: skip

_INVENTORY = (
    Metric("stockout_rate", phrase("Stock-out rate"), Unit.SHARE, RATIO, _sum("sku_out_of_stock"), _sum("sku_active"),
           good=DOWN, attribution=_STATE, is_bounded=True),
    Metric("days_of_cover", phrase("Days of cover"), Unit.DAYS, RATIO, _sum("units_sellable"),
           (Term("units_sold_28d", per="days_in_stock_28d"),), good=BAND, band=(21, 90), attribution=_STATE,
           samples=(Sample("units_sold_28d", 14),)),
)  # fmt: skip

_PROFIT = (
    Metric("gross_margin", phrase("Gross margin"), Unit.SHARE, RATIO, _sum(*_MARGIN), _sum(*_NET), good=UP,
           attribution=_BY_ORDER, visibility=Visibility.INTERNAL),
    Metric("contribution_margin", phrase("Contribution margin"), Unit.SHARE, RATIO, _sum(*_MARGIN, "-ad_spend"),
           _sum(*_NET), good=UP, attribution=_BY_ORDER, visibility=Visibility.INTERNAL),
)  # fmt: skip

METRICS: dict[str, Metric] = {
    metric.id: metric
    for group in (_SALES, _TRAFFIC, _FULFILMENT, _QUALITY, _SERVICE, _ADS, _INVENTORY, _PROFIT)
    for metric in group
}


def metric_by_id(metric_id: str) -> Metric:
    """Return a metric of the catalogue; raises UnknownNameError."""
    try:
        return METRICS[metric_id]
    except KeyError:
        raise UnknownNameError(
            phrase("There is no metric “%(word)s”. `/kpi help` lists all metrics."), word=metric_id
        ) from None
