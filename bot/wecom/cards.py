"""Cards with buttons, which follow the words they belong to: WeCom's cards hold a title and little else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.wecom.limits import BUTTON_KEY_BYTES, BUTTON_TEXT, CARD_BUTTONS, CARD_TITLE
from bot.wecom.markdown import one_line, size_of
from handlers.messages import Button, Reply

ONCE = "once "
"""Begins the key of a button that settles its card: what it replaces is not pressed again."""
_PRIMARY, _PLAIN = 1, 2
"""WeCom's styles: https://developer.work.weixin.qq.com/document/path/101032"""


def card_of(reply: Reply, task: str) -> Mapping[str, Any] | None:
    """Return the card with a reply's buttons, or None when it has none WeCom can carry; `task` is unique."""
    buttons = [made for button in reply.buttons if (made := _button(button)) is not None][:CARD_BUTTONS]
    if not buttons:
        return None
    title = _cut(one_line(reply.headline), CARD_TITLE)
    card = {"card_type": "button_interaction", "main_title": {"title": title}, "task_id": task, "button_list": buttons}
    return {"msgtype": "template_card", "template_card": card}


def command_of(key: str) -> tuple[str, bool]:
    """Return the command of a pressed button's key, and whether it settles its card."""
    return key.removeprefix(ONCE), key.startswith(ONCE)


def _button(button: Button) -> dict[str, Any] | None:
    key = f"{ONCE if button.is_primary else ''}{button.command}"
    if not button.command or size_of(key) > BUTTON_KEY_BYTES:
        return None
    style = _PRIMARY if button.is_primary else _PLAIN
    return {"text": _cut(one_line(button.label), BUTTON_TEXT), "style": style, "key": key}


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
