"""The way from the install link to the last page: whose browser, once, in time, and a sentence whatever happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.oauth.installation_store import Installation
from structlog.testing import capture_logs

from bot.slack.gateway import slack_client
from bot.slack.install_flow import STATE_LASTS, Installations, NotOneWorkspaceError, create_flow
from bot.slack.install_pages import create_install_router, create_pages
from bot.slack.manifest import SCOPES
from kpi.languages import Language
from tests.bot.slack.linked import LINK, Linked
from tests.twins.clock import FakeClock
from tests.twins.slack_oauth import CLIENT_ID, Team
from tests.twins.slack_server import SlackServer, Trouble

PUBLIC = "https://vigia.test"


class Browser:
    """A browser, which keeps cookies, and somebody in front of it."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.installed: list[str] = []
        care, link = linked.care, replace(LINK, public_url=PUBLIC)
        installations = Installations(care.shelves, linked.seal, linked.clock, self.installed.append)
        self.flow = create_flow(link, slack_client(linked.access), installations, create_pages())
        web = FastAPI()
        web.include_router(create_install_router(self.flow))
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=web), base_url=PUBLIC)
        self.team = linked.desk.team("T0BOREAL01", "Boreal & <b>Söhne</b>")

    async def begin(self) -> dict[str, str]:
        """Open the install link; return what Slack is asked."""
        answer = await self.client.get("/slack/install")
        assert answer.status_code == 302
        return {name: one[0] for name, one in parse_qs(urlsplit(answer.headers["location"]).query).items()}

    async def end(self, language: str = "", **query: str) -> httpx.Response:
        """Come back from Slack."""
        headers = {"accept-language": language}
        return await self.client.get("/slack/oauth_redirect", params=query, headers=headers)

    async def install(self, team: Team | None = None, language: str = "") -> httpx.Response:
        """Go the whole way."""
        state = (await self.begin())["state"]
        return await self.end(language, state=state, code=self.linked.desk.allow(team or self.team, "commands"))


@pytest.fixture
async def browser(slack: SlackServer, clock: FakeClock) -> AsyncIterator[Browser]:
    """Return a browser before a bot."""
    made = Browser(Linked(slack, clock))
    yield made
    await made.client.aclose()


async def test_slack_is_asked_for_what_the_manifest_asks_for(browser: Browser) -> None:
    """And told where to send the browser back to; the cookie is for this site alone."""
    asked = await browser.begin()
    assert asked["scope"].split(",") == sorted(SCOPES)
    assert asked["client_id"] == CLIENT_ID
    assert asked["redirect_uri"] == f"{PUBLIC}/slack/oauth_redirect"
    cookie = (await browser.client.get("/slack/install")).headers["set-cookie"].lower()
    assert {"secure", "httponly", "samesite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert asked["state"] not in str(browser.linked.database.state.install_states)


async def test_an_installation_ends_with_what_to_do_next(browser: Browser) -> None:
    """Which room, in which workspace; nothing a workspace calls itself becomes part of the page."""
    page = await browser.install()
    assert page.status_code == 200
    assert "/invite @Vigia" in page.text
    assert "T0BOREAL01" in page.text
    assert "Boreal &amp; &lt;b&gt;Söhne&lt;/b&gt;" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert browser.installed == ["T0BOREAL01"]
    assert not browser.client.cookies
    stored = browser.linked.shelves().get("T0BOREAL01")
    assert (stored.name, stored.scopes) == ("Boreal & <b>Söhne</b>", ("commands",))
    assert stored.expires_at == browser.linked.clock() + timedelta(hours=12)


@pytest.mark.parametrize("language", list(Language))
async def test_the_page_speaks_the_language_of_the_browser(browser: Browser, language: Language) -> None:
    """Also when it is bad news."""
    tag = language.value.replace("_", "-")
    good, bad = await browser.install(language=tag), await browser.end(tag, error="access_denied")
    for page in (good, bad):
        assert f'lang="{tag}"' in page.text
    assert len({page.text for page in (good, bad, await browser.end("", error="access_denied"))}) == (
        2 if language is Language.EN else 3
    )


async def test_a_refusal_is_taken_as_one(browser: Browser) -> None:
    """Nothing the address says is shown."""
    await browser.begin()
    page = await browser.end(error="access_denied")
    assert (page.status_code, "You did not allow Vigia" in page.text) == (200, True)
    other = await browser.end(error="<script>alert(1)</script>")
    assert "script" not in other.text
    assert "Open the install link again" in other.text
    assert browser.installed == []


async def test_a_state_is_good_once(browser: Browser) -> None:
    """Also for the browser it belongs to."""
    state = (await browser.begin())["state"]
    cookie = {"cookie": f"slack-app-oauth-state={state}"}
    code = browser.linked.desk.allow(browser.team, "commands")
    for status in (200, 401):
        page = await browser.client.get("/slack/oauth_redirect", params={"state": state, "code": code}, headers=cookie)
        assert page.status_code == status
    assert browser.installed == ["T0BOREAL01"]
    assert len(browser.linked.slack.of("oauth.v2.access")) == 1


@pytest.mark.parametrize(("after", "status"), [(STATE_LASTS - timedelta(seconds=1), 200), (STATE_LASTS, 401)])
async def test_a_state_is_good_for_ten_minutes(browser: Browser, after: timedelta, status: int) -> None:
    """Then it is over, and the page says so."""
    state = (await browser.begin())["state"]
    browser.linked.clock.advance(after)
    page = await browser.end(state=state, code=browser.linked.desk.allow(browser.team, "commands"))
    assert page.status_code == status
    assert ("ten minutes" in page.text) == (status == 401)


async def test_another_browser_cannot_end_an_installation(browser: Browser) -> None:
    """Nobody can be made to install Vigia into somebody else's session; the state is not spent by it."""
    state = (await browser.begin())["state"]
    code, own = browser.linked.desk.allow(browser.team, "commands"), dict(browser.client.cookies)
    browser.client.cookies.clear()
    page = await browser.end(state=state, code=code)
    assert (page.status_code, "another browser" in page.text) == (400, True)
    assert (await browser.end(code=code)).status_code == 400
    browser.client.cookies.update(own)
    assert (await browser.end(state=state, code=code)).status_code == 200


async def test_a_state_nobody_issued_is_refused(browser: Browser) -> None:
    """Whoever makes one up can set the cookie too."""
    page = await browser.client.get(
        "/slack/oauth_redirect",
        params={"state": "made-up", "code": "x"},
        headers={"cookie": "slack-app-oauth-state=made-up"},
    )
    assert page.status_code == 401
    assert browser.linked.slack.calls == []


@pytest.mark.parametrize(
    "trouble", [Trouble(code="invalid_code"), Trouble(code="bad_client_secret"), Trouble(is_dropped=True)]
)
async def test_a_code_slack_refuses_is_a_sentence_and_a_log_line_without_it(browser: Browser, trouble: Trouble) -> None:
    """The log says Slack's own word, and neither the code nor the app's secret."""
    browser.linked.slack.plan("oauth.v2.access", trouble)
    with capture_logs() as lines:
        page = await browser.install()
    assert (page.status_code, "Slack did not confirm" in page.text) == (401, True)
    (line,) = lines
    assert line["reason"] == trouble.code or line["reason"].startswith("Server")
    assert "code-0" not in str(lines)
    assert "secret" not in str(lines).replace("bad_client_secret", "")


async def test_without_a_code_nothing_is_asked(browser: Browser) -> None:
    """Slack always sends one."""
    page = await browser.end(state=(await browser.begin())["state"])
    assert "Slack did not confirm" in page.text
    assert browser.linked.slack.calls == []


async def test_a_whole_organisation_is_refused_and_its_token_given_back(browser: Browser) -> None:
    """Rooms belong to workspaces; a token nobody needs is not left lying about."""
    team = browser.linked.desk.team("T0WHOLE001", "Whole", is_organisation=True)
    page = await browser.install(team)
    assert (page.status_code, "whole organisation" in page.text) == (200, True)
    assert browser.installed == []
    (given,) = [one for one in browser.linked.desk.given.values() if one.team is team]
    assert given.is_revoked
    whole = Installation(user_id="", team_id="T0WHOLE001", bot_token="xoxb-made-up", is_enterprise_install=True)
    with pytest.raises(NotOneWorkspaceError):
        await browser.flow.store_installation(AsyncBoltRequest(body=""), whole)
    browser.linked.slack.plan("auth.revoke", Trouble(code="internal_error"))
    assert "whole organisation" in (await browser.install(team)).text


async def test_a_failure_of_our_own_is_a_sentence_too(browser: Browser) -> None:
    """The database was away for a moment: at the beginning, and at the end."""
    state = (await browser.begin())["state"]
    browser.linked.is_away = True
    code = browser.linked.desk.allow(browser.team, "commands")
    with capture_logs() as lines:
        pages = [await browser.end(state=state, code=code), await browser.client.get("/slack/install")]
    assert [(page.status_code, "failed on our side" in page.text) for page in pages] == [(500, True)] * 2
    assert [one["event"] for one in lines] == ["slack_installation_failed"] * 2
