"""A seller writes, as people write: one offer, an incident in their words, taken and confirmed by emoji."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.slack.app import SlackDoor
from bot.web import create_web
from kpi.engagements import Audience, Engagement, Platform, Role
from kpi.incidents.incident import EntryKind, Incident, Status, Visibility
from tests.bot.slack.payloads import BOT_USER, interaction_of, press, reacted, said, signed, submission
from tests.bot.slack.samples import a_file
from tests.journeys.sent_world import MANAGER, World, bound
from tests.twins.slack_server import SlackServer

SELLER, OPERATIONS = "C0SELLER01", "C0OPS00001"
WEI = "U0SELLER01"
WORDS = "Lumina ML Brasil 的转化率从昨天开始掉得很厉害"
TS = "1795000100.000200"


def in_slack() -> Engagement:
    """Return the bound engagement with both rooms in Slack channels, and Wei as a person of another workspace."""
    lumina = bound()
    rooms = tuple(
        replace(one, platform=Platform.SLACK, address=SELLER) if one.audience is Audience.SELLER else one
        for one in lumina.rooms
    )
    people = tuple(
        replace(one, handles=((Platform.SLACK, WEI),)) if one.role is Role.SELLER else one for one in lumina.people
    )
    return replace(lumina, rooms=rooms, people=people)


class Listened:
    """A whole bot that is sent what Slack sends."""

    def __init__(self, world: World) -> None:
        assert world.vigia.slack is not None
        self.world = world
        self.slack: SlackServer = world.slack
        self._door: SlackDoor = world.vigia.slack.door
        with world.vigia.database.work() as work:
            work.engagements.save(in_slack(), world.clock())
        self._caller = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=create_web(world.vigia)), base_url="http://vigia"
        )

    async def event(self, body: dict[str, Any]) -> None:
        """Let something happen in Slack."""
        await self._send(json.dumps(body).encode(), "application/json")

    async def write(self, text: str, ts: str = TS, **more: Any) -> None:
        """Let Wei write in the seller's channel."""
        self.slack.messages[SELLER].append({"ts": ts, "text": text, **more})
        await self.event(said(text, ts=ts, **more))

    async def press(self, payload: dict[str, Any]) -> None:
        """Let somebody press a button."""
        await self._send(interaction_of(payload), "application/x-www-form-urlencoded")

    async def react(self, emoji: str, channel: str, ts: str, person: str, author: str = BOT_USER) -> None:
        """Let somebody put an emoji on a message."""
        item = {"type": "message", "channel": channel, "ts": ts}
        await self.event(reacted(emoji, item=item, user=person, item_user=author))

    def ours(self, channel: str) -> list[dict[str, Any]]:
        """Return what Vigia posted in a channel."""
        return [one for one in self.slack.messages[channel] if "blocks" in one]

    def incidents(self) -> tuple[Incident, ...]:
        """Return every incident."""
        with self.world.vigia.database.view() as work:
            return work.incidents.of_engagement("lumina", self.world.clock() - timedelta(days=9))

    async def close(self) -> None:
        """Close the caller."""
        await self._caller.aclose()

    async def _send(self, body: bytes, content_type: str) -> None:
        headers = signed(body, content_type, self.world.clock(), "not-a-secret")
        answer = await self._caller.post("/slack/events", content=body, headers=headers)
        assert answer.status_code == 200
        for _ in range(20):
            await asyncio.sleep(0)
        await self._door.work.finish()
        self.world.clock.set(self.world.clock() + timedelta(seconds=1))
        await self.world.vigia.outbox.sweep()
        await self.world.vigia.outbox.finish()


@pytest.fixture
async def listened(world: World) -> AsyncIterator[Listened]:
    """Return a bot that is sent what Slack sends."""
    made = Listened(world)
    yield made
    await made.close()


def button_of(message: dict[str, Any]) -> dict[str, Any]:
    """Return the only button of a message."""
    (button,) = [one for block in message["blocks"] if block["type"] == "actions" for one in block["elements"]]
    found: dict[str, Any] = button
    return found


async def test_from_a_sellers_words_to_an_incident_that_is_taken_and_confirmed(listened: Listened) -> None:
    """One offer in the thread; its form reports the words; 👀 takes the card, the seller's ✅ confirms."""
    await listened.write("早上好")
    assert listened.ours(SELLER) == []
    await listened.write(WORDS, "1795000200.000100")
    (offer,) = listened.ours(SELLER)
    assert offer["thread_ts"] == "1795000200.000100"
    assert listened.incidents() == ()
    button = button_of(offer)
    await listened.press(press(button["value"], button["action_id"]))
    assert listened.incidents() == ()
    (form,) = listened.slack.views
    written = form["blocks"][0]["element"]["initial_value"]
    await listened.press(submission(form, text=written, severity="S2"))
    (incident,) = listened.incidents()
    assert incident.report == WORDS
    assert (incident.subject.store, incident.subject.metric) == ("lumina-ml-br", "conversion_rate")
    card = next(one for one in listened.ours(OPERATIONS) if f"#{incident.number}" in str(one))
    await listened.react("eyes", OPERATIONS, card["ts"], MANAGER)
    (taken,) = listened.incidents()
    assert (taken.status, taken.owner) == (Status.ACKNOWLEDGED, "ana")
    theirs = next(one for one in listened.ours(SELLER) if f"#{incident.number}" in str(one))
    await listened.react("white_check_mark", SELLER, theirs["ts"], WEI)
    with listened.world.vigia.database.view() as work:
        kinds = [line.kind for line in work.incidents.timeline(incident.id)]
    assert EntryKind.SELLER_CONFIRMED in kinds


async def test_a_picture_in_the_thread_of_a_card_stays_with_its_incident(listened: Listened) -> None:
    """The seller answers the card with a screenshot, and no command; elsewhere it is only a picture."""
    await listened.write(WORDS)
    await listened.react("rotating_light", SELLER, TS, WEI, WEI)
    (incident,) = listened.incidents()
    card = next(one for one in listened.ours(SELLER) if f"#{incident.number}" in str(one))
    shot = a_file(listened.slack)
    await listened.write("看这里", "1795000500.000100", subtype="file_share", files=[shot])
    await listened.write("看这里", "1795000501.000100", subtype="file_share", files=[shot], thread_ts=card["ts"])
    with listened.world.vigia.database.view() as work:
        (kept,) = work.incident_files.of(incident.id)
        kinds = [line.kind for line in work.incidents.timeline(incident.id)]
    assert (kept.name, kept.visibility) == ("shot.png", Visibility.SELLER)
    assert kinds.count(EntryKind.EVIDENCE_ADDED) == 1


async def test_a_siren_on_anybodys_message_reports_it(listened: Listened) -> None:
    """The account manager reports what the seller wrote; a stranger's siren is silence."""
    await listened.write("好的，谢谢")
    await listened.react("rotating_light", SELLER, TS, "U0STRANGER", WEI)
    assert listened.incidents() == ()
    assert listened.slack.calls == []
    await listened.react("rotating_light", SELLER, TS, MANAGER, WEI)
    (incident,) = listened.incidents()
    assert incident.report == "好的，谢谢"


async def test_ten_messages_in_one_thread_get_one_offer_and_an_unbound_channel_none(listened: Listened) -> None:
    """Also in a thread that began with something else."""
    for number in range(10):
        await listened.write("付款一直报错", f"17950003{number:02}.000100", thread_ts="1795000050.000100")
    (offer,) = listened.ours(SELLER)
    assert offer["thread_ts"] == "1795000050.000100"
    await listened.event(said(WORDS, channel="C0UNBOUND1", ts="1795000999.000100"))
    assert len(listened.slack.of("chat.postMessage")) == 1


async def test_no_word_of_a_message_stays_behind_an_offer(listened: Listened) -> None:
    """Neither in the ledger nor in the inbox: ids and times."""
    await listened.write("买家王小明说付款一直报错")
    with listened.world.vigia.database.engine.connect() as connection:
        stored = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert TS in stored
    assert "王小明" not in stored
    assert "付款一直报错" not in stored


@pytest.mark.parametrize("is_answered", [False, True])
async def test_a_question_nobody_answers_reaches_the_account_manager_by_name(
    listened: Listened, is_answered: bool
) -> None:
    """Two working hours after it was asked, in the operations channel; an answer in the thread ends it."""
    vigia, clock = listened.world.vigia, listened.world.clock
    await listened.write("请问新品什么时候上架？")
    if is_answered:
        await listened.event(said("amanhã cedo", user=MANAGER, ts="1795000400.000100", thread_ts=TS))
    clock.set(clock() + timedelta(hours=2))
    await vigia.errands.sweep_questions()
    await vigia.outbox.sweep()
    await vigia.outbox.finish()
    nudges = listened.ours(OPERATIONS)
    assert len(nudges) == (0 if is_answered else 1)
    assert all(f"<@{MANAGER}>" in str(one["blocks"]) and "新品" not in str(one) for one in nudges)
    assert listened.ours(SELLER) == []
