"""The delivery ledger: claims that two replicas never share, transitions by compare-and-set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, or_, select, update

from kpi.deliveries import TRANSITIONS, CauseKind, Delivery, DeliveryState, Placing, Settlement
from kpi.engagements import Platform
from storage.once import insert_once
from storage.tables import DeliveryRow

_TABLE = DeliveryRow.__table__  # type: ignore[attr-defined]


class StoredDeliveries:
    """Fits `handlers.ports.DeliveryLedger`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, delivery: Delivery) -> bool:
        """Add a delivery unless its key exists; return whether it was added."""
        return insert_once(self._connection, DeliveryRow, _values(delivery))

    def claim(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Take up to `limit` due PENDING deliveries and make them SENDING."""
        due = (
            select(_TABLE.c.id)
            .where(_TABLE.c.state == DeliveryState.PENDING.value, _TABLE.c.due_at <= now)
            .order_by(_TABLE.c.due_at, _TABLE.c.created_at, _TABLE.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        ids = list(self._connection.scalars(due))
        self._connection.execute(
            update(_TABLE)
            .where(_TABLE.c.id.in_(ids))
            .values(state=DeliveryState.SENDING.value, claimed_at=now, attempts=_TABLE.c.attempts + 1)
        )
        rows = self._connection.execute(
            select(_TABLE).where(_TABLE.c.id.in_(ids)).order_by(_TABLE.c.due_at, _TABLE.c.created_at, _TABLE.c.id)
        )
        return tuple(map(_delivery, rows))

    def settle(self, delivery_id: str, settlement: Settlement) -> None:
        """Store how an attempt ended; raises ValueError on a transition that is not allowed."""
        allowed = [state.value for state, nexts in TRANSITIONS.items() if settlement.state in nexts]
        values: dict[str, Any] = {
            "state": settlement.state.value,
            "reason": settlement.reason,
            "settled_at": settlement.at,
            "is_unreachable": settlement.is_unreachable,
        }
        if settlement.platform_message:
            values["platform_message"] = settlement.platform_message
        if settlement.retry_at is not None:
            values["due_at"] = settlement.retry_at
        if settlement.state is DeliveryState.PENDING:
            values["give_up_at"] = settlement.give_up_at
            values["is_repeat"] = settlement.is_repeat
        changed = self._connection.execute(
            update(_TABLE).where(_TABLE.c.id == delivery_id, _TABLE.c.state.in_(allowed)).values(**values)
        )
        if not changed.rowcount:
            msg = f"delivery {delivery_id} cannot become {settlement.state} now"
            raise ValueError(msg)

    def waiting(self, before: datetime) -> tuple[Delivery, ...]:
        """Return PENDING deliveries that were due before an instant, oldest first."""
        rows = self._connection.execute(
            select(_TABLE)
            .where(_TABLE.c.state == DeliveryState.PENDING.value, _TABLE.c.due_at < before)
            .order_by(_TABLE.c.due_at, _TABLE.c.id)
        )
        return tuple(map(_delivery, rows))

    def stuck(self, before: datetime) -> tuple[Delivery, ...]:
        """Return SENDING deliveries claimed before `before`."""
        rows = self._connection.execute(
            select(_TABLE)
            .where(_TABLE.c.state == DeliveryState.SENDING.value, _TABLE.c.claimed_at < before)
            .order_by(_TABLE.c.claimed_at, _TABLE.c.id)
        )
        return tuple(map(_delivery, rows))

    def unknown(self, since: datetime) -> tuple[Delivery, ...]:
        """Return UNKNOWN deliveries settled at or after `since`, oldest first."""
        rows = self._connection.execute(
            select(_TABLE)
            .where(_TABLE.c.state == DeliveryState.UNKNOWN.value, _TABLE.c.settled_at >= since)
            .order_by(_TABLE.c.settled_at, _TABLE.c.id)
        )
        return tuple(map(_delivery, rows))

    def get(self, delivery_id: str) -> Delivery | None:
        """Return one delivery, or None."""
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.id == delivery_id)).first()
        return None if row is None else _delivery(row)

    def by_key(self, key: str) -> Delivery | None:
        """Return the delivery with this once-only key, or None."""
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.key == key)).first()
        return None if row is None else _delivery(row)

    def of_message(self, engagement_id: str, room_id: str, platform_message: str) -> Delivery | None:
        """Return the newest delivery of a room that became this message of its platform, or None."""
        is_here = (_TABLE.c.engagement == engagement_id) & (_TABLE.c.room == room_id)
        row = self._connection.execute(
            select(_TABLE)
            .where(is_here, _TABLE.c.platform_message == platform_message)
            .order_by(_TABLE.c.created_at.desc(), _TABLE.c.id.desc())
            .limit(1)
        ).first()
        return None if row is None or not platform_message else _delivery(row)

    def renew(self, delivery_id: str, cause: str, due_at: datetime | None = None) -> bool:
        """Let a delivery that is still PENDING and was never tried speak of a newer snapshot; False: too late."""
        changed = self._connection.execute(
            update(_TABLE)
            .where(_TABLE.c.id == delivery_id, _TABLE.c.state == DeliveryState.PENDING.value, _TABLE.c.attempts == 0)
            .values(cause=cause)
        )
        if due_at is not None and changed.rowcount:
            sooner = (_TABLE.c.id == delivery_id) & (_TABLE.c.due_at > due_at)
            self._connection.execute(update(_TABLE).where(sooner).values(due_at=due_at))
        return bool(changed.rowcount)

    def revive(self, delivery_id: str, cause: str, at: datetime) -> bool:
        """Queue a FAILED delivery again, due at once and speaking of a newer snapshot; False: it is not FAILED."""
        changed = self._connection.execute(
            update(_TABLE)
            .where(_TABLE.c.id == delivery_id, _TABLE.c.state == DeliveryState.FAILED.value)
            .values(state=DeliveryState.PENDING.value, cause=cause, due_at=at, settled_at=at, give_up_at=None)
        )
        return bool(changed.rowcount)

    def newest_change(self, key: str) -> Delivery | None:
        """Return the change of a delivery's message that is due last, or None."""
        row = self._connection.execute(
            select(_TABLE)
            .where(_TABLE.c.anchor == key, _TABLE.c.placing == Placing.EDIT.value)
            .order_by(_TABLE.c.due_at.desc(), _TABLE.c.created_at.desc(), _TABLE.c.id.desc())
            .limit(1)
        ).first()
        return None if row is None else _delivery(row)

    def failed(self, kind: CauseKind, since: datetime) -> tuple[Delivery, ...]:
        """Return the FAILED deliveries of a kind that were settled at or after `since`, oldest first."""
        rows = self._connection.execute(
            select(_TABLE)
            .where(
                _TABLE.c.state == DeliveryState.FAILED.value,
                _TABLE.c.cause_kind == kind.value,
                _TABLE.c.settled_at >= since,
            )
            .order_by(_TABLE.c.settled_at, _TABLE.c.id)
        )
        return tuple(map(_delivery, rows))

    def closed(self, since: datetime) -> tuple[Delivery, ...]:
        """Return, of each room whose newest settled delivery was unreachable, the first one that was, from `since` on.

        Ordered by engagement and room.
        """
        later = _TABLE.alias()
        was_sent_since = exists().where(
            later.c.engagement == _TABLE.c.engagement,
            later.c.room == _TABLE.c.room,
            later.c.state == DeliveryState.SENT.value,
            later.c.settled_at > _TABLE.c.settled_at,
        )
        rows = self._connection.execute(
            select(_TABLE)
            .where(
                _TABLE.c.state == DeliveryState.FAILED.value,
                _TABLE.c.is_unreachable,
                _TABLE.c.settled_at >= since,
                ~was_sent_since,
            )
            .order_by(_TABLE.c.settled_at.desc(), _TABLE.c.id.desc())
        )
        first = {(row.engagement, row.room): row for row in rows}
        return tuple(_delivery(row) for _, row in sorted(first.items()))

    def message_of(self, key: str) -> str:
        """Return the platform's id of a delivery's message as it stands now, or ""."""
        is_edit = (_TABLE.c.anchor == key) & (_TABLE.c.placing == Placing.EDIT.value)
        found = self._connection.scalar(
            select(_TABLE.c.platform_message)
            .where(
                _TABLE.c.state == DeliveryState.SENT.value,
                _TABLE.c.platform_message != "",
                or_(_TABLE.c.key == key, is_edit),
            )
            .order_by(_TABLE.c.settled_at.desc(), _TABLE.c.created_at.desc())
            .limit(1)
        )
        return str(found or "")

    def of_engagement(self, engagement_id: str, limit: int) -> tuple[Delivery, ...]:
        """Return the newest deliveries of an engagement, newest first."""
        rows = self._connection.execute(
            select(_TABLE)
            .where(_TABLE.c.engagement == engagement_id)
            .order_by(_TABLE.c.created_at.desc(), _TABLE.c.id.desc())
            .limit(limit)
        )
        return tuple(map(_delivery, rows))

    def of_causes(self, causes: Sequence[str]) -> tuple[Delivery, ...]:
        """Return the deliveries made for any of these causes, oldest first."""
        rows = self._connection.execute(
            select(_TABLE).where(_TABLE.c.cause.in_(causes)).order_by(_TABLE.c.created_at, _TABLE.c.id)
        )
        return tuple(map(_delivery, rows))

    def between(self, engagement_id: str, first: datetime, before: datetime) -> tuple[Delivery, ...]:
        """Return an engagement's deliveries created at or after `first` and before `before`, oldest first."""
        rows = self._connection.execute(
            select(_TABLE)
            .where(_TABLE.c.engagement == engagement_id, _TABLE.c.created_at >= first, _TABLE.c.created_at < before)
            .order_by(_TABLE.c.created_at, _TABLE.c.id)
        )
        return tuple(map(_delivery, rows))


def _values(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "key": delivery.key,
        "cause_kind": delivery.cause_kind.value,
        "cause": delivery.cause,
        "engagement": delivery.engagement,
        "room": delivery.room,
        "platform": delivery.platform.value,
        "state": delivery.state.value,
        "due_at": delivery.due_at,
        "created_at": delivery.created_at,
        "attempts": delivery.attempts,
        "platform_message": delivery.platform_message,
        "reason": delivery.reason,
        "claimed_at": delivery.claimed_at,
        "settled_at": delivery.settled_at,
        "give_up_at": delivery.give_up_at,
        "is_repeat": delivery.is_repeat,
        "placing": delivery.placing.value,
        "anchor": delivery.anchor,
        "is_unreachable": delivery.is_unreachable,
    }


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        row.id,
        row.key,
        CauseKind(row.cause_kind),
        row.cause,
        row.engagement,
        row.room,
        Platform(row.platform),
        DeliveryState(row.state),
        row.due_at,
        row.created_at,
        row.attempts,
        row.platform_message,
        row.reason,
        row.claimed_at,
        row.settled_at,
        row.give_up_at,
        row.is_repeat,
        Placing(row.placing),
        row.anchor,
        row.is_unreachable,
    )
