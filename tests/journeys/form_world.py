"""Somebody who fills in forms behind links: a whole bot, WeCom's app on loopback, and a browser without scripts."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx

from bot.web import create_web
from handlers.engagement_setup import set_up_engagement
from kpi.engagements import Platform
from tests.bot.wecom.callbacks import AES_KEY, TOKEN
from tests.journeys.sent_world import World
from tests.journeys.test_calls_in_wecom import deliver
from tests.journeys.test_incidents import answering
from tests.twins.wecom_app_server import AGENT, CORP, SECRET, WeComAppServer
from tests.twins.wecom_server import KEY

HOME = "https://vigia.test"
_LINK = re.compile(rf"\]\(({re.escape(HOME)}[^)]+)\)")
_FIELD = re.compile(r'<(?:input|textarea|select)[^>]* name="([^"]+)"')


def settings_of(company: WeComAppServer, home: str = HOME) -> dict[str, Any]:
    """Return how a bot speaks as the app of a company, and where its pages are."""
    return {
        "wecom_callback_token": TOKEN,
        "wecom_callback_key": AES_KEY,
        "wecom_corp_id": CORP,
        "wecom_agent_id": AGENT,
        "wecom_app_secret": SECRET,
        "wecom_api_url": company.url,
        "wecom_webhook_keys": {"lumina-group": KEY},
        "public_url": home,
        "page_secrets": ["s" * 40],
    }


def settle_in(world: World) -> None:
    """Give Ana her user id in WeCom; the group's webhook is a server of its own here."""
    engagement = answering()
    people = tuple(
        replace(one, handles=(*one.handles, (Platform.WECOM, "ana"))) if one.id == "ana" else one
        for one in engagement.people
    )
    with world.vigia.database.work() as work:
        set_up_engagement(work, replace(engagement, people=people), (), (), world.clock())
    assert world.vigia.webhooks is not None
    world.vigia.webhooks._base_url = world.wecom.url
    world.slack.conversations.update({"U024ANA": "D0ANA00001", "U024BRUNO": "D0BRUNO001"})


def links_in(text: str) -> list[str]:
    """Return the addresses a message of WeCom links to."""
    return [html.unescape(one) for one in _LINK.findall(text)]


class Phone:
    """Ana's phone: WeCom's app, and the browser inside it."""

    def __init__(self, world: World, company: WeComAppServer) -> None:
        self.world, self.company = world, company
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=create_web(world.vigia)), base_url=HOME)

    async def told(self, message: str) -> str:
        """Send a callback and return what Ana is told last."""
        await deliver(self.world, message)
        return self.company.texts("ana")[-1]

    async def open(self, link: str) -> httpx.Response:
        """Open a link."""
        return await self.http.get(link)

    async def send(
        self,
        link: str,
        written: Mapping[str, str],
        *,
        files: tuple[tuple[str, bytes], ...] = (),
        page: str = "",
    ) -> httpx.Response:
        """Send the form of a link as its page would: what it holds, with what was written over it."""
        shown = page or (await self.open(link)).text
        values = {**dict.fromkeys(_FIELD.findall(shown), ""), **_filled_in(shown), **written}
        values.pop("files", None)
        parts: list[tuple[str, Any]] = [(name, (None, value)) for name, value in values.items()]
        parts += [("files", (name, content)) for name, content in files] or [("files", ("", b""))]
        headers = {"origin": "null", "sec-fetch-site": "same-origin"}
        return await self.http.post(link, files=parts, headers=headers)


def _filled_in(page: str) -> dict[str, str]:
    """Return what a page's fields hold."""
    found = {name: html.unescape(value) for name, value in re.findall(r'name="([^"]+)"[^>]* value="([^"]*)"', page)}
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    found |= {name: html.unescape(text) for name, text in areas}
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    return found
