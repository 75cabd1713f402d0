"""A signed request in, recorded calls out: a question in Slack through access, grammar, storage and rendering."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.samples.engagements import sample_engagements
from bot.samples.sales import sample_facts
from bot.slack.access import SlackAccess
from bot.slack.app import create_app, create_door
from bot.slack.gateway import create_gateway
from bot.slack.web import create_router
from handlers.answers.kpi_command import KPI_COMMAND
from handlers.intake import Intake
from handlers.messages import Arrival, Reply
from kpi.days import last_closed_day
from kpi.documents import Drawing
from kpi.engagements import Audience, Engagement, Person, Platform, Role, Room
from kpi.facts import ImportedFile
from storage.database import Database
from tests.bot.slack.conftest import Naps
from tests.bot.slack.payloads import BOT_USER, SECRET, command, event, form_of, interaction_of, press, signed
from tests.bot.slack.samples import PNG
from tests.twins.clock import FakeClock
from tests.twins.slack_server import SlackServer

ADDRESSES = {Audience.SELLER: "C0SELLER01", Audience.OPERATIONS: "C0OPS00001"}
HANDLES = {Role.SELLER: "U0SELLER01", Role.ACCOUNT_MANAGER: "U024ANA"}


class Journey:
    """Vigia with one engagement bound to two Slack channels."""

    def __init__(self, slack: SlackServer, database: Database, clock: FakeClock) -> None:
        self.slack = slack
        self._clock = clock
        self._database = database
        access = SlackAccess(SECRET, "xoxb-not-a-token", api_url=slack.api_url)
        naps = Naps()
        self.gateway = create_gateway(access, sleep=naps.sleep, seconds=naps.monotonic)
        self._intake = Intake(database.work, (KPI_COMMAND,))
        self._door = create_door(self._ask, self.gateway, clock, draw=self._draw)
        web = FastAPI()
        web.include_router(create_router(create_app(access, self._door), SECRET, clock))
        self._caller = httpx.AsyncClient(transport=httpx.ASGITransport(app=web), base_url="http://vigia")

    async def send(self, body: bytes, content_type: str) -> None:
        """Send one signed request and wait for the work behind it."""
        headers = signed(body, content_type, self._clock.now())
        answer = await self._caller.post("/slack/events", content=body, headers=headers)
        assert (answer.status_code, answer.content) == (200, b"")
        for _ in range(20):
            await asyncio.sleep(0)
        await self._door.work.finish()

    async def command(self, fields: dict[str, str]) -> None:
        """Type a slash command."""
        await self.send(form_of(fields), "application/x-www-form-urlencoded")

    async def event(self, happening: dict[str, Any]) -> None:
        """Let something happen."""
        await self.send(json.dumps(happening).encode(), "application/json")

    async def press(self, payload: dict[str, Any]) -> None:
        """Press a button."""
        await self.send(interaction_of(payload), "application/x-www-form-urlencoded")

    async def close(self) -> None:
        """Close what was opened."""
        await self._caller.aclose()
        await self.gateway.close()

    async def _ask(self, arrival: Arrival) -> Reply | None:
        return await asyncio.to_thread(self._intake.answer, arrival)

    async def _draw(self, _picture: Drawing) -> bytes:
        return PNG


@pytest.fixture
async def journey(database_url: str, clock: FakeClock) -> AsyncIterator[Journey]:
    """Return Vigia with sixty days of one store, bound to Slack."""
    slack = SlackServer()
    await slack.start()
    database = Database(database_url)
    _fill(database, _in_slack(sample_engagements()[0]), clock)
    made = Journey(slack, database, clock)
    yield made
    await made.close()
    await slack.stop()
    database.engine.dispose()
    assert slack.problems == []


async def test_an_account_manager_asks_by_command_and_shares(journey: Journey) -> None:
    """First for her own eyes, then for the room, with the chart; twice the same numbers."""
    slack = journey.slack
    await journey.command(command("gmv 30d", response_url=slack.response_url()))
    (whisper,) = slack.whispers
    assert "GMV" in whisper["text"]
    share = whisper["blocks"][-1]["elements"][-1]
    hidden = {"type": "message", "message_ts": "1.2", "is_ephemeral": True}
    await journey.press(
        press(
            share["value"],
            share["action_id"],
            container=hidden,
            channel={"id": "C0OPS00001"},
            user={"id": "U024ANA"},
            response_url=slack.response_url(),
        )
    )
    (posted,) = slack.messages["C0OPS00001"]
    assert posted["text"] == whisper["text"]
    assert any(block["type"] == "image" for block in posted["blocks"])


async def test_what_an_account_manager_asks_among_sellers_is_theirs_to_share(journey: Journey) -> None:
    """A mention in the shared channel is answered to her alone, with the button; then everybody reads it."""
    slack = journey.slack
    await journey.event(event(user="U024ANA", text=f"<@{BOT_USER}> kpi gmv 30d"))
    (whisper,) = slack.whispers
    assert (whisper["user"], slack.messages["C0SELLER01"]) == ("U024ANA", [])
    share = whisper["blocks"][-1]["elements"][-1]
    await journey.press(press(share["value"], share["action_id"], user={"id": "U024ANA"}))
    (posted,) = slack.messages["C0SELLER01"]
    assert posted["text"] == whisper["text"]


async def test_a_seller_asks_by_mention_in_chinese_and_goes_on_by_button(journey: Journey) -> None:
    """People of another workspace have no slash commands: a mention and buttons do the same."""
    slack = journey.slack
    await journey.event(event(text=f"<@{BOT_USER}> kpi 转化率 近7天"))
    (answer,) = slack.messages["C0SELLER01"]
    assert "11-15 至 11-21" in answer["text"]
    assert answer["thread_ts"] == "1795000100.000200"
    buttons = [one for block in answer["blocks"] if block["type"] == "actions" for one in block["elements"]]
    await journey.press(press(buttons[0]["value"], buttons[0]["action_id"]))
    assert len(slack.messages["C0SELLER01"]) == 2


async def test_a_room_nobody_bound_gets_silence(journey: Journey) -> None:
    """No words, no calls, for command, mention and button alike."""
    await journey.command(command("gmv", channel_id="C0UNBOUND1", response_url=journey.slack.response_url()))
    await journey.event(event(channel="C0UNBOUND1"))
    await journey.press(press(channel={"id": "C0UNBOUND1"}))
    assert journey.slack.calls == []
    assert journey.slack.whispers == []


async def test_a_word_nobody_knows_gets_one_private_sentence(journey: Journey) -> None:
    """With the nearest word and a reference, to its sender only."""
    await journey.command(command("convrsion", response_url=journey.slack.response_url()))
    (whisper,) = journey.slack.whispers
    assert "/kpi" in str(whisper["blocks"]) or "conv" in whisper["text"].lower()
    assert "UNKNOWN-" in str(whisper["blocks"])
    assert journey.slack.messages == {}


async def test_a_stranger_in_a_bound_room_is_told_whom_to_ask(journey: Journey) -> None:
    """The room is known, so a sentence is owed; it holds no number."""
    await journey.event(event(user="U0STRANGER"))
    (whisper,) = journey.slack.whispers
    assert whisper["user"] == "U0STRANGER"
    assert "Ana" in str(whisper["blocks"])
    assert journey.slack.messages == {}


async def test_an_event_of_yesterday_comes_again_after_a_restart_and_is_not_answered_again(
    journey: Journey, clock: FakeClock, database_url: str
) -> None:
    """The door forgets, the inbox table does not."""
    await journey.event(event())
    again = Journey(journey.slack, Database(database_url), clock)
    clock.advance(timedelta(days=1))
    await again.event(event())
    await again.close()
    again._database.engine.dispose()
    assert len(journey.slack.messages["C0SELLER01"]) == 1


def _in_slack(engagement: Engagement) -> Engagement:
    return replace(
        engagement,
        stores=engagement.stores[:1],
        rooms=tuple(_room_in_slack(room) for room in engagement.rooms),
        people=tuple(_person_in_slack(person) for person in engagement.people),
    )


def _room_in_slack(room: Room) -> Room:
    return replace(room, platform=Platform.SLACK, address=ADDRESSES[room.audience])


def _person_in_slack(person: Person) -> Person:
    handle = HANDLES.get(person.role)
    return replace(person, handles=((Platform.SLACK, handle),)) if handle else person


def _fill(database: Database, engagement: Engagement, clock: FakeClock) -> None:
    (store,) = engagement.stores
    last = last_closed_day(clock.now(), store.zone)
    facts = [fact for fact in sample_facts(store, last) if last - fact.day < timedelta(days=60)]
    file = ImportedFile("0" * 64, "sample", "sample", engagement.id, clock.now(), facts[0].day, last, len(facts), 0)
    with database.work() as work:
        work.engagements.save(engagement, clock.now())
        work.facts.record(file, facts)
