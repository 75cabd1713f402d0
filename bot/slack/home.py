"""A person's home as the view Slack shows in its Home tab, within its 100 blocks, whole parts only."""

from __future__ import annotations

from itertools import count
from typing import Any

from bot.slack.buttons import COMMAND_ACTION, OPEN_ACTION
from bot.slack.limits import HOME_BLOCKS
from bot.slack.renderer import render
from handlers.messages import Reply
from handlers.rooms.home import Home
from kpi.wording.wording import Wording

_NOTE = 2
"""Blocks of what says that something was left out, with the line above it."""


def render_home(home: Home) -> dict[str, Any]:
    """Return the view that views.publish takes."""
    blocks: list[dict[str, Any]] = []
    for number, part in enumerate(home.parts):
        shown = _part(part, number)
        left = len(home.parts) - number
        if len(blocks) + len(shown) + (_NOTE if left > 1 else 0) > HOME_BLOCKS:
            blocks.extend(_left_out(left, home, number))
            break
        blocks.extend(shown)
    return {"type": "home", "blocks": _numbered(blocks)}


def _part(part: Reply, number: int) -> list[dict[str, Any]]:
    """Return a part's blocks, below a line unless it is the first."""
    blocks = render(part, f"home/{number}").blocks
    return blocks if number == 0 else [_line(number), *blocks]


def _line(number: int) -> dict[str, Any]:
    return {"type": "divider", "block_id": f"home/{number}/line"}


def _left_out(parts: int, home: Home, number: int) -> list[dict[str, Any]]:
    said = Wording(home.language).say_n(
        "One more part does not fit here: `/incident list` shows all incidents.",
        "%(count)s more parts do not fit here: `/incident list` shows all incidents.",
        parts,
        count=parts,
    )
    note = render(Reply(said, home.language), f"home/{number}").blocks
    return [_line(number), *note]


def _numbered(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give every button of the view an id of its own: each part has counted from nought."""
    numbers = count()
    for block in blocks:
        for element in block.get("elements", ()):
            kind = str(element.get("action_id", "")).partition("/")[0]
            if kind in {COMMAND_ACTION, OPEN_ACTION}:
                element["action_id"] = f"{kind}/{next(numbers)}"
    return blocks
