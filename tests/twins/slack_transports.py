"""The two ways on which Slack brings what happened, each for real: signed HTTP requests, and envelopes of a socket."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import AsyncExitStack
from typing import Any, Protocol

import httpx
import uvicorn
from fastapi import FastAPI

from bot.slack.side import SlackSide
from bot.slack.socket import create_socket
from bot.slack.web import PATH, create_router
from handlers.ports import Clock
from tests.bot.slack.payloads import FORM, form_of, interaction_of, signed
from tests.twins.slack_socket import SocketMode

COMMAND, EVENT, INTERACTION = "slash_commands", "events_api", "interactive"
"""What Slack sends, as Socket Mode names it."""
PATIENCE_SECONDS = 20
"""How long a request may take on a busy machine before a test has failed."""


class Transport(Protocol):
    """Brings payloads to Vigia."""

    async def open(self, side: SlackSide, clock: Clock) -> None:
        """Connect the two."""

    async def deliver(self, kind: str, payload: dict[str, Any], retry: int = 0) -> dict[str, Any]:
        """Bring a payload and return what its acknowledgement says; fails without one."""

    async def close(self) -> None:
        """End it."""


class OverHttp:
    """A real server of the real route on a free port, and requests signed as Slack signs them."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._secret = ""
        self._clock: Clock | None = None
        self._caller: httpx.AsyncClient | None = None

    async def open(self, side: SlackSide, clock: Clock) -> None:
        """Serve the route."""
        self._secret, self._clock = side.access.signing_secret, clock
        web = FastAPI()
        web.include_router(create_router(side.app, self._secret, clock))
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(web, log_level="warning", ws="none", lifespan="off"))
        serving = asyncio.get_running_loop().create_task(server.serve(sockets=[listening]))

        async def stop() -> None:
            server.should_exit = True
            await serving

        self._stack.push_async_callback(stop)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self._caller = await self._stack.enter_async_context(
            httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS)
        )

    async def deliver(self, kind: str, payload: dict[str, Any], retry: int = 0) -> dict[str, Any]:
        """Send a signed request."""
        body, content_type = body_of(kind, payload)
        again = {"x-slack-retry-num": str(retry), "x-slack-retry-reason": "http_timeout"} if retry else {}
        answer = await self.send(body, content_type, **again)
        assert answer.status_code == httpx.codes.OK, answer.status_code
        return dict(answer.json()) if answer.content else {}

    async def send(self, body: bytes, content_type: str, **headers: str) -> httpx.Response:
        """Send a signed request of any bytes; `headers` come on top."""
        assert self._caller is not None
        assert self._clock is not None
        known = signed(body, content_type, self._clock(), self._secret)
        return await self._caller.post(PATH, content=body, headers={**known, **headers})

    async def close(self) -> None:
        """Stop the server."""
        await self._stack.aclose()


class OverSocket:
    """The real connection to Slack's end of Socket Mode."""

    def __init__(self, link: SocketMode) -> None:
        self._link = link
        self._stack = AsyncExitStack()

    async def open(self, side: SlackSide, clock: Clock) -> None:
        """Let Vigia connect."""
        door = create_socket(side.app, side.access)
        door.start()
        self._stack.push_async_callback(door.close)
        await self._link.until(lambda now: len(now.connections) == 1)

    async def deliver(self, kind: str, payload: dict[str, Any], retry: int = 0) -> dict[str, Any]:
        """Send an envelope."""
        again: dict[str, Any] = {"retry_attempt": retry, "retry_reason": "timeout"} if retry else {}
        return await self._link.send(kind, payload, **again)

    async def close(self) -> None:
        """Disconnect."""
        await self._stack.aclose()


def body_of(kind: str, payload: dict[str, Any]) -> tuple[bytes, str]:
    """Return a payload as the body of its request, and the type of that."""
    if kind == COMMAND:
        return form_of(payload), FORM
    if kind == INTERACTION:
        return interaction_of(payload), FORM
    return json.dumps(payload).encode(), "application/json"
