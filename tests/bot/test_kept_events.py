"""What comes in is written down before it is acknowledged, and nobody waits long for that."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot import kept_events
from bot.kept_events import Kept, KeptEvents, Left
from handlers.ports import Work
from kpi.engagements import Platform
from kpi.inbox import ANSWERED_WITHIN, HELD_FOR
from tests.twins.books import MemoryDatabase
from tests.twins.clock import FakeClock


class Desk:
    """A database that counts its transactions, and can be closed."""

    def __init__(self) -> None:
        self.database = MemoryDatabase()
        self.transactions = 0
        self.is_broken = False
        self.open = threading.Event()
        self.open.set()

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Open a unit of work once the desk is open."""
        assert self.open.wait(10)
        self.transactions += 1
        if self.is_broken:
            raise OSError
        with self.database.work() as work:
            yield work


@pytest.fixture
def desk() -> Desk:
    """Give a desk."""
    return Desk()


@pytest.fixture
async def events(desk: Desk, clock: FakeClock) -> AsyncIterator[KeptEvents]:
    """Give what keeps Slack's events there."""
    made = KeptEvents(desk.work, Platform.SLACK, clock)
    yield made
    desk.open.set()
    await made.close()


async def test_what_cannot_be_looked_at_now_is_left_and_holds_up_nothing(desk: Desk, clock: FakeClock) -> None:
    """The next one is begun; and this process does not hold for itself what it never began."""
    dead = KeptEvents(desk.work, Platform.SLACK, clock)
    for name in ("hard", "easy"):
        await dead.keep(name, name)
    await dead.close()
    begun: list[str] = []
    is_well = False

    async def read(content: str) -> Left:
        if content == "hard" and not is_well:
            raise OSError
        return Left("/kpi", lambda: begun.append(content))

    events = KeptEvents(desk.work, Platform.SLACK, clock)
    clock.advance(HELD_FOR)
    with capture_logs() as lines:
        await events.take_over(read, lambda _text: True)
    assert begun == ["easy"]
    assert "slack_event_not_taken_over" in [line["event"] for line in lines]
    is_well = True
    clock.advance(HELD_FOR)
    await events.take_over(read, lambda _text: True)
    assert begun == ["easy", "hard"]
    await events.close()


async def test_an_event_is_new_once(events: KeptEvents) -> None:
    """Slack sends it again, perhaps to another process."""
    assert await events.keep("slack/1", "what it said") is Kept.NEW
    assert await events.keep("slack/1", "what it said") is Kept.SEEN


async def test_what_dead_processes_left_is_taken_over(events: KeptEvents, desk: Desk, clock: FakeClock) -> None:
    """With all it said; what was done is not."""
    await events.keep("slack/1", "one")
    await events.keep("slack/2", "two")
    await events.done("slack/2")
    clock.advance(HELD_FOR)
    successor = KeptEvents(desk.work, Platform.SLACK, clock)
    assert [(one.event_id, one.content) for one in await successor.left()] == [("slack/1", "one")]
    await successor.close()


async def test_many_that_come_at_once_are_one_transaction(events: KeptEvents, desk: Desk) -> None:
    """A busy database is asked as often as it can answer."""
    desk.open.clear()
    first = asyncio.create_task(events.keep("slack/0", ""))
    await asyncio.sleep(0)
    others = [asyncio.create_task(events.keep(f"slack/{number}", "")) for number in range(1, 50)]
    await asyncio.sleep(0)
    desk.open.set()
    assert set(await asyncio.gather(first, *others)) == {Kept.NEW}
    assert desk.transactions <= 3


async def test_nobody_waits_for_a_database_that_does_not_answer(
    events: KeptEvents, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work goes on; when the database is back, the event is there, and who works on it takes it."""
    monkeypatch.setattr(kept_events, "KEEP_SECONDS", 0)
    desk.open.clear()
    with capture_logs() as lines:
        assert await events.keep("slack/1", "what it said") is Kept.UNKEPT
    assert [line["event"] for line in lines] == ["event_not_kept"]
    assert "what it said" not in str(lines)
    desk.open.set()
    await events.done("slack/1")
    monkeypatch.undo()
    assert await events.keep("slack/1", "what it said") is Kept.SEEN


async def test_what_fails_after_nobody_waited_for_it_any_more_is_no_second_log_line(
    events: KeptEvents, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That it was not kept is said already; Python itself has nothing to add."""
    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context["message"]))
    monkeypatch.setattr(kept_events, "KEEP_SECONDS", 0)
    desk.open.clear()
    desk.is_broken = True
    assert await events.keep("slack/1", "") is Kept.UNKEPT
    desk.open.set()
    await events.close()
    gc.collect()
    assert complaints == []


async def test_a_broken_database_costs_a_log_line_and_no_answer(events: KeptEvents, desk: Desk) -> None:
    """Neither keeping nor striking off raises."""
    desk.is_broken = True
    with capture_logs() as lines:
        assert await events.keep("slack/1", "") is Kept.UNKEPT
        await events.done("slack/1")
    assert [line["event"] for line in lines] == ["event_not_kept", "event_not_struck_off"]
    desk.is_broken = False
    assert await events.keep("slack/2", "") is Kept.NEW


async def test_an_answer_is_waited_for_half_an_hour(events: KeptEvents, desk: Desk, clock: FakeClock) -> None:
    """The response URL of a command is as old as that at most."""
    dead = KeptEvents(desk.work, Platform.SLACK, clock)
    await dead.keep("slack/1", "")
    await dead.close()
    clock.advance(ANSWERED_WITHIN)
    (event,) = await events.left()
    assert events.is_waited_for(event)
    clock.advance(timedelta(seconds=1))
    assert not events.is_waited_for(event)


async def test_what_a_process_still_works_on_is_taken_over_by_nobody(
    events: KeptEvents, desk: Desk, clock: FakeClock
) -> None:
    """An answer that waits for its turn for minutes is given once; each look of its process says that it goes on."""
    await events.keep("slack/1", "one")
    successor = KeptEvents(desk.work, Platform.SLACK, clock)
    for _ in range(5):
        clock.advance(HELD_FOR / 2)
        assert list(await events.left()) == []
        assert list(await successor.left()) == []
    await events.done("slack/1")
    clock.advance(timedelta(days=1))
    assert list(await events.left()) == []
    await successor.close()


async def test_what_was_taken_over_is_held_as_well(events: KeptEvents, desk: Desk, clock: FakeClock) -> None:
    """Until its new process dies too, or has done it."""
    await events.keep("slack/1", "one")
    clock.advance(HELD_FOR)
    successor = KeptEvents(desk.work, Platform.SLACK, clock)
    assert len(await successor.left()) == 1
    third = KeptEvents(desk.work, Platform.SLACK, clock)
    for _ in range(3):
        clock.advance(HELD_FOR / 2)
        assert [*await successor.left(), *await third.left()] == []
    clock.advance(HELD_FOR)
    assert len(await third.left()) == 1
    await successor.close()
    await third.close()


async def test_what_could_not_be_struck_off_is_left_for_the_next_look(
    events: KeptEvents, desk: Desk, clock: FakeClock
) -> None:
    """It is not held for ever by a process that believes to be done with it."""
    await events.keep("slack/1", "one")
    desk.is_broken = True
    with capture_logs():
        await events.done("slack/1")
    desk.is_broken = False
    clock.advance(HELD_FOR)
    assert len(await events.left()) == 1
