"""The manifest people create the app from says what the code does, no more and no less, within Slack's limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from bot.slack.access import SlackAccess
from bot.slack.app import EVENTS, create_app, create_door
from bot.slack.arrivals import COMMANDS, MESSAGE_SHORTCUT
from bot.slack.captures import CAPTURE_SHORTCUT
from bot.slack.departures import DEPARTURES
from bot.slack.form_listeners import REPORT_SHORTCUT
from bot.slack.gateway import Gateway
from bot.slack.manifest import SCOPES
from bot.slack.manifest import manifest as made
from bot.slack.room_events import ROOM_EVENTS
from bot.slack.web import PATH
from handlers.messages import Arrival, Reply
from tests.bot.slack import manifest_schema
from tests.twins.clock import FakeClock

MANIFEST = Path(__file__).resolve().parents[3] / "bot" / "slack" / "manifest.json"


SLACK = Draft7Validator(manifest_schema.MANIFEST)

CHANNELS, GROUPS = frozenset({"channels:read"}), frozenset({"groups:read"})
NEEDS: dict[str, frozenset[str]] = {
    "app_mention": frozenset({"app_mentions:read"}),
    "message.channels": frozenset({"channels:history"}),
    "message.groups": frozenset({"groups:history"}),
    "message.im": frozenset({"im:history"}),
    **dict.fromkeys(("reaction_added", "reaction_removed"), frozenset({"reactions:read"})),
    "app_home_opened": frozenset(),
    **dict.fromkeys(DEPARTURES, frozenset()),
    **dict.fromkeys(("channel_archive", "channel_unarchive", "channel_left", "channel_rename"), CHANNELS),
    **dict.fromkeys(("group_archive", "group_unarchive", "group_left", "group_rename"), GROUPS),
    **dict.fromkeys(("channel_shared", "channel_unshared", "channel_id_changed"), CHANNELS | GROUPS),
    **dict.fromkeys(("member_joined_channel", "member_left_channel"), CHANNELS | GROUPS),
}
"""The permissions without which Slack does not send an event: https://docs.slack.dev/reference/events"""


@pytest.fixture
def manifest() -> dict[str, Any]:
    """Return the manifest as data."""
    data: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return data


def test_the_shipped_manifest_is_what_the_code_makes(manifest: dict[str, Any]) -> None:
    """The page an admin opens is never behind."""
    assert manifest == made()


def test_every_permission_has_its_reason(manifest: dict[str, Any]) -> None:
    """Least permissions: an admin reads this list before installing."""
    assert manifest["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)
    assert all(SCOPES.values())


def test_every_event_has_the_permissions_slack_wants_for_it() -> None:
    """Without one of them the event never comes, and nothing says so."""
    assert NEEDS.keys() == set(EVENTS)
    assert len(EVENTS) == len(NEEDS)
    assert frozenset().union(*NEEDS.values()) <= SCOPES.keys()


def test_vigias_own_page_and_its_messages_are_switched_on(manifest: dict[str, Any]) -> None:
    """What is listened to has to be there."""
    assert manifest["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_with_socket_mode_no_address_is_named() -> None:
    """Slack would call one that is not there."""
    socket = made(has_socket=True)
    assert socket["settings"]["socket_mode_enabled"] is True
    assert list(_addresses(socket)) == []


def test_for_a_link_slack_knows_where_to_send_browsers_back_to_and_tokens_end() -> None:
    """Neither is in the manifest of a single workspace, whose token stands in the settings."""
    linked = made("https://vigia.acme.com.br/", has_link=True)
    assert linked["oauth_config"]["redirect_urls"] == ["https://vigia.acme.com.br/slack/oauth_redirect"]
    assert linked["settings"]["token_rotation_enabled"] is True
    assert "redirect_urls" not in made()["oauth_config"]
    assert made()["settings"]["token_rotation_enabled"] is False


def test_an_installations_own_address_is_filled_in_everywhere() -> None:
    """A trailing slash is no reason for a second one."""
    assert set(_addresses(made("https://vigia.acme.com.br/"))) == {"https://vigia.acme.com.br/slack/events"}


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
    mention, shared, shortcuts = 1, 1, 2
    assert names.count("on_call") == len(COMMANDS) + mention + shared + shortcuts
    assert {"on_message", "on_reaction", "on_home_opened", "on_shortcut", "on_submission"} <= set(names)
    assert names.count("on_reaction") == 2
    assert names.count("on_room_event") == len(ROOM_EVENTS)
    assert names.count("on_departure") == len(DEPARTURES)


def test_shortcuts_are_those_the_code_listens_to(manifest: dict[str, Any]) -> None:
    """No menu entry leads nowhere."""
    shortcuts = manifest["features"]["shortcuts"]
    assert [(one["type"], one["callback_id"]) for one in shortcuts] == [
        ("global", REPORT_SHORTCUT),
        ("message", MESSAGE_SHORTCUT),
        ("message", CAPTURE_SHORTCUT),
    ]


def test_every_address_is_https_and_the_one_door(manifest: dict[str, Any]) -> None:
    """Slack's own schema lets http pass."""
    addresses = list(_addresses(manifest))
    assert len(addresses) == len(COMMANDS) + 2
    assert all(address.startswith("https://") and address.endswith(PATH) for address in addresses)


@pytest.mark.parametrize("options", [{}, {"has_socket": True}, {"has_link": True}], ids=["http", "socket", "link"])
def test_slack_takes_every_manifest_that_is_printed(options: dict[str, bool]) -> None:
    """Whichever way Vigia is installed, what an admin pastes is valid."""
    assert list(SLACK.iter_errors(made("https://vigia.acme.com.br", **options))) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("display_information.name", "V" * 36),
        ("display_information.description", "d" * 141),
        ("display_information.background_color", "blue"),
        ("features.slash_commands.0.command", "kpi"),
        ("features.slash_commands.0.command", "/" + "k" * 32),
        ("features.slash_commands.0.url", "vigia.acme.com.br"),
        ("features.shortcuts.0.name", "n" * 25),
        ("features.shortcuts.0.type", "everywhere"),
        ("features.shortcuts.0.description", "d" * 151),
        ("features.anything", {}),
        ("settings.event_subscriptions.bot_events", ["app_mention"] * 2),
        ("settings.interactivity", {}),
        ("settings.socket_mode_enabled", "yes"),
    ],
)
def test_what_slack_would_refuse_of_a_manifest_is_found(path: str, value: object) -> None:
    """One past each limit, a key nobody knows, a value of another kind: the schema is no empty one."""
    place: Any = (manifest := made())
    *way, last = path.split(".")
    for name in way:
        place = place[int(name)] if isinstance(place, list) else place[name]
    place[last] = value
    assert not SLACK.is_valid(manifest)


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
