"""A Slack on loopback for every test that sends, and a sleep that only remembers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.slack.access import SlackAccess
from bot.slack.gateway import Gateway, create_gateway
from tests.bot.slack.doors import Doors
from tests.twins.clock import FakeClock
from tests.twins.slack_server import SlackServer


class Naps:
    """A sleep that takes no time; the monotonic clock beside it moves by what was slept."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.seconds = 1000.0

    async def sleep(self, seconds: float) -> None:
        """Remember a pause."""
        self.taken.append(seconds)
        self.seconds += seconds

    def monotonic(self) -> float:
        """Return the seconds that seem to have passed."""
        return self.seconds


@pytest.fixture
def naps() -> Naps:
    """Return the pauses a test's code asked for."""
    return Naps()


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """Return a running Slack; at the end no message it saw may break a rule of Block Kit."""
    server = SlackServer()
    await server.start()
    yield server
    await server.stop()
    assert server.problems == []


@pytest.fixture
def access(slack: SlackServer) -> SlackAccess:
    """Return made-up secrets for the Slack on loopback."""
    return SlackAccess("a-signing-secret", "xoxb-not-a-token", "xapp-not-a-token", slack.api_url)


@pytest.fixture
async def gateway(access: SlackAccess, naps: Naps) -> AsyncIterator[Gateway]:
    """Return the way out to the Slack on loopback."""
    made = create_gateway(access, sleep=naps.sleep, seconds=naps.monotonic)
    yield made
    await made.close()


@pytest.fixture
async def doors(access: SlackAccess, gateway: Gateway, clock: FakeClock) -> AsyncIterator[Doors]:
    """Return Slack's doors, open on loopback."""
    made = Doors(access, gateway, clock)
    yield made
    await made.close()
