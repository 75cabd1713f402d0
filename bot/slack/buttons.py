"""Buttons: a command button carries its text twin, a page button an address; an action id finds either again."""

from __future__ import annotations

from collections.abc import Iterable

from slackblocks import Button as SlackButton
from slackblocks import Text, TextType

from bot.slack.limits import ACTIONS, BUTTON_TEXT, BUTTON_URL, BUTTON_VALUE
from bot.slack.mrkdwn import cut, one_line
from handlers.messages import Button

COMMAND_ACTION = "vigia_command"
"""Start of the action id of a button whose value runs as if it had been typed."""
OPEN_ACTION = "vigia_open"
"""Start of the action id of a button that only opens a page."""
SHARE_ACTION = "vigia_share"
"""Action id of the button that repeats a private answer for the whole channel."""

_OPENABLE = ("https://", "http://")


def slack_buttons(buttons: Iterable[Button], share_label: str, share_command: str) -> list[SlackButton]:
    """Return the buttons Slack can carry, at most 25; one without a usable command or address is left out.

    A `share_command` adds the share button at the end.
    """
    found = [made for number, button in enumerate(buttons) if (made := _slack_button(number, button)) is not None]
    if share_command and len(share_command) <= BUTTON_VALUE:
        found = [*found[: ACTIONS - 1], _made(share_label, SHARE_ACTION, value=share_command)]
    return found[:ACTIONS]


def _slack_button(number: int, button: Button) -> SlackButton | None:
    style = "primary" if button.is_primary else None
    if button.url.casefold().startswith(_OPENABLE) and len(button.url) <= BUTTON_URL:
        return _made(button.label, f"{OPEN_ACTION}/{number}", url=button.url, style=style)
    if button.command and len(button.command) <= BUTTON_VALUE:
        return _made(button.label, f"{COMMAND_ACTION}/{number}", value=button.command, style=style)
    return None


def _made(
    label: str, action_id: str, *, value: str | None = None, url: str | None = None, style: str | None = None
) -> SlackButton:
    text = cut(one_line(label), BUTTON_TEXT) or "…"
    return SlackButton(
        Text(text, TextType.PLAINTEXT, emoji=True),
        action_id=action_id,
        value=value,
        url=url,
        style=style,  # type: ignore[arg-type]  # the two names Slack knows are ours: "primary" or nothing
        accessibility_label=text,
    )
