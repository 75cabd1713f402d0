"""Amazon's *Sales and Traffic by date*, in English, and in Portuguese and Chinese as far as headers are known.

B2B columns are a subset of the totals and are never added. Amazon counts order items, not orders, in this report.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from kpi.errors import SourceError
from kpi.phrases import phrase
from kpi.sources.extraction import Amount, Reader, chosen_store
from kpi.sources.headers import normal
from kpi.sources.previews import Extract, ImportContext
from kpi.sources.tables import Table
from kpi.wording.numbers import SYMBOLS

SOURCE = "amazon_sales_and_traffic"
_DATE = ("Date", "Data", "日期")
_SALES = ("Ordered Product Sales", "Vendas de produtos pedidos", "已订购商品销售额")
_UNITS = ("Units Ordered", "Unidades pedidas", "已订购商品数量")
_SESSIONS = ("Sessions - Total", "Sessões - Total", "访问次数")
_PAGES = ("Page Views - Total", "Visualizações da página - Total", "页面浏览次数")
_REFUNDED = ("Units Refunded",)
_FOREIGN = {"₹": "INR", "€": "EUR", "£": "GBP", **{sign: code for code, sign in SYMBOLS.items() if sign != "¥"}}


def recognises(headers: set[str]) -> bool:
    """Tell whether these normalised headers are the report by date."""
    return all(any(normal(name) in headers for name in names) for names in (_DATE, _SALES, _UNITS))


def read(table: Table, context: ImportContext) -> Extract:
    """Return the facts of a report; no sessions beside sold units mean that traffic is late, not zero."""
    store = chosen_store(context, table.name)
    reader = Reader(table, context, store, SOURCE)
    day = reader.day(_there(table, _DATE) or "")
    _require_currency(table, store.currency)
    units = reader.amount(_there(table, _UNITS) or "", "units_sold")
    amounts = [
        Amount("units_sold", units),
        Amount("gmv_gross", reader.amount(_there(table, _SALES) or "", "gmv_gross")),
    ]
    sessions_header = _there(table, _SESSIONS)
    if sessions_header:
        sessions = reader.amount(sessions_header, "visits")
        is_late = (sessions == 0) & (units > 0)
        amounts.append(Amount("visits", pl.when(~is_late).then(sessions)))
        pages_header = _there(table, _PAGES)
        if pages_header:
            amounts.append(Amount("page_views", pl.when(~is_late).then(reader.amount(pages_header, "page_views"))))
    refunded_header = _there(table, _REFUNDED)
    if refunded_header:
        amounts.append(Amount("units_returned", reader.amount(refunded_header, "units_returned")))
    return reader.extract(
        day,
        amounts,
        warnings=(phrase("Amazon counts order items here, not orders: orders come from another source."),),
    )


def _there(table: Table, names: Sequence[str]) -> str | None:
    return next((name for name in names if table.has(name)), None)


def _require_currency(table: Table, currency: str) -> None:
    header = _there(table, _SALES) or ""
    cell = table.frame.select(table.column(header).cast(pl.String).drop_nulls().first()).collect().item() or ""
    sign = next((sign for sign in sorted(_FOREIGN, key=len, reverse=True) if sign in cell), None)
    if sign is not None and _FOREIGN[sign] != currency:
        raise SourceError(
            phrase("%(file)s is in %(found)s but the store sells in %(currency)s; choose the right store."),
            file=table.name,
            found=_FOREIGN[sign],
            currency=currency,
        )
