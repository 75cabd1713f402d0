"""What one line of a console room is, and how it looks as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from bot.console.renderer import PersonJson, ReplyJson, reply_as_json
from handlers.messages import Reply
from kpi.engagements import Person


class Kind(StrEnum):
    """What a message is in its room. SILENCE tells the page that a question gets no answer."""

    QUESTION = "question"
    ANSWER = "answer"
    SILENCE = "silence"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody or Vigia says, before it has its place in a room.

    `picture` and `document` are the ids under which these can be fetched; `answers` the id of the question this belongs
    to; `delivery` the delivery a posted message proves; `is_repeat` marks one that may have been shown before;
    `changed_at` says when it was last changed in its place.
    """

    kind: Kind
    at: datetime
    author: Person | None = None
    text: str = ""
    reply: Reply | None = None
    picture: str = ""
    answers: str = ""
    delivery: str = ""
    is_repeat: bool = False
    changed_at: datetime | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """An entry in its room; `id` is unique across restarts and grows within one run."""

    id: str
    room: str
    entry: Entry


class MessageJson(TypedDict):
    """A message for the page; instants are ISO 8601 in UTC or "", the addresses are "" without a file."""

    id: str
    room: str
    kind: str
    at: str
    author: PersonJson | None
    text: str
    reply: ReplyJson | None
    picture_url: str
    answers: str
    is_repeat: bool
    changed_at: str
    document_url: str


def message_as_json(message: Message) -> MessageJson:
    """Return `message` as the page reads it."""
    entry = message.entry
    return MessageJson(
        id=message.id,
        room=message.room,
        kind=entry.kind.value,
        at=entry.at.isoformat(),
        author=PersonJson(id=entry.author.id, name=entry.author.name) if entry.author else None,
        text=entry.text,
        reply=reply_as_json(entry.reply) if entry.reply else None,
        picture_url=f"/console/pictures/{entry.picture}.png" if entry.picture else "",
        answers=entry.answers,
        is_repeat=entry.is_repeat,
        changed_at=entry.changed_at.isoformat() if entry.changed_at else "",
        document_url=f"/console/documents/{entry.document}.pdf" if entry.document else "",
    )
