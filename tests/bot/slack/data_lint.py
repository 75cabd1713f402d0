"""What Slack refuses of blocks that hold data: tables and charts. The stricter number where its sources differ.

Sources: https://docs.slack.dev/reference/block-kit/blocks/table-block, …/data-table-block, …/data-visualization-block
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from tests.bot.slack.lint_rules import Json, Problem, between, is_blank, keys_of, repeated, unreadable, words_of

ROWS, COLUMNS = 100, 20
DATA_TABLE_CHARACTERS = 20_000
CHART_TITLE, CHART_LABEL, AXIS_LABEL = 50, 20, 50
CHART_SERIES, CHART_POINTS = 6, 20
ALIGNMENTS = {"left", "center", "right"}


def table(block: Json) -> Iterator[Problem]:
    """Yield what is wrong with a table."""
    yield from keys_of(block, {"type", "block_id", "rows"}, {"column_settings"})
    yield from _rows(block["rows"], least=1, kinds={"raw_text", "rich_text"})
    settings = block.get("column_settings", [])
    yield from between("column settings", len(settings), 0, COLUMNS)
    if any(one.get("align", "left") not in ALIGNMENTS or one.keys() - {"align", "is_wrapped"} for one in settings):
        yield Problem("a column setting Slack does not know")


def data_table(block: Json) -> Iterator[Problem]:
    """Yield what is wrong with a sortable table."""
    yield from keys_of(block, {"type", "block_id", "rows", "caption"}, {"page_size", "row_header_column_index"})
    yield from _rows(block["rows"], least=2, kinds={"raw_text", "raw_number", "rich_text"})
    if any(cell.get("type") == "rich_text" for cell in block["rows"][0] if block["rows"]):
        yield Problem("a formatted column name")
    if is_blank(block.get("caption", "")):
        yield Problem("a table without a caption")
    yield from between("rows of a page", block.get("page_size", 5), 1, 100)
    width = len(block["rows"][0]) if block["rows"] else 0
    yield from between("the row's name in column", block.get("row_header_column_index", 0), 0, max(width - 1, 0))


def cell_characters(block: Json) -> int:
    """Return the characters in a table's cells."""
    return sum(len(str(cell.get("text", ""))) for row in block["rows"] for cell in row)


def chart(block: Json) -> Iterator[Problem]:
    """Yield what is wrong with a chart."""
    yield from keys_of(block, {"type", "block_id", "title", "chart"})
    yield from words_of(block["title"], CHART_TITLE)
    drawn = block["chart"]
    if drawn.get("type") == "pie":
        yield from _pie(drawn)
    elif drawn.get("type") in {"line", "bar", "area"}:
        yield from _axes(drawn)
    else:
        yield Problem(f"a chart of kind {drawn.get('type')}")


def _rows(rows: Any, *, least: int, kinds: set[str]) -> Iterator[Problem]:
    yield from between("table rows", len(rows), least, ROWS)
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        yield Problem(f"table rows of {sorted(widths)} cells")
    for width in widths:
        yield from between("table columns", width, 1, COLUMNS)
    for cell in (cell for row in rows for cell in row):
        if cell.get("type") not in kinds:
            yield Problem(f"a table cell of kind {cell.get('type')}")
        elif cell["type"] == "raw_text":
            yield from words_of(cell.get("text", ""), DATA_TABLE_CHARACTERS)
        elif cell["type"] == "raw_number" and not _is_number(cell.get("value")):
            yield Problem("a number that is none")


def _pie(drawn: Json) -> Iterator[Problem]:
    yield from keys_of(drawn, {"type", "segments"})
    yield from between("segments", len(drawn["segments"]), 1, CHART_SERIES)
    for one in drawn["segments"]:
        yield from words_of(one["label"], CHART_LABEL)
        if not _is_number(one["value"]) or one["value"] <= 0:
            yield Problem("a slice of nothing")


def _axes(drawn: Json) -> Iterator[Problem]:
    yield from keys_of(drawn, {"type", "series", "axis_config"})
    axis = drawn["axis_config"]
    yield from keys_of({"type": "axis_config", **axis}, {"type", "categories"}, {"x_label", "y_label"})
    categories = axis["categories"]
    yield from between("categories", len(categories), 1, CHART_POINTS)
    yield from repeated("category", categories)
    for label in categories:
        yield from words_of(label, CHART_LABEL)
    for name in ("x_label", "y_label"):
        if name in axis:
            yield from words_of(axis[name], AXIS_LABEL)
    yield from between("series", len(drawn["series"]), 1, CHART_SERIES)
    yield from repeated("series", (one["name"] for one in drawn["series"]))
    for one in drawn["series"]:
        yield from _series(one, categories)


def _series(series: Json, categories: list[str]) -> Iterator[Problem]:
    yield from words_of(series["name"], CHART_LABEL)
    if [point["label"] for point in series["data"]] != list(categories):
        yield Problem("a series that has not one point for every category")
    for point in series["data"]:
        if not isinstance(point, Mapping) or not _is_number(point["value"]):
            yield Problem("a point without a number")
        yield from unreadable(point["label"])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
