"""How much of a reply one message can carry, when the whole of it is too large for Slack: the least important goes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from slackblocks import Block
from slackblocks._core import resolve

from bot.slack.limits import BLOCKS, MESSAGE_CHARACTERS


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many of each kind are shown."""

    charts: int
    rows: int
    figures: int
    notes: int


_FIRST_TO_GO = ("charts", "rows", "figures", "notes")
"""Of each kind the last ones go first. The verdict, its text, the picture, the footer and the buttons stay."""

_READ = ("text", "title", "label", "name")
"""Where Block Kit's JSON has words: those of texts and cells, and those of charts."""


def within_budget(all_of_it: Allowance, blocks_of: Callable[[Allowance], list[Block]]) -> list[dict[str, Any]]:
    """Return as much as fits into 50 blocks and 12,000 characters, as JSON data."""
    allowed = all_of_it
    for kind in _FIRST_TO_GO:
        if (fitting := _fitting(blocks_of(allowed))) is not None:
            return fitting
        allowed = replace(allowed, **{kind: _most(kind, allowed, blocks_of)})
    return _resolved(blocks_of(allowed))


def characters_of(data: Any) -> int:
    """Return how many characters people read stand anywhere in blocks given as JSON data."""
    if isinstance(data, dict):
        own = sum(len(data[name]) for name in _READ if isinstance(data.get(name), str))
        return own + sum(characters_of(value) for value in data.values() if isinstance(value, dict | list))
    return sum(characters_of(value) for value in data) if isinstance(data, list) else 0


def _most(kind: str, allowed: Allowance, blocks_of: Callable[[Allowance], list[Block]]) -> int:
    """Return how many of a kind fit, 0 when even without them the message is too large."""
    now: int = getattr(allowed, kind)
    too_many = bisect_left(
        range(now), x=True, key=lambda count: _fitting(blocks_of(replace(allowed, **{kind: count}))) is None
    )
    return max(0, too_many - 1)


def _fitting(blocks: list[Block]) -> list[dict[str, Any]] | None:
    """Return the blocks as JSON data, or None when they are too large."""
    if len(blocks) > BLOCKS:
        return None
    found = _resolved(blocks)
    return found if characters_of(found) <= MESSAGE_CHARACTERS else None


def _resolved(blocks: list[Block]) -> list[dict[str, Any]]:
    # A message of slackblocks would resolve every block three times: to look at its surface, its cards, and itself.
    found: list[dict[str, Any]] = [resolve(block) for block in blocks]
    return found
