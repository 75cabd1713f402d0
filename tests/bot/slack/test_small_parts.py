"""The pace of a channel, the door's memory, work after the acknowledgement, and calls without an answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from bot.afterwork import AfterWork
from bot.messengers import AnswerLostError, NotSentError
from bot.slack import seen
from bot.slack.errors import send_error
from bot.slack.pace import Pace
from tests.bot.slack.conftest import Naps
from tests.twins.clock import FakeClock


async def test_turns_of_one_channel_are_a_second_apart(naps: Naps) -> None:
    """Asked for at once, given one after the other, in order."""
    pace = Pace(lambda: 10.0, naps.sleep)
    for _ in range(4):
        await pace.turn("C1")
    await pace.turn("C2")
    assert naps.taken == [1.0, 2.0, 3.0]


async def test_a_channel_that_was_quiet_waits_for_nothing(naps: Naps) -> None:
    """And is forgotten: ten thousand channels leave nothing behind."""
    pace = Pace(naps.monotonic, naps.sleep)
    for number in range(100):
        await pace.turn(f"C{number}")
        naps.seconds += 1.0
    assert naps.taken == []
    assert len(pace._free_at) == 1


def test_an_event_is_remembered_for_an_hour(clock: FakeClock) -> None:
    """To the last second, then forgotten."""
    memory = seen.SeenEvents(clock)
    assert memory("a")
    assert not memory("a")
    clock.advance(timedelta(hours=1))
    assert not memory("a")
    clock.advance(timedelta(seconds=1))
    assert memory("a")


def test_the_memory_of_the_door_is_bounded(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood pushes out the oldest; the inbox table still knows them."""
    monkeypatch.setattr(seen, "MOST_REMEMBERED", 3)
    memory = seen.SeenEvents(clock)
    assert all(memory(name) for name in "abcd")
    assert not memory("b")
    assert memory("a")


async def test_finishing_waits_for_work_that_starts_work() -> None:
    """A stopping process lets nobody wait for an answer in vain."""
    work, done = AfterWork(), []

    async def inner() -> None:
        await asyncio.sleep(0)
        done.append("inner")

    async def outer() -> None:
        await asyncio.sleep(0)
        work.start(inner())
        done.append("outer")

    work.start(outer())
    await work.finish()
    assert done == ["outer", "inner"]
    await work.finish()


@pytest.mark.parametrize(
    "error", [TimeoutError(), aiohttp.ServerDisconnectedError(), aiohttp.ClientPayloadError(), OSError("reset")]
)
def test_an_answer_that_never_came_is_lost(error: Exception) -> None:
    """The message may stand in the channel."""
    assert isinstance(send_error(error), AnswerLostError)


def test_a_connection_that_was_never_made_is_surely_unsent() -> None:
    """Not even a name was found."""
    key = aiohttp.client_reqrep.ConnectionKey("slack.example", 443, True, True, None, None, None)
    error = aiohttp.ClientConnectorDNSError(key, OSError("no such name"))
    found = send_error(error)
    assert isinstance(found, NotSentError)
    assert found.retry_after == timedelta(seconds=15)
