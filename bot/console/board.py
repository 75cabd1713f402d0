"""What hangs in the console's rooms: the last messages of each, their files, and the stream that announces them."""

from __future__ import annotations

import json
import secrets
from collections import deque
from dataclasses import replace
from datetime import datetime

from bot.console.limits import Limits
from bot.console.messages import Entry, Message, message_as_json
from bot.console.pictures import PictureShelf
from bot.console.stream import EventStream
from kpi.engagements import Room

MESSAGE = "message"
"""The event that carries one message."""


class Board:
    """The memory of the console, shared by the page (`Console`) and the outbox (`ConsoleMessenger`).

    Used from one event loop. A restart empties it: the delivery ledger, not this, remembers what was sent.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.stream = EventStream(secrets.token_hex(4), self.limits)
        self.pictures = PictureShelf(self.limits.pictures)
        self._rooms: dict[str, deque[Message]] = {}

    def add(self, room: Room, entry: Entry) -> Message:
        """Hang `entry` into a room and announce it; the oldest message leaves a full room."""
        message = Message(self.stream.next_id(), room.address, entry)
        self._rooms.setdefault(room.address, deque(maxlen=self.limits.messages)).append(message)
        self._announce(room, message)
        return message

    def change(self, room: Room, message_id: str, entry: Entry) -> Message | None:
        """Put `entry` in the place of a message and announce it; None when that message is not here any more."""
        messages = self._rooms.get(room.address, deque())
        place = next((number for number, one in enumerate(messages) if one.id == message_id), None)
        if place is None:
            return None
        before = messages[place].entry
        message = Message(message_id, room.address, replace(entry, at=before.at, changed_at=entry.at))
        messages[place] = message
        self._announce(room, message)
        return message

    def _announce(self, room: Room, message: Message) -> None:
        data = json.dumps(message_as_json(message), ensure_ascii=False, separators=(",", ":"))
        self.stream.publish(room.engagement, MESSAGE, data)

    def messages(self, address: str) -> tuple[Message, ...]:
        """Return what hangs in a room, oldest first."""
        return tuple(self._rooms.get(address, ()))

    def posted(self, address: str, delivery: str, since: datetime | None = None) -> Message | None:
        """Return the message that proves a delivery, or None when it is not (or no longer) here."""
        return next(
            (
                message
                for message in self.messages(address)
                if message.entry.delivery == delivery and (since is None or message.entry.at >= since)
            ),
            None,
        )

    def with_picture(self, picture_id: str) -> Message | None:
        """Return the message whose picture has this id, or None."""
        return next(
            (message for room in self._rooms.values() for message in room if message.entry.picture == picture_id),
            None,
        )

    def with_document(self, document_id: str) -> Message | None:
        """Return the message whose document has this id, or None."""
        return next(
            (message for room in self._rooms.values() for message in room if message.entry.document == document_id),
            None,
        )


def new_picture_id() -> str:
    """Return an id nobody can guess: whoever has the address of a picture was shown it."""
    return secrets.token_urlsafe(16)
