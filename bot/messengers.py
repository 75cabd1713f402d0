"""What the outbox needs from a chat platform, and the two ways a send can fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handlers.messages import Reply
from kpi.deliveries import Placing
from kpi.engagements import Room


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message ready to go: `delivery` travels with it where the platform can carry metadata.

    `anchor` is the platform's id of the message it changes or answers. A platform that cannot do so posts it.
    `document` is the PDF of the reply's document; it comes beside the message, which is whole without it.
    """

    delivery: str
    room: Room
    reply: Reply
    picture: bytes | None
    is_repeat: bool = False
    placing: Placing = Placing.POST
    anchor: str = ""
    document: bytes | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's proof: its message id, and what was lost on the way (a picture, for example)."""

    platform_message: str
    remark: str = ""


class NotSentError(Exception):
    """The platform surely did not take the message.

    `retry_after` says when another attempt makes sense; None means never (the room or the message is wrong).
    """

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class LimitedError(NotSentError):
    """The platform takes no more from us for a while, and will again: what is not urgent waits instead of failing."""


class UnreachableError(NotSentError):
    """The person it is for cannot be reached on this platform at all: they are unknown to it, gone, or without rights.

    Their name in a room there reaches nobody either.
    """


class AnswerLostError(Exception):
    """The message may or may not have arrived; it must not simply be sent again."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAskedError(Exception):
    """The platform could not be asked now whether it has a message: that is no answer, and it is asked again."""


class Messenger(Protocol):
    """The way out to one chat platform."""

    async def post(self, parcel: Parcel) -> Receipt:
        """Send a parcel; raises NotSentError or AnswerLostError, nothing else."""

    async def find(self, parcel: Parcel, since: datetime) -> str | None:
        """Return the platform's id of a delivery posted after `since`; None when not found or never to be asked.

        Raises NotAskedError, nothing else.
        """
