"""A file as a table: its header row found, its columns by place, its rows read lazily."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import fastexcel
import polars as pl

from kpi.errors import HostileFileError, SourceError, UnknownLayoutError
from kpi.phrases import phrase
from kpi.sources.headers import SEARCHED_ROWS, normal, places_of
from kpi.sources.lines import LinesOf, lines_in_text, same_lines
from kpi.sources.safety import MOST_COLUMNS, Limits, require_regular, unpacked
from kpi.sources.texts import require_plain_cells, top_of_text
from kpi.sources.workbooks import require_harmless_workbook

ROW = "row"
"""Name of the record-number column; `Table.lines` tells the line of the file a record begins on."""
SEPARATORS = ",;\t|"
SHEETS = (".xlsx", ".xlsm")
EXACT = 1 << 53
"""The largest whole number up to which a float is exact."""

FindHeader = Callable[[Sequence[Sequence[str]]], int | None]
"""Returns which of the first rows is the header, or None."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file ready to be read. Columns of `frame` are named by their place ("0", "1", …), besides `row`."""

    name: str
    headers: tuple[str, ...]
    frame: pl.LazyFrame
    lines: LinesOf = same_lines

    @property
    def places(self) -> dict[str, list[int]]:
        """Where each normalised header stands."""
        return places_of(self.headers)

    def has(self, header: str) -> bool:
        """Tell whether a header is there."""
        return normal(header) in self.places

    def column(self, header: str, nth: int = 0) -> pl.Expr:
        """Return the (nth) column of a header as an expression; raises KeyError when it is not there."""
        return pl.col(str(self.places[normal(header)][nth]))

    def column_name(self, header: str) -> str:
        """Return the frame's name of a header's first column."""
        return str(self.places[normal(header)][0])


@contextmanager
def open_table(path: Path, limits: Limits, find_header: FindHeader) -> Iterator[Table]:
    """Give the table a file holds; raises SourceError with one sentence for whatever is wrong with the file."""
    require_regular(path, limits)
    with unpacked(path, limits) as plain:
        is_sheet = plain.suffix.lower() in SHEETS or _looks_like_zip(plain)
        try:
            yield (
                _open_sheet(path.name, plain, limits, find_header)
                if is_sheet
                else _open_text(path.name, plain, find_header)
            )
        except (csv.Error, pl.exceptions.PolarsError) as error:
            raise HostileFileError(
                phrase("%(file)s cannot be read as a table (%(problem)s); save it as “CSV UTF-8” and try again."),
                file=path.name,
                problem=_short(error),
            ) from error


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:80] if str(error) else type(error).__name__


def _looks_like_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def _open_sheet(name: str, path: Path, limits: Limits, find_header: FindHeader) -> Table:
    require_harmless_workbook(path, limits)
    try:
        book = fastexcel.read_excel(str(path))
        for sheet in book.sheet_names:
            # Rows are counted from the sheet's own first row: left out, empty rows above the title would not count.
            top = book.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=SEARCHED_ROWS, dtypes="string")
            rows = [["" if cell is None else str(cell) for cell in row] for row in top.to_polars().rows()]
            _require_few_columns(name, top.width)
            header = find_header(rows)
            if header is not None:
                # All rows are looked at for a column's type: text after many numbers would otherwise become blank.
                body = book.load_sheet(sheet, header_row=None, skip_rows=header + 1, schema_sample_rows=None)
                return _table(name, rows[header], _with_whole_numbers(body.to_polars()).lazy(), header, same_lines)
    except fastexcel.FastExcelError as error:
        raise HostileFileError(
            phrase("%(file)s is damaged or not a spreadsheet; download the export again."), file=name
        ) from error
    raise _unknown(name)


def _with_whole_numbers(body: pl.DataFrame) -> pl.DataFrame:
    """Return float columns that hold whole numbers only as such: a listing is 22334455, not 22334455.0."""
    floats = [column for column in body.iter_columns() if column.dtype.is_float()]
    whole = [column for column in floats if bool((column.round(0) == column).all() and (column.abs() <= EXACT).all())]
    return body.with_columns(column.cast(pl.Int64) for column in whole)


def _open_text(name: str, path: Path, find_header: FindHeader) -> Table:
    text = top_of_text(name, path)
    separator = _separator(text)
    rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), SEARCHED_ROWS))
    _require_few_columns(name, max((len(row) for row in rows), default=0))
    header = find_header(rows)
    if header is None:
        raise _unknown(name)
    require_plain_cells(name, path, separator)
    frame = pl.scan_csv(
        path,
        # The header is left in: a first row that is cut short would otherwise decide how many columns there are.
        skip_rows=header,
        with_column_names=lambda names: [str(place) for place in range(len(names))],
        separator=separator,
        eol_char="\n" if "\n" in text else "\r",
        infer_schema=False,
        truncate_ragged_lines=True,
        raise_if_empty=False,
    )
    return _table(name, rows[header], frame, header, partial(lines_in_text, path, separator))


def _separator(text: str) -> str:
    lines = text.splitlines()[:SEARCHED_ROWS]
    return max(SEPARATORS, key=lambda mark: max((line.count(mark) for line in lines), default=0))


def _require_few_columns(name: str, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise HostileFileError(
            phrase("%(file)s has %(columns)s columns, more than any export (%(limit)s); it was not read."),
            file=name,
            columns=columns,
            limit=MOST_COLUMNS,
        )


def _table(name: str, headers: Sequence[str], frame: pl.LazyFrame, header_row: int, lines: LinesOf) -> Table:
    names = frame.collect_schema().names()
    renamed = frame.rename({old: str(place) for place, old in enumerate(names)})
    missing = [pl.lit(None, pl.String).alias(str(place)) for place in range(len(names), len(headers))]
    numbered = renamed.with_columns(missing).with_row_index(ROW, offset=header_row + 2)
    return Table(name, tuple(headers), numbered, lines)


def _unknown(name: str) -> SourceError:
    return UnknownLayoutError(
        phrase(
            "%(file)s has headers Vigia does not know; export it again from the marketplace, use the template"
            " kpi_daily.csv, or describe it in a mapping file (--mapping)."
        ),
        file=name,
    )
