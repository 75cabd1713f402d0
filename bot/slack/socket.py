"""Slack over Socket Mode: the same app on a connection we open, for places without a public address.

The connection has a record of going deaf without an error, so a watchdog looks at it; a process that hears nothing any
more should end and be started anew.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.slack.access import SlackAccess
from bot.slack.gateway import slack_client
from bot.slack.pace import Sleep
from kpi.errors import ConfigurationError
from kpi.phrases import phrase

PING_SECONDS = 10.0
"""How often the connection is tested."""
DEAF_AFTER_PINGS = 4
"""Missed pings after which a connection counts as deaf."""

_LOG = structlog.get_logger(__name__)


class SocketDoor:
    """One Socket Mode connection. Make it inside the running event loop; `now` is the wall clock in seconds."""

    def __init__(self, handler: AsyncSocketModeHandler, now: Callable[[], float] = time.time) -> None:
        self._handler = handler
        self._now = now

    async def open(self) -> None:
        """Connect; the SDK connects again by itself after a lost connection."""
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """Disconnect and end the connection's own tasks."""
        await self._handler.close_async()  # type: ignore[no-untyped-call]

    async def is_hearing(self) -> bool:
        """Tell whether the connection stands and has answered a ping lately."""
        client = self._handler.client
        if not await client.is_connected():
            return False
        last = client.last_ping_pong_time
        return last is None or self._now() - last <= DEAF_AFTER_PINGS * PING_SECONDS

    async def watch(self, on_deaf: Callable[[], Awaitable[None]], sleep: Sleep) -> None:
        """Look at the connection until it is deaf twice in a row, then call `on_deaf` and return.

        One bad look is a reconnection in progress.
        """
        misses = 0
        while misses <= 1:
            await sleep(DEAF_AFTER_PINGS * PING_SECONDS)
            misses = 0 if await self.is_hearing() else misses + 1
        _LOG.error("slack_socket_deaf")
        await on_deaf()


async def create_socket(app: AsyncApp, access: SlackAccess) -> SocketDoor:
    """Return a connection that is not open yet; raises ConfigurationError without an app token."""
    if not access.app_token:
        raise ConfigurationError(phrase("Socket Mode needs the Slack app token. Create one with connections:write."))
    handler = AsyncSocketModeHandler(
        app, app_token=access.app_token, web_client=slack_client(access), ping_interval=PING_SECONDS
    )
    return SocketDoor(handler)
