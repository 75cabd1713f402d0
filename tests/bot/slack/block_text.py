"""Block Kit's JSON as lines a reviewer reads: what stands where, and what each button does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.slack.renderer import SlackMessage

Json = dict[str, Any]
OPTIONS_SHOWN = 4


def message_lines(message: SlackMessage) -> Iterator[str]:
    """Yield a message: its notification, and its blocks in their order."""
    yield from _labelled("phone", message.text)
    yield from block_lines(message.blocks)


def block_lines(blocks: Iterable[Json]) -> Iterator[str]:
    """Yield blocks in their order."""
    for block in blocks:
        yield from _SHOWN[block["type"]](block)


def view_lines(view: Json) -> Iterator[str]:
    """Yield a modal: its title, its inputs, and the words on its buttons."""
    yield from _labelled("modal", view["title"]["text"])
    yield from block_lines(view["blocks"])
    yield from _labelled("buttons", f"[{view['close']['text']}] [{view['submit']['text']}]")


def _labelled(label: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines() or [""]):
        yield f"{label if number == 0 else '':<8} {line}".rstrip()


def _header(block: Json) -> Iterator[str]:
    yield from _labelled("header", block["text"]["text"])


def _section(block: Json) -> Iterator[str]:
    if "text" in block:
        yield from _labelled("text", block["text"]["text"])
    for field in block.get("fields", ()):
        yield from _labelled("field", " / ".join(field["text"].splitlines()))


def _context(block: Json) -> Iterator[str]:
    for one in block["elements"]:
        yield from _labelled("small", one["text"])


def _image(block: Json) -> Iterator[str]:
    yield from _labelled("picture", block["alt_text"])


def _table(block: Json) -> Iterator[str]:
    for row in block["rows"]:
        yield from _labelled("table", " | ".join(cell["text"] for cell in row))


def _chart(block: Json) -> Iterator[str]:
    axis = block["chart"]["axis_config"]
    yield from _labelled("chart", f"{block['title']} [{axis.get('y_label', '')}] {axis.get('x_label', '')}")
    for one in block["chart"]["series"]:
        points = ", ".join(f"{point['label']} {point['value']:g}" for point in one["data"])
        yield from _labelled("", f"{one['name']}: {points}")


def _actions(block: Json) -> Iterator[str]:
    for one in block["elements"]:
        mark = "*" if one.get("style") else ""
        if one["type"] == "overflow":
            yield from _labelled(
                "menu", "\n".join(f"{each['text']['text']}: {each['value']}" for each in one["options"])
            )
            continue
        yield from _labelled("button", f"[{one['text']['text']}]{mark} {one.get('value') or one.get('url')}")
        if one["accessibility_label"] != one["text"]["text"]:
            yield from _labelled("", f"heard as: {one['accessibility_label']}")
        if "confirm" in one:
            asked = one["confirm"]
            yield from _labelled(
                "", f"asks: {asked['text']['text']} [{asked['deny']['text']}] [{asked['confirm']['text']}]"
            )


def _divider(_block: Json) -> Iterator[str]:
    yield "-" * 8


def _input(block: Json) -> Iterator[str]:
    element = block["element"]
    need = "" if block.get("optional") else " (needed)"
    yield from _labelled("input", f"{block['label']['text']}{need}: {element.get('initial_value', '')}".rstrip())
    chosen = element.get("initial_option", {}).get("value")
    options = element.get("options", [])
    for option in options[:OPTIONS_SHOWN]:
        yield from _labelled("", f"{'(x)' if option['value'] == chosen else '( )'} {option['text']['text']}")
    if len(options) > OPTIONS_SHOWN:
        yield from _labelled("", f"and {len(options) - OPTIONS_SHOWN} more")
    if "hint" in block:
        yield from _labelled("", f"hint: {block['hint']['text']}")


_SHOWN = {
    "header": _header,
    "section": _section,
    "context": _context,
    "image": _image,
    "table": _table,
    "data_visualization": _chart,
    "actions": _actions,
    "divider": _divider,
    "input": _input,
}
