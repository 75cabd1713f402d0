"""Turns that all replicas share: WeCom counts what came through a webhook or to a person, not which copy sent it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import SecretStr

from bot.wecom.limits import LIMITED_FOR
from bot.wecom.pace import OF_A_WEBHOOK, Allowance, Sleep, longest, next_turn
from handlers.ports import Clock


class TurnBook(Protocol):
    """When messages went out through each webhook and to each person; a name says nothing of its key."""

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

    def __init__(
        self,
        book: OpenTurns,
        clock: Clock,
        sleep: Sleep,
        allowances: Sequence[Allowance] = OF_A_WEBHOOK,
        named: str = "webhook turns",
    ) -> None:
        """Take what is allowed; `named` keeps keys of one kind apart from the same ones of another."""
        self._book = book
        self._clock = clock
        self._sleep = sleep
        self._allowances = allowances
        self._named = named

    async def turn(self, key: SecretStr | str, at_most: float) -> float | None:
        """Wait for the key's turn and return None; when it is more than `at_most` seconds away, return how many."""
        away, is_taken = await asyncio.to_thread(self._take, self._name(key), at_most)
        if not is_taken:
            return away
        if away > 0:
            await self._sleep(away)
        return None

    async def block(self, key: SecretStr | str) -> None:
        """Give no turn for the next minute: WeCom said that there were too many messages."""
        await asyncio.to_thread(self._block, self._name(key))

    def _take(self, name: str, at_most: float) -> tuple[float, bool]:
        with self._book() as work:
            now = self._clock()
            taken, blocked_until = work.turns.held(name)
            taken = tuple(at for at in taken if at > now - timedelta(seconds=longest(self._allowances)))
            blocked = (blocked_until - now).total_seconds() if blocked_until else 0.0
            turns = [(at - now).total_seconds() for at in taken]
            away = next_turn(turns, max(0.0, blocked), self._allowances)
            if away > at_most:
                return away, False
            work.turns.keep(name, (*taken, now + timedelta(seconds=away)), blocked_until)
        return away, True

    def _block(self, name: str) -> None:
        with self._book() as work:
            taken, _ = work.turns.held(name)
            work.turns.keep(name, taken, self._clock() + LIMITED_FOR)

    def _name(self, key: SecretStr | str) -> str:
        """Return what a key's turns are kept under: the same in all replicas, and no way back to the key."""
        plain = key.get_secret_value() if isinstance(key, SecretStr) else key
        return hashlib.sha256(f"{self._named}:{plain}".encode()).hexdigest()[:32]
