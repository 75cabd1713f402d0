"""What people write and press in their conversation with the app, as arrivals. Pure: fields in, words out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.wecom.cards import command_of
from handlers.messages import Arrival
from kpi.engagements import Platform

COMMAND_WORDS = {
    "incident": ("事件", "故障", "报障", "上报"),
    "alert": ("告警", "预警", "报警"),
    "kpi": ("指标", "数据"),
    "person": ("人员",),
    "room": ("群组",),
}
"""A command's name and the Chinese words that stand for it at the beginning of a message."""
VERB_WORDS = {"incident": ("记入", "撤出")}
"""Words that say as well what is to be done, and stay in it: to take a quoted message in, and out again."""
_VERBS = {word: name for name, words in VERB_WORDS.items() for word in words}
_COMMANDS = {word: name for name, words in COMMAND_WORDS.items() for word in (name, *words)} | _VERBS
REPORT_WORDS = ("上报", "报障")
"""Those that, with nothing behind them, ask to report rather than for a list."""
_FIRST = re.compile(rf"^/?({'|'.join(sorted(_COMMANDS, key=len, reverse=True))})(?![A-Za-z0-9_-])\s*", re.IGNORECASE)
_PUNCTUATION = re.compile(r"([，；：！？（）]+)")
_NAMED = re.compile(r"^@[a-z0-9][a-z0-9._-]*\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """Words that arrived; a pressed card brings the code by which its buttons can be replaced."""

    arrival: Arrival
    response_code: str = ""


def written_of(fields: Mapping[str, Any], at: datetime) -> Written | None:
    """Return what somebody wrote or pressed; None for everything else WeCom tells an app."""
    person = str(fields.get("FromUserName") or "").lower()
    kind, event = str(fields.get("MsgType") or ""), str(fields.get("Event") or "")
    if not person:
        return None
    if kind == "text" and fields.get("MsgId"):
        text = as_command(str(fields.get("Content") or ""))
        return Written(_arrival(person, text, at, str(fields["MsgId"]))) if text else None
    key = str(fields.get("EventKey") or "")
    if kind == "event" and event == "template_card_event" and key:
        command, is_settling = command_of(key)
        # An event has no id: its person, second and card tell it apart.
        event_id = f"{person}/{fields.get('CreateTime')}/{fields.get('TaskId')}/{key}"
        code = str(fields.get("ResponseCode") or "")
        return Written(_arrival(person, command, at, event_id), code if is_settling else "")
    return None


def as_command(text: str) -> str:
    """Return a message as a command: "转化率 巴西" asks for numbers, "事件 1001" for an incident.

    A slash may be missing or full-width; the name of an engagement may stand before or behind the command's word.
    """
    plain = narrowed(text).strip()
    named = _NAMED.match(plain)
    rest = plain[named.end() :] if named else plain
    first = _FIRST.match(rest)
    word = _COMMANDS[first[1].lower()] if first else "kpi"
    words = rest[first.end() :] if first and first[1] not in _VERBS else rest
    if first and first[1] in REPORT_WORDS and not words:
        words = "new"
    if not (rest or named):
        return ""
    return " ".join(part for part in (f"/{word}", named.group().strip() if named else "", words.strip()) if part)


def narrowed(text: str) -> str:
    """Return a text in which width makes no difference, except to Chinese punctuation: people's prose stays theirs."""
    parts = _PUNCTUATION.split(text)  # every second one is punctuation
    return "".join(part if index % 2 else unicodedata.normalize("NFKC", part) for index, part in enumerate(parts))


def _arrival(person: str, text: str, at: datetime, event_id: str) -> Arrival:
    # The names of group webhooks are addresses too: nobody's user id may be taken for one.
    return Arrival(Platform.WECOM, f"app:{person}", person, text, at, f"wecom/{event_id}", is_direct=True)
