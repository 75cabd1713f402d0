"""Socket Mode: the same listeners on a connection of our own, kept through every way in which it can end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.slack.access import SlackAccess
from bot.slack.socket import SocketDoor, create_socket
from kpi.errors import ConfigurationError
from tests.bot.slack.conftest import Naps
from tests.bot.slack.doors import Doors
from tests.bot.slack.payloads import command, event, press
from tests.bot.slack.samples import sorry_reply
from tests.twins.slack_server import SlackServer
from tests.twins.slack_socket import SocketMode

PING_SECONDS = 0.02
"""Short, so that the SDK's own pauses take no time worth naming."""
METADATA = '{"command": "/incident new", "channel": "C0OPS00001", "response_url": "", "language": "en", "files": []}'


@pytest.fixture
async def link(slack: SlackServer) -> AsyncIterator[SocketMode]:
    """Return Slack's end of the connection; nothing may be acknowledged twice."""
    yield slack.socket_mode
    assert slack.socket_mode.problems == []


@pytest.fixture
async def socket(doors: Doors, access: SlackAccess, link: SocketMode) -> AsyncIterator[SocketDoor]:
    """Return an open door."""
    door = create_socket(doors.app, access, PING_SECONDS, 0.2)
    assert await door.open()
    await link.until(lambda now: len(now.connections) == 1)
    yield door
    await door.close()


async def test_a_command_over_the_socket_is_acknowledged_and_answered(
    slack: SlackServer, link: SocketMode, doors: Doors, socket: SocketDoor
) -> None:
    """The same app as over HTTP; the word "payload" does no harm here."""
    doors.reply = sorry_reply()
    body = command("payload", response_url=slack.response_url())
    assert await link.send("slash_commands", body) == {}
    await doors.settle()
    assert [one.text for one in doors.arrivals] == ["/kpi payload"]
    assert len(slack.whispers) == 1
    assert slack.calls[0].token == "xapp-not-a-token"
    assert await link.send("events_api", event("of_tomorrow")) == {}
    assert await socket.is_hearing()


async def test_a_connection_that_slack_closes_is_opened_again_and_the_repeated_command_is_answered_once(
    link: SocketMode, doors: Doors, socket: SocketDoor
) -> None:
    """Slack sends again what was not acknowledged: with another envelope id, of the same act."""
    assert await link.send("slash_commands", command()) == {}
    link.connections[0].cut()
    await link.until(lambda now: now.opened == 2 and len(now.connections) == 1)
    retried = await link.send("slash_commands", command(), retry_attempt=1, retry_reason="timeout")
    assert retried == {}
    assert await link.send("slash_commands", command(trigger_id="7.8.z")) == {}
    await doors.settle()
    assert [one.event_id for one in doors.arrivals] == ["slack/111.222.aaa", "slack/7.8.z"]
    assert await socket.is_hearing()


async def test_a_retry_over_the_socket_leaves_slacks_own_reason_in_the_log(
    link: SocketMode, socket: SocketDoor
) -> None:
    """As over HTTP, where it stands in a header."""
    with capture_logs() as logs:
        await link.send("events_api", event(), retry_attempt=2, retry_reason="http_timeout")
    retried = [one for one in logs if one["event"] == "slack_event_retried"]
    assert [(one["number"], one["reason"]) for one in retried] == [("2", "http_timeout")]


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_connection_that_slack_wants_refreshed_is_replaced(
    link: SocketMode, doors: Doors, socket: SocketDoor, reason: str
) -> None:
    """Slack ends each connection every few hours; an act that came in before and comes in after counts once."""
    await link.send("events_api", event())
    await link.disconnect(reason)
    await link.until(lambda now: now.opened == 2 and len(now.connections) == 1)
    await link.send("events_api", event(), retry_attempt=0, retry_reason="")
    await doors.settle()
    assert len(doors.arrivals) == 1
    assert await socket.is_hearing()


async def test_an_acknowledgement_owed_during_a_refresh_is_given_over_the_new_connection(
    link: SocketMode, doors: Doors, socket: SocketDoor
) -> None:
    """The form was sent over a connection that is gone by the time it was checked."""
    doors.gate = asyncio.Event()
    view = {
        "type": "modal",
        "callback_id": "vigia_form",
        "private_metadata": METADATA,
        "id": "V1",
        "hash": "1",
        "blocks": [],
    }
    body = {"type": "view_submission", "user": {"id": "U024ANA"}, "view": view}
    owed = asyncio.create_task(link.send("interactive", body))
    await asyncio.wait_for(doors.is_checking.wait(), timeout=5)
    await link.disconnect("refresh_requested")
    await link.until(lambda now: now.opened == 2 and len(now.connections) == 1)
    doors.gate.set()
    assert await owed == {}
    await doors.settle()


async def test_two_connections_at_once_answer_an_act_once(
    link: SocketMode, doors: Doors, access: SlackAccess, socket: SocketDoor
) -> None:
    """While one takes the place of another both hear; each acknowledges what came over it."""
    other = create_socket(doors.app, access, PING_SECONDS)
    assert await other.open()
    await link.until(lambda now: len(now.connections) == 2)
    for connection in link.connections:
        assert await link.send("interactive", press(), to=connection) == {}
    await doors.settle()
    assert len(doors.arrivals) == 1
    await other.close()


async def test_a_deaf_connection_is_replaced(link: SocketMode, doors: Doors, socket: SocketDoor) -> None:
    """Nothing ends it, and no ping is answered."""
    link.connections[0].is_deaf = True
    await link.until(lambda now: now.opened == 2)
    assert await link.send("slash_commands", command()) == {}
    await doors.settle()
    assert len(doors.arrivals) == 1


async def test_a_connection_the_sdk_cannot_mend_is_built_anew(
    link: SocketMode, doors: Doors, access: SlackAccess
) -> None:
    """The address Slack gave does not work; the SDK tries the same one for ever, although each can be used once."""
    door = create_socket(doors.app, access, PING_SECONDS, 0.2)
    link.refusals = 2
    with capture_logs() as logs:
        door.start()
        await link.until(lambda now: len(now.connections) == 1)
    assert await link.send("slash_commands", command()) == {}
    await doors.settle()
    assert len(doors.arrivals) == 1
    assert next(one["event"] for one in logs if one["log_level"] == "error") == "slack_socket_not_opened"
    await door.close()
    await link.until(lambda now: not now.connections)


async def test_socket_mode_switched_off_is_tried_again_until_it_is_back(
    slack: SlackServer, link: SocketMode, doors: Doors, access: SlackAccess
) -> None:
    """An admin's switch in Slack must not need a restart here."""
    door = create_socket(doors.app, access, PING_SECONDS, 0.2)
    door.start()
    await link.until(lambda now: len(now.connections) == 1)
    link.refusals = 1
    await link.disconnect("link_disabled")
    await link.until(lambda now: now.opened == 2 and len(now.connections) == 1)
    assert await link.send("slash_commands", command()) == {}
    await door.close()


async def test_work_goes_on_when_the_connection_is_lost(
    slack: SlackServer, link: SocketMode, doors: Doors, socket: SocketDoor
) -> None:
    """The answer takes its own way."""
    doors.reply, doors.gate = sorry_reply(), asyncio.Event()
    await link.send("slash_commands", command(response_url=slack.response_url()))
    await socket.close()
    assert slack.whispers == []
    doors.gate.set()
    await doors.settle()
    assert len(slack.whispers) == 1


@pytest.mark.parametrize("payload", [{}, {"type": "event_callback", "event": "x"}, {"authorizations": [None]}])
async def test_an_envelope_nobody_understands_is_acknowledged(
    link: SocketMode, doors: Doors, socket: SocketDoor, payload: dict[str, Any]
) -> None:
    """Bolt alone says nothing, and Slack sends it again."""
    assert await link.send("events_api", payload) == {}
    assert doors.arrivals == []


async def test_socket_mode_without_app_token_says_what_is_missing(doors: Doors) -> None:
    """Before anything is connected."""
    with pytest.raises(ConfigurationError, match="app token"):
        create_socket(doors.app, SlackAccess("secret", "xoxb-not-a-token"))


class _Client:
    """A connection as the watchdog sees it."""

    def __init__(self, looks: list[tuple[bool, float | None]]) -> None:
        self._looks = looks
        self.last_ping_pong_time: float | None = None

    async def is_connected(self) -> bool:
        """Take the next look."""
        is_connected, self.last_ping_pong_time = self._looks.pop(0)
        return is_connected


class _Handlers:
    """Makes connections, and remembers which were opened and closed."""

    def __init__(self, *looks: tuple[bool, float | None]) -> None:
        self._client = _Client(list(looks))
        self.done: list[str] = []
        self.failures: list[Exception] = []

    def __call__(self) -> Any:
        number = sum("made" in one for one in self.done) + 1
        self.done.append(f"made {number}")

        async def connect() -> None:
            if self.failures:
                raise self.failures.pop()
            self.done.append(f"opened {number}")

        async def close() -> None:
            self.done.append(f"closed {number}")

        return SimpleNamespace(client=self._client, connect_async=connect, close_async=close)


@pytest.mark.parametrize(
    ("look", "hears"),
    [((True, 960.0), True), ((True, 959.0), False), ((False, 1000.0), False), ((True, None), True)],
)
async def test_a_connection_hears_while_its_pings_are_answered(look: tuple[bool, float | None], hears: bool) -> None:
    """Forty seconds are four pings; a new connection has had none yet, and one that was never opened hears nothing."""
    door = SocketDoor(_Handlers(look), now=lambda: 1000.0)
    assert not await door.is_hearing()
    await door.open()
    assert await door.is_hearing() is hears


async def test_a_connection_deaf_twice_in_a_row_is_replaced_again_and_again(naps: Naps) -> None:
    """One bad look is a reconnection in progress; the new one is open before the old one is closed."""
    deaf, well = (True, 1.0), (True, 999.0)
    handlers = _Handlers(deaf, well, deaf, deaf, well, deaf, deaf, deaf)
    door = SocketDoor(handlers, now=lambda: 1000.0)
    await door.open()
    with pytest.raises(IndexError):  # the looks are used up
        await door.keep(naps.sleep)
    assert handlers.done == ["made 1", "opened 1", "made 2", "opened 2", "closed 1", "made 3", "opened 3", "closed 2"]
    assert naps.taken == [40.0] * 9


async def test_a_connection_that_cannot_be_replaced_is_kept_and_replaced_at_the_next_look(naps: Naps) -> None:
    """The old one may yet come back by itself."""
    deaf = (False, 1.0)
    handlers = _Handlers(deaf, deaf, deaf)
    door = SocketDoor(handlers, now=lambda: 1000.0)
    await door.open()
    handlers.failures = [OSError("no network")]
    with pytest.raises(IndexError):
        await door.keep(naps.sleep)
    assert handlers.done[2:] == ["made 2", "closed 2", "made 3", "opened 3", "closed 1"]
