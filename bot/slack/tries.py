"""One reply as messages to try one after the other, each with less that Slack may refuse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.slack.renderer import Extras, SlackMessage, render
from handlers.messages import Reply


def tries(reply: Reply, message_id: str, extras: Extras) -> Iterator[tuple[str, SlackMessage]]:
    """Yield messages, and beside each what it goes without: nothing, then its chart, then all but its words."""
    message = render(reply, message_id, extras)
    yield "", message
    if any(block["type"] == "data_visualization" for block in message.blocks):
        yield "chart", render(reply, f"{message_id}/chartless", replace(extras, has_charts=False))
    yield "table", render(reply, f"{message_id}/plain", replace(extras, is_plain=True))
