"""Sweeps are woken, whatever happened to the last one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.schedule import Job, Schedule

SOON = 5
"""Seconds a test waits at most for something that takes milliseconds."""


@pytest.fixture
async def schedule() -> AsyncIterator[Schedule]:
    """Return a schedule that is stopped afterwards."""
    made = Schedule()
    yield made
    await made.stop()


def _counter(until: int) -> tuple[Job, asyncio.Event]:
    reached, runs = asyncio.Event(), [0]

    async def job() -> None:
        runs[0] += 1
        if runs[0] >= until:
            reached.set()
        if runs[0] == 1:
            raise RuntimeError("the database is away")

    return job, reached


async def test_a_job_runs_at_once_and_not_after_its_first_interval(schedule: Schedule) -> None:
    """After a restart what is due goes out now."""
    ran = asyncio.Event()

    async def job() -> None:
        ran.set()

    schedule.every(3600, "digests", job)
    schedule.start()
    await asyncio.wait_for(ran.wait(), SOON)
    assert schedule.names() == ("digests",)


async def test_a_job_that_raised_runs_again(schedule: Schedule) -> None:
    """The failure is a log line with the job's name; the sweep goes on."""
    job, reached = _counter(until=2)
    with capture_logs() as lines:
        schedule.every(0.01, "deliveries", job)
        schedule.start()
        await asyncio.wait_for(reached.wait(), SOON)
    assert [(line["event"], line["job"]) for line in lines] == [("job_failed", "deliveries")]


async def test_a_failing_job_does_not_stop_another(schedule: Schedule) -> None:
    """Each job has its own wall."""
    job, reached = _counter(until=3)

    async def failing() -> None:
        raise RuntimeError("always")

    with capture_logs():
        schedule.every(0.01, "bad", failing)
        schedule.every(0.01, "good", job)
        schedule.start()
        await asyncio.wait_for(reached.wait(), SOON)
    assert schedule.names() == ("bad", "good")


async def test_a_job_never_overlaps_itself(schedule: Schedule) -> None:
    """While a sweep runs its ticks are dropped: two sweeps of one process would race for nothing."""
    inside, most, gate, ticks = [0], [0], asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        await gate.wait()
        inside[0] -= 1

    others = [0]

    async def ticking() -> None:
        others[0] += 1
        if others[0] >= 5:
            ticks.set()

    schedule.every(0.01, "slow", slow)
    schedule.every(0.01, "ticking", ticking)
    schedule.start()
    await asyncio.wait_for(ticks.wait(), SOON)
    gate.set()
    assert most == [1]


async def test_stopping_lets_a_running_job_end(schedule: Schedule) -> None:
    """A claim that is half done should be finished; nothing new starts."""
    began, gate, ended = asyncio.Event(), asyncio.Event(), []

    async def job() -> None:
        began.set()
        await gate.wait()
        ended.append("yes")

    schedule.every(3600, "digests", job)
    schedule.start()
    await asyncio.wait_for(began.wait(), SOON)
    asyncio.get_running_loop().call_soon(gate.set)
    await schedule.stop()
    assert ended == ["yes"]


async def test_a_job_that_does_not_end_is_ended(schedule: Schedule) -> None:
    """Stopping the bot must not hang on one platform."""
    began, cancelled = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    schedule.every(3600, "digests", job)
    schedule.start()
    await asyncio.wait_for(began.wait(), SOON)
    await schedule.stop(seconds=0.01)
    await asyncio.wait_for(cancelled.wait(), SOON)


async def test_a_schedule_that_never_started_can_be_stopped(schedule: Schedule) -> None:
    """A start that failed half way still cleans up."""
    schedule.every(1, "digests", _counter(1)[0])
    await schedule.stop()
    assert schedule.names() == ("digests",)
