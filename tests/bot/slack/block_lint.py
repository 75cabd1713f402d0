"""What the SDK and slackblocks let pass but Slack refuses or people cannot read: a check over a message's raw JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

Block = Mapping[str, Any]

KEYS: dict[str, tuple[set[str], set[str]]] = {
    # type: keys it must have, keys it may have besides
    "header": ({"type", "text", "block_id"}, set()),
    "section": ({"type", "block_id"}, {"text", "fields"}),
    "image": ({"type", "alt_text", "slack_file", "block_id"}, {"title"}),
    "table": ({"type", "rows", "block_id"}, {"column_settings"}),
    "context": ({"type", "elements", "block_id"}, set()),
    "actions": ({"type", "elements", "block_id"}, set()),
    "divider": ({"type", "block_id"}, set()),
}
"""The blocks of a message that Vigia uses; `slack_file` only, because we never show a picture from an address."""
BUTTON_KEYS = {"type", "text", "action_id", "value", "url", "style", "accessibility_label"}
TEXT_KEYS = {"type", "text", "emoji", "verbatim"}
TOTAL_CHARACTERS = 12_000
ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
MARKUP = re.compile(r"<(?!@[A-Z0-9]+>)")
"""The only markup Vigia writes between angle brackets is a person's mention."""


def lint(text: str, blocks: list[Block]) -> list[str]:
    """Return everything wrong with a message; an empty list is a good message."""
    return [*_notification(text), *_whole(blocks, 50), *_size(blocks), *_each(blocks)]


def lint_home(blocks: list[Block]) -> list[str]:
    """Return everything wrong with a Home tab, where tables and uploaded pictures have no place."""
    foreign = [f"{block['type']} in a Home tab" for block in blocks if block["type"] in {"table", "image"}]
    return [*foreign, *_whole(blocks, 100), *_each(blocks)]


def characters_in(data: object) -> int:
    """Return how many characters of text stand in JSON data."""
    if isinstance(data, Mapping):
        own = len(data["text"]) if isinstance(data.get("text"), str) else 0
        return own + sum(characters_in(value) for value in data.values())
    return sum(characters_in(one) for one in data) if isinstance(data, list) else 0


def _each(blocks: list[Block]) -> Iterator[str]:
    yield from (problem for block in blocks for problem in _one(block))


def _notification(text: str) -> Iterator[str]:
    if not text.strip():
        yield "blank text: a locked phone shows nothing"
    if len(text) > 4000:
        yield "text longer than Slack keeps"
    yield from _marked_up(text)


def _whole(blocks: list[Block], most: int) -> Iterator[str]:
    if not 1 <= len(blocks) <= most:
        yield f"{len(blocks)} blocks"
    ids = Counter(block.get("block_id") for block in blocks)
    yield from (f"block_id {name} used {count} times" for name, count in ids.items() if count > 1)
    actions = Counter(one["action_id"] for block in blocks for one in block.get("elements", ()) if "action_id" in one)
    yield from (f"action_id {name} used {count} times" for name, count in actions.items() if count > 1)
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield "more than one table"


def _size(blocks: list[Block]) -> Iterator[str]:
    if characters_in(blocks) > TOTAL_CHARACTERS:
        yield "too many characters in all"


def _one(block: Block) -> Iterator[str]:
    kind = str(block.get("type"))
    if kind not in KEYS:
        yield f"unknown block {kind}"
        return
    must, may = KEYS[kind]
    if not must <= block.keys() <= must | may:
        yield f"{kind} has the keys {sorted(block)}"
        return
    if not 1 <= len(block["block_id"]) <= 255:
        yield f"{kind} has a block_id of {len(block['block_id'])} characters"
    yield from _CHECKS[kind](block)


def _header(block: Block) -> Iterator[str]:
    yield from _text(block["text"], "plain_text", 150)


def _section(block: Block) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "an empty section"
    if "text" in block:
        yield from _text(block["text"], "mrkdwn", 3000)
    fields = block.get("fields", [{"type": "mrkdwn", "text": "x", "verbatim": True}])
    if not 1 <= len(fields) <= 10:
        yield f"{len(fields)} fields"
    for field in fields:
        yield from _text(field, "mrkdwn", 2000)


def _image(block: Block) -> Iterator[str]:
    if not re.fullmatch(r"F[A-Z0-9]{8,}", block["slack_file"].get("id", "")) or len(block["slack_file"]) != 1:
        yield "an image without exactly one file id"
    if not block["alt_text"].strip() or len(block["alt_text"]) > 2000:
        yield "an image without words for those who cannot see it"


def _table(block: Block) -> Iterator[str]:
    rows = block["rows"]
    if not 1 <= len(rows) <= 100:
        yield f"a table of {len(rows)} rows"
    widths = {len(row) for row in rows}
    if len(widths) != 1 or not 1 <= max(widths) <= 20:
        yield f"table rows of {sorted(widths)} cells"
    if any(cell.get("type") != "raw_text" or not cell.get("text", "").strip() for row in rows for cell in row):
        yield "an empty table cell"


def _context(block: Block) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 10:
        yield f"{len(block['elements'])} context elements"
    for element in block["elements"]:
        yield from _text(element, "mrkdwn", 3000)


def _actions(block: Block) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 25:
        yield f"{len(block['elements'])} buttons"
    for button in block["elements"]:
        yield from _button(button)


def _button(button: Block) -> Iterator[str]:
    if not button.keys() <= BUTTON_KEYS or button.get("type") != "button":
        yield f"a button with the keys {sorted(button)}"
    if ("value" in button) == ("url" in button):
        yield "a button must either run a command or open a page"
    if not 1 <= len(button.get("value", "x")) <= 2000 or len(button.get("url", "")) > 3000:
        yield "a button's value or address is too long"
    if not 1 <= len(button.get("action_id", "")) <= 255:
        yield "a button without action_id"
    if not 1 <= len(button.get("accessibility_label", "")) <= 75:
        yield "a button without a label for screen readers"
    yield from _text(button["text"], "plain_text", 75)


def _text(text: Block, kind: str, limit: int) -> Iterator[str]:
    if text.get("type") != kind or not text.keys() <= TEXT_KEYS:
        yield f"text of kind {text.get('type')} where {kind} belongs"
    words = text.get("text", "")
    if not words.strip() or len(words) > limit:
        yield f"text of {len(words)} characters where at most {limit} fit"
    if kind == "mrkdwn":
        yield from _marked_up(words)
        if text.get("verbatim") is not True:
            yield "text in which Slack looks for mentions by itself"


def _marked_up(words: str) -> Iterator[str]:
    if ENTITY.search(words):
        yield f"an ampersand that is not escaped, or a split entity: {words[:80]}"
    if MARKUP.search(words):
        yield f"markup that could call people: {words[:80]}"


def _divider(_block: Block) -> Iterator[str]:
    return iter(())


_CHECKS = {
    "header": _header,
    "section": _section,
    "image": _image,
    "table": _table,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
}
