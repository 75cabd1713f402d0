"""The other end of Socket Mode on loopback: envelopes out, acknowledgements by id in, and every way a socket can end.

Source of the rules: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

ACKNOWLEDGE_SECONDS = 3.0
"""How long Slack waits for the acknowledgement of an envelope before it counts as lost."""
MOST_CONNECTIONS = 10
"""Open connections of one app."""
PATIENCE_SECONDS = 20.0
"""How long a test waits for what surely comes; past it the test has failed."""


@dataclass
class Connection:
    """One open socket; a deaf one takes everything and answers nothing, not even a ping."""

    socket: web.WebSocketResponse
    request: web.Request
    is_deaf: bool = False

    async def send(self, message: dict[str, Any]) -> None:
        """Send one message."""
        await self.socket.send_json(message)

    def cut(self) -> None:
        """Let the network lose this connection, without a word on either side."""
        assert self.request.transport is not None
        self.request.transport.abort()


@dataclass
class SocketMode:
    """Slack's side of Socket Mode; `refusals` is how many of the next tickets turn out not to work."""

    connections: list[Connection] = field(default_factory=list)
    tickets: dict[str, bool] = field(default_factory=dict)
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    refusals: int = 0
    opened: int = 0
    pings: int = 0
    _names: count[int] = field(default_factory=count)
    _waiting: dict[str, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def issue(self, base: str) -> dict[str, Any]:
        """Answer `apps.connections.open` with an address that can be used once."""
        ticket = f"ticket-{next(self._names)}"
        self.tickets[ticket] = self.refusals <= 0
        self.refusals -= 1
        return {"ok": True, "url": f"{base}/link/?ticket={ticket}"}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Take a connection, say hello, and listen until it ends."""
        if not self.tickets.pop(request.query.get("ticket", ""), False):
            return web.Response(status=408)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        connection = Connection(socket, request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await connection.send({"type": "disconnect", "reason": "too_many_websockets"})
            return socket
        self.connections.append(connection)
        self.opened += 1
        await connection.send({"type": "hello", "num_connections": len(self.connections)})
        await self._tell_change()
        await self._listen(connection)
        self.connections.remove(connection)
        await self._tell_change()
        return socket

    async def send(
        self,
        kind: str,
        payload: dict[str, Any],
        *,
        to: Connection | None = None,
        envelope: str = "",
        **more: Any,
    ) -> dict[str, Any]:
        """Send an envelope and return the payload of its acknowledgement; TimeoutError when there is none in time."""
        name = envelope or f"envelope-{next(self._names)}"
        waiting: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[name] = waiting
        message = {"type": kind, "envelope_id": name, "payload": payload, "accepts_response_payload": True, **more}
        await (to or self.connections[-1]).send(message)
        async with asyncio.timeout(ACKNOWLEDGE_SECONDS):
            return await waiting

    async def disconnect(self, reason: str, *, to: Connection | None = None) -> None:
        """Tell a client that its connection ends: warning, refresh_requested or link_disabled."""
        connection = to or self.connections[-1]
        await connection.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-0"}})
        if reason == "link_disabled":
            await connection.socket.close()

    async def until(self, is_so: Callable[[SocketMode], bool]) -> None:
        """Return as soon as something is so: a connection came or went, an acknowledgement arrived."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._changed:
            await self._changed.wait_for(lambda: is_so(self))

    async def close(self) -> None:
        """Close every connection."""
        for connection in list(self.connections):
            await connection.socket.close()

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if connection.is_deaf:
                continue
            if message.type is WSMsgType.PING:
                self.pings += 1
                await connection.socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._take(json.loads(message.data))
                await self._tell_change()

    def _take(self, answer: dict[str, Any]) -> None:
        """Note an acknowledgement; one of an envelope nobody sent, or a second one, is a mistake of the app's."""
        name = str(answer.get("envelope_id"))
        if name in self.acknowledged or name not in self._waiting:
            self.problems.append(f"an acknowledgement of {name} that nobody waits for")
            return
        self.acknowledged[name] = answer.get("payload") or {}
        if not self._waiting[name].done():
            self._waiting[name].set_result(self.acknowledged[name])

    async def _tell_change(self) -> None:
        async with self._changed:
            self._changed.notify_all()
