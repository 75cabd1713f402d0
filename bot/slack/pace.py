"""One message a second and channel: whoever wants to post waits for the channel's turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.slack.limits import SECONDS_BETWEEN_MESSAGES

Sleep = Callable[[float], Awaitable[object]]
"""Waits so many seconds; asyncio.sleep, or a twin that only remembers."""


class Pace:
    """Hands out turns per channel; `seconds` is a monotonic clock."""

    def __init__(self, seconds: Callable[[], float], sleep: Sleep) -> None:
        self._seconds = seconds
        self._sleep = sleep
        self._free_at: dict[str, float] = {}

    async def turn(self, channel: str) -> None:
        """Return when `channel` may get its next message; turns are given in the order they were asked for."""
        now = self._seconds()
        self._forget_before(now)
        mine = max(now, self._free_at.get(channel, now))
        self._free_at[channel] = mine + SECONDS_BETWEEN_MESSAGES
        if mine > now:
            await self._sleep(mine - now)

    async def rest(self, seconds: float) -> None:
        """Return after a while that Slack itself asked for."""
        await self._sleep(seconds)

    def _forget_before(self, now: float) -> None:
        for channel in [channel for channel, free_at in self._free_at.items() if free_at <= now]:
            del self._free_at[channel]
