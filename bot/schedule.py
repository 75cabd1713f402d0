"""The clock that wakes sweeps; the only home of APScheduler.

It knows nothing about what is due: due times are rows in the database, and a missed or late tick loses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

Job = Callable[[], Awaitable[object]]
"""A sweep: looks for what is due and does it."""

STOP_SECONDS = 20.0
"""How long a stopping schedule waits for running jobs before it ends them."""

_JOB_RULES = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
"""Ticks missed while a job ran or the machine slept make one run; a job never overlaps itself; late is not never."""

_LOG = structlog.get_logger("vigia.schedule")


class Schedule:
    """Runs jobs at intervals on the running event loop, each for the first time at once."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_JOB_RULES)
        self._running: set[asyncio.Task[None]] = set()

    def every(self, seconds: float, name: str, job: Job) -> None:
        """Run `job` now and every so many seconds; one that raises is logged and runs again at its next time."""
        self._scheduler.add_job(
            self._run,
            IntervalTrigger(seconds=seconds, timezone=UTC),
            args=(name, job),
            id=name,
            name=name,
            replace_existing=True,
            next_run_time=datetime.now(UTC),
        )

    def names(self) -> tuple[str, ...]:
        """Return the names of the jobs, sorted."""
        return tuple(sorted(job.id for job in self._scheduler.get_jobs()))

    def start(self) -> None:
        """Start on the running event loop."""
        self._scheduler.start()

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Start nothing more, let running jobs end, and end those that take longer than `seconds`."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        if self._running:
            await asyncio.wait(set(self._running), timeout=seconds)
        self._scheduler.shutdown(wait=False)

    async def _run(self, name: str, job: Job) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
        try:
            await job()
        except Exception:  # noqa: BLE001 - the edge: a failing sweep stops neither the others nor its own next run
            _LOG.exception("job_failed", job=name)
        finally:
            if task is not None:
                self._running.discard(task)
