"""Mercado Libre's sales export: *Vendas* (Brazil) and *Ventas* (Mexico, Argentina, Chile, Colombia).

Header in row 6. A pack has one parent row with the money and no units, and child rows with units and blank money: the
children are the orders, the parent carries the amount. A return does not reduce the product revenue.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from kpi.errors import SourceError
from kpi.phrases import phrase
from kpi.sources.extraction import Amount, Level, Reader, chosen_store
from kpi.sources.headers import normal
from kpi.sources.previews import Extract, ImportContext
from kpi.sources.tables import Table

SOURCE = "mercadolibre_sales"

_ID = ("N.º de venda", "# de venta")
_DATE = ("Data da venda", "Fecha de venta")
_STATE = ("Estado",)
_UNITS = ("Unidades",)
_CURRENCY = re.compile(r"\s*\(([A-Za-z]{3})\)\s*$")
_REVENUE = ("Receita por produtos", "Ingresos por productos")
_FEES = ("Tarifa de venda e impostos", "Cargo por venta e impuestos")
_SHIPPING = ("Tarifas de envio", "Costos de envío")
_REFUNDS = ("Cancelamentos e reembolsos", "Anulaciones y reembolsos")
_LISTING = ("# de anúncio", "# de publicación")

_CANCELLED = r"(?i)cancel|anulad"
_UNPAID = r"(?i)pago pendente|pendiente de pago|aguardando pagamento|esperando el pago"


def recognises(headers: set[str]) -> bool:
    """Tell whether these normalised headers are a sales export."""
    has_money = any(_CURRENCY.sub("", header) in map(normal, _REVENUE) for header in headers)
    return has_money and _any(headers, _ID) and _any(headers, _DATE) and normal("Unidades") in headers


def _any(headers: set[str], names: Sequence[str]) -> bool:
    return any(normal(name) in headers for name in names)


def _header(table: Table, names: Sequence[str]) -> str | None:
    """Return the header that is there, with or without its currency in brackets."""
    wanted = tuple(map(normal, names))
    return next((one for one in table.headers if normal(_CURRENCY.sub("", one)) in wanted), None)


def _require_currency(table: Table, header: str, currency: str) -> None:
    found = _CURRENCY.search(header)
    if found and found[1].upper() != currency:
        raise SourceError(
            phrase("%(file)s is in %(found)s but the store sells in %(currency)s; choose the right store."),
            file=table.name,
            found=found[1].upper(),
            currency=currency,
        )


def read(table: Table, context: ImportContext) -> Extract:
    """Return the facts of a sales export."""
    store = chosen_store(context, table.name)
    _require_currency(table, _found(table, _REVENUE), store.currency)
    reader = Reader(table, context, store, SOURCE)
    day = reader.day(_found(table, _DATE))
    state = reader.text(_found(table, _STATE), "order state").fill_null("")
    units = reader.amount(_found(table, _UNITS), "units_sold")
    revenue = reader.amount(_found(table, _REVENUE), "gmv_gross")
    is_order = units.fill_null(0) > 0
    is_paid = is_order & ~state.str.contains(_UNPAID)
    is_cancelled = is_order & state.str.contains(_CANCELLED)
    one = pl.lit(1, pl.Int64)
    first = reader.first_of(_found(table, _ID), is_order)
    amounts = [
        Amount("orders_created", pl.when(is_order & first).then(one), Level.BOTH, zero_days=True),
        Amount("orders_paid", pl.when(is_paid & first).then(one), Level.BOTH, zero_days=True),
        Amount("orders_cancelled", pl.when(is_cancelled & first).then(one), Level.BOTH, zero_days=True),
        Amount("units_sold", units, Level.BOTH, zero_days=True),
        Amount("gmv_gross", revenue, Level.BOTH, zero_days=True),
        Amount("gmv_cancelled", pl.when(state.str.contains(_CANCELLED)).then(revenue), zero_days=True),
    ]
    for names, measure in ((_FEES, "platform_fees"), (_SHIPPING, "seller_shipping_cost"), (_REFUNDS, "refund_amount")):
        header = _header(table, names)
        if header is not None:
            amounts.append(Amount(measure, reader.amount(header, measure, absolute=True)))
    listing_header = _header(table, _LISTING)
    listing = reader.text(listing_header, "listing") if listing_header else None
    return reader.extract(
        day,
        amounts,
        listing,
        warnings=(phrase("Cancelled orders are dated by their sale: this export has no cancellation date."),),
    )


def _found(table: Table, names: Sequence[str]) -> str:
    header = _header(table, names)
    if header is None:  # recognises() saw it
        raise KeyError(names[0])
    return header
