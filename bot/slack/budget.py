"""What is left out when a message as a whole is too large for Slack, the least important first."""

from __future__ import annotations

from typing import Any

from slackblocks import Block, WebhookMessage

from bot.slack.limits import BLOCKS, MESSAGE_CHARACTERS

_FIRST_TO_GO = ("table", "caption", "figures", "context")
"""Parts by name; of several the last goes first. The verdict, its text, the picture and the buttons stay."""


def within_budget(blocks: list[Block], note: Block) -> list[Block]:
    """Return blocks of at most 50 and 12,000 characters; `note` is added when something had to go."""
    if _fits(blocks):
        return blocks
    kept = list(blocks)
    for part in _FIRST_TO_GO:
        for block in reversed([block for block in blocks if f"/{part}/" in block.block_id]):
            kept.remove(block)
            if _fits([*kept, note]):
                return [*kept, note]
    return [*kept, note]


def characters_of(data: Any) -> int:
    """Return how many characters of text stand anywhere in blocks given as JSON data."""
    if isinstance(data, dict):
        own = len(data["text"]) if isinstance(data.get("text"), str) else 0
        return own + sum(characters_of(value) for value in data.values() if isinstance(value, dict | list))
    return sum(characters_of(value) for value in data) if isinstance(data, list) else 0


def _fits(blocks: list[Block]) -> bool:
    if len(blocks) > BLOCKS:
        return False
    return characters_of(WebhookMessage(text="-", blocks=blocks).to_dict()["blocks"]) <= MESSAGE_CHARACTERS
