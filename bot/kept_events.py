"""What comes in is written down before it is acknowledged, many events in one transaction, and struck off when done.

A process that dies in between leaves its events behind; `left` hands them to whoever looks next, and says that what
this process still works on is not left. Keeping waits for the database only so long: a platform that gets no
acknowledgement tells the person that nothing works.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import structlog
from pydantic import ValidationError

from bot.threads import Threads
from handlers.ports import Clock, UnitOfWork, Work
from kpi.engagements import Platform
from kpi.inbox import ANSWERED_WITHIN, KeptEvent

KEEP_SECONDS = 0.5
"""The longest an acknowledgement waits for the database; Slack allows three seconds for all."""
KEEPING_THREADS = 1

_LOG = structlog.get_logger(__name__)

_Write = Callable[[Work], bool]


class Kept(Enum):
    """How an event stands once it came in."""

    NEW = "new"
    """It is kept, and to be done."""
    SEEN = "seen"
    """It came in before: somebody does it, or has done it."""
    UNKEPT = "unkept"
    """The database did not answer in time: it is to be done, and lost if this process dies first."""


@dataclass(frozen=True, slots=True)
class Left:
    """What a dead process left behind: the words that came in, and what starts their work."""

    text: str
    start: Callable[[], None]


Read = Callable[[str], Awaitable[Left | None]]
"""Reads kept content; raises ValidationError where it cannot be read, and returns None where nobody serves it."""


class KeptEvents:
    """Keeps the events of one platform. It belongs to one event loop."""

    def __init__(self, unit_of_work: UnitOfWork, platform: Platform, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._platform = platform
        self._clock = clock
        self._threads = Threads(KEEPING_THREADS, "inbox")
        self._working: set[str] = set()
        self._waiting: list[tuple[_Write, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, event_id: str, content: str) -> Kept:
        """Write an event down, and say whether it is new; never raises."""
        event = KeptEvent(event_id, self._platform, content, self._clock())
        outcome = self._written(lambda work: work.inbox.keep(event))
        finished, _ = await asyncio.wait({outcome}, timeout=KEEP_SECONDS)
        error = outcome.exception() if finished else TimeoutError()
        if error is not None:
            _LOG.warning("event_not_kept", event_id=event_id, reason=type(error).__name__)
            return Kept.UNKEPT
        if not outcome.result():
            return Kept.SEEN
        self._working.add(event_id)
        return Kept.NEW

    async def done(self, event_id: str) -> None:
        """Strike an event off; never raises. One that cannot be struck off is done once more later."""
        at = self._clock()
        self._working.discard(event_id)
        try:
            await self._written(lambda work: work.inbox.claim(event_id, at))
        except Exception:  # noqa: BLE001 - the edge: the answer is given already
            _LOG.exception("event_not_struck_off", event_id=event_id)

    async def left(self) -> Sequence[KeptEvent]:
        """Take over what dead processes left behind; each is this one's to strike off."""
        now = self._clock()
        working = tuple(self._working)

        def take(unit_of_work: UnitOfWork) -> Sequence[KeptEvent]:
            with unit_of_work() as work:
                work.inbox.hold(working, now)
                return work.inbox.left(self._platform, now)

        taken = await self._threads.run(take, self._unit_of_work)
        self._working.update(event.event_id for event in taken)
        return taken

    async def take_over(self, read: Read, is_act: Callable[[str], bool]) -> None:
        """Start the work for what dead processes left behind.

        Struck off is what nobody can read, and a question nobody waits for any more; an act is done all the same. What
        cannot be looked at now is left for a later look, and holds up nothing else.
        """
        for event in await self.left():
            try:
                found = await read(event.content)
            except ValidationError:
                _LOG.error(f"{self._platform}_event_not_read", event_id=event.event_id)  # another version kept it
                found = None
            except Exception:  # noqa: BLE001 - the edge: it stays in the inbox, and the next one may be readable
                _LOG.exception(f"{self._platform}_event_not_taken_over", event_id=event.event_id)
                self._working.discard(event.event_id)
                continue
            if found is None or not (self.is_waited_for(event) or is_act(found.text)):
                await self.done(event.event_id)
            else:
                _LOG.info(f"{self._platform}_event_taken_over", event_id=event.event_id)
                found.start()

    def is_waited_for(self, event: KeptEvent) -> bool:
        """Tell whether somebody may still wait for an answer."""
        return self._clock() - event.kept_at <= ANSWERED_WITHIN

    async def close(self) -> None:
        """Return when all is written."""
        if self._writing is not None:
            await self._writing
        await self._threads.close()

    def _written(self, write: _Write) -> asyncio.Future[bool]:
        """Return the outcome of a write; while one transaction runs, the next gathers."""
        outcome = asyncio.get_running_loop().create_future()
        self._waiting.append((write, outcome))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return outcome

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                outcomes = await self._threads.run(self._write, [write for write, _ in batch])
            except Exception as error:  # noqa: BLE001 - whoever waits for it gets it
                for _, outcome in batch:
                    if not outcome.done():
                        outcome.set_exception(error)
                        outcome.exception()  # who waited for it may be gone: then it is nobody's any more
            else:
                for (_, outcome), is_so in zip(batch, outcomes, strict=True):
                    if not outcome.done():
                        outcome.set_result(is_so)

    def _write(self, writes: Sequence[_Write]) -> list[bool]:
        with self._unit_of_work() as work:
            return [write(work) for write in writes]
