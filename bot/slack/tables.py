"""Tables: Slack's own table block, and the same rows as lines of text where Slack refuses the block."""

from __future__ import annotations

from slackblocks import RawText, TableBlock

from bot.slack.limits import TABLE_CELL, TABLE_COLUMNS, TABLE_ROWS
from bot.slack.mrkdwn import cut, cut_escaped, one_line
from handlers.messages import Table

EMPTY_CELL = "—"
"""A cell without text is refused."""


def table_block(table: Table, block_id: str) -> TableBlock:
    """Return the table within 100 rows (column names included) and 20 columns; short rows are filled up."""
    width = min(len(table.columns), TABLE_COLUMNS)
    rows = [table.columns, *table.rows[: TABLE_ROWS - 1]]
    return TableBlock([[RawText(_cell(row, column)) for column in range(width)] for row in rows], block_id=block_id)


def rows_left_out(table: Table) -> int:
    """Return how many rows do not fit into Slack's table block."""
    return max(0, len(table.rows) - (TABLE_ROWS - 1))


def table_as_text(table: Table, limit: int) -> str:
    """Return the rows as lines of mrkdwn, the first cell bold, whole lines only within `limit` characters."""
    kept: list[str] = []
    room = limit
    for row in table.rows:
        line = _line(row)
        if len(line) + 1 > room:
            break
        kept.append(line)
        room -= len(line) + 1
    return "\n".join(kept)


def _line(row: tuple[str, ...]) -> str:
    cells = [cut_escaped(one_line(cell), TABLE_CELL) or EMPTY_CELL for cell in row] or [EMPTY_CELL]
    return " · ".join([f"*{cells[0]}*", *cells[1:]])


def _cell(row: tuple[str, ...], column: int) -> str:
    text = one_line(row[column]) if column < len(row) else ""
    return cut(text, TABLE_CELL) or EMPTY_CELL
