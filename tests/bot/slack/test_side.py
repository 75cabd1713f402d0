"""What an admin is told of the installed app."""

from __future__ import annotations

import pytest

from bot.slack.access import SlackAccess
from bot.slack.manifest import SCOPES
from bot.slack.side import installed_as
from kpi.errors import ConfigurationError
from tests.twins.slack_server import SlackServer, Trouble


async def test_an_app_that_was_installed_long_ago_lacks_what_is_new(slack: SlackServer, access: SlackAccess) -> None:
    """Permissions are those of the day of installation; a newer Vigia may need more."""
    slack.granted = tuple(scope for scope in SCOPES if scope != "files:write")
    installed = await installed_as(access)
    assert (installed.name, installed.missing) == ("vigia, Acme", ("files:write",))
    assert [one.token for one in slack.calls] == ["xoxb-not-a-token"]
    slack.granted = (*SCOPES, "pins:write")
    assert (await installed_as(access)).missing == ()


async def test_a_token_slack_refuses_is_said_with_what_to_do(slack: SlackServer, access: SlackAccess) -> None:
    """Not a traceback."""
    slack.plan("auth.test", Trouble(code="token_revoked"))
    with pytest.raises(ConfigurationError, match="token_revoked"):
        await installed_as(access)
