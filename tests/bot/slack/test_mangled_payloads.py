"""Whatever of a payload is missing or of another kind: acknowledged, over both transports, and never told to a chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.slack.access import SlackAccess
from bot.slack.ears import Hearing
from bot.slack.gateway import Gateway, create_gateway
from bot.slack.socket import create_socket
from handlers.messages import Arrival
from handlers.rooms.home import Home
from kpi.languages import Language
from tests.bot.slack.doors import Doors
from tests.bot.slack.payloads import signed
from tests.bot.slack.recorded import RECORDED, Path, Recorded, paths_of, with_value, without
from tests.bot.slack.samples import sorry_reply
from tests.bot.slack.test_ears import Listening
from tests.twins.clock import FakeClock
from tests.twins.slack_server import SlackServer
from tests.twins.slack_socket import SocketMode
from tests.twins.slack_transports import COMMAND, body_of

MISSING = [(one, path) for one in RECORDED for path in paths_of(one.payload)]
"""Every recorded payload, and each key in it that could be missing."""
FAILURES = {"slack_listener_failed", "slack_answer_failed", "work_after_acknowledgement_failed", "slack_form_failed"}
"""Log lines of a mistake in Vigia's own code."""

BOLTS_OWN = str(KeyError("action_id"))
"""Bolt finds the listener of a press by this, and fails where it is missing."""


async def _home(_arrival: Arrival) -> Home:
    return Home(Language.EN, (sorry_reply(),))


def all_doors(access: SlackAccess, gateway: Gateway) -> Doors:
    """Return the doors with everything behind them that there is."""
    listening = Listening()
    hearing = Hearing(listening.overhear, listening.twin_of, listening.evidence_for, listening.room_changed)
    made = Doors(access, gateway, FakeClock(), hearing, _home)
    made.reply = sorry_reply()
    return made


@pytest.fixture
async def mangled(access: SlackAccess, gateway: Gateway) -> AsyncIterator[Doors]:
    """Return doors to which anything is sent."""
    made = all_doors(access, gateway)
    yield made
    await made.close()


async def _sent(doors: Doors, recorded: Recorded, payload: dict[str, Any]) -> int:
    body, content_type = body_of(recorded.kind, payload)
    return (await doors.send(body, signed(body, content_type))).status_code


async def test_a_payload_with_any_key_missing_is_acknowledged_over_http(slack: SlackServer, mangled: Doors) -> None:
    """Never 404 or 500, which Slack would show to a person or send again; and nothing of ours fails over it."""
    with capture_logs() as logs:
        statuses = {await _sent(mangled, one, without(one.payload, path)) for one, path in MISSING}
    assert statuses == {200}
    assert [one for one in logs if one["event"] in FAILURES and str(one.get("exc_info")) != BOLTS_OWN] == []
    assert "Traceback" not in str(slack.whispers) + str(slack.messages)


@pytest.fixture
async def link(slack: SlackServer, mangled: Doors, access: SlackAccess) -> AsyncIterator[SocketMode]:
    """Return Slack's end of an open connection."""
    door = create_socket(mangled.app, access)
    assert await door.open()
    await slack.socket_mode.until(lambda now: len(now.connections) == 1)
    yield slack.socket_mode
    await door.close()


async def test_a_payload_with_any_key_missing_is_acknowledged_over_the_socket(link: SocketMode, mangled: Doors) -> None:
    """By its envelope's id, each within three seconds."""
    with capture_logs():
        for one, path in MISSING:
            await link.send(one.kind, without(one.payload, path))
            await mangled.settle()
    assert len(link.acknowledged) == len(MISSING)
    assert link.problems == []


async def test_every_recorded_payload_is_understood_whole(mangled: Doors) -> None:
    """The lists above prove nothing about payloads nobody takes."""
    with capture_logs() as logs:
        for one in RECORDED:
            assert await _sent(mangled, one, one.payload) == 200
    assert [one for one in logs if one["log_level"] in {"warning", "error"}] == []


SPECIMENS: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1e300,
    "",
    "x",
    "\x00",
    "😀" * 9,
    [],
    [None],
    ["x"],
    [{}],
    {},
    {"id": None},
    {"id": "U1"},
)
"""Values that stand for all of a kind."""

_Change = tuple[int, Any]
_Mutation = tuple[Recorded, list[_Change]]
_MUTATIONS = st.tuples(
    st.sampled_from(RECORDED),
    st.lists(st.tuples(st.integers(0, 99), st.sampled_from(SPECIMENS)), min_size=1, max_size=3),
)


def _mangled(mutation: _Mutation) -> dict[str, Any]:
    """Return a payload with something else at up to three of its places; a command's fields are text."""
    one, changes = mutation
    places, payload = list(paths_of(one.payload)), one.payload
    for place, value in changes:
        other = str(value) if one.kind == COMMAND else value
        payload = _changed(payload, places[place % len(places)], other)
    return payload


def _changed(payload: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    try:
        return with_value(payload, path, value)
    except (KeyError, IndexError, TypeError):  # an earlier change took away where this one would have been
        return payload


@settings(max_examples=10)
@given(mutations=st.lists(_MUTATIONS, min_size=20, max_size=20))
def test_a_payload_with_anything_in_the_place_of_something_is_acknowledged(mutations: list[_Mutation]) -> None:
    """Of any type and in up to three places at once."""
    with capture_logs():
        assert asyncio.run(_statuses(mutations)) == [200] * len(mutations)


async def _statuses(mutations: list[_Mutation]) -> list[int]:
    slack = SlackServer()
    await slack.start()
    access = SlackAccess("a-signing-secret", "xoxb-not-a-token", api_url=slack.api_url)
    gateway = create_gateway(access)
    doors = all_doors(access, gateway)
    doors.reply = None
    try:
        return [await _sent(doors, one[0], _mangled(one)) for one in mutations]
    finally:
        await doors.close()
        await gateway.close()
        await slack.stop()
