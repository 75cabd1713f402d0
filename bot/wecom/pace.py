"""Turns for WeCom's webhooks and people: at most so many messages in any span of time of one key or to one person.

It counts the turns of the last span instead of refilling a bucket: a full bucket plus its refill would let twice as
many through within one minute. WeCom blocks a webhook that goes past its limit, and drops what goes past a person's
without a word.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import SecretStr

from bot.wecom.limits import (
    LIMITED_FOR,
    OUR_MESSAGES_PER_MINUTE,
    OUR_MESSAGES_TO_A_PERSON_PER_HOUR,
    OUR_MESSAGES_TO_A_PERSON_PER_MINUTE,
)

Sleep = Callable[[float], Awaitable[object]]
"""Waits so many seconds; asyncio.sleep, or a twin that only remembers."""
Seconds = Callable[[], float]
"""A monotonic clock in seconds."""

MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most so many messages in any span of so many seconds."""

    messages: int
    seconds: float


OF_A_WEBHOOK = (Allowance(OUR_MESSAGES_PER_MINUTE, MINUTE),)
TO_A_PERSON = (
    Allowance(OUR_MESSAGES_TO_A_PERSON_PER_MINUTE, MINUTE),
    Allowance(OUR_MESSAGES_TO_A_PERSON_PER_HOUR, HOUR),
)


class Turns(Protocol):
    """Who may send through a webhook, or to a person, when."""

    async def turn(self, key: SecretStr | str, at_most: float) -> float | None:
        """Wait for the key's turn and return None; when it is more than `at_most` seconds away, return how many."""

    async def block(self, key: SecretStr | str) -> None:
        """Give no turn for the next minute: WeCom said that there were too many messages."""


def next_turn(taken: Sequence[float], earliest: float, allowances: Sequence[Allowance] = OF_A_WEBHOOK) -> float:
    """Return the next turn, not before `earliest`, after those `taken` in the longest span (oldest first)."""
    free = [taken[-one.messages] + one.seconds for one in allowances if len(taken) >= one.messages]
    return max([earliest, *taken[-1:], *free])


def longest(allowances: Sequence[Allowance]) -> float:
    """Return for how many seconds a turn that was taken counts."""
    return max(one.seconds for one in allowances)


@dataclass(slots=True)
class _Line:
    turns: deque[float] = field(default_factory=deque)
    blocked_until: float = 0.0


class Pace:
    """Hands out turns per key, in the order they are asked for, in this process."""

    def __init__(self, seconds: Seconds, sleep: Sleep, allowances: Sequence[Allowance] = OF_A_WEBHOOK) -> None:
        self._seconds = seconds
        self._sleep = sleep
        self._allowances = allowances
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

    def _next(self, line: _Line, now: float) -> float:
        while line.turns and line.turns[0] <= now - longest(self._allowances):
            line.turns.popleft()
        return next_turn(tuple(line.turns), max(now, line.blocked_until), self._allowances)
