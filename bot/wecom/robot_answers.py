"""The robot's answers while WeCom asks for them, shared by all replicas, each call in a worker thread.

What was asked is kept until it is answered: when the copy of Vigia that answers dies, the one WeCom asks next does it
instead, once. The card that follows an answer travels with the address it may be sent to once. All of it is sealed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

import structlog
from cryptography.fernet import InvalidToken
from pydantic import SecretStr

from bot.sealing import seal_of
from bot.wecom.limits import ROBOT_ANSWER_TAKES
from handlers.messages import Arrival
from kpi.engagements import Platform

_Made = TypeVar("_Made")
_LOG = structlog.get_logger(__name__)


class AnswerShelf(Protocol):
    """Where replicas find what the robot answers."""

    def open(self, answer_id: str, at: datetime, question: str, until: datetime) -> bool:
        """Begin an answer to a sealed question, expected by `until`; False when somebody began it before."""

    def take_over(self, answer_id: str, now: datetime) -> str:
        """Return the sealed question of an answer that did not come in time, to one caller; "" otherwise."""

    def take_return(self, answer_id: str) -> bool:
        """Take the right to send the words of an answer that was closed without them; one caller gets it."""

    def read(self, answer_id: str) -> tuple[datetime, str, bytes | None] | None:
        """Return when it was asked, the words ("" while there are none) and the picture; None for an unknown one."""

    def finish(self, answer_id: str, content: str, picture: bytes | None, card: str) -> bool:
        """Keep the whole answer; False when it was ended meanwhile."""

    def close(self, answer_id: str, content: str) -> bool:
        """End an answer that has no words yet with `content`; False when it has."""

    def take_card(self, answer_id: str) -> str:
        """Return the card that follows an answer, once; "" when there is none or somebody took it."""


class HasAnswers(Protocol):
    """A unit of work over the shelf."""

    @property
    def robot_answers(self) -> AnswerShelf:
        """The shelf."""


OpenAnswers = Callable[[], AbstractContextManager[HasAnswers]]


@dataclass(frozen=True, slots=True)
class RobotAnswer:
    """An answer as far as it has come: no words yet, or all of them."""

    asked_at: datetime
    content: str = ""
    picture: bytes | None = None


@dataclass(frozen=True, slots=True)
class Following:
    """A card that follows its answer, and where it may be sent, once."""

    url: str
    card: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What an answer answers, as far as somebody else needs it to answer instead."""

    arrival: Arrival
    response_url: str


class RobotAnswers:
    """All methods may be called from any task."""

    def __init__(self, shelf: OpenAnswers, key: SecretStr) -> None:
        self._seal = seal_of(b"robot answers:", key)
        self._shelf = shelf

    async def open(self, answer_id: str, question: Question, at: datetime) -> bool:
        """Begin an answer; False when it was begun before, by a callback WeCom repeats."""
        arrival = question.arrival
        told = {"address": arrival.address, "handle": arrival.handle, "text": arrival.text, "event": arrival.event_id}
        asked = {**told, "at": arrival.at.isoformat(), "is_direct": arrival.is_direct, "url": question.response_url}
        sealed = self._sealed(asked)
        return await self._on_shelf(lambda shelf: shelf.open(answer_id, at, sealed, at + ROBOT_ANSWER_TAKES))

    async def take_over(self, answer_id: str, now: datetime) -> Question | None:
        """Return what was asked when whoever answers it must be dead, to one caller only; None otherwise."""
        asked = self._opened(await self._on_shelf(lambda shelf: shelf.take_over(answer_id, now)))
        try:
            return _question_of(asked) if asked else None
        except (KeyError, ValueError):
            _LOG.exception("wecom_robot_question_not_read", answer=answer_id)  # another version asked it
            return None

    async def take_return(self, answer_id: str) -> bool:
        """Take the right to send the words of an answer that was closed without them; one caller gets it."""
        return await self._on_shelf(lambda shelf: shelf.take_return(answer_id))

    async def read(self, answer_id: str) -> RobotAnswer | None:
        """Return an answer as far as it has come, or None for one nobody began."""
        found = await self._on_shelf(lambda shelf: shelf.read(answer_id))
        return RobotAnswer(*found) if found else None

    async def finish(self, answer_id: str, content: str, picture: bytes | None, following: Following | None) -> bool:
        """Keep the whole answer; False when it was ended meanwhile."""
        sealed = self._sealed({"url": following.url, "card": following.card}) if following else ""
        return await self._on_shelf(lambda shelf: shelf.finish(answer_id, content, picture, sealed))

    async def close(self, answer_id: str, content: str) -> bool:
        """End an answer that has not come with `content`; False when it has come."""
        return await self._on_shelf(lambda shelf: shelf.close(answer_id, content))

    async def take_card(self, answer_id: str) -> Following | None:
        """Return the card that follows an answer, once."""
        kept = self._opened(await self._on_shelf(lambda shelf: shelf.take_card(answer_id)))
        return Following(**kept) if kept else None

    def _sealed(self, content: Mapping[str, Any]) -> str:
        return self._seal.encrypt(json.dumps(content).encode()).decode()

    def _opened(self, sealed: str) -> dict[str, Any] | None:
        try:
            opened: dict[str, Any] = json.loads(self._seal.decrypt(sealed.encode())) if sealed else {}
        except InvalidToken:  # the robot's key was changed meanwhile
            return None
        return opened or None

    async def _on_shelf(self, do: Callable[[AnswerShelf], _Made]) -> _Made:
        def work() -> _Made:
            with self._shelf() as opened:
                return do(opened.robot_answers)

        return await asyncio.to_thread(work)


def _question_of(asked: Mapping[str, Any]) -> Question:
    arrival = Arrival(
        Platform.WECOM,
        asked["address"],
        asked["handle"],
        asked["text"],
        datetime.fromisoformat(asked["at"]),
        asked["event"],
        is_direct=asked["is_direct"],
    )
    return Question(arrival, asked["url"])
