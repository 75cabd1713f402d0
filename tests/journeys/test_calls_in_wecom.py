"""Somebody who left Slack is called in WeCom: a whole bot between both, and what each of them took."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from handlers.engagement_setup import set_up_engagement
from kpi.deliveries import DeliveryState
from kpi.engagements import Platform
from tests.journeys.sent_world import MANAGER, World
from tests.journeys.test_incidents import BACKUP, REPORT, Chat, answering
from tests.twins.wecom_app_server import AGENT, CORP, SECRET, WeComAppServer


@pytest.fixture
def company() -> Iterator[WeComAppServer]:
    """Return a company whose app may write to Ana."""
    server = WeComAppServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def app_settings(company: WeComAppServer) -> dict[str, Any]:
    """Return how the bot speaks as the app; no group webhook is set in this journey."""
    return {
        "wecom_corp_id": CORP,
        "wecom_agent_id": AGENT,
        "wecom_app_secret": SECRET,
        "wecom_api_url": company.url,
        "wecom_webhook_keys": {},
    }


@pytest.fixture
async def chat(world: World, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """Give the rooms just after Wei reported; Ana has user ids in Slack and in WeCom."""
    monkeypatch.setattr("bot.slack.pace.SECONDS_BETWEEN_MESSAGES", 0.0)
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
