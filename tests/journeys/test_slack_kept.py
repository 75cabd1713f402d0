"""A process dies after it has acknowledged what somebody asked: the next one answers, and does nothing twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from bot.slack.answers import Answers
from bot.slack.side import SlackSide
from bot.slack.web import create_router
from bot.taking_over import take_over_slack
from bot.wiring import assemble
from kpi.engagements import Platform
from kpi.inbox import ANSWERED_WITHIN, HELD_FOR, KeptEvent
from tests.bot.slack.payloads import FORM, command, event, form_of, signed
from tests.journeys.sent_world import MANAGER, World

SECRET = "not-a-secret"
CHANNEL = "C0OPS00001"


def _side(world: World) -> SlackSide:
    assert world.vigia.slack is not None
    return world.vigia.slack


async def _send(world: World, body: bytes, content_type: str = FORM) -> None:
    """Have Vigia acknowledge a signed request."""
    web = FastAPI()
    web.include_router(create_router(_side(world).app, SECRET, world.clock))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=web), base_url="http://vigia") as caller:
        headers = signed(body, content_type, world.clock(), SECRET)
        answer = await caller.post("/slack/events", content=body, headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")
    for _ in range(20):
        await asyncio.sleep(0)


def _asked(text: str, world: World, name: str = "/kpi", **changes: str) -> bytes:
    url = world.slack.response_url(text.replace(" ", "-"))
    where = {"channel_id": CHANNEL, "user_id": MANAGER, "trigger_id": "111.222.aaa", "response_url": url}
    return form_of(command(text, **{"command": name, **where, **changes}))


@pytest.fixture
async def dying(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Give a bot that dies before the work behind any acknowledgement begins."""
    monkeypatch.setattr(type(_side(world).door.work), "start", lambda _self, work: work.close())
    yield world
    monkeypatch.undo()


async def _successor(world: World, monkeypatch: pytest.MonkeyPatch, after: timedelta = HELD_FOR) -> SlackSide:
    """Start another process over the same database a while later, and let it look for what was left."""
    monkeypatch.undo()
    world.clock.advance(after)
    vigia = assemble(world.vigia.settings, world.vigia.database, world.clock)
    assert vigia.slack is not None
    await take_over_slack(vigia)
    await vigia.slack.door.work.finish()
    await vigia.outbox.close()
    await vigia.slack_inbox.close()
    await vigia.slack.gateway.close()
    if vigia.webhooks is not None:
        await vigia.webhooks.close()
    return vigia.slack


async def test_a_question_is_answered_by_the_next_process(dying: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the response URL, where its asker still waits; once, however many look."""
    await _send(dying, _asked("help", dying))
    assert dying.slack.whispers == []
    await _successor(dying, monkeypatch)
    assert len(dying.slack.whispers) == 1
    await _successor(dying, monkeypatch, after=3 * HELD_FOR)
    assert len(dying.slack.whispers) == 1


async def test_a_report_is_kept_and_opens_one_incident(dying: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a seller complained about is not lost, even a day later."""
    await _send(dying, _asked("new S2 the listing is down", dying, "/incident"))
    await _successor(dying, monkeypatch, after=timedelta(days=1))
    await _successor(dying, monkeypatch)
    with dying.vigia.database.view() as work:
        found = work.incidents.of_engagement("lumina", dying.clock() - timedelta(days=3))
    assert [one.number for one in found] == [1001]


async def test_a_question_of_an_hour_ago_is_answered_no_more(dying: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it; it is struck off."""
    await _send(dying, _asked("help", dying))
    await _successor(dying, monkeypatch, after=ANSWERED_WITHIN + timedelta(seconds=1))
    assert dying.slack.whispers == []
    with dying.vigia.database.work() as work:
        assert not work.inbox.claim("slack/111.222.aaa", dying.clock())


async def test_nothing_of_what_was_said_stays_once_it_is_done(world: World) -> None:
    """The inbox remembers ids and instants."""
    await _send(world, _asked("conversion of the red lamp", world))
    await _side(world).door.work.finish()
    with world.vigia.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM inbox").all()
    assert rows
    assert "red lamp" not in str(rows)


async def test_a_mention_is_kept_too(dying: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack sends it again only when it got no acknowledgement."""
    body = event(channel=CHANNEL, user=MANAGER, text="<@U0VIGIA001> kpi help")
    await _send(dying, json.dumps(body).encode(), "application/json")
    await _successor(dying, monkeypatch)
    assert len(dying.slack.whispers) == 1


async def test_what_fails_is_not_tried_by_every_process_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is one log line: it would fail there too."""

    async def fails(*_anything: object) -> None:
        raise RuntimeError("nobody expected this")

    monkeypatch.setattr(Answers, "answer", fails)
    with capture_logs() as lines:
        await _send(world, _asked("help", world))
        await _side(world).door.work.finish()
    assert [line["event"] for line in lines] == ["slack_call_failed"]
    await _successor(world, monkeypatch)
    assert world.slack.whispers == []


async def test_what_another_version_kept_and_nobody_can_read_holds_up_nothing(
    dying: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one log line, and struck off; the question after it is answered."""
    with dying.vigia.database.work() as work:
        work.inbox.keep(KeptEvent("slack/old", Platform.SLACK, '{"of": "an earlier version"}', dying.clock()))
    await _send(dying, _asked("help", dying))
    with capture_logs() as lines:
        await _successor(dying, monkeypatch)
    assert "slack_event_not_read" in [line["event"] for line in lines]
    assert len(dying.slack.whispers) == 1
