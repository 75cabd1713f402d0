"""Lives through a journey: the real intake, watch, escalation and outbox over a database of its own, moment by moment.

Between two moments nothing is due, so nothing is missed by leaving the time between them out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.drawing import NotDrawnError
from bot.errands import Errands
from bot.messengers import Messenger
from bot.opening import open_intake
from bot.outbox import Outbox
from bot.reliving import VirtualClock
from bot.simulation.agenda import fixed_moments, is_watch_tick, next_tick
from bot.simulation.arrivals import arrival_of
from bot.simulation.journey import Journey, Says
from bot.simulation.sales import record
from bot.telemetry import Telemetry
from handlers.engagement_setup import set_up_engagement
from handlers.invitations.inviting import no_page
from handlers.messages import Reply
from handlers.ports import Clock
from handlers.replays import composing
from handlers.watch.past_mornings import Learnt
from kpi.documents import Drawing
from kpi.engagements import Platform
from kpi.incidents.escalations import StepKind, agenda
from storage.database import Database

A_MOMENT = timedelta(milliseconds=1)
"""What a sweep queues is due just after it."""

Messengers = Callable[[Clock], Mapping[Platform, Messenger]]
"""Makes the ways out of a Vigia that starts."""


class Onlooker:
    """Is told what happens; does nothing by itself."""

    def moves_on(self, at: datetime) -> None:
        """Hear that it is `at` now, on everybody's clock."""

    def hears(self, says: Says) -> None:
        """Hear what somebody writes."""

    def answers(self, says: Says, reply: Reply | None) -> None:
        """Hear what they got for it."""

    def owes_call(self, incident: str, number: int, due_at: datetime) -> None:
        """Hear that a call of an incident is due, on Vigia's clock, and about to be made."""


@dataclass(slots=True)
class _Running:
    """One process of Vigia."""

    errands: Errands
    outbox: Outbox


@dataclass(slots=True)
class Life:
    """A journey being lived, in which its stores report what is `learnt`.

    Everything but the database and the rooms is forgotten when the process is down.
    """

    journey: Journey
    database: Database
    messengers: Messengers
    onlooker: Onlooker
    learnt: tuple[Learnt, ...]
    clock: VirtualClock = field(init=False)

    def __post_init__(self) -> None:
        """Set the clock to the start."""
        self.clock = VirtualClock(self.journey.starts_at)

    def settle_in(self) -> None:
        """Make the engagement in an empty database."""
        with self.database.work() as work:
            set_up_engagement(work, self.journey.engagement, (), (), self.clock())

    async def live(self, since: datetime | None = None, said: int = 0) -> None:
        """Live through the journey, or through the rest of it: from an instant on, when so many steps were said."""
        at = since or self.journey.starts_at
        waiting = list(self.journey.said[said:])
        learning = [one for one in self.learnt if since is None or one.at >= since]
        fixed = [one for one in fixed_moments(self.journey) if one >= at]
        running = self._start()
        while at <= self.journey.until:
            self._move_to(at)
            self._learn([one for one in learning if one.at <= at])
            learning = [one for one in learning if one.at > at]
            if self.journey.is_stopped(at):
                await running.outbox.close()
                running = self._start()
            else:
                await self._sweep(running)
                while waiting and waiting[0].at <= at:
                    await self._say(running, waiting.pop(0))
            later = [one for one in fixed if one > at]
            coming = [*later[:1], *self._ticks(at)]
            coming.extend(one.at for one in waiting[:1])
            coming.extend(one.at for one in learning[:1])
            at = min(coming, default=self.journey.until + A_MOMENT)
        await running.outbox.close()

    def _start(self) -> _Running:
        database, clock = self.database, self.clock
        intake = open_intake(database.work, database.view)
        errands = Errands(database, intake, clock, Telemetry())
        outbox = Outbox(database.work, composing(intake, no_page), _when_looked_at, self.messengers(clock), clock)
        return _Running(errands, outbox)

    def _move_to(self, at: datetime) -> None:
        self.onlooker.moves_on(at)
        self.clock.set(self.journey.on_its_clock(at))

    def _learn(self, learnt: list[Learnt]) -> None:
        for one in learnt:
            with self.database.work() as work:
                record(work, self.journey, one)

    async def _sweep(self, running: _Running) -> None:
        """Do what the schedule does, then send what has come of it."""
        now = self.clock()
        self._look_at_calls(now)
        await running.errands.sweep_digests()
        if is_watch_tick(now):
            await running.errands.sweep_alerts()
            await running.errands.sweep_corrections()
        await running.errands.sweep_escalations()
        await running.outbox.recover()
        await self._send(running)

    async def _send(self, running: _Running) -> None:
        await running.outbox.sweep()
        await running.outbox.finish()
        self.clock.set(self.clock() + A_MOMENT)
        await running.outbox.sweep()
        await running.outbox.finish()

    async def _say(self, running: _Running, says: Says) -> None:
        self.onlooker.hears(says)
        self.onlooker.answers(says, await running.errands.answer(arrival_of(says, self.clock())))
        await self._send(running)

    def _look_at_calls(self, now: datetime) -> None:
        with self.database.view() as work:
            for incident in work.incidents.of_engagement(self.journey.engagement.id, now):
                for step in agenda(incident):
                    if step.kind is StepKind.CALL and step.due_at <= now:
                        self.onlooker.owes_call(incident.id, incident.calls + 1, step.due_at)

    def _ticks(self, at: datetime) -> list[datetime]:
        """Return the next tick that finds something to do, on everybody's clock; none while the process is down."""
        if self.journey.is_stopped(at):
            return []
        with self.database.view() as work:
            tick = next_tick(work, self.journey, self.clock())
        return [] if tick is None else [max(tick - self.journey.jumped_by(at), at + A_MOMENT)]


async def _when_looked_at(_picture: Drawing) -> bytes:
    """Leave out the picture: it is named by its words."""
    raise NotDrawnError("a simulated room names pictures in words")
