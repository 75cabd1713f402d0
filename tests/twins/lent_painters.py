"""One drawing process for all bots of a test run, and each picture drawn once: loading the library takes two seconds.

What is drawn is decided by the drawing alone; that it is drawn right is for the tests of charts and of the studio.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import pytest

from bot.drawing import Painter, PictureStudio
from kpi.documents import Drawing

Draw = Callable[[str, Drawing | None, float], bytes]


class LentPainters:
    """What a studio takes for a pool of its own; a process that died or hung is replaced, as a studio would."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._drawn: dict[Drawing, bytes] = {}

    def submit(self, draw: Draw, module: str, drawing: Drawing | None, seconds: float) -> Future[bytes]:
        """Return what was drawn before, or have it drawn."""
        if drawing in self._drawn:
            known: Future[bytes] = Future()
            known.set_result(self._drawn[drawing])
            return known
        self._pool = self._pool or ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        work = self._pool.submit(draw, module, drawing, seconds)
        work.add_done_callback(lambda done: self._keep(drawing, done))
        return work

    def shutdown(self, *, wait: bool, cancel_futures: bool) -> None:
        """Go back to whoever lent them: a bot that closes waits for its process, one that gave it up does not."""
        if not wait:
            self.end(wait=False, cancel_futures=cancel_futures)

    def end(self, *, wait: bool = True, cancel_futures: bool = False) -> None:
        """End the process."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _keep(self, drawing: Drawing | None, done: Future[bytes]) -> None:
        if drawing is not None and not done.cancelled() and done.exception() is None:
            self._drawn[drawing] = done.result()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Lend them to every studio that draws for real."""

        def pool_of(studio: PictureStudio) -> object:
            return self if studio._painter == Painter() else new_pool(studio)

        new_pool = PictureStudio._new_pool
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(PictureStudio, "_new_pool", pool_of)
            yield
