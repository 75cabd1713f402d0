"""Socket Mode: the same listeners on a connection of our own, and a watchdog for the day it goes deaf."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from bot.slack.access import SlackAccess
from bot.slack.socket import SocketDoor, create_socket
from kpi.errors import ConfigurationError
from tests.bot.slack.conftest import Naps
from tests.bot.slack.doors import Doors
from tests.bot.slack.payloads import command, event
from tests.bot.slack.samples import sorry_reply
from tests.twins.slack_server import SlackServer


async def test_a_command_over_the_socket_is_acknowledged_and_answered(
    slack: SlackServer, doors: Doors, access: SlackAccess
) -> None:
    """The same app as over HTTP; the word "payload" does no harm here."""
    doors.reply = sorry_reply()
    socket = await create_socket(doors.app, access)
    await socket.open()
    body = command("payload", response_url=slack.response_url())
    await slack.sockets[0].send_json({"type": "slash_commands", "envelope_id": "e1", "payload": body})
    answer = await asyncio.wait_for(slack.envelope_answers.get(), timeout=5)
    await doors.settle()
    assert answer == {"envelope_id": "e1"}
    assert [one.text for one in doors.arrivals] == ["/kpi payload"]
    assert len(slack.whispers) == 1
    assert slack.calls[0].token == "xapp-not-a-token"
    await slack.sockets[0].send_json({"type": "events_api", "envelope_id": "e2", "payload": event("of_tomorrow")})
    assert await asyncio.wait_for(slack.envelope_answers.get(), timeout=5) == {"envelope_id": "e2"}
    assert await socket.is_hearing()
    await socket.close()


async def test_socket_mode_without_app_token_says_what_is_missing(doors: Doors) -> None:
    """Before anything is connected."""
    with pytest.raises(ConfigurationError, match="app token"):
        await create_socket(doors.app, SlackAccess("secret", "xoxb-not-a-token"))


class _Connection:
    """A connection as the watchdog sees it."""

    def __init__(self, looks: list[tuple[bool, float | None]]) -> None:
        self._looks = looks
        self.last_ping_pong_time: float | None = None

    async def is_connected(self) -> bool:
        """Take the next look."""
        is_connected, self.last_ping_pong_time = self._looks.pop(0)
        return is_connected


def _socket(*looks: tuple[bool, float | None]) -> SocketDoor:
    handler: Any = SimpleNamespace(client=_Connection(list(looks)))
    return SocketDoor(handler, now=lambda: 1000.0)


@pytest.mark.parametrize(
    ("look", "hears"),
    [((True, 960.0), True), ((True, 959.0), False), ((False, 1000.0), False), ((True, None), True)],
)
async def test_a_connection_hears_while_its_pings_are_answered(look: tuple[bool, float | None], hears: bool) -> None:
    """Forty seconds are four pings; a new connection has had none yet."""
    assert await _socket(look).is_hearing() is hears


async def test_a_connection_deaf_twice_in_a_row_is_given_up(naps: Naps) -> None:
    """One bad look is a reconnection in progress."""
    deaf: list[str] = []

    async def on_deaf() -> None:
        deaf.append("now")

    await _socket((False, 1.0), (True, 999.0), (True, 1.0), (True, 2.0)).watch(on_deaf, naps.sleep)
    assert deaf == ["now"]
    assert naps.taken == [40.0] * 4
