"""What the SDK and slackblocks let pass but Slack refuses or people cannot read: a check over raw Block Kit JSON.

Sources: https://docs.slack.dev/reference/block-kit/blocks and the page of each block
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.bot.slack import data_lint
from tests.bot.slack.element_lint import ACTIONS, INPUTS, element
from tests.bot.slack.lint_rules import (
    Json,
    Problem,
    between,
    is_blank,
    keys_of,
    marked_up,
    ours,
    repeated,
    text_of,
    unreadable,
)

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
BLOCK_ID = 255
NOTIFICATION = 4000
TOTAL_CHARACTERS = 12_000
MARKDOWN_CHARACTERS = 12_000
HEADER, SECTION, FIELD, FIELDS = 150, 3000, 2000, 10
CONTEXT_ELEMENTS, ACTION_ELEMENTS = 10, 25
ALT_TEXT, IMAGE_TITLE, IMAGE_URL = 2000, 2000, 3000
LABEL, ALERT = 2000, 200
FILE_ID = re.compile(r"F[A-Z0-9]{8,}")

_EVERYWHERE = {"header", "section", "image", "context", "actions", "divider", "markdown"}
SURFACES: dict[str, set[str]] = {
    "message": _EVERYWHERE | {"table", "data_table", "data_visualization"},
    "modal": (_EVERYWHERE | {"input", "alert"}) - {"markdown"},
    "home": (_EVERYWHERE | {"input"}) - {"markdown"},
}
"""Where a block may stand."""


def lint(text: str, blocks: Sequence[Json]) -> list[Problem]:
    """Return everything wrong with a message; an empty list is a good message."""
    return [*_notification(text), *_totals(blocks), *lint_blocks(blocks, "message")]


def lint_home(blocks: Sequence[Json]) -> list[Problem]:
    """Return everything wrong with a Home tab."""
    return lint_blocks(blocks, "home")


def lint_blocks(blocks: Sequence[Json], surface: str) -> list[Problem]:
    """Return everything wrong with the blocks of a message, a modal or a Home tab."""
    return [*_whole(blocks, surface), *(problem for block in blocks for problem in _one(block, surface))]


def characters_in(data: object) -> int:
    """Return how many characters of text stand in JSON data."""
    if isinstance(data, Mapping):
        own = len(data["text"]) if isinstance(data.get("text"), str) else 0
        return own + sum(characters_in(value) for value in data.values())
    return sum(characters_in(one) for one in data) if isinstance(data, list) else 0


def _notification(text: str) -> Iterator[Problem]:
    if is_blank(text):
        yield Problem("blank text: a locked phone shows nothing", "" if text.strip() else "no_text")
    if len(text) > NOTIFICATION:
        yield Problem("text longer than Slack keeps", "msg_too_long")
    yield from marked_up(text)
    yield from unreadable(text)


def _totals(blocks: Sequence[Json]) -> Iterator[Problem]:
    kinds = Counter(block["type"] for block in blocks)
    if kinds["table"] > 1:
        yield Problem("more than one table", "only_one_table_allowed")
    yield from between("charts", kinds["data_visualization"], 0, 2)
    if characters_in(blocks) > TOTAL_CHARACTERS:
        yield Problem("too many characters in all", "msg_blocks_too_long")
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    yield from between("characters of markdown", markdown, 0, MARKDOWN_CHARACTERS, "msg_blocks_too_long")
    cells = sum(data_lint.cell_characters(block) for block in blocks if block["type"] == "data_table")
    yield from between("characters of sortable tables", cells, 0, data_lint.DATA_TABLE_CHARACTERS)
    if Counter(_styles(blocks))["primary"] > 1:
        yield ours("more than one primary action")


def _styles(blocks: Sequence[Json]) -> Iterator[str]:
    yield from (one.get("style", "") for block in blocks if block["type"] == "actions" for one in block["elements"])


def _whole(blocks: Sequence[Json], surface: str) -> Iterator[Problem]:
    yield from between("blocks", len(blocks), 1, MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS)
    yield from repeated("block_id", (block.get("block_id") for block in blocks))
    ids = [one["action_id"] for block in blocks for one in block.get("elements", ()) if "action_id" in one]
    yield from repeated("action_id", ids)


def _one(block: Json, surface: str) -> Iterator[Problem]:
    kind = str(block.get("type"))
    if kind not in _CHECKS:
        yield Problem(f"unknown block {kind}")
        return
    if kind not in SURFACES[surface]:
        yield Problem(f"{kind} has no place in a {surface}")
    yield from between("block_id", len(block.get("block_id", "")), 1, BLOCK_ID)
    yield from _CHECKS[kind](block)


def _header(block: Json) -> Iterator[Problem]:
    yield from keys_of(block, {"type", "block_id", "text"})
    yield from text_of(block["text"], "plain_text", HEADER)


def _section(block: Json) -> Iterator[Problem]:
    yield from keys_of(block, {"type", "block_id"}, {"text", "fields", "accessory", "expand"})
    if "text" not in block and "fields" not in block:
        yield Problem("an empty section")
    if "text" in block:
        yield from text_of(block["text"], "mrkdwn", SECTION)
    if "fields" in block:
        yield from between("fields", len(block["fields"]), 1, FIELDS)
    for field in block.get("fields", []):
        yield from text_of(field, "mrkdwn", FIELD)
    if "accessory" in block:
        yield from element(block["accessory"])


def _image(block: Json) -> Iterator[Problem]:
    yield from keys_of(block, {"type", "block_id", "alt_text"}, {"slack_file", "image_url", "title"})
    if ("slack_file" in block) == ("image_url" in block):
        yield Problem("an image must have exactly one source")
    file = block.get("slack_file", {"id": "F00000000"})
    if len(file) != 1 or not ("url" in file or FILE_ID.fullmatch(file.get("id", ""))):
        yield Problem("an image without exactly one file")
    if "image_url" in block:
        yield from between("an image's address", len(block["image_url"]), 1, IMAGE_URL)
        yield ours("a picture of a seller's figures at an address anybody can open")
    yield from between("alt_text", len(block.get("alt_text", "")), 1, ALT_TEXT)
    if is_blank(block.get("alt_text", "")):
        yield Problem("an image without words for those who cannot see it")
    if "title" in block:
        yield from text_of(block["title"], "plain_text", IMAGE_TITLE)


def _context(block: Json) -> Iterator[Problem]:
    yield from keys_of(block, {"type", "block_id", "elements"})
    yield from between("context elements", len(block["elements"]), 1, CONTEXT_ELEMENTS)
    for one in block["elements"]:
        if one.get("type") == "image":
            yield from _image({**one, "block_id": "-"})
        else:
            yield from text_of(one, ("mrkdwn", "plain_text"), SECTION)


def _actions(block: Json) -> Iterator[Problem]:
    yield from keys_of(block, {"type", "block_id", "elements"})
    yield from between("actions", len(block["elements"]), 1, ACTION_ELEMENTS)
    for one in block["elements"]:
        yield from element(one)
        if one.get("type") not in ACTIONS:
            yield Problem(f"{one.get('type')} is no action")


def _input(block: Json) -> Iterator[Problem]:
    yield from keys_of(block, {"type", "block_id", "label", "element"}, {"hint", "optional", "dispatch_action"})
    yield from text_of(block["label"], "plain_text", LABEL)
    if "hint" in block:
        yield from text_of(block["hint"], "plain_text", LABEL)
    yield from element(block["element"])
    if block["element"].get("type") not in INPUTS:
        yield Problem(f"{block['element'].get('type')} is no input")


def _markdown(block: Json) -> Iterator[Problem]:
    yield from keys_of(block, {"type", "block_id", "text"})
    if is_blank(block["text"]):
        yield Problem("blank markdown")


def _alert(block: Json) -> Iterator[Problem]:
    yield from keys_of(block, {"type", "block_id", "text"}, {"level"})
    yield from text_of(block["text"], ("plain_text", "mrkdwn"), ALERT)


def _divider(block: Json) -> Iterator[Problem]:
    yield from keys_of(block, {"type", "block_id"})


_CHECKS: dict[str, Callable[[Mapping[str, Any]], Iterator[Problem]]] = {
    "header": _header,
    "section": _section,
    "image": _image,
    "table": data_lint.table,
    "data_table": data_lint.data_table,
    "data_visualization": data_lint.chart,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "markdown": _markdown,
    "alert": _alert,
    "divider": _divider,
}
