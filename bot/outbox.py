"""The outbox: takes due deliveries from the ledger and sends them, many rooms at once, each room in order.

Claimed → (composed → drawn → posted) → settled with a reason. A delivery's truth is in the database: a crash leaves it
SENDING, and `recover` makes it unknown; nothing is ever sent again without a rule or a person's word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

import structlog

from bot.attempts import BUDGET, Attempts, Compose, Draw, is_urgent
from bot.messengers import Messenger
from bot.recovery import Recovery
from bot.threads import OUTBOX_THREADS, Threads
from handlers.ports import Clock, UnitOfWork
from kpi.deliveries import Delivery, DeliveryState, Settlement
from kpi.engagements import Platform

AT_ONCE = 16
"""Deliveries on the way at a time: slow webhooks must leave places for the others."""
CLAIM_HOLDS = timedelta(minutes=2)
"""A delivery that waited longer than this behind others of its room goes back instead of out: another replica may
soon take it for lost."""
CLOSE_SECONDS = 20.0
"""How long a stopping bot waits for what is on the way."""
_BEHIND = timedelta(microseconds=1)
"""What waits behind a retry is due a moment after it: the ledger claims in the order of due times."""

_LOG = structlog.get_logger("vigia.outbox")

Place = tuple[str, str]
"""A room: engagement id and room id."""


class Outbox:
    """Sends what is due. All methods belong to the event loop's thread; `report` hears of every settlement.

    `view` opens units of work that only read; messages are composed in them.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        compose: Compose,
        draw: Draw,
        messengers: Mapping[Platform, Messenger],
        clock: Clock,
        *,
        view: UnitOfWork | None = None,
    ) -> None:
        self._threads = Threads(OUTBOX_THREADS, "outbox")
        self._attempts = Attempts(unit_of_work, view or unit_of_work, compose, draw, messengers, clock, self._threads)
        self._recovery = Recovery(self._attempts)
        self._report: Callable[[Delivery, Settlement], None] | None = None
        self._claiming = asyncio.Lock()
        self._recovering = asyncio.Lock()
        self._is_nudged = False
        self._is_closing = False
        self._on_the_way: dict[str, asyncio.Task[None]] = {}
        self._errands: set[asyncio.Task[None]] = set()
        self._lanes: WeakValueDictionary[Place, asyncio.Lock] = WeakValueDictionary()
        self._resting: dict[Place, datetime] = {}
        self._patient: dict[Place, datetime] = {}

    def report_to(self, report: Callable[[Delivery, Settlement], None]) -> None:
        """Have `report` hear of every settlement."""
        self._report = report

    async def sweep(self) -> None:
        """Claim what is due and start sending it, as far as there are places; does not wait for the sending."""
        async with self._claiming:
            self._is_nudged = False
            while not self._is_closing and (free := AT_ONCE - len(self._on_the_way)) > 0:
                claimed = await self._threads.run(self._claim, free)
                for delivery in claimed:
                    self._start(delivery)
                if len(claimed) < free:
                    return

    def nudge(self) -> None:
        """Sweep as soon as possible: an answer does not wait for the clock. Many nudges make one sweep."""
        if not self._is_nudged and not self._is_closing:
            self._is_nudged = True
            self._send_off(self.sweep(), "outbox_sweep_failed")

    async def finish(self) -> None:
        """Wait until nothing is on the way and nothing more was due."""
        while waiting := {*self._on_the_way.values(), *self._errands}:
            await asyncio.wait(waiting)

    async def recover(self) -> None:
        """Clear up after lost answers and dead processes (see bot/recovery.py)."""
        async with self._recovering:
            if await self._recovery.recover(frozenset(self._on_the_way)):
                self.nudge()

    async def resend(self, delivery_id: str) -> None:
        """Send a failed or unknown delivery again on a person's word; raises NotFoundError or QuestionError."""
        await self._recovery.resend(delivery_id)
        self.nudge()

    async def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Take nothing more, wait for what is on the way, and leave the rest SENDING, to be found unknown later."""
        self._is_closing = True
        waiting = {*self._on_the_way.values(), *self._errands}
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._threads.close()

    def _claim(self, limit: int) -> tuple[Delivery, ...]:
        with self._attempts.unit_of_work() as work:
            return work.deliveries.claim(self._attempts.clock(), limit)

    def _start(self, delivery: Delivery) -> None:
        task = asyncio.create_task(self._deliver(delivery))
        self._on_the_way[delivery.id] = task
        task.add_done_callback(lambda ended: self._arrived(delivery, ended))

    def _arrived(self, delivery: Delivery, task: asyncio.Task[None]) -> None:
        was_full = len(self._on_the_way) >= AT_ONCE
        self._on_the_way.pop(delivery.id, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            # The ledger could not be told how it ended: it stays SENDING, and recover() will ask.
            _LOG.error("delivery_not_settled", delivery=delivery.id, exc_info=error)
        if was_full:
            self.nudge()

    async def _deliver(self, delivery: Delivery) -> None:
        place = (delivery.engagement, delivery.room)
        lane = self._lanes.setdefault(place, asyncio.Lock())
        # Locks are taken in the order they are asked for, and tasks start in the order of the claim.
        async with lane:
            settlement = self._back_in_line(delivery, place) or await self._attempts.make(delivery)
            await self._threads.run(self._settle, delivery.id, settlement)
            self._rest(place, delivery, settlement)
        _say(delivery, settlement)
        if self._report is not None:
            self._report(delivery, settlement)

    def _settle(self, delivery_id: str, settlement: Settlement) -> None:
        with self._attempts.unit_of_work() as work:
            work.deliveries.settle(delivery_id, settlement)

    def _back_in_line(self, delivery: Delivery, place: Place) -> Settlement | None:
        """Return the way back for a delivery whose room waits to retry an earlier one, or whose claim is too old."""
        now = self._attempts.clock()
        resting_until = now if self._overtakes(delivery, place, now) else self._resting.get(place, now)
        is_old = delivery.claimed_at is not None and now - delivery.claimed_at > CLAIM_HOLDS
        if resting_until > now:
            return _back(delivery, now, resting_until + _BEHIND, "waits behind an earlier message of its room")
        if is_old:
            return _back(delivery, now, now, "waited too long behind others of its room")
        return None

    def _overtakes(self, delivery: Delivery, place: Place, now: datetime) -> bool:
        """Tell whether an urgent message passes those that wait for hours: it must fail soon to go on another way."""
        return is_urgent(delivery) and self._patient.get(place, now) > now + BUDGET

    def _rest(self, place: Place, delivery: Delivery, settlement: Settlement) -> None:
        """Remember that a room waits for a retry, so that its messages stay in order."""
        is_retry = settlement.state is DeliveryState.PENDING and settlement.give_up_at is not None
        if is_retry and settlement.retry_at is not None:
            self._resting[place] = settlement.retry_at
            if not is_urgent(delivery):
                self._patient[place] = settlement.give_up_at or settlement.retry_at
        elif delivery.give_up_at is not None:
            self._resting.pop(place, None)
            if not is_urgent(delivery):
                self._patient.pop(place, None)

    def _send_off(self, errand: Coroutine[Any, Any, None], failure: str) -> None:
        task = asyncio.create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)
        task.add_done_callback(lambda ended: _log_failure(ended, failure))


def _back(delivery: Delivery, now: datetime, until: datetime, reason: str) -> Settlement:
    return Settlement(
        DeliveryState.PENDING,
        reason,
        now,
        retry_at=until,
        give_up_at=delivery.give_up_at,
        is_repeat=delivery.is_repeat,
    )


def _log_failure(task: asyncio.Task[None], failure: str) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOG.error(failure, exc_info=error)


def _say(delivery: Delivery, settlement: Settlement) -> None:
    is_bad = settlement.state in {DeliveryState.FAILED, DeliveryState.UNKNOWN}
    (_LOG.warning if is_bad else _LOG.info)(
        "delivery_settled",
        delivery=delivery.id,
        key=delivery.key,
        room=delivery.room,
        state=settlement.state.value,
        reason=settlement.reason,
    )
