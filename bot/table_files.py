"""Tables as CSV, XLSX and JSON files, and texts; a cell that looks like a formula is text, never a formula."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

import xlsxwriter

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""First characters spreadsheets read as a formula (OWASP: CSV injection)."""


def write_csv(path: Path | None, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a table with a header to `path`, or to standard output without one."""
    opened = path.open("w", encoding="utf-8", newline="") if path else nullcontext(sys.stdout)
    with opened as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([[_harmless(cell) for cell in row] for row in rows])


def write_xlsx(
    path: Path,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    numeric: frozenset[str] = frozenset(),
    sheet: str = "readings",
) -> None:
    """Write a table with a header to an XLSX file; `numeric` columns become numbers."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(sheet)
        page.freeze_panes(1, 0)
        page.write_row(0, 0, columns, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            for place, (name, cell) in enumerate(zip(columns, row, strict=True)):
                if name in numeric and cell:
                    page.write_number(number, place, float(cell))
                else:
                    page.write_string(number, place, cell)
        page.autofit()


def write_json(path: Path | None, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows as a JSON list of objects to `path`, or to standard output without one."""
    write_text(path, json.dumps(list(rows), ensure_ascii=False, indent=2) + "\n")


def write_text(path: Path | None, text: str) -> None:
    """Write a text to `path`, or to standard output without one."""
    if path is None:
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")


def cell_text(value: str | int | bool | None) -> str:  # noqa: FBT001 - any value a table may hold
    """Return a value as a table shows it: nothing is empty, true and false are written small."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _harmless(cell: str) -> str:
    is_number = cell.removeprefix("-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) and not is_number else cell
