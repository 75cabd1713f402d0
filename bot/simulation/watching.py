"""Lives through a journey in memory of its own and keeps what the rooms saw and the figures of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot.simulation.figures import Dues, Figures, figures_of
from bot.simulation.journey import Journey, Says
from bot.simulation.living import Life, Onlooker
from bot.simulation.platforms import Chats, Line
from bot.simulation.sales import learnt_in
from handlers.messages import Reply
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Lived:
    """A journey that was lived through."""

    journey: Journey
    lines: tuple[Line, ...]
    figures: Figures
    ids: tuple[str, ...]
    """The ids of its alerts, oldest first: Vigia makes them up anew each time."""


class _Witness(Onlooker):
    def __init__(self, chats: Chats) -> None:
        self._chats = chats
        self.dues: Dues = {}

    def moves_on(self, at: datetime) -> None:
        self._chats.at = at

    def hears(self, says: Says) -> None:
        self._chats.write(says)

    def answers(self, says: Says, reply: Reply | None) -> None:
        if reply is not None:
            self._chats.reply(says, reply)

    def owes_call(self, incident: str, number: int, due_at: datetime) -> None:
        self.dues[incident, number] = due_at


def live_through(journey: Journey, database: Database) -> Lived:
    """Live through a journey over an empty database, with rooms in memory."""
    chats = Chats(journey)
    witness = _Witness(chats)
    life = Life(journey, database, chats.messengers, witness, learnt_in(journey))
    life.settle_in()
    asyncio.run(life.live())
    with database.view() as work:
        alerts = work.alerts.of_engagement(journey.engagement.id, journey.starts_at.date())
        figures = figures_of(work, journey.engagement, witness.dues, journey.starts_at, journey.until)
        ids = tuple(one.id for one in sorted(alerts, key=lambda one: (one.opened_at, str(one.series))))
    return Lived(journey, tuple(chats.lines), figures, ids)
