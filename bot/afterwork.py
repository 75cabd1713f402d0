"""Work that goes on after a platform has had its acknowledgement."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

import structlog

_LOG = structlog.get_logger(__name__)


class AfterWork:
    """Keeps running tasks alive (the event loop itself holds them only weakly) and waits for them at the end."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Run `work` beside everything else; a failure it does not report itself is one log line."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("work_after_acknowledgement_failed", exc_info=error)

    async def finish(self) -> None:
        """Return when all work has ended, also what was started meanwhile."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
