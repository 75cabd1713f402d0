"""Numbers as people and spreadsheets write them: "1.234,56", "1,234.56", "R$ 12,00", "(3,50)", "2.51%", "-"."""

from __future__ import annotations

from functools import partial
from typing import Literal

import polars as pl

from kpi.markets import Market
from kpi.metrics.measures import SCALED, MeasureUnit
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

WHOLE_UNITS = frozenset({MeasureUnit.COUNT, MeasureUnit.STARS})
"""Units that are counted one by one: "1,514" units are one thousand five hundred and fourteen in every market."""

LARGEST = 1e12
"""No cell of a shop is larger; past it, sums in 1/10,000 could leave 64 bits."""

_SHAPE = (
    r"^\(?[-−]?\s*(?:R\$|MX\$|AR\$|CL\$|COL\$|US\$|\$|₹|€|¥|[A-Z]{3})?\s*[-−]?"
    r"(?:[0-9](?:[0-9.,]*[0-9])?|[0-9]{1,3}(?:\s[0-9]{3})+(?:[.,][0-9]+)?)\s*%?\)?$"
)
_BLANKS = ("", "-", "–", "—", "n/a", "N/A", "null")


def is_blank(column: pl.Expr) -> pl.Expr:
    """Tell where a text cell holds nothing: unknown, never zero."""
    text = column.cast(pl.String).str.strip_chars()
    return column.is_null() | text.is_in(_BLANKS)


def number(column: pl.Expr, dtype: pl.DataType, mark: DecimalMark, *, is_whole: bool = False) -> pl.Expr:
    """Return the column as Float64: numeric cells as they are, text by the decimal mark; null for blank or no number.

    In text both marks together settle it (the later one is the decimal mark). One mark alone is the decimal mark if it
    is the column's; the other one is a thousands mark where groups of exactly three digits follow it, else a decimal
    mark. The column's mark is what its own cells prove, and `mark` where they prove nothing. With `is_whole`, groups of
    three are thousands whichever mark separates them.
    """
    if dtype.is_numeric():
        return _bounded(column.cast(pl.Float64))
    return by_distinct(column.cast(pl.String), partial(_number, mark=mark, is_whole=is_whole), pl.Float64)


def _bounded(value: pl.Expr) -> pl.Expr:
    return pl.when(value.abs() <= LARGEST).then(value)


def _number(cell: pl.Expr, mark: DecimalMark, *, is_whole: bool) -> pl.Expr:
    text = cell.str.strip_chars().str.replace_all("\u00a0", " ", literal=True)
    text = pl.when(text.str.contains(_SHAPE)).then(text)
    digits = text.str.replace_all(r"[^0-9.,]", "")
    comma, point = _proves(digits, ",").any(), _proves(digits, ".").any()
    is_comma = pl.when(comma & ~point).then(statement=True).when(point & ~comma).then(statement=False)
    plain = (
        pl.when(digits.str.contains(_grouped(",", ".")))
        .then(_plain(digits, ","))
        .when(digits.str.contains(_grouped(".", ",")))
        .then(_plain(digits, "."))
        .when(is_comma.otherwise(mark == ","))
        .then(_one_mark(digits, ",", is_whole=is_whole))
        .otherwise(_one_mark(digits, ".", is_whole=is_whole))
    )
    value = plain.cast(pl.Float64, strict=False)
    value = pl.when(text.str.contains(r"%\)?$")).then(value / 100).otherwise(value)
    return _bounded(pl.when(text.str.contains(r"^\(|[-−]")).then(-value).otherwise(value))


def _other(mark: DecimalMark) -> DecimalMark:
    return "." if mark == "," else ","


def _grouped(mark: DecimalMark, thousands: DecimalMark) -> str:
    """Return the shape of a number with both marks; Indian groups have two digits."""
    return rf"^[0-9]{{1,3}}(?:\{thousands}[0-9]{{2,3}})+\{mark}[0-9]+$"


def _thousands(mark: DecimalMark, groups: str = "+") -> str:
    return rf"^[1-9][0-9]{{0,2}}(?:\{mark}[0-9]{{3}}){groups}$"


def _plain(digits: pl.Expr, mark: DecimalMark) -> pl.Expr:
    return digits.str.replace_all(_other(mark), "", literal=True).str.replace(mark, ".", literal=True)


def _proves(digits: pl.Expr, mark: DecimalMark) -> pl.Expr:
    """Tell which cells can only be read with this decimal mark."""
    decimals = rf"^(?:[0-9]*\{mark}(?:[0-9]{{1,2}}|[0-9]{{4,}})|0+\{mark}[0-9]+|[0-9]{{4,}}\{mark}[0-9]+)$"
    shapes = (decimals, _grouped(mark, _other(mark)), _thousands(_other(mark), "{2,}"))
    return digits.str.contains("|".join(f"(?:{shape})" for shape in shapes)).fill_null(value=False)


def _one_mark(digits: pl.Expr, mark: DecimalMark, *, is_whole: bool) -> pl.Expr:
    """Return digits with at most one kind of mark as Python writes them; what fits no shape stays no number."""
    other = _other(mark)
    groups = _thousands(mark) if is_whole else _thousands(mark, "{2,}")
    return (
        pl.when(digits.str.contains(_thousands(other)))
        .then(digits.str.replace_all(other, "", literal=True))
        .when(digits.str.contains(groups))
        .then(digits.str.replace_all(mark, "", literal=True))
        .when(digits.str.count_matches(r"[.,]") <= 1)
        .then(digits.str.replace(",", ".", literal=True))
    )


def scaled(value: pl.Expr) -> pl.Expr:
    """Return money or a share in whole 1/10,000, rounded to the nearest."""
    return (value * SCALED).round(0).cast(pl.Int64, strict=False)


def whole(value: pl.Expr) -> pl.Expr:
    """Return a count as a whole number, rounded to the nearest."""
    return value.round(0).cast(pl.Int64, strict=False)
