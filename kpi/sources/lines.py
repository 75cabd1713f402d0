"""Which line of a file a record stands on: the same number, unless cells hold line breaks of their own."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

LinesOf = Callable[[Sequence[int]], list[int]]
"""From record numbers (the first record of the file is 1) to the lines they begin on."""


def same_lines(records: Sequence[int]) -> list[int]:
    """Return the numbers as they are: a spreadsheet's row is its own line."""
    return list(records)


def lines_in_text(path: Path, separator: str, records: Sequence[int]) -> list[int]:
    """Return the lines on which records of a text file begin, reading it as far as the last of them."""
    found: dict[int, int] = {}
    wanted, last, line = set(records), max(records, default=0), 1
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            rows = csv.reader(file, delimiter=separator)
            for number, _ in enumerate(rows, start=1):
                if number in wanted:
                    found[number] = line
                if number >= last:
                    break
                line = rows.line_num + 1
    except csv.Error:  # a cell longer than Python reads: records after it keep their own number
        pass
    return [found.get(record, record) for record in records]
