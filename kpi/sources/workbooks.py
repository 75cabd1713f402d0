"""The checks of a workbook before it is opened: whole, no bomb, no formulas, no vast empty sheet."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from kpi.errors import HostileFileError
from kpi.phrases import phrase
from kpi.sources.safety import CHUNK, MOST_COLUMNS, Limits, require_no_bomb

_FORMULA = re.compile(rb"<(?!xm:)(?:\w+:)?f[\s/>]")
"""A cell's formula, whatever the writer calls the namespace; `xm:f` belongs to formatting rules."""
_COLUMN = re.compile(rb"\sr=[\"']([A-Z]+)[0-9]")
_ROW = re.compile(rb"\sr=[\"'][A-Z]*([0-9]+)[\"']")
_OVERLAP = 80
"""Bytes of the last piece looked at again, so that nothing hides on the border of two."""
MOST_EMPTY_CELLS = 20_000_000
"""A reader makes room for every cell between A1 and the farthest one: two cells can ask for all memory there is."""
LEAST_FILLED = 0.05
LETTERS = 26


def require_harmless_workbook(path: Path, limits: Limits) -> None:
    """Raise SourceError for a workbook that is broken, a bomb, or holds formulas."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            require_no_bomb(path, sum(entry.file_size for entry in entries), limits)
            for entry in entries:
                _look_through(path, archive, entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise HostileFileError(
            phrase("%(file)s is damaged or not a spreadsheet; download the export again."), file=path.name
        ) from error


def _look_through(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Read one part to its end, so that its true size and checksum are known; look at its cells if it is a sheet."""
    is_sheet = False
    columns: set[bytes] = set()
    rows: set[bytes] = set()
    cells, tail = 0, b""
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            window = tail + chunk
            is_sheet = is_sheet or b"sheetData" in window
            if is_sheet:
                _require_no_formula(path, window)
                columns.update(_COLUMN.findall(window))
                rows.update(_ROW.findall(window))
                cells += window.count(b"<c ") + window.count(b":c ")
            tail = chunk[-_OVERLAP:]
    if columns and rows:
        _require_room(path, max(map(_place, columns)), max(map(int, rows)), cells)


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters[:4]:
        place = place * LETTERS + letter - ord("A") + 1
    return place


def _require_room(path: Path, columns: int, rows: int, cells: int) -> None:
    if columns > MOST_COLUMNS:
        raise HostileFileError(
            phrase("%(file)s has %(columns)s columns, more than any export (%(limit)s); it was not read."),
            file=path.name,
            columns=columns,
            limit=MOST_COLUMNS,
        )
    if columns * rows > MOST_EMPTY_CELLS and cells < LEAST_FILLED * columns * rows:
        raise HostileFileError(
            phrase("%(file)s unpacks to far more than it weighs; it is not an export and was not opened."),
            file=path.name,
        )


def _require_no_formula(path: Path, window: bytes) -> None:
    if _FORMULA.search(window):
        raise HostileFileError(
            phrase("%(file)s holds formulas; copy its cells and paste them as values, then import again."),
            file=path.name,
        )
