"""Dates as exports write them; an ambiguous one is asked about and never guessed."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import partial

import polars as pl

from kpi.errors import AmbiguousDateError
from kpi.phrases import phrase
from kpi.sources.distinct import by_distinct

MONTHS: dict[str, int] = {
    **{
        name: number
        for number, name in enumerate(
            (
                "janeiro",
                "fevereiro",
                "março",
                "abril",
                "maio",
                "junho",
                "julho",
                "agosto",
                "setembro",
                "outubro",
                "novembro",
                "dezembro",
            ),
            start=1,
        )
    },
    **{
        name: number
        for number, name in enumerate(
            (
                "enero",
                "febrero",
                "marzo",
                "abril",
                "mayo",
                "junio",
                "julio",
                "agosto",
                "septiembre",
                "octubre",
                "noviembre",
                "diciembre",
            ),
            start=1,
        )
    },
    "marco": 3,
    "setiembre": 9,
}
"""Month names of prose dates such as "3 de agosto de 2026 09:24 hs."."""

_SLASHED = r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:\D|$)"
_PROSE = r"^(\d{1,2}) de (\p{L}+)\.? de (\d{4})"
_CHINESE = r"^(\d{4})年(\d{1,2})月(\d{1,2})日"
_ISO = r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:\D|$)"
LAST_MONTH = 12
LAST_DAY = 31
ISO_DATE = 11
"""Characters of an ISO date and of what separates it from its time."""
LONGEST_DATE = 40
"""Characters that hold the date of any cell; what follows is its time."""
EARLIEST = date(2000, 1, 1)
"""No marketplace we read is older; an earlier day is a slip of the keyboard, and would fill centuries with zeros."""


class DateOrder(StrEnum):
    """Which number of "03/04/2026" is the day."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


def date_order(frame: pl.LazyFrame, column: pl.Expr, dtype: pl.DataType, said: DateOrder | None) -> DateOrder:
    """Return the order of slashed dates in a column: what its own dates prove, else what was said.

    Raises AmbiguousDateError when nothing settles it, or when the column proves the opposite of what was said.
    """
    if dtype.is_temporal():
        return said or DateOrder.DAY_FIRST
    text = column.cast(pl.String).str.strip_chars().str.slice(0, ISO_DATE)
    cells = frame.select(cell=text.filter(text.str.contains(r"^\d{1,2}[/.-]")).unique()).collect(engine="streaming")
    parts = pl.col("cell").str.extract_groups(_SLASHED)
    first, second = (parts.struct.field(name).cast(pl.Int32) for name in ("1", "2"))
    could_be = [
        first.is_between(1, LAST_DAY) & second.is_between(1, LAST_MONTH),
        second.is_between(1, LAST_DAY) & first.is_between(1, LAST_MONTH),
    ]
    cell = pl.col("cell").str.strip_chars()
    day_first, month_first, either = cells.select(
        day=cell.filter(could_be[0] & ~could_be[1]).min(),
        month=cell.filter(could_be[1] & ~could_be[0]).min(),
        either=cell.filter(could_be[0] & could_be[1]).min(),
    ).row(0)
    return _settled(day_first, month_first, either, said)


def _settled(day_first: str | None, month_first: str | None, either: str | None, said: DateOrder | None) -> DateOrder:
    """Return the order that one date of each kind allows; raises AmbiguousDateError when they allow none or two."""
    if day_first is not None and month_first is not None:
        raise AmbiguousDateError(
            phrase("“%(one)s” and “%(other)s” are written in two orders; write all dates as 2026-11-22."),
            one=day_first,
            other=month_first,
        )
    proven = DateOrder.DAY_FIRST if day_first else DateOrder.MONTH_FIRST if month_first else None
    if proven is not None and said not in {None, proven}:
        raise AmbiguousDateError(
            phrase("“%(date)s” cannot be read with --date-order %(order)s; leave the option out."),
            date=day_first or month_first,
            order=said.value if said else "",
        )
    if proven is None and said is None and either is not None:
        raise AmbiguousDateError(
            phrase(
                "Dates such as “%(date)s” can be read two ways; say which with --date-order dmy or --date-order mdy."
            ),
            date=either,
        )
    return proven or said or DateOrder.DAY_FIRST


def day(column: pl.Expr, dtype: pl.DataType, order: DateOrder) -> pl.Expr:
    """Return the calendar day of each cell, or null where it is no date; times of day are dropped as written."""
    if dtype == pl.Date:
        return column
    if dtype.is_temporal():
        return column.dt.date()
    text = column.cast(pl.String).str.strip_chars()
    iso = by_distinct(text.str.slice(0, ISO_DATE), _iso_day, pl.Date)
    other = pl.when(iso.is_null()).then(text.str.slice(0, LONGEST_DATE))
    return pl.coalesce(iso, by_distinct(other, partial(_other_day, order=order), pl.Date))


def _iso_day(text: pl.Expr) -> pl.Expr:
    return _day(text, _ISO, ("1", "2", "3"))


def _other_day(text: pl.Expr, order: DateOrder) -> pl.Expr:
    chinese = _day(text, _CHINESE, ("1", "2", "3"))
    slashed = _day(text, _SLASHED, ("3", "2", "1") if order is DateOrder.DAY_FIRST else ("3", "1", "2"))
    return pl.coalesce(slashed, chinese, _prose_day(text))


def _day(text: pl.Expr, pattern: str, names: tuple[str, str, str]) -> pl.Expr:
    parts = text.str.extract_groups(pattern)
    year, month, number = (parts.struct.field(name) for name in names)
    full_year = pl.when(year.str.len_chars() == 2).then(pl.lit("20") + year).otherwise(year)  # noqa: PLR2004 - "26"
    joined = full_year + "-" + month.str.zfill(2) + "-" + number.str.zfill(2)
    return joined.str.to_date("%Y-%m-%d", strict=False)


def _prose_day(text: pl.Expr) -> pl.Expr:
    parts = text.str.to_lowercase().str.extract_groups(_PROSE)
    month = parts.struct.field("2").replace_strict(
        list(MONTHS), [f"{number:02d}" for number in MONTHS.values()], default=None, return_dtype=pl.String
    )
    joined = parts.struct.field("3") + "-" + month + "-" + parts.struct.field("1").str.zfill(2)
    return joined.str.to_date("%Y-%m-%d", strict=False)


def instant(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Return naive local timestamps ("2017-11-24 10:00:00" or typed cells), or null."""
    if dtype.is_temporal():
        return column.cast(pl.Datetime("us"))
    text = column.cast(pl.String).str.strip_chars().str.replace("T", " ", literal=True).str.slice(0, 19)
    return pl.coalesce(
        text.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us"),
        text.str.to_datetime("%Y-%m-%d %H:%M", strict=False, time_unit="us"),
        text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us")),
    )
