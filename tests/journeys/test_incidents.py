"""One incident between a WeCom group and a Slack channel: what is really sent, to whom, and what a crash changes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.slack.arrivals import call_of_press
from bot.wiring import assemble
from handlers.engagement_setup import set_up_engagement
from handlers.messages import Arrival, Reply
from kpi.deliveries import DeliveryState
from kpi.engagements import Engagement, Platform
from kpi.incidents.incident import Status
from tests.bot.slack.payloads import press
from tests.journeys.sent_world import MANAGER, World, bound

BACKUP = "U024BRUNO"
CHANNEL = "C0OPS00001"
ALONE = "D0ANA00001"
"""Where Ana reads alone."""
REPORT = "/incident Lumina ML Brasil 转化率从昨天开始下降"
MOST_MARKDOWN_BYTES = 4096


def answering() -> Engagement:
    """Return the bound engagement; Wei writes in the WeCom group, and Bruno stands in for Ana in Slack."""
    lumina = bound()
    handles = {"wei": (Platform.WECOM, "wei"), "bruno": (Platform.SLACK, BACKUP)}
    people = tuple(
        replace(
            one,
            handles=(*one.handles, handles[one.id]) if one.id in handles else one.handles,
            backup="bruno" if one.id == "ana" else "",
        )
        for one in lumina.people
    )
    return replace(lumina, people=people)


def in_channel(world: World) -> list[dict[str, Any]]:
    """Return what was posted in the operator's channel."""
    return [one for one in world.slack.of("chat.postMessage") if one["channel"] == CHANNEL]


class Chat:
    """The two rooms of one journey."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._events = 0

    async def tick(self, by: timedelta = timedelta(minutes=1)) -> None:
        """Let time pass and do what the schedule does."""
        self.world.clock.set(self.world.clock() + by)
        await self.world.vigia.errands.sweep_escalations()
        await self.send()

    async def send(self) -> None:
        """Let the outbox send what is due."""
        self.world.clock.set(self.world.clock() + timedelta(milliseconds=1))
        await self.world.vigia.outbox.sweep()
        await self.world.vigia.outbox.finish()

    async def write(self, platform: Platform, address: str, handle: str, text: str) -> Reply:
        """Let somebody write or press a button."""
        self._events += 1
        arrival = Arrival(platform, address, handle, text, self.world.clock(), f"event {self._events}")
        reply = await self.world.vigia.errands.answer(arrival)
        assert reply is not None
        await self.send()
        return reply

    async def seller(self, text: str) -> Reply:
        """Let Wei write."""
        return await self.write(Platform.WECOM, "lumina-group", "wei", text)

    async def staff(self, text: str, handle: str = MANAGER) -> Reply:
        """Let one of the operator's people write."""
        return await self.write(Platform.SLACK, CHANNEL, handle, text)


@pytest.fixture
async def chat(world: World) -> Chat:
    """Give the two rooms just after Wei reported; Slack's pace, which is tried elsewhere, takes no time here."""
    with world.vigia.database.work() as work:
        set_up_engagement(work, answering(), (), (), world.clock())
    world.slack.conversations.update({MANAGER: ALONE, BACKUP: "D0BRUNO001"})
    chat = Chat(world)
    await chat.seller(REPORT)
    return chat


async def test_a_report_in_wecom_calls_ana_and_then_bruno_by_name_in_slack(chat: Chat, world: World) -> None:
    """One card in each room, and a call by name that a phone shows; each once, however often the sweep looks."""
    for _ in range(4):
        await chat.tick(timedelta(seconds=15))
    await chat.tick(timedelta(minutes=30))
    await chat.tick()
    (card, first, second) = in_channel(world)
    assert "#1001 Conversão" in card["text"]
    assert f"<@{MANAGER}>" in str(first["blocks"])
    assert "chamando Ana Souza" in first["text"]
    assert f"<@{BACKUP}>" in str(second["blocks"])
    assert "/incident ack 1001" in str(second["blocks"])
    assert "alguém deveria ter assumido até" in str(second["blocks"])
    assert all("thread_ts" not in one for one in (first, second))
    (told,) = world.wecom.texts()
    assert "1001" in told
    assert "初步分析" in told
    assert "chamando" not in told
    assert world.slack.problems == []


async def test_a_pressed_button_changes_the_card_in_slack_and_tells_wecom_who_has_it(chat: Chat, world: World) -> None:
    """Slack's card in its place, one line in its thread, one short message in the group."""
    await chat.tick()
    ts = world.slack.messages[CHANNEL][0]["ts"]
    await chat.staff("/incident ack 1001")
    await chat.tick()
    assert {one["ts"] for one in world.slack.of("chat.update")} == {ts}
    assert "Ana Souza" in str(world.slack.of("chat.update")[-1]["blocks"])
    answers = [one for one in in_channel(world) if one.get("thread_ts") == ts]
    assert len(answers) == 1
    assert "Ana Souza assumiu" in answers[0]["text"]
    report, taken = world.wecom.texts()
    assert "Ana Souza" in taken
    assert len(taken.encode()) < len(report.encode()) <= MOST_MARKDOWN_BYTES
    assert world.slack.problems == []


async def test_the_whole_way_to_the_end_reads_in_both_languages(chat: Chat, world: World) -> None:
    """Analysis late, plan, carried out, ended: the seller's group reads each once, in Chinese and without our notes."""
    await chat.staff("/incident ack 1001")
    await chat.staff("/incident note 1001 a margem está apertada")
    await chat.tick(timedelta(hours=4, minutes=1))
    await chat.tick()
    await chat.staff("/incident analysis 1001 anúncios rejeitados")
    await chat.staff("/incident plan 1001 causa: anúncios ação: novas fotos revisão: 48h")
    await chat.staff("/incident done 1001")
    await chat.staff("/incident resolve 1001 motivo: vendedor confirmou")
    await chat.tick(timedelta(hours=12))
    with world.vigia.database.view() as work:
        ended = work.incidents.get("lumina", 1001)
    assert ended is not None
    assert ended.status is Status.RESOLVED
    told = "\n".join(world.wecom.texts())
    for words in ("Ana Souza 接手", "未按时给出", "anúncios rejeitados", "novas fotos", "复查指标", "结束"):
        assert words in told
    assert "margem" not in told
    assert "margem" in str(world.slack.of("chat.update"))
    assert world.slack.problems == []


async def test_a_process_that_dies_before_sending_loses_no_call_and_repeats_none(chat: Chat, world: World) -> None:
    """The call was written with the step: the next process sends it, and finds nothing else to do."""
    world.clock.set(world.clock() + timedelta(minutes=1))
    await world.vigia.errands.sweep_escalations()
    again = assemble(world.vigia.settings, world.vigia.database, world.clock)
    world.clock.set(world.clock() + timedelta(seconds=1))
    try:
        for _ in range(3):
            await again.errands.sweep_escalations()
            await again.outbox.sweep()
            await again.outbox.finish()
    finally:
        await again.outbox.close()
        await again.studio.close()
        if again.slack is not None:
            await again.slack.gateway.close()
        if again.webhooks is not None:
            await again.webhooks.close()
    await chat.tick()
    calls = [one["channel"] for one in world.slack.of("chat.postMessage") if "chamando" in one["text"]]
    assert sorted(calls) == [CHANNEL, ALONE]


async def test_sweeps_at_the_same_instant_on_one_database_make_one_call(chat: Chat, world: World) -> None:
    """Two replicas, or a sweep that is slower than its clock."""
    world.clock.set(world.clock() + timedelta(minutes=1))
    await asyncio.gather(*(world.vigia.errands.sweep_escalations() for _ in range(6)))
    await chat.send()
    assert len([one for one in world.ledger() if "/call/" in one.key]) == 2
    assert len([one for one in in_channel(world) if "chamando" in one["text"]]) == 1
    assert len(world.slack.messages[ALONE]) == 1


async def test_a_channel_that_is_gone_leaves_people_who_read_alone(chat: Chat, world: World) -> None:
    """Ana is called where nobody else reads, with a button; the seller's side hears that the room is gone."""
    world.slack.archived.add(CHANNEL)
    for _ in range(4):
        await chat.tick()
    (alone,) = world.slack.messages[ALONE]
    assert "/incident @lumina ack 1001" in str(alone["blocks"])
    assert "暂时无法送达运营方的群" in world.wecom.texts()[-1]
    assert world.slack.problems == []


async def test_the_button_of_a_call_works_where_it_stands(chat: Chat, world: World) -> None:
    """Ana takes it in her own conversation: the answer stands below, and both rooms hear who has it."""
    await chat.tick()
    (alone,) = world.slack.messages[ALONE]
    (buttons,) = (block for block in alone["blocks"] if block["type"] == "actions")
    slack = world.vigia.slack
    assert slack is not None
    pressed = press(buttons["elements"][0]["value"], channel={"id": ALONE}, user={"id": MANAGER})
    call = call_of_press(pressed, world.clock())
    assert call is not None
    await slack.door.receive(call)
    await slack.door.work.finish()
    await chat.send()
    with world.vigia.database.view() as work:
        incident = work.incidents.get("lumina", 1001)
    assert incident is not None
    assert incident.owner == "ana"
    assert len(world.slack.messages[ALONE]) == 2
    assert "Ana Souza assumiu" in in_channel(world)[-1]["text"]
    assert "Ana Souza" in world.wecom.texts()[-1]
    assert world.slack.problems == []


async def test_with_the_channel_and_an_account_gone_the_next_level_is_called(chat: Chat, world: World) -> None:
    """Nobody waits half an hour for somebody who cannot hear."""
    world.slack.archived.add(CHANNEL)
    world.slack.deactivated.add(MANAGER)
    for _ in range(4):
        await chat.tick()
    with world.vigia.database.view() as work:
        incident = work.incidents.get("lumina", 1001)
    assert incident is not None
    assert incident.answering.told == (0, 1)
    assert "暂时无法送达运营方的群" in world.wecom.texts()[-1]
    lost = [one for one in world.ledger() if one.state is DeliveryState.FAILED]
    assert lost
