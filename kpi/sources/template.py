"""The project's own template `kpi_daily` (CSV or XLSX): one row per store and day; blank is unknown, 0 is zero.

A row that fills one of the columns `listing`, `source`, `device` … is of that part of the store; a row that fills none
is of the whole store. The whole is never added up from parts: nobody says that they are all there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from kpi.engagements import Store
from kpi.metrics.dimensions import DIMENSIONS, LISTING
from kpi.metrics.measures import MEASURES
from kpi.sources.extraction import LONGEST_CELL, Amount, Level, Reader, chosen_store
from kpi.sources.headers import normal
from kpi.sources.numbers import is_blank
from kpi.sources.previews import (
    MOST_SHOWN,
    Extract,
    ImportContext,
    MappedColumn,
    Reason,
    RejectedRow,
    joined_rejections,
)
from kpi.sources.tables import ROW, Table

SOURCE = "template"

_DATE = ("date", "日期", "data", "fecha")
_STORE = ("store_code", "店铺", "loja", "tienda")
_CURRENCY = ("currency", "币种", "moeda", "moneda")
_DESCRIBING = frozenset(
    map(
        normal,
        ("platform", "site", "currency", "note", "平台", "站点", "币种", "备注", "plataforma", "moeda", "moneda"),
    )
)

ALIASES: dict[str, str] = {
    "订单数": "orders_paid",
    "取消订单数": "orders_cancelled",
    "销量": "units_sold",
    "成交额": "gmv_gross",
    "访客数": "visits",
    "浏览量": "page_views",
    "投诉数": "claims_opened",
    "退货件数": "units_returned",
    "评价数": "reviews",
    "差评数": "reviews_negative",
    "广告花费": "ad_spend",
    "广告成交额": "ad_sales",
    "广告点击": "ad_clicks",
    "pedidos": "orders_paid",
    "unidades": "units_sold",
    "vendas": "gmv_gross",
    "ventas": "gmv_gross",
    "visitas": "visits",
    "reclamações": "claims_opened",
    "reclamos": "claims_opened",
    "investimento em anúncios": "ad_spend",
    "gasto en anuncios": "ad_spend",
}
"""Headers in other languages; every measure is accepted by its own id besides."""

PART_ALIASES: dict[str, tuple[str, ...]] = {
    LISTING: ("商品编号", "anúncio", "publicación"),
    "source": ("流量来源", "origem", "origen"),
    "device": ("设备", "dispositivo"),
    "category": ("类目", "categoria", "categoría"),
    "payment": ("支付方式", "pagamento", "pago"),
    "carrier": ("承运商", "transportadora", "transportista"),
    "word": ("差评关键词", "palavra", "palabra"),
    "reason": ("退货原因", "motivo da devolução", "motivo de devolución"),
}
"""Headers of parts in other languages; every dimension is accepted by its own name besides."""

TEMPLATE_COLUMNS: tuple[str, ...] = (
    "date",
    "platform",
    "site",
    "store_code",
    "currency",
    *DIMENSIONS,
    *(name for name in MEASURES if not name.startswith("reported_")),
    "note",
)


def recognises(headers: set[str]) -> bool:
    """Tell whether these normalised headers are the template's: a date and at least one measure."""
    return any(normal(name) in headers for name in _DATE) and any(measure_of(header) for header in headers)


def measure_of(header: str) -> str | None:
    """Return the measure a header names, or None."""
    name = normal(header)
    return name if name in MEASURES else _NORMAL_ALIASES.get(name)


_NORMAL_ALIASES = {normal(alias): measure for alias, measure in ALIASES.items()}


def read(table: Table, context: ImportContext) -> Extract:
    """Return the facts of a template file; rows that name no store of the engagement are rejected."""
    table = replace(table, frame=table.frame.filter(pl.any_horizontal(pl.exclude(ROW).is_not_null())))
    store_header = next((name for name in _STORE if table.has(name)), None)
    if store_header is None:
        return _read_store(table, context, chosen_store(context, table.name), None)
    code = table.column(store_header).cast(pl.String).str.strip_chars()
    code = pl.when(code != "").then(code)
    named = _codes(table, code)
    parts = list(_parts(table, context, code, named))
    strangers = _strangers(table, context, code)
    rows, count = joined_rejections([*parts, strangers])
    mapped = (MappedColumn(store_header, "store"), *(parts[0].mapped if parts else ()))
    return Extract(
        tuple(fact for part in parts for fact in part.facts),
        mapped,
        sum(part.rows for part in parts) + strangers.rows,
        rows,
        count,
    )


def _codes(table: Table, code: pl.Expr) -> list[str | None]:
    return table.frame.select(code.unique()).collect(engine="streaming").to_series().to_list()


def _parts(table: Table, context: ImportContext, code: pl.Expr, named: list[str | None]) -> Iterator[Extract]:
    for store in context.stores:
        if store.id in named:
            yield _read_store(table, context, store, code == store.id)
    if None in named:
        yield _read_store(table, context, chosen_store(context, table.name), code.is_null())


def _read_store(table: Table, context: ImportContext, store: Store, which: pl.Expr | None) -> Extract:
    """Read a store's rows: those of the whole store, then those of its parts along each dimension."""
    frame = table.frame if which is None else table.frame.filter(which)
    headers = {name: header for name in DIMENSIONS if (header := _part_header(table, name)) is not None}
    if not headers:
        return _read_rows(replace(table, frame=frame), context, store)
    named = {name: ~is_blank(table.column(header)) for name, header in headers.items()}
    count = pl.sum_horizontal(named.values())
    found = [_read_rows(replace(table, frame=frame.filter(count == 0)), context, store)]
    for name, header in headers.items():
        mine = replace(table, frame=frame.filter((count == 1) & named[name]))
        found.append(_read_rows(mine, context, store, (name, header)))
    first = pl.coalesce(pl.when(named[name]).then(table.column(headers[name]).cast(pl.String)) for name in headers)
    found.append(_refused(table, frame.filter(count > 1), first, Reason.TWO_PARTS))
    return _joined(found)


def _part_header(table: Table, dimension: str) -> str | None:
    return next((name for name in (dimension, *PART_ALIASES[dimension]) if table.has(name)), None)


def _read_rows(table: Table, context: ImportContext, store: Store, split: tuple[str, str] | None = None) -> Extract:
    """Read rows of one kind: of the whole store, or with `split` (a dimension and its header) of its parts."""
    reader = Reader(table, context, store, SOURCE)
    day_header = next(name for name in _DATE if table.has(name))
    day = reader.day(day_header)
    currency_header = next((name for name in _CURRENCY if table.has(name)), None)
    if currency_header is not None:
        currency = reader.text(currency_header, "currency")
        reader.check(Reason.OTHER_CURRENCY, currency.str.to_uppercase() != store.currency, currency_header)
    dimension, part_header = split or (LISTING, "")
    part = reader.text(part_header, dimension) if part_header else None
    amounts = [
        Amount(measure, reader.amount(header, measure), Level.PART if split else Level.STORE)
        for header in table.headers
        if normal(header) not in _DESCRIBING and (measure := measure_of(header)) is not None
    ]
    reader.once_a_day(day, day_header, part)
    return reader.extract(day, amounts, part, dimension)


def _joined(found: list[Extract]) -> Extract:
    rejected, count = joined_rejections(found)
    return Extract(
        tuple(fact for one in found for fact in one.facts),
        tuple(dict.fromkeys(column for one in found for column in one.mapped)),
        sum(one.rows for one in found),
        rejected,
        count,
    )


def _strangers(table: Table, context: ImportContext, code: pl.Expr) -> Extract:
    known = [store.id for store in context.stores]
    strange = table.frame.filter(code.is_not_null() & ~code.is_in(known))
    return _refused(table, strange, code, Reason.OTHER_STORE)


def _refused(table: Table, frame: pl.LazyFrame, cell: pl.Expr, reason: str) -> Extract:
    rows = frame.select(ROW, cell.alias("cell")).collect()
    shown = rows.head(MOST_SHOWN)
    lines = table.lines(shown[ROW].to_list())
    rejected = tuple(
        RejectedRow(table.name, line, reason, text[:LONGEST_CELL])
        for line, text in zip(lines, shown["cell"], strict=True)
    )
    return Extract((), (), rows.height, rejected, rows.height)
