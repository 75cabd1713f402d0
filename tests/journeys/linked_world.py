"""A whole bot that is installed by a link, really served, between a Slack of several workspaces and a WeCom."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx

from bot.opening import open_database
from bot.samples.engagements import sample_rates, sample_targets
from bot.settings import Settings
from bot.slack.link import SlackLink
from bot.web import create_web
from bot.wiring import Vigia, assemble
from handlers.engagement_setup import set_up_engagement
from kpi.engagements import Audience, Engagement, Platform
from kpi.workspaces import Workspace
from tests.bot.slack.payloads import FORM, command, form_of, signed
from tests.journeys.sent_world import World, bound
from tests.twins.clock import FakeClock
from tests.twins.loopback_server import Served, served
from tests.twins.slack_oauth import CLIENT_ID, CLIENT_SECRET, Team, TokenDesk
from tests.twins.slack_server import SlackServer
from tests.twins.wecom_server import KEY, WeComServer

AURORA, ACME = "T0AURORA01", "T0ACME0001"
SELLER, OPERATIONS = "C0SELLER01", "C0OPS00001"
EARLY = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
"""Eleven hours before the digests."""
SIGNING, SEALING = "not-a-secret", "0" * 64
_Made = TypeVar("_Made")


def in_two_workspaces() -> Engagement:
    """Return the sample engagement: the seller in Aurora's Slack, the operator in Acme's and in a WeCom group."""
    lumina = bound()
    rooms = tuple(
        replace(one, platform=Platform.SLACK, address=SELLER, workspace=AURORA)
        if one.audience is Audience.SELLER
        else replace(one, workspace=ACME)
        for one in lumina.rooms
    )
    group = replace(rooms[1], id="lumina-wecom", platform=Platform.WECOM, address="lumina-group", workspace="")
    return replace(lumina, rooms=(*rooms, replace(group, digest_at=None)))


class LinkedWorld(World):
    """What the outside does to a bot that other workspaces install."""

    def __init__(self, vigia: Vigia, slack: SlackServer, wecom: WeComServer, clock: FakeClock, server: Served) -> None:
        assert vigia.slack_link is not None
        assert slack.desk is not None
        super().__init__(vigia, slack, wecom, clock)
        self.link: SlackLink = vigia.slack_link
        self.desk: TokenDesk = slack.desk
        self._server = server
        self.browser = httpx.AsyncClient(base_url=server.url)

    async def on_server(self, work: Coroutine[Any, Any, _Made]) -> _Made:
        """Run something on the bot's own loop."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._server.loop))

    async def begin(self) -> tuple[dict[str, str], str, str]:
        """Open the install link; return what Slack is asked, the state, and the cookie as the browser sends it back."""
        answer = await self.browser.get("/slack/install")
        assert answer.status_code == 302
        address = urlsplit(answer.headers["location"])
        assert f"{address.scheme}://{address.netloc}{address.path}" == "https://slack.com/oauth/v2/authorize"
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        return asked, asked["state"], answer.headers["set-cookie"]

    async def come_back(self, cookie: str = "", language: str = "", **query: str) -> httpx.Response:
        """Let Slack send the browser back; a Secure cookie does not travel over http by itself."""
        headers = {"cookie": cookie.partition(";")[0], "accept-language": language}
        return await self.browser.get("/slack/oauth_redirect", params=query, headers=headers)

    async def install(self, team: Team, language: str = "") -> httpx.Response:
        """Let somebody install Vigia in a workspace, from the link to the last page."""
        asked, state, cookie = await self.begin()
        code = self.desk.allow(team, asked["scope"])
        return await self.come_back(cookie, language, code=code, state=state)

    async def ask(self, team: str, room: str, text: str, trigger: str) -> httpx.Response:
        """Let somebody type a command in a workspace."""
        fields = command(text, team_id=team, channel_id=room, trigger_id=trigger, user_id="U024ANA")
        return await self._send(form_of(fields), FORM)

    async def event(self, body: dict[str, Any]) -> httpx.Response:
        """Let something happen in a workspace."""
        return await self._send(json.dumps(body).encode(), "application/json")

    async def _send(self, body: bytes, content_type: str) -> httpx.Response:
        headers = signed(body, content_type, self.clock(), SIGNING)
        answer = await self.browser.post("/slack/events", content=body, headers=headers)
        await self.on_server(self._settled())
        return answer

    async def _settled(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)
        await self.link.work.finish()
        if self.vigia.slack is not None:
            await self.vigia.slack.door.work.finish()

    async def sweep(self) -> None:
        """Do what the schedule does at one tick, and wait until nothing is on the way."""
        await self.on_server(self.vigia.errands.sweep_digests())
        await self.send_due()

    async def send_due(self) -> None:
        """Send what is due."""
        await self.on_server(self.vigia.outbox.sweep())
        await self.on_server(self.vigia.outbox.finish())

    def tokens(self, method: str, room: str) -> list[str]:
        """Return with which tokens a method was called for a channel."""
        return [one.token for one in self.slack.calls if one.method == method and one.params.get("channel") == room]

    def workspaces(self) -> tuple[Workspace, ...]:
        """Return what is stored."""
        with self.vigia.database.view() as work:
            return work.workspaces.all()


@asynccontextmanager
async def linked_world(database_url: str, **chosen: Any) -> AsyncIterator[LinkedWorld]:
    """Serve a bot for as long as a `with` block lasts."""
    slack, wecom, clock = SlackServer(), WeComServer(time.monotonic), FakeClock(EARLY)
    slack.desk = TokenDesk(clock)
    await slack.start()
    await wecom.start()
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        slack_signing_secret=SIGNING,
        slack_api_url=slack.api_url,
        slack_client_id=CLIENT_ID,
        slack_client_secret=CLIENT_SECRET,
        wecom_api_url=wecom.url,
        wecom_webhook_keys={"lumina-group": KEY},
        **{"slack_token_secrets": [SEALING], **chosen},
    )
    vigia = assemble(settings, open_database(settings), clock)
    today = clock().date()
    with vigia.database.work() as work:
        set_up_engagement(work, in_two_workspaces(), sample_targets("lumina", today), sample_rates(today), clock())
    with served(create_web(vigia), lambda: None) as server:
        world = LinkedWorld(vigia, slack, wecom, clock, server)
        try:
            yield world
        finally:
            await world.on_server(_close(vigia))
            await world.browser.aclose()
            await slack.stop()
            await wecom.stop()
    vigia.database.close()
    assert slack.problems == []


async def _close(vigia: Vigia) -> None:
    await vigia.outbox.close()
    await vigia.studio.close()
    if vigia.slack is not None:
        await vigia.slack.gateway.close()
    if vigia.slack_link is not None:
        await vigia.slack_link.close()
    if vigia.webhooks is not None:
        await vigia.webhooks.close()
