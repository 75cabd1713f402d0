"""One attempt at one delivery: compose, draw, post, and what its end means for the ledger.

Nothing here raises for a delivery that went wrong: how it ended is a Settlement with its reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.drawing import NotDrawnError
from bot.messengers import AnswerLostError, LimitedError, Messenger, NotSentError, Parcel, Receipt, UnreachableError
from bot.threads import Threads
from handlers.deliveries import Composed
from handlers.ports import Clock, UnitOfWork, Work
from handlers.rooms.held_rooms import HeldBack
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Placing, Settlement
from kpi.documents import Drawing
from kpi.engagements import Platform
from kpi.errors import VigiaError

BUDGET = timedelta(seconds=150)
"""No retry starts later than this after the first attempt; what is not urgent may be patient with a full platform."""
PATIENT_FOR = timedelta(hours=2)
"""How long after it was queued a message that is not urgent waits for a platform that takes no more for a while."""
RETRY_COMPOSING_AFTER = timedelta(seconds=15)
"""A database that was busy or away for a moment."""
DRAW_SECONDS = 60.0
"""Longest wait for a picture, its turn included; then the text goes without it."""
POST_SECONDS = 180.0
"""Longest a platform may take, its own retries included; its messenger should have given up long before."""

_LOG = structlog.get_logger("vigia.outbox")

Compose = Callable[[Work, Delivery], Composed | HeldBack | None]
"""Returns the message of a delivery and its room, or why the room may not get it; None when either no longer exists."""
Draw = Callable[[Drawing], Awaitable[bytes]]
"""Draws a picture or prints a document; raises NotDrawnError."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Makes attempts; holds no state of its own."""

    unit_of_work: UnitOfWork
    view: UnitOfWork
    compose: Compose
    draw: Draw
    messengers: Mapping[Platform, Messenger]
    clock: Clock
    threads: Threads

    async def make(self, delivery: Delivery) -> Settlement:
        """Try once to send a claimed delivery and return how it ended."""
        attempt = _Attempt(delivery, self.clock())
        try:
            return await self._go(attempt)
        except NotSentError as error:
            return self._not_sent(attempt, error)
        except AnswerLostError as error:
            return self._ended(DeliveryState.UNKNOWN, f"{error.reason}; it may have arrived")
        except VigiaError as error:
            return self._ended(DeliveryState.FAILED, f"not composed: {error}")
        except Exception as error:  # noqa: BLE001 - the edge: a fault in one message must not stop the others
            _LOG.exception("delivery_attempt_failed", delivery=delivery.id, is_calling=attempt.is_calling)
            if attempt.is_calling:
                return self._ended(
                    DeliveryState.UNKNOWN, f"fault in the call: {type(error).__name__}; it may have arrived"
                )
            return self._not_sent(attempt, NotSentError(f"not composed: {type(error).__name__}", RETRY_COMPOSING_AFTER))

    async def _go(self, attempt: _Attempt) -> Settlement:
        delivery = attempt.delivery
        messenger = self.messengers.get(delivery.platform)
        if messenger is None:
            raise NotSentError(f"{delivery.platform} is not set up in this installation")
        composed = await self.composed(delivery)
        if composed is None:
            return self._ended(DeliveryState.SKIPPED, "its room or its cause no longer exists")
        if isinstance(composed, HeldBack):
            await self._queue(composed.instead)
            return self._ended(DeliveryState.SKIPPED, composed.reason)
        if delivery.placing is Placing.EDIT and not composed.anchor:
            return self._ended(DeliveryState.SKIPPED, "the message it would change was not sent")
        picture, lost_picture = await self._made("picture", composed.reply.picture)
        document, lost_document = await self._made("document", composed.reply.document)
        attempt.is_calling = True
        receipt = await _post(messenger, parcel_of(delivery, composed, picture, document))
        said = [f"taken by {delivery.platform}", lost_picture, lost_document, receipt.remark]
        reason = "; ".join(one for one in said if one)
        return Settlement(DeliveryState.SENT, reason, self.clock(), platform_message=receipt.platform_message)

    async def _queue(self, deliveries: Sequence[Delivery]) -> None:
        """Queue what takes the place of a message that is held back; keys that are known already change nothing."""

        def add() -> None:
            with self.unit_of_work() as work:
                for delivery in deliveries:
                    work.deliveries.add(delivery)

        await self.threads.run(add)

    async def composed(self, delivery: Delivery) -> Composed | HeldBack | None:
        """Return the message and its room, composed in a worker thread; nobody waits to write for it."""

        def compose() -> Composed | HeldBack | None:
            with self.view() as work:
                return self.compose(work, delivery)

        return await self.threads.run(compose)

    async def _made(self, name: str, drawing: Drawing | None) -> tuple[bytes | None, str]:
        """Return a drawn picture or document, or None and a remark; text never waits for it for long."""
        if drawing is None:
            return None, ""
        try:
            async with asyncio.timeout(DRAW_SECONDS):
                return await self.draw(drawing), ""
        except NotDrawnError as error:
            return None, f"without its {name}: {error.reason}"
        except TimeoutError:
            return None, f"without its {name}: drawing took too long"

    def _not_sent(self, attempt: _Attempt, error: NotSentError) -> Settlement:
        """Return the way back to PENDING while the budget lasts, FAILED after it."""
        now, delivery = self.clock(), attempt.delivery
        if error.retry_after is None:
            ended = self._ended(DeliveryState.FAILED, error.reason)
            return replace(ended, is_unreachable=isinstance(error, UnreachableError))
        give_up_at = delivery.give_up_at or attempt.began_at + BUDGET
        if isinstance(error, LimitedError) and not is_urgent(delivery):
            give_up_at = max(give_up_at, delivery.created_at + PATIENT_FOR)
        retry_at = now + error.retry_after
        if retry_at > give_up_at:
            return self._ended(DeliveryState.FAILED, f"{error.reason}; given up after {delivery.attempts} attempts")
        return Settlement(
            DeliveryState.PENDING,
            error.reason,
            now,
            retry_at=retry_at,
            give_up_at=give_up_at,
            is_repeat=delivery.is_repeat,
        )

    def _ended(self, state: DeliveryState, reason: str) -> Settlement:
        return Settlement(state, reason, self.clock())


def is_urgent(delivery: Delivery) -> bool:
    """Tell whether a message must not wait for long: a call that fails soon goes on another way."""
    return delivery.cause_kind is CauseKind.INCIDENT


@dataclass(slots=True)
class _Attempt:
    """How far one attempt has come: after `is_calling` nobody can be sure that nothing was sent."""

    delivery: Delivery
    began_at: datetime
    is_calling: bool = False


async def _post(messenger: Messenger, parcel: Parcel) -> Receipt:
    try:
        async with asyncio.timeout(POST_SECONDS):
            return await messenger.post(parcel)
    except TimeoutError:
        raise AnswerLostError(f"no answer within {POST_SECONDS:.0f} seconds") from None


def parcel_of(
    delivery: Delivery, composed: Composed, picture: bytes | None = None, document: bytes | None = None
) -> Parcel:
    """Return the parcel of a composed delivery; an answer to what was never sent is a message of its own."""
    is_edit = delivery.placing is Placing.EDIT  # changing a message twice shows nothing twice
    placing = delivery.placing if composed.anchor else Placing.POST
    is_repeat = delivery.is_repeat and not is_edit
    return Parcel(delivery.id, composed.room, composed.reply, picture, is_repeat, placing, composed.anchor, document)
