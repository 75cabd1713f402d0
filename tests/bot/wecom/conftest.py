"""A WeCom on loopback, and a sleep that takes no time."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.wecom.messenger import WeComMessenger
from bot.wecom.webhook import GroupWebhooks
from tests.twins.naps import Naps
from tests.twins.wecom_server import KEY, WeComServer


@pytest.fixture
def naps() -> Naps:
    """Return the pauses a test's code asked for."""
    return Naps()


@pytest.fixture
async def wecom(naps: Naps) -> AsyncIterator[WeComServer]:
    """Return a running WeCom with one group."""
    server = WeComServer(naps.seconds)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def webhooks(wecom: WeComServer) -> AsyncIterator[GroupWebhooks]:
    """Return the way out to the WeCom on loopback."""
    made = GroupWebhooks(wecom.url)
    yield made
    await made.close()


@pytest.fixture
def messenger(webhooks: GroupWebhooks, naps: Naps) -> WeComMessenger:
    """Return a messenger that knows the group's webhook by the name "lumina-group"."""
    return WeComMessenger(webhooks, {"lumina-group": KEY}, naps.seconds, naps.sleep)
