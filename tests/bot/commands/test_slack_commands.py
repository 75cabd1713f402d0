"""`vigia slack`: the manifest, the workspaces that installed Vigia, and their tokens under another secret."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.clock import now
from bot.slack.manifest import SCOPES
from bot.slack.token_seal import TokenPair, TokenSeal
from kpi.errors import ConfigurationError
from kpi.workspaces import Workspace
from storage.database import Database

OLD, NEW = "o" * 64, "n" * 64


@pytest.fixture
def linked(terminal: Any, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Database:
    """Return a database in which two workspaces have installed Vigia, and the environment of that."""
    monkeypatch.setenv("VIGIA_SLACK_CLIENT_ID", "111.222")
    monkeypatch.setenv("VIGIA_SLACK_CLIENT_SECRET", "not-a-secret")
    monkeypatch.setenv("VIGIA_SLACK_SIGNING_SECRET", "not-a-secret")
    monkeypatch.setenv("VIGIA_SLACK_TOKEN_SECRETS", json.dumps([NEW, OLD]))
    database, seal, at = Database(database_url), TokenSeal((SecretStr(OLD),)), now()
    with database.work() as work:
        for team, name, ends_at in (("T0AURORA01", "Aurora", at + timedelta(hours=9)), ("T0BOREAL01", "Boreal", None)):
            sealed = seal.seal(team, TokenPair(f"xoxb-{team}", "xoxe-1-x"))
            scopes = tuple(one for one in SCOPES if one != "pins:write")
            work.workspaces.install(Workspace(team, name, scopes, sealed, at, at, ends_at))
    return database


def test_a_manifest_for_a_link_is_printed(terminal: Any) -> None:
    """Socket Mode has no address for it."""
    printed = json.loads(terminal("slack", "manifest", "--url", "https://vigia.test", "--link").output)
    assert printed["oauth_config"]["redirect_urls"] == ["https://vigia.test/slack/oauth_redirect"]
    with pytest.raises(ConfigurationError, match="public address"):
        terminal("slack", "manifest", "--socket", "--link")


def test_workspaces_are_listed_without_their_secrets(terminal: Any, linked: Database) -> None:
    """Ids are what engagement files name."""
    output = terminal("slack", "workspaces").output
    assert "T0AURORA01" in output
    assert "Boreal" in output
    assert "it does not end" in output
    assert output.count("pins:write") == 2, "what a newer manifest asks for besides"
    assert "xox" not in output
    assert "gAAAA" not in output


def test_without_any_workspace_it_says_so(terminal: Any) -> None:
    """An empty table is no answer."""
    assert "No workspace has installed Vigia" in terminal("slack", "workspaces").output


def test_tokens_are_put_under_the_newest_secret(
    terminal: Any, linked: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the older one may be dropped."""
    assert "2 workspaces" in terminal("slack", "rotate-keys").output
    monkeypatch.setenv("VIGIA_SLACK_TOKEN_SECRETS", json.dumps([NEW]))
    result = terminal("slack", "rotate-keys")
    assert (result.exit_code, "2 workspaces" in result.output) == (0, True)
    with linked.view() as work:
        seal = TokenSeal((SecretStr(NEW),))
        assert [seal.open(one.id, one.tokens) for one in work.workspaces.all()] != [None, None]


def test_tokens_no_secret_opens_are_named(terminal: Any, linked: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The older secret was dropped too early."""
    monkeypatch.setenv("VIGIA_SLACK_TOKEN_SECRETS", json.dumps([NEW]))
    result = terminal("slack", "rotate-keys")
    assert result.exit_code == 1
    assert "T0AURORA01 (Aurora): no secret opens its tokens" in result.output


def test_without_a_link_there_are_no_keys(terminal: Any) -> None:
    """And half a set of its settings is a mistake."""
    with pytest.raises(ConfigurationError, match="VIGIA_SLACK_CLIENT_ID"):
        terminal("slack", "rotate-keys")
