"""Numbers as people and spreadsheets write them: "1.234,56", "1,234.56", "R$ 12,00", "(3,50)", "2.51%", "-"."""

from __future__ import annotations

from functools import partial
from typing import Literal

import polars as pl

from kpi.markets import Market
from kpi.measures import SCALED
from kpi.sources.distinct import by_distinct

DecimalMark = Literal[",", "."]

DECIMAL_MARKS: dict[Market, DecimalMark] = {
    Market.BR: ",",
    Market.AR: ",",
    Market.CL: ",",
    Market.CO: ",",
    Market.MX: ".",
}
"""How amounts are written in each market."""

_SHAPE = r"^\(?[-−]?\s*(?:R\$|MX\$|AR\$|CL\$|COL\$|US\$|\$|₹|€|¥|[A-Z]{3})?\s*[-−]?[0-9][0-9.,\s]*%?\)?$"
_BLANKS = ("", "-", "–", "—", "n/a", "N/A", "null")


def is_blank(column: pl.Expr) -> pl.Expr:
    """Tell where a text cell holds nothing: unknown, never zero."""
    text = column.cast(pl.String).str.strip_chars()
    return column.is_null() | text.is_in(_BLANKS)


def number(column: pl.Expr, dtype: pl.DataType, mark: DecimalMark) -> pl.Expr:
    """Return the column as Float64: numeric cells as they are, text by the decimal mark; null for blank or no number.

    In text both marks together settle it (the later one is the decimal mark). One mark alone is the decimal mark if it
    is `mark`; the other one is a thousands mark where exactly three digits follow it, else a decimal mark.
    """
    if dtype.is_numeric():
        return column.cast(pl.Float64)
    return by_distinct(column.cast(pl.String), partial(_number, mark=mark), pl.Float64)


def _number(cell: pl.Expr, mark: DecimalMark) -> pl.Expr:
    text = cell.str.strip_chars().str.replace_all("\u00a0", " ", literal=True)
    text = pl.when(text.str.contains(_SHAPE)).then(text)
    other = "." if mark == "," else ","
    digits = text.str.replace_all(r"[^0-9.,]", "")
    both = digits.str.contains(".", literal=True) & digits.str.contains(",", literal=True)
    comma_is_last = digits.str.contains(r",[0-9]*$")
    as_comma = digits.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    as_point = digits.str.replace_all(",", "", literal=True)
    thousands = digits.str.contains(rf"^[0-9]{{1,3}}(?:\{other}[0-9]{{3}})+$")
    repeated = digits.str.count_matches(mark, literal=True) > 1
    alone = (
        pl.when(thousands)
        .then(digits.str.replace_all(other, "", literal=True))
        .when(repeated)
        .then(digits.str.replace_all(mark, "", literal=True))
        .when(digits.str.contains(",", literal=True))
        .then(as_comma)
        .otherwise(as_point)
    )
    plain = pl.when(both & comma_is_last).then(as_comma).when(both).then(as_point).otherwise(alone)
    value = plain.cast(pl.Float64, strict=False)
    value = pl.when(text.str.contains(r"%\)?$")).then(value / 100).otherwise(value)
    return pl.when(text.str.contains(r"^\(|[-−]")).then(-value).otherwise(value)


def scaled(value: pl.Expr) -> pl.Expr:
    """Return money or a share in whole 1/10,000, rounded to the nearest."""
    return (value * SCALED).round(0).cast(pl.Int64)


def whole(value: pl.Expr) -> pl.Expr:
    """Return a count as a whole number, rounded to the nearest."""
    return value.round(0).cast(pl.Int64)
