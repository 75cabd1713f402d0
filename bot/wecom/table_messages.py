"""A table of three columns or more as a message of its own, in the dialect of webhook markdown that has tables.

It has neither colours nor mentions, and clients older than 4.1.36 show it as it is written, so nothing else goes there:
https://developer.work.weixin.qq.com/document/path/99110
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.wecom.limits import MOST_PARTS, PART_BYTES
from bot.wecom.markdown import shown, size_of
from handlers.messages import Table
from kpi.phrases import phrase
from kpi.wording.wording import Wording

LEAST_COLUMNS = 3
"""Narrower ones read better as lines, where they can have colours."""
_MOST_COLUMNS = 8
_CELL, _CAPTION = 120, 240
"""Bytes: no row fills a message."""
_EMPTY = "—"
_BAR = "｜"
"""Stands for the sign that would end a cell."""


def table_messages(table: Table, wording: Wording) -> tuple[Mapping[str, Any], ...]:
    """Return the messages of a table, each with the names of its columns; none for a narrow or empty one.

    What is left out is said.
    """
    if len(table.columns) < LEAST_COLUMNS or not table.rows:
        return ()
    return tuple({"msgtype": "markdown_v2", "markdown_v2": {"content": one}} for one in _contents(table, wording))


def _contents(table: Table, wording: Wording) -> Iterator[str]:
    head = _head(table)
    tail = wording.say(phrase("… the rest did not fit into WeCom's messages."))
    parts = list(_parted([_row(row) for row in table.rows], PART_BYTES - size_of("\n".join(head)) - size_of(tail) - 2))
    for number, rows in enumerate(parts[:MOST_PARTS], 1):
        is_cut = number == MOST_PARTS < len(parts)
        yield "\n".join((*head, *rows, *(["", tail] if is_cut else [])))


def _head(table: Table) -> list[str]:
    caption = [f"**{shown(table.caption, _CAPTION)}**"] if table.caption.strip() else []
    columns = table.columns[:_MOST_COLUMNS]
    return [*caption, _row(columns), f"| {' | '.join(':---' for _ in columns)} |"]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(shown(cell, _CELL).replace('|', _BAR) or _EMPTY for cell in cells[:_MOST_COLUMNS])} |"


def _parted(rows: Sequence[str], limit: int) -> Iterator[list[str]]:
    """Yield the rows in runs of at most `limit` bytes, line breaks included."""
    part: list[str] = []
    for row in rows:
        if part and sum(size_of(one) + 1 for one in (*part, row)) > limit:
            yield part
            part = []
        part.append(row)
    if part:
        yield part
