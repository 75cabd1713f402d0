"""The manifest people create the app from says what the code does, no more and no less, within Slack's limits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.slack.access import SlackAccess
from bot.slack.app import EVENTS, create_app, create_door
from bot.slack.arrivals import COMMANDS
from bot.slack.gateway import Gateway
from bot.slack.web import PATH
from handlers.messages import Arrival, Reply
from tests.twins.clock import FakeClock

MANIFEST = Path(__file__).resolve().parents[3] / "docs" / "slack" / "manifest.json"

REASONS = {
    "app_mentions:read": "app_mention: people of other workspaces cannot run slash commands",
    "channels:history": "conversations.history: look for a delivery whose answer was lost, in public channels",
    "chat:write": "chat.postMessage, chat.postEphemeral",
    "commands": "/kpi, /incident",
    "files:read": "files.info: wait until a picture is ready",
    "files:write": "files.getUploadURLExternal, files.completeUploadExternal",
    "groups:history": "as channels:history, in private channels",
    "im:history": "message.im",
    "im:write": "conversations.open: calls to one person alone, the picture of a private answer",
    "users:read": "users.info: whether an account is deactivated, so that somebody else is called",
}
"""Every permission Vigia asks for, and what needs it."""


@pytest.fixture
def manifest() -> dict[str, Any]:
    """Return the manifest as data."""
    data: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return data


def test_every_permission_has_its_reason_and_no_other_is_asked(manifest: dict[str, Any]) -> None:
    """Least permissions: an admin reads this list before installing."""
    assert manifest["oauth_config"]["scopes"]["bot"] == sorted(REASONS)


def test_commands_and_events_are_those_the_code_listens_to(manifest: dict[str, Any]) -> None:
    """A command without listener is a dead end, a listener without declaration never runs."""
    assert [one["command"] for one in manifest["features"]["slash_commands"]] == list(COMMANDS)
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert all(one["should_escape"] for one in manifest["features"]["slash_commands"])


async def test_the_app_really_has_a_listener_for_each(gateway: Gateway, access: SlackAccess, clock: FakeClock) -> None:
    """The constants are what is registered, not a second list."""

    async def intake(_arrival: Arrival) -> Reply | None:
        return None

    app = create_app(access, create_door(intake, gateway, clock))
    names = [listener.ack_function.__name__ for listener in app._async_listeners]
    assert names.count("on_command") == len(COMMANDS)
    assert {"on_mention", "on_message"} <= set(names)


def test_every_address_is_https_and_the_one_door(manifest: dict[str, Any]) -> None:
    """Slack's own schema lets http pass."""
    addresses = list(_addresses(manifest))
    assert len(addresses) == 5
    assert all(address.startswith("https://") and address.endswith(PATH) for address in addresses)


def test_every_text_is_within_slacks_limits(manifest: dict[str, Any]) -> None:
    """Source: https://docs.slack.dev/reference/app-manifest."""
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert len(manifest["features"]["slash_commands"]) <= 50
    for one in manifest["features"]["slash_commands"]:
        assert re.fullmatch(r"/[a-z]{1,31}", one["command"])
        assert 1 <= len(one["description"]) <= 2000
        assert len(one["usage_hint"]) <= 1000


def _addresses(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            if name.endswith("url"):
                yield value
            else:
                yield from _addresses(value)
    elif isinstance(data, list):
        for one in data:
            yield from _addresses(one)
