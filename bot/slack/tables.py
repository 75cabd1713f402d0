"""Tables: Slack's own table block, and the same rows as lines of text where Slack refuses the block.

It is the `table` block, not `data_table`. The latter's columns can be sorted, and our cells are words in the reader's
language ("R$ 1,2 mil"), which would be sorted by their letters; it shows five rows a page, and how phones show it is
written nowhere, while our numbers stand in the table alone. Its caption, for who hears a table, stands as a line above.
"""

from __future__ import annotations

from collections.abc import Iterator

from slackblocks import RawText, TableBlock

from bot.slack.limits import SECTION_TEXT, TABLE_CELL, TABLE_COLUMNS, TABLE_ROWS
from bot.slack.mrkdwn import cut, cut_escaped, one_line
from handlers.messages import Table

EMPTY_CELL = "—"
"""A cell without text is refused."""
MOST_ROWS = TABLE_ROWS - 1
"""Rows below that of the column names."""
_BETWEEN = " · "


def columns_of(table: Table) -> int:
    """Return how many columns a table has, whichever of its rows is the widest."""
    return max(len(row) for row in (table.columns, *table.rows))


def columns_left_out(table: Table) -> int:
    """Return how many columns do not fit into Slack's table block."""
    return max(0, columns_of(table) - TABLE_COLUMNS)


def table_block(table: Table, most_rows: int, block_id: str) -> TableBlock:
    """Return the table with its first rows, within 100 rows and 20 columns; short rows are filled up."""
    width = min(columns_of(table), TABLE_COLUMNS)
    rows = [table.columns, *table.rows[: min(most_rows, MOST_ROWS)]]
    return TableBlock([[RawText(_cell(row, column)) for column in range(width)] for row in rows], block_id=block_id)


def table_as_text(table: Table, most_rows: int) -> Iterator[str]:
    """Yield the first rows as lines of mrkdwn below the names of the columns, in texts of at most 3000 characters."""
    text = _line(table.columns, is_bold=False)
    for row in table.rows[: min(most_rows, MOST_ROWS)]:
        line = _line(row)
        if len(text) + len(line) + 1 > SECTION_TEXT:
            yield text
            text = line
        else:
            text = f"{text}\n{line}"
    yield text


def _line(row: tuple[str, ...], *, is_bold: bool = True) -> str:
    """Return a row within 3000 characters, of at most 20 cells, the first one bold."""
    shown = row[:TABLE_COLUMNS] or ("",)
    room = min(TABLE_CELL, SECTION_TEXT // len(shown) - len(_BETWEEN))
    cells = [cut_escaped(one_line(cell), room) or EMPTY_CELL for cell in shown]
    return _BETWEEN.join([f"*{cells[0]}*" if is_bold else cells[0], *cells[1:]])


def _cell(row: tuple[str, ...], column: int) -> str:
    text = one_line(row[column]) if column < len(row) else ""
    return cut(text, TABLE_CELL) or EMPTY_CELL
