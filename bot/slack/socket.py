"""Slack over Socket Mode: the same app on a connection we open, for places without a public address.

The SDK connects again by itself after most losses. It has a record of going deaf without an error, and tries one
address for ever that Slack lets be used once: so the connection is looked at, and built anew when it hears nothing.
Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.access import SlackAccess
from bot.slack.errors import CALL_ERRORS
from bot.slack.gateway import slack_client
from bot.slack.last_resort import acknowledged, log_retry
from bot.slack.pace import Sleep
from kpi.errors import ConfigurationError
from kpi.phrases import phrase

PING_SECONDS = 10.0
"""How often the connection is tested."""
DEAF_AFTER_PINGS = 4
"""Missed pings after which a connection counts as deaf."""
OPEN_SECONDS = 30.0
"""The longest a new connection may take; the SDK itself would try one address for ever."""

_LOG = structlog.get_logger(__name__)


class AcknowledgingHandler(AsyncSocketModeHandler):
    """One connection whose every envelope is acknowledged, whatever becomes of its payload."""

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Hand an envelope to the app and acknowledge it by its id."""
        started = time.time()
        log_retry(str(req.retry_attempt or ""), str(req.retry_reason or ""))
        response = await acknowledged(run_async_bolt_app(self.app, req))
        await send_async_response(client, req, response, started)


class SocketDoor:
    """Keeps one Socket Mode connection. `connect` makes one inside the running loop; `now` is the wall clock."""

    def __init__(
        self,
        connect: Callable[[], AsyncSocketModeHandler],
        *,
        ping_seconds: float = PING_SECONDS,
        open_seconds: float = OPEN_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._connect = connect
        self._deaf_seconds = DEAF_AFTER_PINGS * ping_seconds
        self._open_seconds = open_seconds
        self._now = now
        self._handler: AsyncSocketModeHandler | None = None
        self._keeping: asyncio.Task[None] | None = None

    def start(self, sleep: Sleep = asyncio.sleep) -> None:
        """Open the connection and keep it from here on, without anybody waiting: Slack may be away for a while."""
        self._keeping = asyncio.get_running_loop().create_task(self._open_and_keep(sleep))

    async def close(self) -> None:
        """End the keeping, disconnect, and end the connection's own tasks."""
        if self._keeping is not None:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        if self._handler is not None:
            await _close(self._handler)

    async def is_hearing(self) -> bool:
        """Tell whether the connection stands and has answered a ping lately."""
        if self._handler is None:
            return False
        client = self._handler.client
        if not await client.is_connected():
            return False
        last = client.last_ping_pong_time
        return last is None or self._now() - last <= self._deaf_seconds

    async def keep(self, sleep: Sleep) -> None:
        """Build the connection anew whenever it is deaf twice in a row; runs until it is cancelled.

        One bad look is a reconnection in progress.
        """
        misses = 0
        while True:
            await sleep(self._deaf_seconds)
            misses = 0 if await self.is_hearing() else misses + 1
            if misses > 1:
                _LOG.error("slack_socket_deaf")
                misses = 0 if await self.open() else misses

    async def open(self) -> bool:
        """Make a connection and let it take the place of an earlier one; return whether that succeeded in time.

        The earlier one is closed last, so that at no time both are missing; what comes in by both counts once.
        """
        fresh = self._connect()
        try:
            async with asyncio.timeout(self._open_seconds):
                await fresh.connect_async()  # type: ignore[no-untyped-call]
        except BaseException as error:
            await _close(fresh)
            if not isinstance(error, Exception):
                raise
            # The edge: whatever was wrong, whoever keeps the door tries again.
            _LOG.error("slack_socket_not_opened", error=type(error).__name__)
            return False
        earlier, self._handler = self._handler, fresh
        _LOG.info("slack_socket_opened")
        if earlier is not None:
            await _close(earlier)
        return True

    async def _open_and_keep(self, sleep: Sleep) -> None:
        await self.open()
        await self.keep(sleep)


async def _close(handler: AsyncSocketModeHandler) -> None:
    with suppress(*CALL_ERRORS):  # whoever is at the other end may be gone
        await handler.close_async()  # type: ignore[no-untyped-call]


def create_socket(
    app: AsyncApp, access: SlackAccess, ping_seconds: float = PING_SECONDS, open_seconds: float = OPEN_SECONDS
) -> SocketDoor:
    """Return a door that is not open yet; raises ConfigurationError without an app token."""
    if not access.app_token:
        raise ConfigurationError(phrase("Socket Mode needs the Slack app token. Create one with connections:write."))
    token = access.app_token

    def connect() -> AsyncSocketModeHandler:
        return AcknowledgingHandler(app, app_token=token, web_client=slack_client(access), ping_interval=ping_seconds)

    return SocketDoor(connect, ping_seconds=ping_seconds, open_seconds=open_seconds)
