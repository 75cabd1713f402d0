"""Exchange rates from `fx_rates.csv`: date, base, quote, rate, source."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from kpi.errors import SourceError
from kpi.phrases import phrase
from kpi.rates import Rate
from kpi.sources.headers import normal
from kpi.sources.safety import Limits, require_regular

COLUMNS = ("date", "base", "quote", "rate", "source")
CODE_LENGTH = 3


def is_rates_file(path: Path) -> bool:
    """Tell whether a CSV file has the headers of a rates file."""
    if path.suffix.lower() != ".csv":
        return False
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return set(COLUMNS) <= {normal(cell) for cell in file.readline(1000).split(",")}


def read_rates(path: Path, limits: Limits) -> tuple[Rate, ...]:
    """Return the rates of a file; raises SourceError naming the first line that is wrong."""
    require_regular(path, limits)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            rows.fieldnames = [normal(name) for name in rows.fieldnames or ()]
            return tuple(_rate(path, number, row) for number, row in enumerate(rows, start=2))
    except UnicodeDecodeError as error:
        raise SourceError(
            phrase("%(file)s is not UTF-8 text; save it as “CSV UTF-8” and try again."), file=path.name
        ) from error


def _rate(path: Path, line: int, row: dict[str, str]) -> Rate:
    try:
        day, rate = date.fromisoformat(row["date"].strip()), Decimal(row["rate"].strip())
    except (ValueError, InvalidOperation, KeyError, AttributeError) as error:
        raise _wrong(path, line) from error
    base, quote = (row["base"] or "").strip().upper(), (row["quote"] or "").strip().upper()
    if not rate.is_finite() or rate <= 0 or len(base) != CODE_LENGTH or len(quote) != CODE_LENGTH:
        raise _wrong(path, line)
    return Rate(day, base, quote, rate, (row["source"] or "").strip() or path.name)


def _wrong(path: Path, line: int) -> SourceError:
    return SourceError(
        phrase("%(file)s, line %(line)s: write date (2026-11-22), base (BRL), quote (CNY), rate (1.3310) and source."),
        file=path.name,
        line=line,
    )
