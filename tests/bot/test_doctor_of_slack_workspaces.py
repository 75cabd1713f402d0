"""What the doctor says of workspaces that installed Vigia by its link, and of rooms in them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.health import Health
from bot.settings import Settings
from bot.slack.manifest import SCOPES
from bot.slack_workspaces import check_workspaces, slack_room
from kpi.engagements import Audience, Platform, Room
from kpi.languages import Language
from kpi.workspaces import Workspace
from tests.bot.slack.linked import LINK, Linked
from tests.twins.clock import FakeClock
from tests.twins.slack_oauth import CLIENT_ID, CLIENT_SECRET
from tests.twins.slack_server import SlackServer

ROOM = Room("r", "e", Platform.SLACK, "C0SELLER01", Audience.SELLER, Language.EN, ZoneInfo("UTC"))


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """Return a Slack in a thread of its own: the doctor has the only event loop here."""
    server, loop = SlackServer(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
    yield server
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture
def linked(slack: SlackServer, clock: FakeClock) -> Linked:
    """Return a workspace that has just installed Vigia with every permission."""
    made = Linked(slack, clock)
    made.desk.teams["T0AURORA01"].scopes = ",".join(SCOPES)
    return made


def settings(linked: Linked | None = None, **chosen: Any) -> Settings:
    """Return the settings of a link."""
    link: dict[str, Any] = {
        "slack_client_id": CLIENT_ID,
        "slack_client_secret": CLIENT_SECRET,
        "slack_signing_secret": "not-a-secret",
        "slack_token_secrets": [one.get_secret_value() for one in LINK.secrets],
        "slack_api_url": linked.slack.api_url if linked else "http://127.0.0.1:1/",
    }
    return Settings(_env_file=None, **{**link, **chosen})


def found(linked: Linked, **changed: Any) -> list[tuple[str, Health, str]]:
    """Return what is said of a workspace, changed so."""
    workspace = replace(linked.stored(), **changed)
    return list(check_workspaces(settings(linked), (workspace,), linked.clock()))


def test_a_workspace_in_order_says_whom_it_takes_vigia_for_and_how_old_its_token_is(linked: Linked) -> None:
    """And that it ends."""
    ((name, health, said),) = found(linked)
    assert (name, health) == ("slack Aurora", Health.OK)
    assert "vigia, Aurora (T0AURORA01)" in said
    assert "good until 2026-11-23 00:00 UTC" in said
    assert "does not end" in found(linked, expires_at=None)[0][2]


def test_missing_permissions_are_named(linked: Linked) -> None:
    """The workspace installed an older manifest."""
    linked.desk.teams["T0AURORA01"].scopes = ",".join(one for one in SCOPES if one != "pins:write")
    _, (name, health, said) = found(linked)
    assert (name, health) == ("slack Aurora permissions", Health.BAD)
    assert "lacks pins:write" in said


@pytest.mark.parametrize(
    ("trouble", "hours", "health", "words"),
    [
        ("", 11, Health.LOOK, "should have been renewed: is vigia run running?"),
        ("invalid_refresh_token", 11, Health.BAD, "was not renewed (invalid_refresh_token): before it ends, open"),
        ("invalid_refresh_token", 12, Health.BAD, "ended at 2026-11-23 00:00 UTC (invalid_refresh_token); vigia run"),
    ],
)
def test_a_token_that_is_not_renewed_says_what_to_do(
    linked: Linked, trouble: str, hours: int, health: Health, words: str
) -> None:
    """Before its end and after it."""
    workspace = replace(linked.stored(), trouble=trouble)
    linked.clock.advance(timedelta(hours=hours))
    ((_, was, said),) = check_workspaces(settings(linked), (workspace,), linked.clock())
    assert was is health
    assert words in said


def test_a_token_slack_refuses_and_one_nobody_opens_lead_to_the_link(linked: Linked) -> None:
    """With the workspace they are of; nothing is renewed by looking."""
    linked.desk.uninstall(linked.desk.teams["T0AURORA01"])
    for changed, words in (({}, "token_revoked"), ({"tokens": "nonsense"}, "no secret of VIGIA_SLACK_TOKEN_SECRETS")):
        ((_, health, said),) = found(linked, **changed)
        assert health is Health.BAD
        assert words in said
        assert "/slack/install there" in said
    assert linked.renewals() == 0


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"slack_client_secret": None}, "needs all of VIGIA_SLACK_CLIENT_ID"),
        ({"slack_token_secrets": []}, "needs all of VIGIA_SLACK_CLIENT_ID"),
        ({"slack_token_secrets": ["short"]}, "VIGIA_SLACK_TOKEN_SECRETS needs at least 32 characters"),
        ({"slack_signing_secret": None}, "signing secret is empty"),
        ({"slack_app_token": "xapp-1"}, "leave VIGIA_SLACK_APP_TOKEN empty"),
    ],
)
def test_a_part_of_the_settings_is_a_mistake(clock: FakeClock, chosen: dict[str, Any], words: str) -> None:
    """Said before somebody opens the link."""
    ((name, health, said),) = check_workspaces(settings(**chosen), (), clock())
    assert (name, health) == ("slack link", Health.BAD)
    assert words in said


def test_before_the_first_installation_the_link_is_named(clock: FakeClock) -> None:
    """Without a link nothing is said of one."""
    chosen = settings(public_url="https://vigia.test")
    ((_, health, said),) = check_workspaces(chosen, (), clock())
    assert (health, "open https://vigia.test/slack/install" in said) == (Health.LOOK, True)
    assert list(check_workspaces(Settings(_env_file=None), (), clock())) == []


def test_a_room_says_what_it_lacks(clock: FakeClock) -> None:
    """Its workspace, or which one of several it is in."""
    aurora = Workspace("T0AURORA01", "Aurora", (), "", clock(), clock())
    boreal = replace(aurora, id="T0BOREAL01")
    named, linked, home = replace(ROOM, workspace=aurora.id), settings(), settings(slack_bot_token="xoxb-1")
    assert slack_room(named, linked, (aurora, boreal)) is None
    assert slack_room(ROOM, linked, (aurora,)) is None
    assert slack_room(ROOM, home, (aurora, boreal)) is None
    for room, chosen, known, words in (
        (named, linked, (boreal,), "has not installed Vigia"),
        (ROOM, linked, (aurora, boreal), "names no workspace"),
        (ROOM, Settings(_env_file=None), (), "VIGIA_SLACK_BOT_TOKEN is not set"),
    ):
        wrong = slack_room(room, chosen, known)
        assert wrong is not None
        assert wrong[0] is Health.BAD
        assert words in wrong[1]
