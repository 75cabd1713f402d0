"""What Vigia answers to WeCom's robot callbacks. Pure: a Reply in, JSON out.

Source: https://developer.work.weixin.qq.com/document/path/101031
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from bot.wecom.cards import card_of
from bot.wecom.limits import CARD_SUBTITLE, CARD_TITLE, ROBOT_BYTES, ROBOT_IMAGE_BYTES, ROBOT_PART_BYTES
from bot.wecom.markdown import ELLIPSIS, cut
from bot.wecom.renderer import render
from bot.wecom.robot_messages import SETTLED
from bot.wecom.short_texts import button_text, shortened
from handlers.messages import Reply
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.wording.wording import Wording

_FONT = re.compile(r'</?font(?: color="\w+")?>')

Frame = Mapping[str, Any]
"""The JSON of one answer or message, before it is hidden."""


def content_of(reply: Reply) -> str:
    """Return a reply's markdown in one piece, never empty; without colours, which the robot's markdown lacks."""
    (content,) = render(reply, part_bytes=ROBOT_PART_BYTES, most_parts=1)
    return _FONT.sub("", content).strip() or ELLIPSIS


def stream_frame(answer_id: str, content: str, picture: bytes | None = None, *, is_whole: bool) -> Frame:
    """Return all that is known of an answer; `is_whole` ends it, and only then it may hold a picture."""
    stream: dict[str, Any] = {"id": answer_id, "finish": is_whole, "content": cut(content, ROBOT_BYTES)}
    if is_whole and picture is not None and len(picture) <= ROBOT_IMAGE_BYTES:
        # WeCom compares this MD5 of the raw bytes; it protects against damage, not against people.
        digest = hashlib.md5(picture, usedforsecurity=False).hexdigest()
        image = {"base64": base64.b64encode(picture).decode(), "md5": digest}
        stream["msg_item"] = [{"msgtype": "image", "image": image}]
    return {"msgtype": "stream", "stream": stream}


def markdown_message(reply: Reply) -> Frame:
    """Return a reply as a message of its own, within the same limit."""
    return {"msgtype": "markdown", "markdown": {"content": cut(content_of(reply), ROBOT_BYTES)}}


def updated_card(reply: Reply, task: str) -> Frame:
    """Return what a pressed card becomes: what came of it, and what can be done next."""
    following = card_of(reply, task)
    card = dict(following["template_card"]) if following else _settled(task, reply.language)
    card["sub_title_text"] = shortened(reply.headline, CARD_SUBTITLE)
    return {"response_type": "update_template_card", "template_card": card}


def _settled(task: str, language: Language) -> dict[str, Any]:
    """Return a card whose one button says that it was answered: WeCom takes none without a button."""
    words = Wording(language).say(phrase("Answered"))
    button = {"text": button_text(words, language), "key": SETTLED}
    title = {"title": shortened(words, CARD_TITLE)}
    return {"card_type": "button_interaction", "main_title": title, "task_id": task, "button_list": [button]}
