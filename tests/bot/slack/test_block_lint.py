"""The lint itself: each kind of mistake is found, or its silence would prove nothing."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from bot.slack.renderer import Extras, render
from tests.bot.slack.block_lint import lint
from tests.bot.slack.samples import digest_reply

GOOD = render(digest_reply(), "delivery-7", Extras(file_id="F000000001"))


def _broken(path: tuple[str | int, ...], value: Any) -> list[dict[str, Any]]:
    blocks: Any = deepcopy(GOOD.blocks)
    target = blocks
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    found: list[dict[str, Any]] = blocks
    return found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((0, "text", "text"), "x" * 151),
        ((0, "text", "text"), " "),
        ((0, "text", "type"), "mrkdwn"),
        ((0, "block_id"), GOOD.blocks[1]["block_id"]),
        ((0, "block_id"), "x" * 256),
        ((0, "colour"), "red"),
        ((0, "type"), "alert"),
        ((1, "text", "text"), "x" * 3001),
        ((1, "text", "text"), "<!channel>"),
        ((1, "text", "text"), "R&D"),
        ((1, "text", "verbatim"), False),
        ((2, "fields"), []),
        ((2, "fields", 0, "text"), "x" * 2001),
        ((3, "alt_text"), " "),
        ((3, "slack_file"), {"id": "F1", "url": "https://x"}),
        ((5, "rows", 0, 0, "text"), ""),
        ((5, "rows", 0), []),
        ((5, "rows"), []),
        ((6, "elements"), []),
        ((7, "elements"), []),
        ((7, "elements", 0, "action_id"), "vigia_open/1"),
        ((7, "elements", 0, "value"), "x" * 2001),
        ((7, "elements", 0, "accessibility_label"), ""),
        ((7, "elements", 0, "text", "text"), "x" * 76),
        ((7, "elements", 0, "url"), "https://both.example"),
    ],
)
def test_each_mistake_is_found(path: tuple[str | int, ...], value: Any) -> None:
    """One change makes a good message bad."""
    assert lint(GOOD.text, list(GOOD.blocks)) == []
    assert lint(GOOD.text, list(_broken(path, value))) != []


def test_mistakes_of_the_whole_message_are_found() -> None:
    """Counts and the text beside the blocks."""
    table = GOOD.blocks[5]
    assert lint(" ", list(GOOD.blocks))
    assert lint("x" * 4001, list(GOOD.blocks))
    assert lint("R&D <!here>", list(GOOD.blocks))
    assert lint("x", [])
    assert lint("x", [{**GOOD.blocks[0], "block_id": str(number)} for number in range(51)])
    assert lint("x", [table, {**table, "block_id": "another"}])
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000, "verbatim": True}}
    assert lint("x", [{**section, "block_id": str(number)} for number in range(5)])
