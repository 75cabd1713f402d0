"""Text parsed once per distinct cell: an export of a million lines has a few thousand prices and dates."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import polars as pl

Parse = Callable[[pl.Expr], pl.Expr]


def by_distinct(column: pl.Expr, parse: Parse, dtype: pl.DataType | type[pl.DataType]) -> pl.Expr:
    """Return `parse` of a text column, worked out for each distinct cell only."""
    return column.map_batches(partial(_parsed, parse=parse, dtype=dtype), return_dtype=dtype)


def _parsed(cells: pl.Series, parse: Parse, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    known = cells.unique().drop_nulls()
    values = known.to_frame("cell").select(parse(pl.col("cell"))).to_series()
    if known.is_empty():
        return pl.Series(cells.name, [None] * len(cells), dtype=dtype)
    return cells.replace_strict(known, values, default=None, return_dtype=dtype)
