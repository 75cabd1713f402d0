"""What remains of an incident and of a month, as Slack and WeCom really get it: words first, then a PDF."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from handlers.engagement_setup import set_up_engagement
from handlers.messages import Arrival
from kpi.deliveries import CauseKind, DeliveryState
from kpi.engagements import Engagement, Platform
from tests.journeys.sent_world import MANAGER, World, bound
from tests.twins.wecom_server import Trouble

CHANNEL = "C0OPS00001"
FIRST_WORKING_MORNING = datetime(2026, 12, 1, 1, tzinfo=UTC)
"""Tuesday, 09:00 in Beijing."""


def answering() -> Engagement:
    """Return the bound engagement, whose seller's person writes in the WeCom group."""
    lumina = bound()
    people = tuple(
        replace(one, handles=((Platform.WECOM, "wei"),)) if one.id == "wei" else one for one in lumina.people
    )
    return replace(lumina, people=people)


async def write(world: World, platform: Platform, address: str, handle: str, text: str) -> None:
    """Let somebody write, and the outbox send what comes of it."""
    arrival = Arrival(platform, address, handle, text, world.clock(), f"{platform} {text}")
    assert await world.vigia.errands.answer(arrival) is not None
    await send(world)


async def send(world: World, after: timedelta = timedelta(milliseconds=1)) -> None:
    """Let time pass and the outbox send what is due."""
    world.clock.set(world.clock() + after)
    await world.vigia.outbox.sweep()
    await world.vigia.outbox.finish()


@pytest.fixture
def world_file(filled_file: Path) -> Path:
    """Return a database with the facts of all stores."""
    return filled_file


@pytest.fixture
async def ended(world: World) -> World:
    """Give a world in which Wei reported and Ana has just ended it; in Beijing it is Tuesday noon."""
    with world.vigia.database.work() as work:
        set_up_engagement(work, answering(), (), (), world.clock())
    world.clock.set(datetime(2026, 11, 24, 12, 30, tzinfo=UTC))
    await write(world, Platform.WECOM, "lumina-group", "wei", "/incident Lumina ML Brasil 转化率从昨天开始下降")
    await write(world, Platform.SLACK, CHANNEL, MANAGER, "/incident ack 1001")
    end = "/incident resolve 1001 causa: fotos ação: novas fotos motivo: vendedor confirmou"
    await write(world, Platform.SLACK, CHANNEL, MANAGER, end)
    return world


def words(pdf: bytes) -> str:
    """Return what a PDF says, without spaces and what pypdf adds to Chinese."""
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return "".join(text.replace("\x00", "").split())


async def test_the_end_of_an_incident_brings_a_pdf_into_both_rooms(ended: World) -> None:
    """In Portuguese into the thread of Slack's card, in Chinese into the WeCom group; the words come first."""
    await send(ended, timedelta(minutes=2))
    card = ended.slack.messages[CHANNEL][0]["ts"]
    (said,) = (one for one in ended.slack.of("chat.postMessage") if "Balanço" in one["text"])
    assert said["thread_ts"] == card
    (portuguese,) = (file for file in ended.slack.files.values() if file.content.startswith(b"%PDF"))
    assert portuguese.shares == [(CHANNEL, card)]
    assert "Balançodoincidente#1001" in words(portuguese.content)
    assert "vendedorconfirmou" in words(portuguese.content)
    assert ended.wecom.kinds()[-3:] == ["markdown", "markdown_v2", "file"], "words, their table, the document"
    assert "总结" in ended.wecom.texts()[-2]
    (chinese,) = ended.wecom.files.values()
    assert "事件#1001总结" in words(chinese)
    assert "vendedorconfirmou" not in words(chinese)
    assert ended.slack.problems == []


async def test_wecom_without_files_gets_the_words_and_the_ledger_says_so(ended: World) -> None:
    """A document never blocks text."""
    ended.wecom.fail(None, None, Trouble(errcode=40006))
    await send(ended, timedelta(minutes=2))
    (told,) = (one for one in ended.ledger() if one.cause_kind is CauseKind.SUMMARY and one.room == "lumina-seller")
    assert told.state is DeliveryState.SENT
    assert "document not sent: 40006" in told.reason
    assert "总结" in ended.wecom.texts()[-2]
    assert ended.wecom.files == {}


async def test_two_sweeps_at_the_same_instant_post_a_months_record_once(ended: World) -> None:
    """On the first working morning, in both rooms, each with its PDF."""
    await ended.vigia.errands.sweep_service_records()
    ended.clock.set(FIRST_WORKING_MORNING)
    await asyncio.gather(*(ended.vigia.errands.sweep_service_records() for _ in range(4)))
    records = [one for one in ended.ledger() if one.cause_kind is CauseKind.RECORD]
    assert sorted(one.room for one in records) == ["lumina-ops", "lumina-seller"]
    await send(ended, timedelta(days=1))
    assert {one.state for one in ended.ledger() if one.cause_kind is CauseKind.RECORD} == {DeliveryState.SENT}
    assert any("2026年11月服务记录" in text for text in ended.wecom.texts())
    assert any("Registro de serviço de novembro de 2026" in one["text"] for one in ended.slack.of("chat.postMessage"))
