"""A process dies after it has acknowledged what somebody wrote to WeCom's app: the next one answers, and acts once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.wecom.app_door import AppDoor
from bot.wiring import assemble
from kpi.engagements import Platform
from kpi.inbox import ANSWERED_WITHIN, HELD_FOR, KeptEvent
from kpi.incidents.incident import EntryKind
from tests.bot.wecom.callbacks import press, text
from tests.journeys.form_world import links_in
from tests.journeys.sent_world import World
from tests.journeys.test_calls_in_wecom import deliver
from tests.journeys.test_forms_in_wecom import app_settings, chat, company, recorded
from tests.journeys.test_incidents import Chat
from tests.twins.wecom_app_server import WeComAppServer

__all__ = ["app_settings", "chat", "company"]


def _door(world: World) -> AppDoor:
    assert world.vigia.wecom_door is not None
    return world.vigia.wecom_door


@pytest.fixture
async def dying(chat: Chat, world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Give a bot that dies before the work behind any acknowledgement begins."""
    del chat
    monkeypatch.setattr(type(_door(world).work), "start", lambda _self, work: work.close())
    yield world
    monkeypatch.undo()


async def _successor(world: World, monkeypatch: pytest.MonkeyPatch, after: timedelta = HELD_FOR) -> None:
    """Start another process over the same database a while later, and let it look for what was left."""
    monkeypatch.undo()
    world.clock.advance(after)
    vigia = assemble(world.vigia.settings, world.vigia.database, world.clock)
    door = vigia.wecom_door
    assert door is not None
    assert door.inbox is not None
    await door.take_over()
    await door.work.finish()
    await door.inbox.close()
    await door.people.close()
    assert vigia.webhooks is not None
    await vigia.webhooks.close()


async def test_a_question_is_answered_by_the_next_process(
    dying: World, company: WeComAppServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, however often WeCom repeated it and however many look."""
    await deliver(dying, text("转化率 巴西", "Ana", 1), times=4)
    assert company.texts() == []
    await _successor(dying, monkeypatch)
    assert len(company.texts("ana")) == 1
    await _successor(dying, monkeypatch, after=3 * HELD_FOR)
    assert len(company.texts("ana")) == 1


async def test_what_somebody_did_happens_once_a_day_later_too(dying: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pressed button, delivered four times, and again to the successor."""
    pressed = press("once /incident @lumina ack 1001", "Ana")
    await deliver(dying, pressed, times=4)
    assert recorded(dying, EntryKind.ACKNOWLEDGED) == 0
    await _successor(dying, monkeypatch, after=timedelta(days=1))
    await deliver(dying, pressed)
    assert recorded(dying, EntryKind.ACKNOWLEDGED) == 1


async def test_a_link_to_a_form_comes_once(
    dying: World, company: WeComAppServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its asker still waits for it."""
    await deliver(dying, text("/incident plan 1001", "Ana", 2), times=4)
    for _ in range(2):
        await _successor(dying, monkeypatch)
    (said,) = company.texts("ana")
    assert len(links_in(said)) == 1


async def test_a_question_of_an_hour_ago_is_answered_no_more(
    dying: World, company: WeComAppServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for it; it is struck off."""
    await deliver(dying, text("转化率", "Ana", 1))
    await _successor(dying, monkeypatch, after=ANSWERED_WITHIN + timedelta(seconds=1))
    assert company.texts() == []
    with dying.vigia.database.engine.connect() as connection:
        assert "转化率" not in str(connection.exec_driver_sql("SELECT * FROM inbox").all())


async def test_nothing_of_what_was_said_stays_once_it_is_done(chat: Chat, world: World) -> None:
    """The inbox remembers ids and instants."""
    del chat
    await deliver(world, text("转化率 红色台灯", "Ana", 1), times=4)
    with world.vigia.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM inbox").all()
    assert rows
    assert "红色台灯" not in str(rows)


@pytest.mark.parametrize("content", ['{"of": "an earlier version"}', "", "no JSON", "[]", '{"arrival": {}}'])
async def test_what_another_version_kept_and_nobody_can_read_holds_up_nothing(
    dying: World, company: WeComAppServer, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    """It is one log line, and struck off; the question after it is answered, and the next look finds nothing."""
    with dying.vigia.database.work() as work:
        work.inbox.keep(KeptEvent("wecom/old", Platform.WECOM, content, dying.clock()))
    await deliver(dying, text("转化率 巴西", "Ana", 1))
    for after in (HELD_FOR, 3 * HELD_FOR):
        with capture_logs() as lines:
            await _successor(dying, monkeypatch, after=after)
        unread = [line for line in lines if line["event"] == "wecom_event_not_read"]
        assert len(unread) == (after == HELD_FOR)
        assert "earlier" not in str(unread)
        assert len(company.texts("ana")) == 1
