"""Server-sent events: numbered, replayed to a page that comes back, and never waiting for a page that does not read."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.console.errors import TooBusyError
from bot.console.limits import Limits
from kpi.phrases import phrase

RESET = "reset"
"""The event that tells a page to load everything again: what it missed is no longer kept."""
_RETRY_MILLISECONDS = 2_000


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one engagement; `data` is a single line of JSON."""

    id: str
    engagement: str
    name: str
    data: str

    def as_text(self) -> str:
        """Return the event in the format of the HTML standard, section 9.2 (Server-sent events)."""
        head = f"id: {self.id}\n" if self.id else ""
        return f"{head}event: {self.name}\ndata: {self.data}\n\n"


class Reader:
    """One open page. Its queue is bounded: a page that does not read is let go and comes back by itself."""

    def __init__(self, engagement: str, waiting: int) -> None:
        self.engagement = engagement
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue(maxsize=waiting + 1)
        self._is_over = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be offered to this reader."""
        return self._is_over

    def offer(self, event: Event) -> None:
        """Queue an event, or end the reader when its queue is full."""
        if self._is_over:
            return
        if self._queue.qsize() + 1 >= self._queue.maxsize:
            self.end()
        else:
            self._queue.put_nowait(event)

    def end(self) -> None:
        """Let the reader finish what is queued and then stop."""
        if not self._is_over:
            self._is_over = True
            self._queue.put_nowait(None)

    async def next(self) -> Event | None:
        """Wait for the next event; None when it is over."""
        return await self._queue.get()


class EventStream:
    """Everything that happens, in one numbered line, and those who read along."""

    def __init__(self, run: str, limits: Limits) -> None:
        self._run = run
        self._limits = limits
        self._count = 0
        self._backlog: deque[Event] = deque(maxlen=limits.backlog)
        self._readers: set[Reader] = set()

    @property
    def last_id(self) -> str:
        """The id of the newest event, from which a page that has just loaded reads on."""
        return f"{self._run}-{self._count}"

    @property
    def readers(self) -> int:
        """How many pages are open."""
        return len(self._readers)

    def next_id(self) -> str:
        """Return the id the next published event will carry."""
        return f"{self._run}-{self._count + 1}"

    def publish(self, engagement: str, name: str, data: str) -> None:
        """Give an event its number, keep it for those who come back, and offer it to every reader of the engagement."""
        event = Event(self.next_id(), engagement, name, data)
        self._count += 1
        self._backlog.append(event)
        for reader in tuple(self._readers):
            if reader.engagement == engagement:
                reader.offer(event)

    def require_place(self) -> None:
        """Raise TooBusyError when too many pages are open."""
        if len(self._readers) >= self._limits.readers:
            raise TooBusyError(phrase("Too many pages are open on this console. Close one and reload."))

    def open(self, engagement: str, after: str) -> Reader:
        """Return a reader that first gets what came after the id `after` ("" = from now on)."""
        missed = self._missed(engagement, after)
        reader = Reader(engagement, max(self._limits.waiting, len(missed) + 1))
        for event in missed:
            reader.offer(event)
        self._readers.add(reader)
        return reader

    def leave(self, reader: Reader) -> None:
        """Forget a reader whose page is gone."""
        self._readers.discard(reader)

    def close(self) -> None:
        """End every reader, so that the server can stop without waiting for open pages."""
        for reader in tuple(self._readers):
            reader.end()

    def _missed(self, engagement: str, after: str) -> list[Event]:
        if not after:
            return []
        run, _, number = after.rpartition("-")
        seen = int(number) if number.isascii() and number.isdigit() and len(number) <= len(str(self._count)) else -1
        is_known = run == self._run and self._count - len(self._backlog) <= seen <= self._count
        if not is_known:
            return [Event(self.last_id, engagement, RESET, "{}")]
        newer = self._count - seen
        events = list(self._backlog)[len(self._backlog) - newer :]
        return [event for event in events if event.engagement == engagement]


async def frames(stream: EventStream, engagement: str, after: str, heartbeat_seconds: float) -> AsyncIterator[str]:
    """Yield an engagement's events as text, and a comment line whenever it has been quiet for a heartbeat.

    The reader is opened by the first step, so that a page which is gone before its stream begins leaves none behind.
    """
    reader = stream.open(engagement, after)
    try:
        yield f"retry: {_RETRY_MILLISECONDS}\n\n"
        while True:
            try:
                async with asyncio.timeout(heartbeat_seconds):
                    event = await reader.next()
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if event is None:
                return
            yield event.as_text()
    finally:
        stream.leave(reader)
