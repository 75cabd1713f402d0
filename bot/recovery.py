"""Deliveries nobody knows about: found on their platform, repeated by rule, or left to a person.

| what was being sent | found on the platform | not found, or not to be asked |
|---|---|---|
| digest, correction, notice, offer, nudge, summary, record | sent | stays unknown: a person may send it again |
| alert, incident, audit | sent | sent once more, marked as repeated; then it stays unknown |

A platform that does not answer is asked again each minute; an alert or incident waits for that only a few times. One
that says it never had an alert or incident is sent it as often as it is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import TypeVar

import structlog

from bot.attempts import Attempts, parcel_of
from bot.messengers import NotAskedError
from handlers.deliveries import send_again
from handlers.ports import Work
from handlers.rooms.held_rooms import HeldBack
from kpi.deliveries import EDITABLE, CauseKind, Delivery, DeliveryState, Placing, Settlement

STUCK_AFTER = timedelta(minutes=10)
"""An attempt takes at most some seven minutes, its wait in line included: after this its process is dead."""
ASKED_FOR = timedelta(hours=24)
"""Older unknown deliveries are left as they are."""
MOST_QUESTIONS = 3
"""How often a platform is asked for one delivery: Slack lets some apps look only once a minute."""
SKEW = timedelta(minutes=1)
"""The platform's clock may be behind ours by so much."""

REPEATED = frozenset({CauseKind.ALERT, CauseKind.INCIDENT, CauseKind.AUDIT})
"""Missing one of these is worse than reading it twice."""

_LOG = structlog.get_logger("vigia.outbox")
_Made = TypeVar("_Made")


class Recovery:
    """Clears up after lost answers and dead processes."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts
        self._asked: Counter[str] = Counter()
        self._put_off: Counter[str] = Counter()

    async def recover(self, on_the_way: Collection[str]) -> int:
        """Make dead attempts unknown and look for the unknown ones; return how many are PENDING again.

        `on_the_way` are the ids this process is sending at the moment; they are left alone.
        """
        unknown = await self._in_work(lambda work: self._find_lost(work, on_the_way))
        again = 0
        for delivery in unknown:
            settlement = await self._decide(delivery)
            if settlement is not None:
                await self._settle(delivery.id, settlement)
                again += settlement.state is DeliveryState.PENDING
        return again

    async def resend(self, delivery_id: str) -> None:
        """Make a failed or unknown delivery PENDING on a person's word; an unknown one is marked as a repeat.

        Raises NotFoundError or QuestionError with a sentence for that person.
        """
        await self._in_work(lambda work: send_again(work, delivery_id, self._attempts.clock()))

    def _find_lost(self, work: Work, on_the_way: Collection[str]) -> Sequence[Delivery]:
        now = self._attempts.clock()
        for stuck in work.deliveries.stuck(now - STUCK_AFTER):
            if stuck.id not in on_the_way:
                reason = "the process ended while this was being sent; it may have arrived"
                work.deliveries.settle(stuck.id, Settlement(DeliveryState.UNKNOWN, reason, now))
        return [one for one in work.deliveries.unknown(now - ASKED_FOR) if one.id not in on_the_way]

    async def _decide(self, delivery: Delivery) -> Settlement | None:
        """Return what an unknown delivery becomes, or None when it stays unknown."""
        is_absent, found = False, None
        try:
            is_absent, found = await self._look_for(delivery)
        except NotAskedError:
            self._put_off[delivery.id] += 1
            if self._put_off[delivery.id] < MOST_QUESTIONS:
                return None
        now = self._attempts.clock()
        if found is not None:
            reason = f"found on {delivery.platform} after its answer was lost"
            return Settlement(DeliveryState.SENT, reason, now, platform_message=found)
        if delivery.cause_kind in REPEATED and (is_absent or not delivery.is_repeat):
            reason = f"sent once more, marked as repeated, because: {delivery.reason}"
            return Settlement(DeliveryState.PENDING, reason, now, retry_at=now, is_repeat=True)
        return None

    async def _look_for(self, delivery: Delivery) -> tuple[bool, str | None]:
        """Return whether its platform says that it never had the message, and where the message is when it has it.

        Of a change it cannot say so: where the message was gone, it was posted anew under another id.
        """
        messenger = self._attempts.messengers.get(delivery.platform)
        if messenger is None or self._asked[delivery.id] >= MOST_QUESTIONS:
            return False, None
        self._asked[delivery.id] += 1  # before asking: one whose message cannot be composed must not block the others
        composed = await self._attempts.composed(delivery)
        if composed is None or isinstance(composed, HeldBack):
            return False, None
        claimed_at = None if delivery.is_repeat else delivery.claimed_at  # of a repeat, the first may be there
        since = (claimed_at or delivery.created_at) - SKEW
        try:
            found = await messenger.find(parcel_of(delivery, composed), since)
        except NotAskedError:
            self._asked[delivery.id] -= 1
            raise
        is_askable = delivery.platform in EDITABLE and delivery.placing is not Placing.EDIT
        return found is None and is_askable, found

    async def _settle(self, delivery_id: str, settlement: Settlement) -> None:
        await self._in_work(lambda work: work.deliveries.settle(delivery_id, settlement))
        _LOG.info("delivery_recovered", delivery=delivery_id, state=settlement.state.value, reason=settlement.reason)

    async def _in_work(self, do: Callable[[Work], _Made]) -> _Made:
        def run() -> _Made:
            with self._attempts.unit_of_work() as work:
                return do(work)

        return await self._attempts.threads.run(run)
