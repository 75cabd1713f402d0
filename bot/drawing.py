"""Pictures and documents, made in a process of their own: no answer waits for drawing, and a bad one harms no other.

The drawing library (some 100 MB with its fonts) is loaded in that process only: it is named here, never imported.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

import structlog

from kpi.documents import Drawing

DRAW_SECONDS = 30.0
"""A picture takes 0.1-0.4 s; one that takes longer than this ends its process."""
START_SECONDS = 60.0
"""A new process loads the drawing library first, 1-2 s on a quiet machine."""
DRAWING_NICENESS = 10
"""How far drawing steps back where processors are scarce (nice(2): 0 to 19)."""

_LOG = structlog.get_logger(__name__)


class NotDrawnError(Exception):
    """A picture that could not be drawn; the message it belongs to goes out without it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Painter:
    """Where the drawing is done, by name: a module with `draw(drawing) -> bytes` and `warm_up()`.

    `fonts` is a module with `add_files(paths)`, used when there are `font_files`.
    """

    module: str = "charts.drawing"
    fonts: str = "charts.fonts"
    font_files: Sequence[Path] = ()


class PictureStudio:
    """Draws pictures one after the other (or `workers` at a time); the process starts with the first picture.

    A process that died or hung is replaced: a picture that finds it dead is tried once more, one that hung is not.
    """

    def __init__(self, painter: Painter | None = None, workers: int = 1, draw_seconds: float = DRAW_SECONDS) -> None:
        self._painter = painter or Painter()
        self._workers = workers
        self._draw_seconds = draw_seconds
        self._desk = asyncio.Semaphore(workers)
        self._pool: ProcessPoolExecutor | None = None
        self._is_closed = False

    async def draw(self, drawing: Drawing) -> bytes:
        """Return a picture as PNG, or a document as PDF; raises NotDrawnError with the reason."""
        return await self._order(drawing)

    async def warm_up(self) -> None:
        """Start the process and load fonts, so that the first real picture is not the slow one.

        Raises NotDrawnError when pictures cannot be drawn here at all.
        """
        await self._order(None)

    async def close(self) -> None:
        """End the process; what is still being drawn is finished first."""
        self._is_closed = True
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)

    async def _order(self, drawing: Drawing | None) -> bytes:
        # Waiting happens here and not in the pool: a process that dies takes nothing else along.
        async with self._desk:
            for is_last in (False, True):
                began_at_second = asyncio.get_running_loop().time()
                try:
                    return await self._try(drawing)
                except BrokenProcessPool:
                    took = asyncio.get_running_loop().time() - began_at_second
                    _LOG.warning("drawing_process_ended", seconds=round(took, 1))
                    if is_last or took >= self._draw_seconds:
                        break
        raise NotDrawnError("the drawing process ended before the picture was ready")

    async def _try(self, drawing: Drawing | None) -> bytes:
        """Draw once; raises BrokenProcessPool or NotDrawnError."""
        if self._is_closed:
            raise NotDrawnError("the bot is stopping")
        pool = self._pool = self._pool or self._new_pool()
        try:
            work = asyncio.wrap_future(pool.submit(_draw, self._painter.module, drawing, self._draw_seconds))
            await asyncio.wait({work}, timeout=self._draw_seconds + 2 * START_SECONDS)
            return self._result(work)
        except BrokenProcessPool:
            self._drop(pool)
            raise
        except (OSError, RuntimeError) as error:  # no memory for a process; closed while starting one
            self._drop(pool)
            raise NotDrawnError(f"no drawing process: {error}") from error

    def _result(self, work: asyncio.Future[bytes]) -> bytes:
        if not work.done():
            work.cancel()
            raise BrokenProcessPool("no answer from the drawing process")
        error = work.exception()
        if error is None:
            return work.result()
        if isinstance(error, BrokenProcessPool):
            raise error
        raise NotDrawnError(f"{type(error).__name__}: {error}") from error

    def _new_pool(self) -> ProcessPoolExecutor:
        # "fork" would copy this process with its threads' locks held, and its memory.
        return ProcessPoolExecutor(
            self._workers,
            mp_context=get_context("spawn"),
            initializer=_prepare,
            initargs=(self._painter.fonts, tuple(self._painter.font_files)),
        )

    def _drop(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
        pool.shutdown(wait=False, cancel_futures=True)


def _prepare(fonts: str, font_files: Sequence[Path]) -> None:
    """Make a new drawing process ready: Ctrl-C is the bot's to handle, and people's questions come first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_bot, daemon=True).start()
    with suppress(OSError):  # a system may forbid it; pictures are then drawn all the same
        os.nice(DRAWING_NICENESS)
    with _ending_after(START_SECONDS):
        if font_files:
            import_module(fonts).add_files(font_files)


def _end_with_the_bot() -> None:
    """Wait until the bot is gone, then end: a bot that was killed could tell nobody, and this process would stay."""
    bot = parent_process()
    if bot is not None:
        bot.join()
        os._exit(0)


def _draw(module: str, drawing: Drawing | None, seconds: float) -> bytes:
    """Draw, in the drawing process; nothing is drawn for None, only everything loaded."""
    with _ending_after(START_SECONDS):
        painter = import_module(module)
        if drawing is None:
            painter.warm_up()
            return b""
    with _ending_after(seconds):
        drawn: bytes = painter.draw(drawing)
        return drawn


@contextmanager
def _ending_after(seconds: float) -> Iterator[None]:
    """End this process when the block takes longer than this, and leave its stack on standard error.

    The pool can end no process that hangs; this works even while the interpreter is stuck in a library.
    """
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
