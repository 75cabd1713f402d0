"""The same recorded payloads over signed HTTP and over Socket Mode, to the same posted answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.web import create_web
from handlers.messages import Arrival, Reply
from kpi.incidents.incident import Status
from tests.bot.slack.payloads import BOT_USER, command, event, reacted, said
from tests.bot.slack.test_home import opened
from tests.journeys.sent_world import MANAGER, World
from tests.journeys.slack_bot import SlackBot
from tests.journeys.test_slack_listening import OPERATIONS, SELLER, TS, WEI, WORDS
from tests.twins.slack_transports import COMMAND, EVENT, OverHttp, OverSocket


@pytest.fixture
def app_settings() -> dict[str, Any]:
    """Return settings for both transports."""
    return {"slack_app_token": "xapp-not-a-token"}


@pytest.fixture(params=["http", "socket"])
async def bot(world: World, request: pytest.FixtureRequest) -> AsyncIterator[SlackBot]:
    """Return the bot behind each transport; at the end nothing it did may have broken a rule of Slack's."""
    made = SlackBot(world, OverHttp() if request.param == "http" else OverSocket(world.slack.socket_mode))
    await made.open()
    yield made
    await made.close()
    assert world.slack.problems == world.slack.socket_mode.problems == []


async def test_a_command_is_answered_to_its_sender_alone(bot: SlackBot) -> None:
    """By its response URL, once, also when it is delivered again."""
    assert await bot.command("targets") == {}
    assert await bot.command("targets") == {}
    (whisper,) = bot.slack.whispers
    assert (whisper["response_type"], "Lumina" in str(whisper["blocks"])) == ("ephemeral", True)
    assert bot.ours(OPERATIONS) == []


async def test_a_mention_is_answered_in_its_thread(bot: SlackBot) -> None:
    """Delivered, and delivered again: with another event id and as a message of the channel besides."""
    words = f"<@{BOT_USER}> kpi targets"
    assert await bot.deliver(EVENT, event(text=words)) == {}
    assert await bot.deliver(EVENT, event(text=words), retry=1) == {}
    assert await bot.deliver(EVENT, event("message", "Ev0002", text=words)) == {}
    (answer,) = bot.ours(SELLER)
    assert (answer["thread_ts"], "Lumina" in str(answer["blocks"])) == ("1795000100.000200", True)


async def test_a_button_is_answered_below_its_message(bot: SlackBot) -> None:
    """Two presses are two answers; one press that is delivered twice is one."""
    for trigger in ("1.1.a", "1.1.a", "2.2.b"):
        assert await bot.press("/kpi targets", trigger_id=trigger) == {}
    assert [one["thread_ts"] for one in bot.ours(OPERATIONS)] == ["1795000000.000100"] * 2


async def test_a_form_says_what_is_wrong_inside_and_is_taken_when_it_is_right(bot: SlackBot) -> None:
    """What is wrong travels inside the acknowledgement."""
    await bot.command("new", command="/incident", trigger_id="1.1.a")
    report = bot.slack.views[-1]
    assert await bot.submit(report, text="checkout is down", store="lumina-ml-br", metric="-", severity="S1") == {}
    await bot.press("/incident plan 1001", trigger_id="2.2.b")
    plan = {"cause": "gateway", "action": "switch it", "owner": "bruno", "to": "muito", "review": "48h"}
    said_in_it = await bot.submit(bot.slack.views[-1], **plan)
    assert (said_in_it["response_action"], list(said_in_it["errors"])) == ("errors", ["to"])
    assert bot.incidents()[0].plan is None
    assert await bot.submit(bot.slack.views[-1], **plan | {"to": ""}) == {}
    (incident,) = bot.incidents()
    assert (incident.report, incident.plan is not None) == ("checkout is down", True)


async def test_a_message_gets_an_offer_and_a_siren_makes_an_incident(bot: SlackBot) -> None:
    """Once each, whatever is delivered again; 👀 on the card takes it."""
    bot.slack.messages[SELLER].append({"ts": TS, "text": WORDS})
    for retry in range(3):
        assert await bot.deliver(EVENT, said(WORDS), retry) == {}
    (offer,) = bot.ours(SELLER)
    assert offer["thread_ts"] == TS
    siren = reacted("rotating_light", user=WEI, item={"type": "message", "channel": SELLER, "ts": TS}, item_user=WEI)
    for retry in range(2):
        assert await bot.deliver(EVENT, siren, retry) == {}
    (incident,) = bot.incidents()
    card = next(one for one in bot.ours(OPERATIONS) if f"#{incident.number}" in str(one))
    eyes = reacted(item={"type": "message", "channel": OPERATIONS, "ts": card["ts"]}, user=MANAGER, item_user=BOT_USER)
    await bot.deliver(EVENT, eyes)
    assert [(one.status, one.owner) for one in bot.incidents()] == [(Status.ACKNOWLEDGED, "ana")]


async def test_whoever_opens_vigia_sees_their_home(bot: SlackBot) -> None:
    """Once for each time."""
    for _ in range(2):
        assert await bot.deliver(EVENT, opened(user=MANAGER)) == {}
    (view,) = bot.slack.homes[MANAGER]
    assert "Lumina" in str(view)


async def test_what_came_in_before_the_end_is_answered_before_the_end(world: World) -> None:
    """Vigia is stopped while a command is being answered: it disconnects, and still answers."""
    gate, begun = asyncio.Event(), asyncio.Event()
    side = world.vigia.slack
    assert side is not None

    async def slowly(arrival: Arrival) -> Reply | None:
        begun.set()
        await gate.wait()
        return await world.vigia.errands.answer(arrival)

    async def open_gate_when_disconnected() -> None:
        await world.slack.socket_mode.until(lambda now: not now.connections)
        assert world.slack.whispers == []
        gate.set()

    side.door.answers._intake = slowly
    web = create_web(world.vigia)
    async with web.router.lifespan_context(web):
        await world.slack.socket_mode.until(lambda now: len(now.connections) == 1)
        body = command("targets", user_id=MANAGER, response_url=world.slack.response_url())
        assert await world.slack.socket_mode.send(COMMAND, body) == {}
        await begun.wait()
        answering = asyncio.create_task(open_gate_when_disconnected())
    await answering
    assert len(world.slack.whispers) == 1
