"""The checks of a text file before it is read as a table: its encoding, no binary bytes, no formulas, no web page."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from kpi.errors import HostileFileError, UnknownLayoutError
from kpi.phrases import phrase
from kpi.sources.safety import CHUNK

_FORMULA = re.compile(r"\s*(?:=\s*[\w(\"'+\-@$\[{#]|[+\-@][^|]*\|[^!]*!|[+\-@]\s*[A-Za-z][\w.]*\()")
"""A call, a reference, a command such as `=cmd|' /C calc'!A0` or `@SUM(A1)*cmd|'…'!A0`; a lone "=" is text."""
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|table|\?xml)", re.IGNORECASE)
LONGEST_SHOWN = 40


def top_of_text(name: str, path: Path) -> str:
    """Return the beginning of a text file; raises HostileFileError unless it is UTF-8 text."""
    with path.open("rb") as file:
        start = file.read(CHUNK)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise HostileFileError(phrase("%(file)s is UTF-16 text; save it as “CSV UTF-8” and try again."), file=name)
    if b"\x00" in start:
        raise _binary(name)
    cut = len(start) if len(start) < CHUNK else start.rfind(b"\n") + 1 or len(start)
    try:
        text = start[:cut].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise HostileFileError(
            phrase("%(file)s is not UTF-8 text; save it as “CSV UTF-8” and try again."), file=name
        ) from error
    if _MARKUP.match(text):
        raise UnknownLayoutError(
            phrase("%(file)s is a web page, not an export; sign in to the marketplace and download it again."),
            file=name,
        )
    return text


def require_plain_cells(name: str, path: Path, separator: str) -> None:
    """Raise HostileFileError for a file with zero bytes or with a cell that a spreadsheet would run as a formula."""
    has_mark = False
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if b"\x00" in chunk:
                raise _binary(name)
            has_mark = has_mark or b"=" in chunk or (separator != "|" and b"|" in chunk)
    if has_mark:  # rare: only then is every cell looked at
        _require_no_formula(name, path, separator)


def _require_no_formula(name: str, path: Path, separator: str) -> None:
    line = 1
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.reader(file, delimiter=separator)
        for row in rows:
            bad = next((cell for cell in row if cell[:1] in "=+-@ \t" and _FORMULA.match(cell)), None)
            if bad is not None and not (line == 1 and bad.lower().startswith("sep=")):
                raise HostileFileError(
                    phrase(
                        "%(file)s, line %(line)s: “%(cell)s” is a formula; write its value instead, then try again."
                    ),
                    file=name,
                    line=line,
                    cell=bad.strip()[:LONGEST_SHOWN],
                )
            line = rows.line_num + 1


def _binary(name: str) -> HostileFileError:
    return HostileFileError(phrase("%(file)s is not a text file; export it as CSV or XLSX."), file=name)
