"""What the app's door keeps is struck off when its work has ended, whatever that work came to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.kept_events import KeptEvents
from bot.wecom.app_door import AppDoor
from bot.wecom.callbacks import Written, written_of
from bot.wecom.kept_messages import as_text, marked, read
from kpi.engagements import Platform
from kpi.inbox import HELD_FOR
from tests.bot.wecom.test_app_door import Caller, app, wecom
from tests.bot.wecom.test_app_messenger import App
from tests.twins.books import MemoryDatabase
from tests.twins.clock import FakeClock

__all__ = ["app", "wecom"]


@pytest.fixture
async def door(wecom: Caller, clock: FakeClock) -> AsyncIterator[AppDoor]:
    """Give the door with an inbox."""
    inbox = KeptEvents(MemoryDatabase().work, Platform.WECOM, clock)
    yield replace(wecom.door, inbox=inbox)
    await inbox.close()


def _asked(clock: FakeClock) -> Written:
    fields = {"FromUserName": "Ana", "MsgType": "text", "MsgId": 7, "Content": "转化率"}
    written = written_of(fields, clock())
    assert written is not None
    return written


async def _look(door: AppDoor) -> None:
    await door.take_over()
    await door.work.finish()


def test_what_was_written_is_read_as_it_was(clock: FakeClock) -> None:
    """And marked as kept."""
    written = replace(_asked(clock), response_code="code-1")
    assert read(as_text(written)) == marked(written)


async def test_a_message_whose_work_fails_every_time_is_not_tried_for_ever(
    door: AppDoor, wecom: Caller, app: App, clock: FakeClock
) -> None:
    """Not even where saying sorry fails as well, in a way nobody expected: it would fail in every process."""
    wecom.failure = RuntimeError("nobody expected this")
    app.failures = [RuntimeError("nor this")]
    with capture_logs() as lines:
        await door.receive(_asked(clock))
        await door.work.finish()
    assert [line["event"] for line in lines] == ["wecom_answer_failed", "wecom_apology_not_delivered"]
    clock.advance(HELD_FOR)
    await _look(door)
    assert len(wecom.arrivals) == 1


async def test_an_answer_that_takes_long_is_given_once(
    door: AppDoor, wecom: Caller, app: App, clock: FakeClock
) -> None:
    """WeCom hangs and many wait for their turn: no look takes over what this process still works on."""
    wecom.gate = asyncio.Event()
    await door.receive(_asked(clock))
    for _ in range(4):
        clock.advance(HELD_FOR / 2)
        await door.take_over()
    wecom.gate.set()
    await door.work.finish()
    assert len(wecom.arrivals) == 1
    assert len(app.sent) == 1
