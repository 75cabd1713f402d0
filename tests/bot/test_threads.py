"""Synchronous work runs beside the event loop, and no kind of it keeps another waiting."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar

import pytest

from bot.threads import Threads

WHO: ContextVar[str] = ContextVar("WHO", default="nobody")


async def test_a_sweep_that_blocks_keeps_no_question_waiting() -> None:
    """Nor the event loop: both go on while its one thread waits for something that does not come."""
    sweeps, people, comes = Threads(1, "sweeps"), Threads(1, "people"), threading.Event()
    blocked = asyncio.create_task(sweeps.run(comes.wait, 10))
    await asyncio.sleep(0)
    assert await people.run(sum, (3, 4)) == 7
    assert not blocked.done()
    comes.set()
    assert await blocked
    await sweeps.close()
    await people.close()


async def test_only_so_much_work_runs_at_a_time() -> None:
    """What comes then waits for a thread: many at once would keep the event loop from its next step."""
    threads, comes, begun = Threads(2, "some"), threading.Event(), []

    def work(number: int) -> int:
        begun.append(number)
        assert comes.wait(10)
        return number

    tasks = [asyncio.create_task(threads.run(work, number)) for number in range(5)]
    await asyncio.to_thread(threading.Event().wait, 0.01)
    assert len(begun) <= 2
    comes.set()
    assert await asyncio.gather(*tasks) == [0, 1, 2, 3, 4]
    await threads.close()


async def test_what_is_known_of_the_caller_is_known_in_the_thread_and_failures_come_back() -> None:
    """A log line there names the same event."""
    threads = Threads(1, "one")
    WHO.set("ana")
    assert await threads.run(WHO.get) == "ana"
    with pytest.raises(ZeroDivisionError):
        await threads.run(divmod, 1, 0)
    await threads.close()
