"""Turns for WeCom's webhooks that all replicas share: WeCom counts what came through a webhook, not who sent it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import SecretStr

from bot.wecom.limits import LIMITED_FOR
from bot.wecom.pace import MINUTE, Sleep, next_turn
from handlers.ports import Clock


class TurnBook(Protocol):
    """When messages went out through each webhook; a name says nothing of its key."""

    def held(self, name: str) -> tuple[tuple[datetime, ...], datetime | None]:
        """Return the turns taken and until when there are none; nobody else reads them before this work ends."""

    def keep(self, name: str, taken: Sequence[datetime], blocked_until: datetime | None) -> None:
        """Replace what `held` returned."""


class HasTurns(Protocol):
    """A unit of work over the book."""

    @property
    def turns(self) -> TurnBook:
        """The book."""


OpenTurns = Callable[[], AbstractContextManager[HasTurns]]


class SharedPace:
    """Fits `bot.wecom.pace.Turns`. Replicas' clocks are believed to agree within a second or two."""

    def __init__(self, book: OpenTurns, clock: Clock, sleep: Sleep) -> None:
        self._book = book
        self._clock = clock
        self._sleep = sleep

    async def turn(self, key: SecretStr, at_most: float) -> float | None:
        """Wait for the key's turn and return None; when it is more than `at_most` seconds away, return how many."""
        away, is_taken = await asyncio.to_thread(self._take, _name(key), at_most)
        if not is_taken:
            return away
        if away > 0:
            await self._sleep(away)
        return None

    async def block(self, key: SecretStr) -> None:
        """Give no turn for the next minute: WeCom said that there were too many messages."""
        await asyncio.to_thread(self._block, _name(key))

    def _take(self, name: str, at_most: float) -> tuple[float, bool]:
        with self._book() as work:
            now = self._clock()
            taken, blocked_until = work.turns.held(name)
            taken = tuple(at for at in taken if at > now - timedelta(seconds=MINUTE))
            blocked = (blocked_until - now).total_seconds() if blocked_until else 0.0
            away = next_turn([(at - now).total_seconds() for at in taken], max(0.0, blocked))
            if away > at_most:
                return away, False
            work.turns.keep(name, (*taken, now + timedelta(seconds=away)), blocked_until)
        return away, True

    def _block(self, name: str) -> None:
        with self._book() as work:
            taken, _ = work.turns.held(name)
            work.turns.keep(name, taken, self._clock() + LIMITED_FOR)


def _name(key: SecretStr) -> str:
    """Return what a webhook's turns are kept under: the same in all replicas, and no way back to the key."""
    return hashlib.sha256(f"webhook turns:{key.get_secret_value()}".encode()).hexdigest()[:32]
