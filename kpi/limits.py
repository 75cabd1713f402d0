"""Official limits of the marketplaces, with date and source; a target carried by an API answer wins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpi.engagements import Store
from kpi.markets import Market, Marketplace, StoreKind


@dataclass(frozen=True, slots=True)
class Limit:
    """A line not to cross.

    `lines` are the highest shares (0-1) still inside each level, best level first (`levels`); beyond the last one is
    the worst level. `at_least` turns the comparison round (the share must stay above the only line).
    """

    metric: str
    lines: tuple[Decimal, ...]
    levels: tuple[str, ...]
    window_days: int
    as_of: date
    source: str
    at_least: bool = False
    is_confirmed: bool = True

    def level_of(self, share: Decimal) -> str:
        """Return the level a share falls into ("red" beyond the last line)."""
        if self.at_least:
            return self.levels[0] if share > self.lines[0] else "red"
        return next((level for line, level in zip(self.lines, self.levels, strict=True) if share <= line), "red")


_ML_LEVELS = ("leader", "green", "yellow", "orange")
_ML_AS_OF = date(2025, 8, 11)
_ML_SOURCE = "Mercado Libre developers: reputacion-de-vendedores (local sellers)"
_ML_WINDOW = 60

_CLAIMS, _CANCEL, _LATE = "claims_rate", "seller_cancellation_rate", "late_shipment_rate"

_ML_LOCAL: dict[Market, dict[str, tuple[str, ...]]] = {
    Market.BR: {
        _CLAIMS: ("0.01", "0.02", "0.045", "0.08"),
        _CANCEL: ("0.005", "0.015", "0.035", "0.04"),
        _LATE: ("0.06", "0.10", "0.18", "0.22"),
    },
    Market.AR: {
        _CLAIMS: ("0.01", "0.015", "0.03", "0.06"),
        _CANCEL: ("0.005", "0.01", "0.025", "0.03"),
        _LATE: ("0.08", "0.10", "0.15", "0.22"),
    },
    Market.CO: {
        _CLAIMS: ("0.025", "0.035", "0.055", "0.07"),
        _CANCEL: ("0.015", "0.025", "0.07", "0.09"),
        _LATE: ("0.10", "0.12", "0.18", "0.26"),
    },
}
_ML_LOCAL[Market.MX] = _ML_LOCAL[Market.AR]
_ML_LOCAL[Market.CL] = _ML_LOCAL[Market.CO]

# Mercado Libre's two pages on Global Selling contradict each other on the window: guidance only.
_CBT_LEVELS = ("light_green", "yellow", "orange")
_CBT_SOURCE = "Mercado Libre developers: seller-reputation-global-selling (guidance; sources conflict)"
_CBT_CLAIMS: dict[Market, tuple[str, ...]] = {
    Market.MX: ("0.02", "0.04", "0.07"),
    Market.BR: ("0.03", "0.07", "0.12"),
    Market.CO: ("0.05", "0.07", "0.10"),
    Market.CL: ("0.05", "0.07", "0.10"),
}
_CBT_LATE = ("0.15", "0.20", "0.30")
_CBT_CANCEL: dict[Market, str] = {Market.MX: "0.04", Market.BR: "0.03"}

_CATALOGUED = date(2026, 11, 23)


def _amazon(metric: str, line: str, window_days: int, source: str, *, at_least: bool = False) -> Limit:
    return Limit(
        metric,
        (Decimal(line),),
        ("healthy",),
        window_days,
        _CATALOGUED,
        source or "Amazon Seller Central (unconfirmed)",
        at_least,
        bool(source),
    )


_AMAZON: dict[str, Limit] = {
    limit.metric: limit
    for limit in (
        _amazon("odr", "0.01", 60, ""),
        _amazon(_LATE, "0.04", 30, "Amazon Seller Central help 200285190"),
        _amazon(_CANCEL, "0.025", 7, "Amazon Seller Central help 200285210"),
        _amazon("valid_tracking_rate", "0.95", 30, "", at_least=True),
        _amazon("on_time_delivery_rate", "0.90", 14, "", at_least=True),
    )
}

_SHOPEE_SOURCE = "Shopee Open Platform, get_shop_performance sample (region unknown)"
_SHOPEE: dict[str, Limit] = {
    metric: Limit(metric, (Decimal(line),), ("healthy",), 30, _CATALOGUED, _SHOPEE_SOURCE, at_least, is_confirmed=False)
    for metric, line, at_least in (
        ("non_fulfilment_rate", "0.10", False),
        (_CANCEL, "0.05", False),
        ("return_rate", "0.05", False),
        (_LATE, "0.10", False),
        ("chat_response_rate", "0.70", True),
    )
}


def limit_for(metric: str, store: Store) -> Limit | None:
    """Return the official limit of `metric` for a store, or None when the marketplace states none."""
    if store.marketplace is Marketplace.AMAZON:
        return _AMAZON.get(metric)
    if store.marketplace is Marketplace.SHOPEE:
        return _SHOPEE.get(metric)
    if store.marketplace is Marketplace.MERCADO_LIBRE:
        return _cross_border(metric, store.market) if store.kind is StoreKind.CROSS_BORDER else _local(metric, store)
    return None


def _local(metric: str, store: Store) -> Limit | None:
    lines = _ML_LOCAL[store.market].get(metric)
    if lines is None:
        return None
    return Limit(metric, tuple(map(Decimal, lines)), _ML_LEVELS, _ML_WINDOW, _ML_AS_OF, _ML_SOURCE)


def _cross_border(metric: str, market: Market) -> Limit | None:
    if metric == _CANCEL and market in _CBT_CANCEL:
        line = (Decimal(_CBT_CANCEL[market]),)
        return Limit(metric, line, ("light_green",), _ML_WINDOW, _CATALOGUED, _CBT_SOURCE, is_confirmed=False)
    lines = {_CLAIMS: _CBT_CLAIMS.get(market), _LATE: _CBT_LATE}.get(metric)
    if lines is None:
        return None
    numbers = tuple(map(Decimal, lines))
    return Limit(metric, numbers, _CBT_LEVELS, _ML_WINDOW, _CATALOGUED, _CBT_SOURCE, is_confirmed=False)
