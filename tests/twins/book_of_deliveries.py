"""The delivery ledger in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from kpi.deliveries import TRANSITIONS, CauseKind, Delivery, DeliveryState, Placing, Settlement
from tests.twins.book_state import BookState


class MemoryDeliveries:
    """Fits `handlers.ports.DeliveryLedger`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def add(self, delivery: Delivery) -> bool:
        """Add a delivery unless its key or id exists; return whether it was added."""
        if delivery.id in self._state.deliveries or self.by_key(delivery.key):
            return False
        self._state.deliveries[delivery.id] = delivery
        return True

    def claim(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Take up to `limit` due PENDING deliveries and make them SENDING."""
        due = [one for one in self._in(DeliveryState.PENDING) if one.due_at <= now]
        due.sort(key=lambda one: (one.due_at, one.created_at, one.id))
        taken = tuple(
            replace(one, state=DeliveryState.SENDING, claimed_at=now, attempts=one.attempts + 1) for one in due[:limit]
        )
        self._state.deliveries.update((one.id, one) for one in taken)
        return taken

    def settle(self, delivery_id: str, settlement: Settlement) -> None:
        """Store how an attempt ended; raises ValueError on a transition that is not allowed."""
        known = self.get(delivery_id)
        if known is None or settlement.state not in TRANSITIONS[known.state]:
            msg = f"delivery {delivery_id} cannot become {settlement.state} now"
            raise ValueError(msg)
        is_again = settlement.state is DeliveryState.PENDING
        self._state.deliveries[delivery_id] = replace(
            known,
            state=settlement.state,
            reason=settlement.reason,
            settled_at=settlement.at,
            platform_message=settlement.platform_message or known.platform_message,
            due_at=settlement.retry_at or known.due_at,
            give_up_at=settlement.give_up_at if is_again else known.give_up_at,
            is_repeat=settlement.is_repeat if is_again else known.is_repeat,
            is_unreachable=settlement.is_unreachable,
        )

    def waiting(self, before: datetime) -> tuple[Delivery, ...]:
        """Return PENDING deliveries that were due before an instant, oldest first."""
        late = [one for one in self._in(DeliveryState.PENDING) if one.due_at < before]
        return tuple(sorted(late, key=lambda one: (one.due_at, one.id)))

    def stuck(self, before: datetime) -> tuple[Delivery, ...]:
        """Return SENDING deliveries claimed before `before`."""
        found = ((one.claimed_at, one.id, one) for one in self._in(DeliveryState.SENDING) if one.claimed_at)
        return tuple(one for at, _, one in sorted(found, key=lambda each: each[:2]) if at < before)

    def unknown(self, since: datetime) -> tuple[Delivery, ...]:
        """Return UNKNOWN deliveries settled at or after `since`, oldest first."""
        found = ((one.settled_at, one.id, one) for one in self._in(DeliveryState.UNKNOWN) if one.settled_at)
        return tuple(one for at, _, one in sorted(found, key=lambda each: each[:2]) if at >= since)

    def get(self, delivery_id: str) -> Delivery | None:
        """Return one delivery, or None."""
        return self._state.deliveries.get(delivery_id)

    def by_key(self, key: str) -> Delivery | None:
        """Return the delivery with this once-only key, or None."""
        return next((one for one in self._state.deliveries.values() if one.key == key), None)

    def of_message(self, engagement_id: str, room_id: str, platform_message: str) -> Delivery | None:
        """Return the newest delivery of a room that became this message of its platform, or None."""
        found = [
            one
            for one in self._state.deliveries.values()
            if platform_message
            and (one.engagement, one.room, one.platform_message) == (engagement_id, room_id, platform_message)
        ]
        return max(found, key=lambda one: (one.created_at, one.id), default=None)

    def renew(self, delivery_id: str, cause: str, due_at: datetime | None = None) -> bool:
        """Let a delivery that is still PENDING and was never tried speak of a newer snapshot; False: too late."""
        known = self.get(delivery_id)
        if known is None or known.state is not DeliveryState.PENDING or known.attempts:
            return False
        self._state.deliveries[delivery_id] = replace(
            known, cause=cause, due_at=min(known.due_at, due_at or known.due_at)
        )
        return True

    def revive(self, delivery_id: str, cause: str, at: datetime) -> bool:
        """Queue a FAILED delivery again, due at once and speaking of a newer snapshot; False: it is not FAILED."""
        known = self.get(delivery_id)
        if known is None or known.state is not DeliveryState.FAILED:
            return False
        self._state.deliveries[delivery_id] = replace(
            known, state=DeliveryState.PENDING, cause=cause, due_at=at, settled_at=at, give_up_at=None
        )
        return True

    def newest_change(self, key: str) -> Delivery | None:
        """Return the change of a delivery's message that is due last, or None."""
        found = [one for one in self._state.deliveries.values() if one.anchor == key and one.placing is Placing.EDIT]
        return max(found, key=lambda one: (one.due_at, one.created_at, one.id), default=None)

    def failed(self, kind: CauseKind, since: datetime) -> tuple[Delivery, ...]:
        """Return the FAILED deliveries of a kind that were settled at or after `since`, oldest first."""
        found = ((one.settled_at, one.id, one) for one in self._in(DeliveryState.FAILED) if one.settled_at)
        ordered = sorted(found, key=lambda each: each[:2])
        return tuple(one for at, _, one in ordered if at >= since and one.cause_kind is kind)

    def closed(self, since: datetime) -> tuple[Delivery, ...]:
        """Return, of each room whose newest settled delivery was unreachable, the first one that was, from `since` on.

        Ordered by engagement and room.
        """
        sent: dict[tuple[str, str], datetime] = {}
        for one in self._in(DeliveryState.SENT):
            place = (one.engagement, one.room)
            sent[place] = max(sent.get(place, since), one.settled_at or since)
        first: dict[tuple[str, str], Delivery] = {}
        for one in sorted(self._in(DeliveryState.FAILED), key=lambda each: (str(each.settled_at), each.id)):
            place, at = (one.engagement, one.room), one.settled_at or since
            if one.is_unreachable and at >= since and at >= sent.get(place, since):
                first.setdefault(place, one)
        return tuple(one for _, one in sorted(first.items()))

    def message_of(self, key: str) -> str:
        """Return the platform's id of a delivery's message as it stands now, or ""."""
        found = [
            one
            for one in self._in(DeliveryState.SENT)
            if one.platform_message and (one.key == key or (one.anchor == key and one.placing is Placing.EDIT))
        ]
        newest = max(found, key=lambda one: (str(one.settled_at), one.created_at), default=None)
        return newest.platform_message if newest else ""

    def of_engagement(self, engagement_id: str, limit: int) -> tuple[Delivery, ...]:
        """Return the newest deliveries of an engagement, newest first."""
        found = [one for one in self._state.deliveries.values() if one.engagement == engagement_id]
        return tuple(sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)[:limit])

    def of_causes(self, causes: Sequence[str]) -> tuple[Delivery, ...]:
        """Return the deliveries made for any of these causes, oldest first."""
        return _oldest_first(one for one in self._state.deliveries.values() if one.cause in causes)

    def between(self, engagement_id: str, first: datetime, before: datetime) -> tuple[Delivery, ...]:
        """Return an engagement's deliveries created at or after `first` and before `before`, oldest first."""
        made = (one for one in self._state.deliveries.values() if one.engagement == engagement_id)
        return _oldest_first(one for one in made if first <= one.created_at < before)

    def _in(self, state: DeliveryState) -> list[Delivery]:
        return [one for one in self._state.deliveries.values() if one.state is state]


def _oldest_first(found: Iterable[Delivery]) -> tuple[Delivery, ...]:
    return tuple(sorted(found, key=lambda one: (one.created_at, one.id)))
