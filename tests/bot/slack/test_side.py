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


@pytest.mark.parametrize(
    ("trouble", "problem"),
    [
        (Trouble(status=502, is_page=True), "SlackApiError"),
        (Trouble(is_dropped=True), "ServerDisconnectedError"),
        (Trouble(code="internal_error"), "internal_error"),
        (Trouble(status=429, code="ratelimited", retry_after="1"), "ratelimited"),
    ],
)
async def test_a_slack_that_is_out_of_reach_says_nothing_of_the_token(
    slack: SlackServer, access: SlackAccess, trouble: Trouble, problem: str
) -> None:
    """The page of a proxy, a lost connection, a Slack in trouble: nobody is sent to install the app again."""
    slack.plan("auth.test", trouble)
    with pytest.raises(ConfigurationError, match=rf"cannot be reached \({problem}\)"):
        await installed_as(access)
