"""The two sides of a journey beside each other: the seller's, and operations' with everybody who was written to alone.

A page shows them as an HTML table, which GitHub folds to the reader's window; a terminal as two columns of text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from bot.console.text_width import padded, wrapped
from bot.simulation.seen import ANSWER, CHANGED, NEW, THREAD, WRITTEN, Cell, Moment
from kpi.engagements import Audience, Room

BAR = " │ "
_INDENT = "  "
_HEAD = re.compile(rf"\d\d-\d\d \d\d:\d\d(:\d\d)? [{NEW}{CHANGED}{THREAD}{WRITTEN}{ANSWER}]")
_BUTTON = re.compile(r"((?:[−+] )?→ .*?) {2,}(\S.*)")
_COMMAND = re.compile(r"`([^`]+)`")
_RULER = "─"


def column_of(width: int) -> int:
    """Return how wide each of two columns is."""
    return (width - len(BAR)) // 2


def text_rows(moment: Moment, first: Sequence[Room], column: int) -> list[str]:
    """Return a moment as two columns of text; the cell of a side's `first` room needs no name."""
    left, right = (_text(_side(moment, audience), first, column) for audience in Audience)
    return beside(left, right, column)


def beside(left: Sequence[str], right: Sequence[str], column: int) -> list[str]:
    """Return two texts beside each other."""
    pairs = zip_longest(left, right, fillvalue="")
    return [f"{padded(one, column)}{BAR}{two}".rstrip() for one, two in pairs]


def folded(lines: Sequence[str], width: int) -> list[str]:
    """Return lines within a width; what is folded is indented."""
    return [piece for line in lines for piece in (wrapped(line, width, _INDENT) if line else [""])]


def table_head(left: str, right: str) -> tuple[str, ...]:
    """Return the beginning of a page's table with the titles of its columns."""
    titles = "".join(f'<th width="50%" align="left">{html.escape(title)}</th>' for title in (left, right))
    return ("<table>", f"<tr>{titles}</tr>")


def table_rows(moment: Moment, weather: Sequence[str], first: Sequence[Room]) -> Iterator[str]:
    """Yield a moment as rows of a page's table: the weather across it, then what each side saw."""
    yield from (f'<tr><td colspan="2">{html.escape(sentence)}</td></tr>' for sentence in weather)
    if not moment.cells:
        return
    yield "<tr>"
    for audience in Audience:
        lines = list(_html(_side(moment, audience), first))
        yield '<td valign="top">'
        yield from (f"{line}<br>" for line in lines[:-1])
        yield from lines[-1:]
        yield "</td>"
    yield "</tr>"


def _side(moment: Moment, audience: Audience) -> list[Cell]:
    return [cell for cell in moment.cells if cell.room.audience is audience]


def _text(cells: Sequence[Cell], first: Sequence[Room], column: int) -> list[str]:
    lines: list[str] = []
    for cell in cells:
        if cell.room not in first:
            lines.extend(([""] if lines else []) + [f"[{cell.room.id}]"])
        lines.extend(folded(cell.lines, column))
    return lines


def _html(cells: Sequence[Cell], first: Sequence[Room]) -> Iterator[str]:
    for number, cell in enumerate(cells):
        if number:
            yield ""
        if cell.room not in first:
            yield f"<i>{html.escape(cell.room.id)}</i>"
        yield from (_marked_up(line) for line in cell.lines if line.strip(_RULER) or not line)


def _marked_up(line: str) -> str:
    if button := _BUTTON.fullmatch(line):
        return f"{html.escape(button[1])} <code>{html.escape(button[2])}</code>"
    text = _COMMAND.sub(r"<code>\1</code>", html.escape(line, quote=False)).replace("  ", "&nbsp; ")
    return f"<b>{text}</b>" if _HEAD.match(line) else text
