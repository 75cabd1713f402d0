"""Somebody nobody knows asks in a seller's WeCom group: the link comes alone, Ana confirms in Slack, answer follows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.web import create_web
from handlers.engagement_setup import set_up_engagement
from kpi.engagements import Platform
from tests.bot.slack.payloads import interaction_of, press, signed
from tests.bot.wecom.callbacks import AES_KEY, TOKEN
from tests.bot.wecom.robot_callbacks import address, body, encrypted, message, poll, shown
from tests.journeys.sent_world import MANAGER, World, bound
from tests.twins.wecom_app_server import AGENT, CORP, SECRET, WeComAppServer

PUBLIC = "https://vigia.test"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def company() -> Iterator[WeComAppServer]:
    """Return a company whose app may write to Zhang."""
    server = WeComAppServer()
    server.people.add("zhang")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def app_settings(company: WeComAppServer) -> dict[str, Any]:
    """Return an installation with a robot, an app and pages; the seller's group has no webhook."""
    return {
        "public_url": PUBLIC,
        "page_secrets": ["s" * 32],
        "wecom_robot_token": TOKEN,
        "wecom_robot_key": AES_KEY,
        "wecom_corp_id": CORP,
        "wecom_agent_id": AGENT,
        "wecom_app_secret": SECRET,
        "wecom_api_url": company.url,
        "wecom_webhook_keys": {},
    }


class Group:
    """The seller's group, a phone, and Slack."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.browser = httpx.AsyncClient(transport=httpx.ASGITransport(app=create_web(world.vigia)), base_url=PUBLIC)
        robot = world.vigia.wecom_robot
        assert robot is not None
        self.robot = robot

    async def ask(self, text: str, number: int) -> str:
        """Let Zhang ask the robot; return what the group reads."""
        said = await self._tell(message(text, person="Zhang", number=number, chat="wrChat", url=""))
        stream = said["stream"]
        if not stream["finish"]:
            await self.robot.work.finish()
            stream = (await self._tell(poll(stream["id"])))["stream"]
        await self.goes_out()
        return str(stream["content"])

    async def _tell(self, fields: object) -> Any:
        hidden = encrypted(fields)
        return shown(await self.browser.post(address(hidden, self.world.clock()), content=body(hidden)))

    async def press(self, command: str) -> None:
        """Let Ana press a button of her own conversation in Slack."""
        pressed = interaction_of(press(command, user={"id": MANAGER}, channel={"id": "D0PERSON01"}))
        headers = signed(pressed, FORM, self.world.clock(), "not-a-secret")
        assert (await self.browser.post("/slack/events", content=pressed, headers=headers)).status_code == 200
        assert self.world.vigia.slack is not None
        for _ in range(20):
            await asyncio.sleep(0)
        await self.world.vigia.slack.door.work.finish()
        await self.goes_out()

    async def goes_out(self) -> None:
        """Let everything be sent that is due."""
        self.world.clock.advance(timedelta(seconds=1))
        await self.world.vigia.outbox.sweep()
        await self.world.vigia.outbox.finish()


@pytest.fixture
def world_file(filled_file: Path) -> Path:
    """Return a database with the facts of all stores."""
    return filled_file


async def test_a_stranger_in_a_group_is_written_to_alone_and_answered_alone(
    world: World, company: WeComAppServer
) -> None:
    """The group reads neither the link nor, without a webhook, the answer; afterwards they are known there."""
    lumina = bound()
    rooms = (replace(lumina.rooms[0], address="robot:wrChat"), *lumina.rooms[1:])
    with world.vigia.database.work() as work:
        set_up_engagement(work, replace(lumina, rooms=rooms), (), (), world.clock())
    group = Group(world)
    said = await group.ask("@Vigia 转化率 近7天", 1)
    assert "单独" in said
    assert PUBLIC not in said
    (alone,) = company.texts("zhang")
    found = re.search(rf"{PUBLIC}/pages/invitation/[\w=-]+", alone)
    assert found is not None
    page = await group.browser.get(found[0])
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert ticket is not None
    sent = {"ticket": ticket[1], "name": "张三"}
    assert (await group.browser.post(found[0], data=sent, headers={"origin": PUBLIC})).status_code == 303
    await group.goes_out()
    (asked,) = [one for one in world.slack.messages["D0PERSON01"] if "/person" in str(one["blocks"])]
    (confirm,) = [value for value in re.findall(r"'value': '([^']+)'", str(asked["blocks"])) if "confirm" in value]
    await group.press(confirm)
    answers = company.texts("zhang")[1:]
    assert any("张三" in one for one in answers)
    assert any("转化率" in one and "%" in one for one in answers)
    assert "%" in await group.ask("@Vigia 转化率 近7天", 2)
    with world.vigia.database.view() as work:
        engagement = work.engagements.get("lumina")
    assert engagement is not None
    assert engagement.person_by_handle(Platform.WECOM, "zhang") is not None
    await group.browser.aclose()
    await group.robot.close()
