"""Cards with buttons, which follow the words they belong to: WeCom's cards hold a title and little else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.wecom.limits import BUTTON_KEY_BYTES, CARD_BUTTONS, CARD_TITLE
from bot.wecom.markdown import size_of
from bot.wecom.short_texts import button_text, shortened
from handlers.messages import Button, Reply
from kpi.languages import Language

ONCE = "once "
"""Begins the key of a button that settles its card: what it replaces is not pressed again."""
_PRIMARY, _PLAIN = 1, 2
"""WeCom's styles: https://developer.work.weixin.qq.com/document/path/101032"""


def card_of(reply: Reply, task: str) -> Mapping[str, Any] | None:
    """Return the card with a reply's buttons, or None when it has none WeCom can carry; `task` is unique."""
    made = [_button(button, reply.language) for button in reply.buttons]
    buttons = [one for one in made if one is not None][:CARD_BUTTONS]
    if not buttons:
        return None
    title = shortened(reply.headline, CARD_TITLE)
    card = {"card_type": "button_interaction", "main_title": {"title": title}, "task_id": task, "button_list": buttons}
    return {"msgtype": "template_card", "template_card": card}


def command_of(key: str) -> tuple[str, bool]:
    """Return the command of a pressed button's key, and whether it settles its card."""
    return key.removeprefix(ONCE), key.startswith(ONCE)


def _button(button: Button, language: Language) -> dict[str, Any] | None:
    key = f"{ONCE if button.is_primary else ''}{button.command}"
    if not button.command or size_of(key) > BUTTON_KEY_BYTES:
        return None
    style = _PRIMARY if button.is_primary else _PLAIN
    return {"text": button_text(button.label, language), "style": style, "key": key}
