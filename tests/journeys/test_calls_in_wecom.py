"""Somebody who left Slack is called in WeCom: a whole bot between both, and what each of them took."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.wecom.app_door import create_router
from handlers.engagement_setup import set_up_engagement
from kpi.deliveries import DeliveryState
from kpi.engagements import Platform
from kpi.incidents.incident import EntryKind
from tests.bot.wecom.callbacks import AES_KEY, TOKEN, address, body, encrypted, press, text
from tests.journeys.sent_world import MANAGER, World
from tests.journeys.test_incidents import BACKUP, REPORT, Chat, answering
from tests.twins.wecom_app_server import AGENT, CORP, SECRET, AppTrouble, WeComAppServer


@pytest.fixture
def company() -> Iterator[WeComAppServer]:
    """Return a company whose app may write to Ana."""
    server = WeComAppServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def hears() -> bool:
    """Tell whether the app has a callback; a journey that needs one says so."""
    return False


@pytest.fixture
def app_settings(company: WeComAppServer, hears: bool) -> dict[str, Any]:
    """Return how the bot speaks as the app; no group webhook is set in this journey."""
    callback = {"wecom_callback_token": TOKEN, "wecom_callback_key": AES_KEY} if hears else {}
    return {
        **callback,
        "wecom_corp_id": CORP,
        "wecom_agent_id": AGENT,
        "wecom_app_secret": SECRET,
        "wecom_api_url": company.url,
        "wecom_webhook_keys": {},
    }


@pytest.fixture
async def chat(world: World) -> Chat:
    """Give the rooms just after Wei reported; Ana has user ids in Slack and in WeCom."""
    engagement = answering()
    people = tuple(
        replace(one, handles=(*one.handles, (Platform.WECOM, "ana"))) if one.id == "ana" else one
        for one in engagement.people
    )
    with world.vigia.database.work() as work:
        set_up_engagement(work, replace(engagement, people=people), (), (), world.clock())
    world.slack.conversations.update({MANAGER: "D0ANA00001", BACKUP: "D0BRUNO001"})
    chat = Chat(world)
    await chat.seller(REPORT)
    return chat


def ways(world: World) -> dict[str, DeliveryState]:
    """Return how each way of the first call ended."""
    return {one.room: one.state for one in world.ledger() if "/call/1/" in one.key}


async def test_who_is_in_slack_is_called_there_and_wecom_hears_nothing(
    chat: Chat, world: World, company: WeComAppServer
) -> None:
    """One message to one person is enough."""
    await chat.tick()
    assert len(world.slack.messages["D0ANA00001"]) == 1
    assert company.calls == []


async def test_who_left_slack_is_called_in_wecom_in_their_language(
    chat: Chat, world: World, company: WeComAppServer
) -> None:
    """At the next sweep, with what to write; nobody else is woken."""
    world.slack.deactivated.add(MANAGER)
    for _ in range(4):
        await chat.tick()
    (call,) = company.texts("ana")
    assert "chamando você" in call
    assert "/incident @lumina ack 1001" in call
    assert len(call.encode()) <= 2048
    assert ways(world) == {
        "direct/ana/slack": DeliveryState.FAILED,
        "direct/ana/wecom": DeliveryState.SENT,
        "lumina-ops": DeliveryState.SENT,
    }
    assert world.slack.messages["D0BRUNO001"] == []


@pytest.mark.parametrize("way", ["unlicensed", "people"])
async def test_who_is_reached_by_neither_makes_the_next_level_hear_at_once(
    chat: Chat, world: World, company: WeComAppServer, way: str
) -> None:
    """WeCom says `errcode` 0 and means nobody; that her name stands in a Slack channel wakes nobody either."""
    getattr(company, way).symmetric_difference_update({"ana"})
    world.slack.deactivated.add(MANAGER)
    for _ in range(5):
        await chat.tick()
    assert company.texts() == []
    assert len(world.slack.messages["D0BRUNO001"]) == 1


async def test_a_wecom_that_takes_nothing_for_minutes_is_given_up(
    chat: Chat, world: World, company: WeComAppServer
) -> None:
    """45009 to everything: three tries, then the next level."""
    company.always = 45009
    world.slack.deactivated.add(MANAGER)
    for _ in range(8):
        await chat.tick()
    assert company.count("message/send") == 3
    assert len(world.slack.messages["D0BRUNO001"]) == 1


async def deliver(world: World, message: str, times: int = 1) -> None:
    """Let WeCom deliver a callback, as often as it likes, and wait for what comes of it."""
    door = world.vigia.wecom_door
    assert door is not None
    web = FastAPI()
    web.include_router(create_router(door))
    hidden = encrypted(message, CORP)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=web), base_url="http://vigia") as caller:
        for _ in range(times):
            answer = await caller.post(address(hidden, world.clock()), content=body(hidden))
            assert (answer.status_code, answer.content) == (200, b"")
    await door.work.finish()


async def test_a_machine_wecom_does_not_trust_makes_the_next_level_hear_at_once(
    chat: Chat, world: World, company: WeComAppServer
) -> None:
    """60020: nothing is tried again, the ledger says what to do, and somebody else is called."""
    world.slack.deactivated.add(MANAGER)
    company.always = 60020
    for _ in range(3):
        await chat.tick()
    (lost,) = [one for one in world.ledger() if one.platform is Platform.WECOM and "/call/" in one.key]
    assert lost.state is DeliveryState.FAILED
    assert "企业可信IP" in lost.reason
    assert company.count("message/send") == 1
    for _ in range(2):
        await chat.tick()
    assert len(world.slack.messages["D0BRUNO001"]) == 1


async def test_a_token_that_is_revoked_between_two_calls_costs_nobody_a_message(
    chat: Chat, world: World, company: WeComAppServer
) -> None:
    """One new token, one more try, one message."""
    world.slack.deactivated.add(MANAGER)
    company.troubles.append(AppTrouble("message/send", errcode=40014))
    for _ in range(3):
        await chat.tick()
    assert (company.count("gettoken"), company.count("message/send")) == (2, 2)
    assert len(company.texts("ana")) == 1


@pytest.mark.parametrize("hears", [True])
async def test_ana_takes_it_by_the_button_of_her_card(chat: Chat, world: World, company: WeComAppServer) -> None:
    """WeCom delivers the press four times: she takes it once, and Slack hears who has it."""
    world.slack.deactivated.add(MANAGER)
    for _ in range(3):
        await chat.tick()
    (card,) = company.cards("ana")
    keys = [one["key"] for one in card["button_list"]]
    assert keys[0] == "once /incident @lumina ack 1001"
    assert "/incident" not in company.texts("ana")[0]
    await deliver(world, press(keys[0], "Ana"), times=4)
    await chat.send()
    with world.vigia.database.view() as work:
        lines = work.incidents.timeline("lumina-1001")
    (taken,) = (line for line in lines if line.kind is EntryKind.ACKNOWLEDGED)
    assert taken.actor.person == "ana"
    assert taken.actor.source.value == "wecom"
    assert [one["response_code"] for one in company.replaced] == ["code-1"]
    assert len(company.texts("ana")) == 2
    assert "Ana Souza" in str(world.slack.of("chat.update")[-1]["blocks"])


@pytest.mark.parametrize("hears", [True])
async def test_what_ana_types_is_answered_to_her_alone(chat: Chat, world: World, company: WeComAppServer) -> None:
    """Numbers without any command's word, an incident by a Chinese one; of a stranger the app knows nobody."""
    await deliver(world, text("转化率 巴西", "Ana", 1))
    await deliver(world, text("事件 show 1001", "Ana", 2), times=4)
    await deliver(world, text("事件 show 1001", "Nobody", 3))
    assert len(company.texts("ana")) == len(company.texts()) == 2
    assert {one["touser"] for one in company.sent} == {"ana"}
    assert "1001" in company.texts("ana")[1]


@pytest.mark.parametrize("hears", [True])
async def test_whoever_asks_twice_is_answered_twice(chat: Chat, world: World, company: WeComAppServer) -> None:
    """WeCom drops a message that reads like one of the last half hour: an answer is not checked for that."""
    del chat
    for number in (1, 2):
        await deliver(world, text("/incident list", "Ana", number), times=2)
    first, second = company.texts("ana")
    assert first == second
