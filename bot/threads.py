"""Where synchronous work runs beside the event loop: each kind has threads of its own, and few.

Many threads that work at once keep the event loop from its next step, and with it every acknowledgement. A kind that is
busy keeps no other waiting: a question is not behind a morning's sweep, a call is not behind a wave of digests.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

PEOPLES_THREADS = 4
"""Questions and acts of people at a time."""
SWEEPS_THREADS = 3
"""Sweeps at a time: calls go on beside a long morning's watch and its corrections."""
OUTBOX_THREADS = 2
"""Messages composed or settled at a time; posting them takes no thread."""

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """A bounded pool of named threads. They start with the first work."""

    def __init__(self, most: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=name)

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what `work` returns, once a thread is free for it; what it logs keeps the context of its caller."""
        context = contextvars.copy_context()
        job = partial(context.run, partial(work, *args, **kwargs))
        return await asyncio.get_running_loop().run_in_executor(self._pool, job)

    async def close(self) -> None:
        """Return when all work has ended."""
        await asyncio.to_thread(self._pool.shutdown)
