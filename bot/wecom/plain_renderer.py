"""A Reply as plain text: for a message that is forwarded to where no markup is shown."""

from __future__ import annotations

from collections.abc import Iterator

from bot.wecom.limits import APP_PART_BYTES
from bot.wecom.markdown import cut, one_line, pieces
from bot.wecom.parts import in_parts
from bot.wecom.tones import MARKS, WORDS, marked
from handlers.messages import Figure, Reply, Table
from kpi.phrases import phrase
from kpi.wording.wording import Wording

_LINE, _CELL, _MOST_CELLS = 900, 120, 8
"""Bytes of a line and a cell, and cells of a row: no line fills a message."""
_EMPTY = "—"
_TAGS = str.maketrans({"<": "＜", ">": "＞"})
"""An app's text shows links written as tags; nobody's listing may become one."""


def plain_parts(reply: Reply, page_url: str = "") -> tuple[str, ...]:
    """Return the text of one message, or of several numbered ones; `page_url` shows more of it in a browser."""
    wording = Wording(reply.language)
    lines = [piece for line in _lines(reply, wording, page_url) for piece in _within(line)]
    tail = wording.say(phrase("… the rest did not fit into WeCom's messages."))
    return in_parts(lines, _cut(reply.footer), tail, APP_PART_BYTES)


def _lines(reply: Reply, wording: Wording, page_url: str) -> Iterator[str]:
    """Yield the lines in reading order; an empty one is nothing."""
    yield marked(reply.tone, reply.headline)
    yield from reply.text.splitlines()
    for figure in reply.figures:
        yield _figure(figure, wording)
    if reply.table:
        yield from _table(reply.table)
    yield from reply.notes
    if page_url:
        yield wording.labelled(wording.say(phrase("Details")), page_url)


def _figure(figure: Figure, wording: Wording) -> str:
    word = figure.judgement or (wording.say(WORDS[figure.tone]) if WORDS[figure.tone] else "")
    judged = f"{MARKS[figure.tone]}{word}"
    reading = " ".join(part for part in (figure.name or _EMPTY, figure.value or _EMPTY, figure.change, judged) if part)
    return "｜".join(part for part in (f"• {reading}", figure.target, figure.note) if part)


def _table(table: Table) -> Iterator[str]:
    yield table.caption
    yield _cells(table.columns)
    for row in table.rows:
        yield f"• {_cells(row)}"


def _cells(row: tuple[str, ...]) -> str:
    return " · ".join(cut(one_line(cell), _CELL) or _EMPTY for cell in row[:_MOST_CELLS])


def _within(line: str) -> Iterator[str]:
    return pieces(one_line(line).translate(_TAGS), _LINE)


def _cut(line: str) -> str:
    return cut(one_line(line).translate(_TAGS), _LINE)
