"""Pinning a message, so that it stays in sight: worth a try, and never worth losing the message for."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import CALL_ERRORS, code_of

PINNED = "already_pinned"
"""https://docs.slack.dev/reference/methods/pins.add#errors"""


async def pin(client: AsyncWebClient, channel: str, ts: str) -> str:
    """Pin a message and return "", or what kept it from being pinned, for its receipt."""
    try:
        await client.pins_add(channel=channel, timestamp=ts)
    except CALL_ERRORS as error:
        code = code_of(error) or type(error).__name__
        return "" if code == PINNED else f"Not pinned: {code}."
    return ""
