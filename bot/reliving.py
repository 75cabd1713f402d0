"""Past mornings in the console: the chain of `handlers.watch.past_mornings`, its outbox, and the board they fill.

Everything happens in a scratch database on a virtual clock. Only the console's messenger is wired, and every room of
that database is a console room, so that nothing can reach Slack or WeCom.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.console.board import Board
from bot.console.limits import Limits
from bot.console.messenger import ConsoleMessenger
from bot.drawing import NotDrawnError
from bot.outbox import Outbox
from handlers.deliveries import compose_delivery
from handlers.ports import UnitOfWork
from handlers.watch.past_mornings import Past, moments, pass_to, settle_in
from kpi.documents import Drawing
from kpi.engagements import Platform

Progress = Callable[[str, int, int], None]
"""Called with the day that is relived, moments done and moments in all."""

MOST_MESSAGES = 2_000
"""Messages a room shows: a year of digests with their alerts and corrections."""


class VirtualClock:
    """Stands still at an instant until it is set to another one."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def __call__(self) -> datetime:
        """Return the instant it stands at."""
        return self._at

    def set(self, at: datetime) -> None:
        """Stand at `at`."""
        self._at = at


def relive(unit_of_work: UnitOfWork, past: Past, progress: Progress) -> tuple[Board, VirtualClock]:
    """Live through a past in an empty database; return the board it filled, and the clock where it ended."""
    board, clock = Board(Limits(messages=MOST_MESSAGES)), VirtualClock(past.starts_at)
    settle_in(unit_of_work, past)
    asyncio.run(_live(unit_of_work, past, board, clock, progress))
    return board, clock


async def _live(unit_of_work: UnitOfWork, past: Past, board: Board, clock: VirtualClock, progress: Progress) -> None:
    messengers = {Platform.CONSOLE: ConsoleMessenger(board, clock)}
    outbox = Outbox(unit_of_work, compose_delivery, _when_looked_at, messengers, clock)
    due = moments(past)
    for number, moment in enumerate(due):
        progress(moment.date().isoformat(), number, len(due))
        before = clock()
        clock.set(moment)
        await asyncio.to_thread(pass_to, unit_of_work, past, before, moment)
        await outbox.sweep()
        await outbox.finish()


async def _when_looked_at(_picture: Drawing) -> bytes:
    """Leave the picture to the console, which draws what somebody looks at: a year has hundreds."""
    raise NotDrawnError("it is drawn when somebody looks at it")
