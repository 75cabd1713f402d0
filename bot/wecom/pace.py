"""Turns for WeCom's webhooks and people: at most 15 messages in any 60 seconds of one key or to one person.

It counts the turns of the last minute instead of refilling a bucket: a full bucket plus its refill would let 30 through
within one minute, and WeCom blocks at 20.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import SecretStr

from bot.wecom.limits import LIMITED_FOR, OUR_MESSAGES_PER_MINUTE

Sleep = Callable[[float], Awaitable[object]]
"""Waits so many seconds; asyncio.sleep, or a twin that only remembers."""
Seconds = Callable[[], float]
"""A monotonic clock in seconds."""

MINUTE = 60.0


class Turns(Protocol):
    """Who may send through a webhook when."""

    async def turn(self, key: SecretStr, at_most: float) -> float | None:
        """Wait for the key's turn and return None; when it is more than `at_most` seconds away, return how many."""

    async def block(self, key: SecretStr) -> None:
        """Give no turn for the next minute: WeCom said that there were too many messages."""


def next_turn(taken: Sequence[float], earliest: float) -> float:
    """Return the next turn, not before `earliest`, after those `taken` in the last minute (oldest first)."""
    in_order = max(earliest, taken[-1]) if taken else earliest
    if len(taken) < OUR_MESSAGES_PER_MINUTE:
        return in_order
    return max(in_order, taken[-OUR_MESSAGES_PER_MINUTE] + MINUTE)


@dataclass(slots=True)
class _Line:
    turns: deque[float] = field(default_factory=deque)
    blocked_until: float = 0.0


class Pace:
    """Hands out turns per key, in the order they are asked for, in this process."""

    def __init__(self, seconds: Seconds, sleep: Sleep) -> None:
        self._seconds = seconds
        self._sleep = sleep
        self._lines: dict[Hashable, _Line] = {}

    async def turn(self, key: Hashable, at_most: float) -> float | None:
        """Wait for the key's turn and return None; when it is more than `at_most` seconds away, return how many."""
        now = self._seconds()
        line = self._lines.setdefault(key, _Line())
        mine = self._next(line, now)
        if mine - now > at_most:
            return mine - now
        line.turns.append(mine)
        if mine > now:
            await self._sleep(mine - now)
        return None

    async def block(self, key: Hashable) -> None:
        """Give no turn for the next minute: WeCom said that there were too many messages."""
        self._lines.setdefault(key, _Line()).blocked_until = self._seconds() + LIMITED_FOR.total_seconds()

    @staticmethod
    def _next(line: _Line, now: float) -> float:
        while line.turns and line.turns[0] <= now - MINUTE:
            line.turns.popleft()
        return next_turn(line.turns, max(now, line.blocked_until))
