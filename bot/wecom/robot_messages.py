"""What WeCom tells its robot, as arrivals. Pure: fields in, words out."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.wecom.addresses import ROBOT_CHATS
from bot.wecom.callbacks import as_command, narrowed
from bot.wecom.cards import command_of
from handlers.messages import Arrival, Quoted
from kpi.engagements import Platform

HELP = "/kpi help"
SETTLED = "settled"
"""The key of a button that only says that its card was answered."""
_SOMEBODY = re.compile(r"^@\S+\s*")


@dataclass(frozen=True, slots=True)
class Asked:
    """Words to the robot. The answer to them is known to WeCom as `answer_id`; `response_url` is good once."""

    arrival: Arrival
    answer_id: str
    response_url: str = ""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of one of the robot's cards; `is_settling` when it takes the buttons away."""

    arrival: Arrival
    task: str
    is_settling: bool
    response_url: str = ""


@dataclass(frozen=True, slots=True)
class Polled:
    """WeCom asks for the answer again."""

    answer_id: str


def told(fields: Mapping[str, Any], at: datetime, name: str) -> Asked | Pressed | Polled | None:
    """Return what somebody wrote to the robot called `name`, or pressed; None for everything else.

    Source: https://developer.work.weixin.qq.com/document/path/100719
    """
    kind = fields.get("msgtype")
    if kind == "stream":
        answer_id = _text(fields, "stream", "id")
        return Polled(answer_id) if answer_id else None
    message, person = _text(fields, "msgid"), _text(fields, "from", "userid")
    if not (message and person):
        return None
    if kind == "event":
        return _pressed(fields, at)
    words = " ".join(_words(fields, str(kind)))
    if not words and kind != "text":
        return None
    plain = _without_name(words, name, is_group=_is_group(fields))
    answer_id = hashlib.sha256(f"{_text(fields, 'aibotid')}/{message}".encode()).hexdigest()[:32]
    arrival = replace(_arrival(fields, as_command(plain) or HELP, at), quoted=_quoted(fields, at))
    return Asked(arrival, answer_id, _text(fields, "response_url"))


def _quoted(fields: Mapping[str, Any], at: datetime) -> Quoted | None:
    """Return the message somebody quotes, in a group: WeCom says its words, and neither who wrote it nor when.

    By its words it is told from others, so that quoting it again points at the same one.
    """
    quote = fields.get("quote")
    words = "\n".join(_words(quote, _text(quote, "msgtype"))) if isinstance(quote, dict) else ""
    if not words or not _is_group(fields):
        return None
    return Quoted(f"quote-{hashlib.sha256(words.encode('utf-8', 'replace')).hexdigest()[:24]}", words, at, at)


def _pressed(fields: Mapping[str, Any], at: datetime) -> Pressed | None:
    event = fields.get("event")
    card = event.get("template_card_event") if isinstance(event, dict) else None
    if not isinstance(event, dict) or event.get("eventtype") != "template_card_event" or not isinstance(card, dict):
        return None
    command, is_settling = command_of(_text(card, "event_key"))
    if not command or command == SETTLED:
        return None
    return Pressed(_arrival(fields, command, at), _text(card, "task_id"), is_settling, _text(fields, "response_url"))


def _arrival(fields: Mapping[str, Any], text: str, at: datetime) -> Arrival:
    person, is_group = _text(fields, "from", "userid"), _is_group(fields)
    # Nobody's own conversation may be taken for a group's, nor the name of a webhook for either.
    address = f"{ROBOT_CHATS}{_text(fields, 'chatid')}" if is_group else f"robot alone:{person}"
    event = f"wecom/robot/{_text(fields, 'msgid')}"
    return Arrival(Platform.WECOM, address, person, text, at, event, is_direct=not is_group)


def _is_group(fields: Mapping[str, Any]) -> bool:
    return fields.get("chattype") == "group"


def _words(fields: Mapping[str, Any], kind: str) -> Iterator[str]:
    """Yield the words of a message; what it quotes is somebody else's, and no command."""
    if kind in {"text", "voice"}:
        yield _text(fields, kind, "content")
    mixed = fields.get("mixed")
    items = mixed.get("msg_item") if kind == "mixed" and isinstance(mixed, dict) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get("msgtype") == "text":
            yield _text(item, "text", "content")


def _without_name(text: str, name: str, *, is_group: bool) -> str:
    """Return a text without the mention of the robot; one of another name is its own when it comes first in a group."""
    plain = narrowed(text).strip()
    mention = re.compile(rf"@{re.escape(unicodedata.normalize('NFKC', name))}(?![\w.-])\s*", re.IGNORECASE)
    if mention.search(plain):
        return mention.sub("", plain, count=1).strip()
    return _SOMEBODY.sub("", plain) if is_group else plain


def _text(fields: Mapping[str, Any], *path: str) -> str:
    """Return the text at a path of names, or "" where there is none."""
    found: object = fields
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""
