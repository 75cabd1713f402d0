"""The card below a message that needs action: a webhook's cards have no buttons, but the whole of it opens a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.wecom.limits import NOTICE_ITEM_NAME, NOTICE_ITEM_VALUE, NOTICE_ITEMS, NOTICE_SUBTITLE, NOTICE_TITLE
from bot.wecom.markdown import ELLIPSIS, one_line
from handlers.messages import Reply
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

_OPENS_A_PAGE = 1
"""https://developer.work.weixin.qq.com/document/path/99110"""


def notice_card(reply: Reply, page_url: str) -> Mapping[str, Any] | None:
    """Return the card, or None for what needs no action or has no page."""
    if reply.tone is not Tone.BAD or not page_url:
        return None
    wording = Wording(reply.language)
    items = [
        {"keyname": _cut(figure.name, NOTICE_ITEM_NAME), "value": _cut(figure.value, NOTICE_ITEM_VALUE)}
        for figure in reply.figures
        if figure.name.strip() and figure.value.strip()
    ]
    card = {
        "card_type": "text_notice",
        "main_title": {"title": _cut(wording.say(phrase("Details")), NOTICE_TITLE)},
        "sub_title_text": _cut(reply.headline, NOTICE_SUBTITLE),
        "horizontal_content_list": items[:NOTICE_ITEMS],
        "card_action": {"type": _OPENS_A_PAGE, "url": page_url},
    }
    return {"msgtype": "template_card", "template_card": card}


def _cut(text: str, limit: int) -> str:
    plain = one_line(text)
    return plain if len(plain) <= limit else plain[: limit - 1] + ELLIPSIS
