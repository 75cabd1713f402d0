"""Shopee's product performance (`parentskudetail`): a file for one period that does not name its day.

Parent and variation rows are mixed: only parent rows count, their variations are already in them. Sales stay with the
listings, because the order export has the store's; one buyer who visits three listings is three listing visitors.
"""

from __future__ import annotations

import polars as pl

from kpi.errors import SourceError
from kpi.phrases import phrase
from kpi.sources.extraction import Amount, Level, Reader, chosen_store
from kpi.sources.headers import normal
from kpi.sources.numbers import is_blank
from kpi.sources.previews import Extract, ImportContext
from kpi.sources.tables import Table

SOURCE = "shopee_products"
_ITEM, _VARIATION = "ID do Item", "ID da Variação"
_IMPRESSIONS, _VISITORS = "Impressão do Produto", "Visitantes do Produto (Visita)"
_COLUMNS: tuple[tuple[str, str, Level], ...] = (
    (_IMPRESSIONS, "impressions_listing", Level.BOTH),
    ("Cliques Por Produto", "clicks_listing", Level.BOTH),
    (_VISITORS, "visits", Level.BOTH),
    ("Visualizações da Página do Produto", "page_views", Level.BOTH),
    ("Visitantes do Produto (Adicionar ao Carrinho)", "cart_visitors", Level.BOTH),
    ("Unidades (Pedido pago)", "units_sold", Level.PART),
    ("Vendas (Pedido pago) (BRL)", "gmv_gross", Level.PART),
)


def recognises(headers: set[str]) -> bool:
    """Tell whether these normalised headers are a product performance file."""
    return {normal(_ITEM), normal(_VISITORS)} <= headers


def read(table: Table, context: ImportContext) -> Extract:
    """Return the facts of one day's file; raises SourceError when nobody said which day it is."""
    if context.day is None:
        raise SourceError(
            phrase("%(file)s covers a period it does not name; download one day and say which with --day 2026-11-22."),
            file=table.name,
        )
    reader = Reader(table, context, chosen_store(context, table.name), SOURCE)
    item = reader.text(_ITEM, "listing")
    is_parent = is_blank(table.column(_VARIATION)) if table.has(_VARIATION) else pl.lit(value=True)
    amounts = [
        Amount(measure, pl.when(is_parent).then(reader.amount(header, measure)), level)
        for header, measure, level in _COLUMNS
        if table.has(header)
    ]
    return reader.extract(
        pl.lit(context.day, pl.Date),
        amounts,
        pl.when(is_parent).then(item),
        warnings=(phrase("Visitors are added over listings: somebody who visits three listings counts three times."),),
    )
