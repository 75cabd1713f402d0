"""The card below a message that needs action: a webhook's cards have no buttons, but the whole of it opens a page.

The message above it holds everything whole: figures whose names are too long for the card stand there alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.wecom.limits import NOTICE_ITEM_NAME, NOTICE_ITEM_VALUE, NOTICE_ITEMS, NOTICE_SUBTITLE
from bot.wecom.markdown import one_line
from bot.wecom.short_texts import shortened
from handlers.messages import Figure, Reply
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
    card = {
        "card_type": "text_notice",
        "main_title": {"title": wording.say(phrase("Details"))},
        "sub_title_text": shortened(reply.headline, NOTICE_SUBTITLE),
        "horizontal_content_list": _items(reply.figures),
        "card_action": {"type": _OPENS_A_PAGE, "url": page_url},
    }
    return {"msgtype": "template_card", "template_card": card}


def _items(figures: Sequence[Figure]) -> list[dict[str, str]]:
    """Return the first figures as the card's lines, or none where one of them would have to be cut."""
    named = [(one_line(one.name), one_line(one.value)) for one in figures]
    shown = [(name, value) for name, value in named if name and value][:NOTICE_ITEMS]
    fits = all(len(name) <= NOTICE_ITEM_NAME and len(value) <= NOTICE_ITEM_VALUE for name, value in shown)
    return [{"keyname": name, "value": value} for name, value in shown] if fits else []
