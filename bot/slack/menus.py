"""The end of a long row of buttons as a menu: what is wanted less often does not stand in the way on a phone."""

from __future__ import annotations

from slackblocks import Button as SlackButton
from slackblocks import Option, OverflowMenu, Text, TextType

from bot.slack.limits import OPTION_VALUE, OVERFLOW_OPTIONS

ROW = 5
"""As many elements stand in a row before it is shortened."""
_FIRST = ROW - 1


def with_menu(buttons: list[SlackButton], action_id: str) -> list[SlackButton | OverflowMenu]:
    """Return the buttons; of more than a row, the last ones as a menu whose choice runs as if it had been pressed.

    A button that asks first, or opens a page, stays one.
    """
    if len(buttons) <= ROW:
        return list(buttons)
    tucked = [one for one in buttons[_FIRST:] if _fits(one)][-OVERFLOW_OPTIONS:]
    if len(tucked) <= 1 or len({one.value for one in tucked}) < len(tucked):
        return list(buttons)
    options = [Option(Text(one.text.text, TextType.PLAINTEXT, emoji=True), str(one.value)) for one in tucked]
    return [*(one for one in buttons if one not in tucked), OverflowMenu(action_id, options)]


def _fits(button: SlackButton) -> bool:
    return bool(button.value) and len(button.value or "") <= OPTION_VALUE and not button.confirm
