"""Small export files, written by the tests that read them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import xlsxwriter

from kpi.metrics.measures import MEASURES, SCALED, MeasureUnit
from kpi.sources.previews import ImportPreview

Rows = Sequence[Sequence[object]]

DAY = date(2026, 11, 20)


def write_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a text file as it stands."""
    path.write_bytes(text.encode(encoding))
    return path


def write_csv(path: Path, rows: Rows) -> Path:
    """Write rows as a CSV file; None is a blank cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def write_book(path: Path, *sheets: Rows) -> Path:
    """Write a workbook of typed cells: numbers as numbers, dates as dates, None as no cell at all."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        dates = book.add_format({"num_format": "yyyy-mm-dd"})
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        at = datetime(cell.year, cell.month, cell.day, tzinfo=UTC).replace(tzinfo=None)
                        sheet.write_datetime(number, place, at, dates)
                    elif cell is not None:
                        sheet.write(number, place, cell)
    return path


def write_table(path: Path, rows: Rows) -> Path:
    """Write rows as what the file's name says."""
    return (write_book if path.suffix == ".xlsx" else write_csv)(path, rows)


def of_day(preview: ImportPreview, day: date = DAY, store: str = "") -> dict[str, float]:
    """Return a store's measures of one day; money in whole currency units."""
    return {
        fact.measure: fact.value / SCALED if MEASURES[fact.measure].unit is MeasureUnit.MONEY else fact.value
        for fact in preview.facts
        if not fact.part and fact.day == day and store in {"", fact.store}
    }


def of_listings(preview: ImportPreview, measure: str) -> dict[str, int]:
    """Return one measure by listing."""
    return {fact.part: fact.value for fact in preview.facts if fact.part and fact.measure == measure}


def refusals(preview: ImportPreview) -> list[tuple[int, str]]:
    """Return the line and the sentence of every rejected row that is named."""
    return [(row.line, row.reason % {"cell": row.cell}) for row in preview.rejected]
