"""A chat platform in memory: it keeps the parcels it takes and fails when it is told to."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from bot.messengers import NotAskedError, Parcel, Receipt


@dataclass
class TwinMessenger:
    """Fits `bot.messengers.Messenger`.

    `failures` are raised one a post (None lets it pass); a lost answer of `taken_but_lost` keeps the parcel all the
    same. `can_be_asked` False answers every `find` like WeCom; `is_away` True answers none. A post rings the
    `doorbell`, then waits for the `gate`.
    """

    can_be_asked: bool = True
    is_away: bool = False
    remark: str = ""
    posted: list[Parcel] = field(default_factory=list)
    asked: list[Parcel] = field(default_factory=list)
    failures: deque[Exception | None] = field(default_factory=deque)
    taken_but_lost: bool = False
    gate: asyncio.Event | None = None
    doorbell: asyncio.Queue[Parcel] = field(default_factory=asyncio.Queue)

    def fail(self, *failures: Exception | None) -> None:
        """Plan how the next posts fail."""
        self.failures.extend(failures)

    async def post(self, parcel: Parcel) -> Receipt:
        """Keep a parcel, or fail as planned."""
        self.doorbell.put_nowait(parcel)
        if self.gate is not None:
            await self.gate.wait()
        failure = self.failures.popleft() if self.failures else None
        if failure is None or self.taken_but_lost:
            self.posted.append(parcel)
        if failure is not None:
            raise failure
        return Receipt(f"m{len(self.posted)}", self.remark)

    async def find(self, parcel: Parcel, since: datetime) -> str | None:
        """Return the id of a kept parcel of this delivery."""
        del since
        self.asked.append(parcel)
        if self.is_away:
            raise NotAskedError("the platform does not answer")
        kept = [number for number, one in enumerate(self.posted, 1) if one.delivery == parcel.delivery]
        return f"m{kept[0]}" if kept and self.can_be_asked else None

    def said(self) -> list[str]:
        """Return the headlines taken, in order."""
        return [parcel.reply.headline for parcel in self.posted]
