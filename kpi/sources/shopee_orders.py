"""Shopee's order export (`Order.all`, `.completed`, `.toship`): one row per item, order fees repeated on each.

An order of several listings belongs to its first one, so that the listings' orders add up to the store's.
"""

from __future__ import annotations

import polars as pl

from kpi.sources.extraction import Amount, Level, Reader, chosen_store
from kpi.sources.headers import normal
from kpi.sources.previews import Extract, ImportContext
from kpi.sources.tables import Table

SOURCE = "shopee_orders"
_ID, _STATE, _CREATED = "ID do pedido", "Status do pedido", "Data de criação do pedido"
_PAID, _PRICE, _QUANTITY = "Hora do pagamento do pedido", "Preço acordado", "Quantidade"
_SKU = "Número de referência SKU"
_FEES = (
    ("Taxa de comissão líquida", "Taxa de comissão bruta"),
    ("Taxa de serviço líquida", "Taxa de serviço bruta"),
)
_CANCELLED = r"(?i)cancelad"


def recognises(headers: set[str]) -> bool:
    """Tell whether these normalised headers are an order export."""
    return {normal(name) for name in (_ID, _STATE, _CREATED, _PRICE, _QUANTITY)} <= headers


def read(table: Table, context: ImportContext) -> Extract:
    """Return the facts of an order export; amounts count once an order is paid."""
    reader = Reader(table, context, chosen_store(context, table.name), SOURCE)
    day = reader.day(_CREATED)
    first = reader.first_of(_ID)
    is_paid = reader.text(_PAID, "paid at").is_not_null() if table.has(_PAID) else pl.lit(value=True)
    is_cancelled = reader.text(_STATE, "order state").fill_null("").str.contains(_CANCELLED)
    quantity = reader.amount(_QUANTITY, "units_sold")
    price = reader.amount(_PRICE, "gmv_gross")
    one = pl.lit(1, pl.Int64)
    amount = price * quantity
    amounts = [
        Amount("orders_created", pl.when(first).then(one), Level.BOTH, zero_days=True),
        Amount("orders_paid", pl.when(first & is_paid).then(one), Level.BOTH, zero_days=True),
        Amount("orders_cancelled", pl.when(first & is_cancelled).then(one), Level.BOTH, zero_days=True),
        Amount("units_sold", pl.when(is_paid).then(quantity), Level.BOTH, zero_days=True),
        Amount("gmv_gross", pl.when(is_paid).then(amount), Level.BOTH, zero_days=True),
        Amount("gmv_cancelled", pl.when(is_paid & is_cancelled).then(amount), zero_days=True),
    ]
    fees = [
        reader.amount(name, "platform_fees", absolute=True)
        for names in _FEES
        for name in [next((name for name in names if table.has(name)), "")]
        if name
    ]
    if fees:
        known = pl.any_horizontal(fee.is_not_null() for fee in fees)  # blank fees are not known yet, not free
        amounts.append(Amount("platform_fees", pl.when(first & known).then(pl.sum_horizontal(fees))))
    listing = reader.text(_SKU, "listing") if table.has(_SKU) else None
    return reader.extract(day, amounts, listing)
