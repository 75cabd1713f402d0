"""What Slack refuses in a modal: a check over its raw JSON. Source: https://docs.slack.dev/reference/views/modal-views."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]

VIEW_KEYS = {"type", "callback_id", "title", "submit", "close", "private_metadata", "blocks"}
BLOCK_KEYS = {"type", "block_id", "label", "optional", "element", "hint"}
ELEMENT_KEYS = {
    "plain_text_input": {"type", "action_id", "multiline", "max_length", "initial_value"},
    "static_select": {"type", "action_id", "options", "option_groups", "initial_option"},
    "datepicker": {"type", "action_id", "initial_date"},
    "file_input": {"type", "action_id", "filetypes", "max_files"},
}


def lint_view(view: Json) -> list[str]:
    """Return everything wrong with a modal; an empty list is a good one."""
    return [*_whole(view), *(problem for block in view["blocks"] for problem in _block(block))]


def _whole(view: Json) -> Iterator[str]:
    if view.keys() != VIEW_KEYS or view["type"] != "modal":
        yield f"a view with the keys {sorted(view)}"
    for name in ("title", "submit", "close"):
        yield from _text(view[name], 24)
    if len(view["private_metadata"]) > 3000 or len(view["callback_id"]) > 255:
        yield "too much unseen text"
    if not 1 <= len(view["blocks"]) <= 100:
        yield f"{len(view['blocks'])} blocks"
    ids = Counter(block.get("block_id") for block in view["blocks"])
    yield from (f"block_id {name} used {count} times" for name, count in ids.items() if count > 1)


def _block(block: Json) -> Iterator[str]:
    if block["type"] != "input" or not block.keys() <= BLOCK_KEYS:
        yield f"a block with the keys {sorted(block)}"
    yield from _text(block["label"], 2000)
    if "hint" in block:
        yield from _text(block["hint"], 2000)
    element = block["element"]
    if not element.keys() <= ELEMENT_KEYS.get(element["type"], set()):
        yield f"an element with the keys {sorted(element)}"
    if not 1 <= element.get("max_length", 1) <= 3000 or len(element.get("initial_value", "")) > 3000:
        yield "an input too long"
    if not 1 <= element.get("max_files", 1) <= 10:
        yield "too many files"
    if element["type"] == "static_select":
        yield from _select(element)


def _select(element: Json) -> Iterator[str]:
    if ("options" in element) == ("option_groups" in element):
        yield "options and groups"
    groups = element.get("option_groups", [])
    if len(groups) > 100:
        yield f"{len(groups)} groups"
    for group in groups:
        yield from _text(group["label"], 75)
    lists = [group["options"] for group in groups] or [element.get("options", [])]
    if not all(1 <= len(options) <= 100 for options in lists):
        yield "a list of options of a wrong length"
    every = [option for options in lists for option in options]
    for option in every:
        yield from _text(option["text"], 75)
        if not 1 <= len(option["value"]) <= 150:
            yield "an option without a usable value"
    if "initial_option" in element and element["initial_option"] not in every:
        yield "a choice that cannot be chosen"


def _text(text: Json, limit: int) -> Iterator[str]:
    if text["type"] != "plain_text" or not text["text"].strip() or len(text["text"]) > limit:
        yield f"text of {len(text['text'])} characters where at most {limit} fit"
