"""A seller's group asks Vigia through the robot: the same answers as everywhere, and the other side in Slack hears."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from bot.afterwork import AfterWork
from bot.errands import REMEMBER_ANSWERS
from bot.form_offers import FormOffers
from bot.pages.form_links import FormLinks
from bot.samples.engagements import sample_engagements
from bot.web import create_web
from bot.wecom.limits import ROBOT_ANSWER_TAKES
from bot.wecom.robot_door import create_router
from handlers.engagement_setup import set_up_engagement
from handlers.messages import Arrival, Reply
from kpi.engagements import Platform
from tests.bot.wecom.callbacks import AES_KEY, TOKEN
from tests.bot.wecom.robot_callbacks import address, body, encrypted, message, poll, press, shown
from tests.journeys.sent_world import World
from tests.journeys.test_incidents import Chat, answering, in_channel


@pytest.fixture
def app_settings() -> dict[str, Any]:
    """Return the robot's settings; its group is the seller's."""
    return {"wecom_robot_token": TOKEN, "wecom_robot_key": AES_KEY}


class Robot:
    """WeCom, as the seller's group sees it."""

    def __init__(self, world: World, web: FastAPI | None = None) -> None:
        self.world = world
        self.web = web or create_web(world.vigia)
        robot = world.vigia.wecom_robot
        assert robot is not None
        self.robot = robot

    async def tell(self, fields: object) -> Mapping[str, Any]:
        """Send a callback and return what it is answered; nothing for silence."""
        hidden = encrypted(fields)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=self.web), base_url="http://vigia") as caller:
            answer = await caller.post(address(hidden, self.world.clock()), content=body(hidden))
        assert answer.status_code == 200
        return shown(answer) if answer.content else {}

    async def ask(self, text: str, person: str = "Wei", number: int = 1, chat: str = "wrChat") -> Mapping[str, Any]:
        """Ask, and ask for the answer again until it is whole."""
        said = await self.tell(message(text, person=person, number=number, chat=chat, url=""))
        stream: Mapping[str, Any] = said.get("stream", {})
        if stream and not stream["finish"]:
            await self.robot.work.finish()
            stream = (await self.tell(poll(stream["id"])))["stream"]
        return stream


@pytest.fixture
def world_file(filled_file: Path) -> Path:
    """Return a database with the facts of all stores."""
    return filled_file


@pytest.fixture
async def robot(world: World) -> AsyncIterator[Robot]:
    """Give the robot in the seller's group; another engagement knows Wei too."""
    lumina, andes = answering(), sample_engagements()[1]
    rooms = (replace(lumina.rooms[0], heard_at="robot:wrChat"), *lumina.rooms[1:])
    with world.vigia.database.work() as work:
        set_up_engagement(work, replace(lumina, rooms=rooms), (), (), world.clock())
        set_up_engagement(work, andes, (), (), world.clock())
    made = Robot(world)
    yield made
    await made.robot.close()


async def test_numbers_come_with_words_and_a_chart(robot: Robot) -> None:
    """With or without the command's word; nothing is posted through the webhook."""
    stream = await robot.ask("@Vigia /kpi 转化率 近7天")
    assert stream["finish"]
    assert "转化率" in stream["content"]
    assert "%" in stream["content"]
    assert stream["msg_item"][0]["msgtype"] == "image"
    again = await robot.ask("@Vigia 转化率 近7天", number=2)
    assert again["content"] == stream["content"]
    assert robot.world.wecom.posted == []


async def test_a_report_opens_an_incident_and_slack_hears(robot: Robot) -> None:
    """WeCom repeats the message: one incident."""
    said = [await robot.ask("@Vigia 事件 Lumina ML Brasil 转化率从昨天开始下降") for _ in range(3)]
    assert all("1001" in one["content"] for one in said)
    chat = Chat(robot.world)
    await chat.tick()
    assert "#1001" in in_channel(robot.world)[0]["text"]
    assert not any("lumina-1002" in one.key for one in robot.world.ledger())
    shown_again = await robot.ask("@Vigia 事件 show 1001", number=2)
    assert "1001" in shown_again["content"]


async def test_a_report_is_not_told_twice_in_a_group_that_is_told_by_its_webhook(robot: Robot) -> None:
    """The robot's answer is its beginning; all of it comes once, as the card every room gets."""
    answer = (await robot.ask("@Vigia 上报 Lumina ML Brasil 转化率从昨天开始下降"))["content"]
    chat = Chat(robot.world)
    await chat.tick()
    card = "\n".join(robot.world.wecom.texts())
    assert "#1001 转化率 · Lumina ML Brasil" in answer
    assert "详情随后以群消息发出" in answer
    reported = "转化率从昨天开始下降"
    assert (answer.count(reported), card.count(reported)) == (0, 1)
    assert "初步分析：" in card
    assert "初步分析：" not in answer
    again = (await robot.ask("@Vigia 事件 1001", number=2))["content"]
    assert "初步分析：" in again  # who asks for it reads all of it


async def test_a_second_report_of_the_same_is_answered_with_all_of_it(robot: Robot) -> None:
    """No card follows: it stands in the group already, further up."""
    await robot.ask("@Vigia 上报 Lumina ML Brasil 转化率从昨天开始下降")
    answer = await robot.ask("@Vigia 上报 Lumina ML Brasil 转化率又下降了", number=2)
    assert "初步分析：" in answer["content"]
    assert "详情随后" not in answer["content"]


async def test_the_buttons_twin_and_the_press_have_one_outcome(robot: Robot) -> None:
    """What a seller may not do is refused either way."""
    await robot.ask("@Vigia 事件 Lumina ML Brasil 转化率从昨天开始下降")
    typed = await robot.ask("@Vigia /incident ack 1001", number=2)
    card = (await robot.tell(press("once /incident ack 1001", person="Wei", url="")))["template_card"]
    assert card["sub_title_text"].rstrip("…。") in typed["content"]


async def test_a_quoted_message_is_taken_in_and_out_again(robot: Robot) -> None:
    """Its words, by nobody named; once the robot's own answers are forgotten, no row holds them."""
    await robot.ask("@Vigia 事件 Lumina ML Brasil 转化率从昨天开始下降")
    quote = {"msgtype": "text", "text": {"content": "买家王小明说付款一直报错"}}
    said = []
    for number, words in enumerate(("记入", "记入 1001", "事件 timeline 1001", "撤出"), start=2):
        fields = {**message(f"@Vigia {words}", person="Wei", number=number, url=""), "quote": quote}
        await robot.tell(fields)
        await robot.robot.work.finish()
        said.append((await robot.tell(fields))["stream"]["content"])
    assert "已记入事件 #1001 的时间线" in said[0]
    assert "已记入这条消息" in said[1]
    assert "未登记的人写道" in said[2]
    assert "买家王小明说付款一直报错" in said[2]
    assert "已从事件 #1001 撤出" in said[3]
    robot.world.clock.advance(REMEMBER_ANSWERS + timedelta(seconds=1))
    await robot.world.vigia.errands.forget_events()
    with robot.world.vigia.database.engine.connect() as connection:
        stored = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert "王小明" not in stored


async def test_a_group_sees_its_own_seller_alone(robot: Robot) -> None:
    """No margins, nobody else's numbers, no strangers; unbound chats get silence."""
    assert "%" not in (await robot.ask("@Vigia 毛利率"))["content"]
    assert "andes" not in (await robot.ask("@Vigia /kpi @andes 转化率", number=2))["content"].lower().replace(
        "@andes", ""
    )
    stranger = await robot.ask("@Vigia 转化率", person="Mallory", number=3)
    assert "%" not in stranger["content"]
    assert await robot.ask("@Vigia 转化率", number=4, chat="wrchat") == {}
    assert await robot.ask("@Vigia 转化率", number=5, chat="wrOther") == {}


async def test_both_ways_of_one_group_are_one_room(robot: Robot) -> None:
    """The digest comes by the webhook, the answer by the robot."""
    with robot.world.vigia.database.view() as work:
        by_robot = work.engagements.at_address(Platform.WECOM, "robot:wrChat")
        by_webhook = work.engagements.at_address(Platform.WECOM, "lumina-group")
    assert by_robot == by_webhook
    assert by_robot is not None


async def test_a_copy_that_dies_leaves_the_group_its_answer_and_one_incident(robot: Robot) -> None:
    """Before the report was stored the next copy stores it; after it, nothing is done twice; numbers come anyway."""
    report, question = "@Vigia 事件 Lumina ML Brasil 转化率从昨天开始下降", "@Vigia 转化率"

    async def die(_arrival: Arrival) -> Reply | None:
        raise asyncio.CancelledError

    async def die_after(arrival: Arrival) -> Reply | None:
        await robot.world.vigia.errands.answer(arrival)
        raise asyncio.CancelledError

    contents = []
    for number, (text, end) in enumerate(((report, die), (report, die_after), (question, die_after)), start=1):
        dying = replace(robot.robot, intake=end, work=AfterWork(), waits=0.01)
        web = FastAPI()
        web.include_router(create_router(dying))
        first = await Robot(robot.world, web).tell(message(text, person="Wei", number=number, url=""))
        await dying.work.finish()
        robot.world.clock.set(robot.world.clock() + ROBOT_ANSWER_TAKES)
        await robot.tell(poll(first["stream"]["id"]))
        await robot.robot.work.finish()
        contents.append((await robot.tell(poll(first["stream"]["id"])))["stream"]["content"])
    assert "1001" in contents[0]
    assert "/incident list" in contents[1]
    assert "转化率" in contents[2]
    assert "%" in contents[2]
    with robot.world.vigia.database.view() as work:
        assert [work.incidents.get("lumina", number) is not None for number in (1001, 1002)] == [True, False]


async def test_a_form_asked_for_in_a_group_goes_to_its_asker_alone(robot: Robot) -> None:
    """Without an app nobody can be reached alone: the group reads how it is said in one line, and never a link."""
    await robot.ask("@Vigia 事件 Lumina ML Brasil 转化率从昨天开始下降")
    offers = robot.world.vigia.errands
    told: list[tuple[str, Reply]] = []

    async def tell(person: str, reply: Reply, _task: str) -> None:
        told.append((person, reply))

    links = FormLinks("https://vigia.test", [SecretStr("s" * 40)], robot.world.clock)
    for number, way in enumerate((None, tell), 2):
        forms = FormOffers(offers.opened, offers.request_of, offers.is_first, links.url, way)
        robot.web = FastAPI()
        robot.web.include_router(create_router(replace(robot.robot, forms=forms)))
        said = (await robot.ask("@Vigia /incident note 1001", number=number))["content"]
        assert "vigia.test" not in said
        assert ("/incident note 1001" in said) is (way is None)
    ((person, reply),) = told
    ticket = links.read(reply.buttons[0].url.rpartition("/")[2])
    assert (person, ticket.handle, ticket.address) == ("wei", "wei", "robot:wrChat")
