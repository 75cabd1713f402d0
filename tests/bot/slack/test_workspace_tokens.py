"""The token of a workspace: from memory while it is good, renewed in time and once, and what comes of a failure."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.messengers import NotSentError
from bot.slack.access import SlackAccess
from bot.slack.errors import NotInstalledError, NoTokenError, send_error
from bot.slack.gateway import create_gateway
from bot.slack.link_access import INSTALL_PATH
from bot.slack.renewal import LOST, Renewed
from bot.slack.token_seal import TokenPair
from bot.slack.workspace_tokens import PAUSES, REFUSED_FOR, RENEW_BEFORE, TRY_AGAIN_AFTER, WorkspaceTokens
from tests.bot.slack.linked import TEAM, Linked
from tests.twins.clock import FakeClock
from tests.twins.slack_oauth import LASTS
from tests.twins.slack_server import SlackServer, Trouble

DUE = LASTS - RENEW_BEFORE
SECOND = timedelta(seconds=1)


@pytest.fixture
def linked(slack: SlackServer, clock: FakeClock) -> Linked:
    """Return a workspace that has just installed Vigia."""
    return Linked(slack, clock)


async def test_as_long_as_it_is_good_nobody_is_asked(linked: Linked) -> None:
    """Neither Slack nor, after the first time, the database; two hours before its end it is renewed."""
    tokens = linked.tokens()
    assert await tokens.current() == linked.first
    with linked.database.work() as work:
        work.workspaces.erase(TEAM)
    linked.clock.advance(DUE - SECOND)
    assert await tokens.current() == linked.first
    assert linked.renewals() == 0
    linked.clock.advance(SECOND)
    with pytest.raises(NotInstalledError):
        await tokens.current()


async def test_a_token_is_renewed_before_its_end_and_kept_for_everybody(linked: Linked) -> None:
    """One second earlier it is not; whoever asks next finds it in the database."""
    linked.clock.advance(DUE - SECOND)
    assert await linked.tokens().current() == linked.first
    linked.clock.advance(SECOND)
    renewed = await linked.tokens().current()
    assert renewed != linked.first
    assert await linked.tokens().current() == renewed
    stored = linked.stored()
    assert (stored.renewed_at, stored.expires_at, stored.trouble) == (linked.clock(), linked.clock() + LASTS, "")
    assert linked.renewals() == 1


async def test_many_who_ask_at_once_cost_one_renewal(linked: Linked) -> None:
    """Requests and the outbox share the tokens of their process."""
    linked.clock.advance(DUE)
    tokens = linked.tokens()
    assert len(set(await asyncio.gather(*(tokens.current() for _ in range(20))))) == 1
    assert linked.renewals() == 1


async def test_a_token_that_never_ends_is_never_renewed(slack: SlackServer, clock: FakeClock) -> None:
    """Apps without rotation have those; an other one is there only after another installation."""
    linked = Linked(slack, clock, rotates=False)
    clock.advance(timedelta(days=900))
    tokens = linked.tokens()
    assert await tokens.current() == linked.first
    assert await tokens.current(stale=linked.first) == linked.first
    clock.advance(SECOND)
    again = linked.install(linked.desk.teams[TEAM])
    assert await tokens.current(stale=linked.first) == again
    assert linked.renewals() == 0


async def test_while_another_replica_renews_the_old_token_is_used(linked: Linked) -> None:
    """It is good for two more hours."""
    linked.clock.advance(DUE)
    with linked.database.work() as work:
        assert work.workspaces.claim(linked.stored(), linked.clock(), linked.clock() + timedelta(minutes=1))
    assert await linked.tokens().current() == linked.first
    assert (linked.renewals(), linked.naps.taken) == (0, [])


async def test_of_a_token_that_is_over_the_renewal_of_another_replica_is_waited_for(linked: Linked) -> None:
    """A while; then whoever asked tries again later."""
    linked.clock.advance(LASTS)
    with linked.database.work() as work:
        assert work.workspaces.claim(linked.stored(), linked.clock(), linked.clock() + timedelta(minutes=1))
    with pytest.raises(NoTokenError) as told:
        await linked.tokens().current()
    assert linked.naps.taken == list(PAUSES)
    assert told.value.retry_after is not None
    assert send_error(told.value) is told.value


@pytest.mark.parametrize(
    ("trouble", "code", "again_after"),
    [
        (Trouble(code="invalid_refresh_token"), "invalid_refresh_token", REFUSED_FOR),
        (Trouble(code="bad_client_secret"), "bad_client_secret", REFUSED_FOR),
        (Trouble(code="internal_error"), LOST, TRY_AGAIN_AFTER),
        (Trouble(status=502, is_page=True), LOST, TRY_AGAIN_AFTER),
        (Trouble(is_dropped=True), LOST, TRY_AGAIN_AFTER),
        (Trouble(status=429, code="ratelimited"), "ratelimited", TRY_AGAIN_AFTER),
    ],
)
async def test_a_renewal_that_fails_is_said_and_the_old_token_serves_until_its_end(
    linked: Linked, trouble: Trouble, code: str, again_after: timedelta
) -> None:
    """Logged with what to do, kept for the doctor, and tried again after a while and not before."""
    linked.slack.plan("oauth.v2.access", trouble)
    linked.clock.advance(DUE)
    with capture_logs() as lines:
        assert await linked.tokens().current() == linked.first
    assert linked.stored().trouble == code
    (line,) = [one for one in lines if one["event"] == "slack_token_not_renewed"]
    assert line["log_level"] == "error"
    assert INSTALL_PATH in line["advice"]
    assert linked.first not in str(lines)
    linked.clock.advance(again_after - SECOND)
    assert await linked.tokens().current() == linked.first
    assert linked.renewals() == 1
    linked.clock.advance(SECOND)
    assert await linked.tokens().current() != linked.first
    assert linked.stored().trouble == ""


async def test_a_renewal_whose_answer_was_lost_ends_in_words_and_not_in_silence(linked: Linked) -> None:
    """Slack renewed, we never saw it: the spent refresh token is refused, and after the end there is a sentence."""
    linked.slack.plan("oauth.v2.access", Trouble(is_dropped=True, is_done=True))
    linked.clock.advance(DUE)
    tokens = linked.tokens()
    assert await tokens.current() == linked.first
    linked.clock.advance(TRY_AGAIN_AFTER)
    assert await tokens.current() == linked.first
    assert linked.stored().trouble == "invalid_refresh_token"
    linked.clock.advance(RENEW_BEFORE)
    with pytest.raises(NoTokenError, match="Install Vigia again by its link"):
        await tokens.current()
    assert linked.naps.taken == [], "nobody renews it: there is nothing to wait for"
    again = linked.install(linked.desk.teams[TEAM])
    assert await tokens.current() == again


async def test_slack_that_is_not_reached_says_nothing_of_the_token(linked: Linked) -> None:
    """A refused connection is tried again in a minute, and hides no trouble there was before."""
    await linked.slack.stop()
    linked.clock.advance(DUE)
    with capture_logs() as lines:
        assert await linked.tokens().current() == linked.first
    assert linked.stored().trouble == ""
    assert [one["log_level"] for one in lines] == ["warning"]
    linked.keep(replace(linked.stored(), trouble=LOST))
    assert await linked.tokens().current() == linked.first
    assert linked.stored().trouble == LOST


async def test_a_token_no_secret_opens_says_what_to_put_back(linked: Linked) -> None:
    """A secret was dropped too early."""
    with linked.database.work() as work:
        work.workspaces.reseal(linked.stored(), "nonsense")
    with pytest.raises(NoTokenError, match="VIGIA_SLACK_TOKEN_SECRETS") as told:
        await linked.tokens().current()
    assert told.value.retry_after is None


async def test_renewed_tokens_survive_a_database_that_is_away_for_a_moment(linked: Linked) -> None:
    """Slack does not give them out a second time."""
    linked.clock.advance(DUE)

    async def renew(_refresh: str) -> Renewed:
        linked.is_away = True
        return Renewed(TokenPair("renewed", "renewed"), LASTS)

    async def back_after(seconds: float) -> None:
        linked.naps.taken.append(seconds)
        linked.is_away = len(linked.naps.taken) < 2

    tokens = WorkspaceTokens(TEAM, replace(linked.care, renew=renew, sleep=back_after))
    with capture_logs() as lines:
        assert await tokens.current() == "renewed"
    assert linked.naps.taken == list(PAUSES[:2])
    assert "renewed" not in str([one for one in lines if one["event"] == "slack_token_not_kept"])
    assert await linked.tokens().current() == "renewed"


async def test_an_installation_during_a_renewal_wins(linked: Linked) -> None:
    """Its tokens are newer than those that were renewed."""
    linked.clock.advance(DUE)
    later: list[str] = []

    async def renew(_refresh: str) -> Renewed:
        linked.clock.advance(SECOND)
        later.append(linked.install(linked.desk.teams[TEAM]))
        return Renewed(TokenPair("renewed", "renewed"), LASTS)

    care = replace(linked.care, renew=renew)
    assert await WorkspaceTokens(TEAM, care).current() == later[0]


async def test_who_gives_up_waiting_does_not_cost_the_workspace_its_tokens(linked: Linked) -> None:
    """A form waits three seconds for its modal; the renewal it began goes on."""
    linked.clock.advance(DUE)
    began, may_end = asyncio.Event(), asyncio.Event()

    async def renew(_refresh: str) -> Renewed:
        began.set()
        await may_end.wait()
        return Renewed(TokenPair("renewed", "renewed"), LASTS)

    tokens = WorkspaceTokens(TEAM, replace(linked.care, renew=renew))
    waiting = asyncio.create_task(tokens.current())
    await began.wait()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert await tokens.current() == linked.first, "still good, and nobody renews it a second time"
    may_end.set()
    assert tokens._renewing is not None
    await tokens._renewing
    assert await linked.tokens().current() == "renewed"


async def test_a_call_whose_token_ended_on_the_way_is_made_once_more(linked: Linked) -> None:
    """Slack refused it, so nothing was done; the clocks may differ."""
    gateway = create_gateway(linked.access, tokens=linked.tokens())
    linked.desk.given[linked.first].ends_at = linked.clock()
    assert (await gateway.client.auth_test())["team_id"] == TEAM
    assert [one.token == linked.first for one in linked.slack.calls] == [True, False, False]
    assert linked.renewals() == 1
    await gateway.close()


@pytest.mark.parametrize("code", ["account_inactive", "token_revoked", "invalid_auth"])
async def test_a_refused_token_is_tried_again_only_when_there_is_another_one(linked: Linked, code: str) -> None:
    """Another replica may have seen a new installation; nothing is renewed for that."""
    gateway = create_gateway(linked.access, tokens=linked.tokens())
    linked.slack.plan("auth.test", Trouble(code=code))
    with pytest.raises(Exception, match=code):
        await gateway.client.auth_test()
    assert (len(linked.slack.calls), linked.renewals()) == (1, 0)
    linked.desk.uninstall(linked.desk.teams[TEAM])
    linked.clock.advance(SECOND)
    again = linked.install(linked.desk.teams[TEAM])
    assert (await gateway.client.auth_test())["ok"]
    assert [one.token for one in linked.slack.calls[1:]] == [linked.first, again]
    await gateway.close()


async def test_any_other_refusal_is_final(linked: Linked) -> None:
    """A message is never posted twice."""
    gateway = create_gateway(linked.access, tokens=linked.tokens())
    with pytest.raises(Exception, match="channel_not_found"):
        await gateway.client.chat_postMessage(channel="C0NOWHERE1", text="x", blocks=[])
    assert len(linked.slack.calls) == 1
    await gateway.close()


def test_without_an_installation_nobody_is_reached(access: SlackAccess) -> None:
    """What it means for the ledger: not sent, and the person's next way is tried."""
    assert isinstance(NotInstalledError("gone"), NotSentError)
    assert send_error(NotInstalledError("gone")).reason == "gone"
