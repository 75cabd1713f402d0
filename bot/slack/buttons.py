"""Buttons: a command button carries its text twin, a page button an address; an action id finds either again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from slackblocks import Button as SlackButton
from slackblocks import ConfirmationDialogue, Text, TextType

from bot.slack.limits import ACTIONS, BUTTON_TEXT, BUTTON_URL, BUTTON_VALUE, CONFIRM_LABEL, CONFIRM_TEXT, CONFIRM_TITLE
from bot.slack.mrkdwn import cut, one_line
from handlers.messages import Button
from kpi.phrases import phrase
from kpi.wording.wording import Wording

COMMAND_ACTION = "vigia_command"
"""Start of the action id of a button whose value runs as if it had been typed."""
MENU_ACTION = f"{COMMAND_ACTION}/{ACTIONS}"
"""Action id of the menu at the end of a long row; no button has this number."""
OPEN_ACTION = "vigia_open"
"""Start of the action id of a button that only opens a page."""
SHARE_ACTION = "vigia_share"
"""Action id of the button that repeats a private answer for the whole channel."""

_OPENABLE = ("https://", "http://")


def slack_buttons(buttons: Iterable[Button], wording: Wording) -> list[SlackButton]:
    """Return the buttons Slack can carry; one without a usable command or address is left out.

    The first that is primary stays so, alone: of two main actions neither is one.
    """
    return list(_slack_buttons(buttons, wording))


def share_button(command: str, wording: Wording) -> list[SlackButton]:
    """Return the button that repeats the answer to a command for all, if there is such a command."""
    if not command or len(command) > BUTTON_VALUE:
        return []
    return [_made(Button(wording.say(phrase("Share to channel"))), SHARE_ACTION, value=command)]


def _slack_buttons(buttons: Iterable[Button], wording: Wording) -> Iterator[SlackButton]:
    has_primary = False
    for number, button in enumerate(buttons):
        style = "primary" if button.is_primary and not has_primary else None
        dialog = _dialog(button, wording) if button.question else None
        if button.url.casefold().startswith(_OPENABLE) and len(button.url) <= BUTTON_URL:
            made = _made(button, f"{OPEN_ACTION}/{number}", url=button.url, style=style)
        elif button.command and len(button.command) <= BUTTON_VALUE:
            made = _made(button, f"{COMMAND_ACTION}/{number}", value=button.command, style=style, confirm=dialog)
        else:
            continue
        has_primary = has_primary or style is not None
        yield made


def _dialog(button: Button, wording: Wording) -> ConfirmationDialogue:
    """Return what Slack asks before a press counts; it names the act and not just "yes"."""
    return ConfirmationDialogue(
        _plain(button.label, CONFIRM_TITLE),
        _plain(button.question, CONFIRM_TEXT),
        _plain(button.label, CONFIRM_LABEL),
        _plain(wording.say(phrase("Cancel")), CONFIRM_LABEL),
    )


def _made(button: Button, action_id: str, **parts: Any) -> SlackButton:
    text = _plain(button.label, BUTTON_TEXT)
    spoken = f"{text.text} · {one_line(button.about)}" if button.about else text.text
    return SlackButton(text, action_id=action_id, accessibility_label=cut(spoken, BUTTON_TEXT), **parts)


def _plain(words: str, limit: int) -> Text:
    return Text(cut(one_line(words), limit) or "…", TextType.PLAINTEXT, emoji=True)
