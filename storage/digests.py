"""Frozen digests as JSON, and the slots that wait for their time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update
from sqlmodel import col

from kpi.digests import Digest, DigestRoomState, DigestSlot
from storage.bodies import Body
from storage.once import insert_once
from storage.tables import DigestRow, DigestSlotRow

_DIGEST = Body(Digest)


class StoredDigests:
    """Fits `handlers.ports.DigestBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def plan(self, slot: DigestSlot) -> bool:
        """Add a slot unless its key exists; return whether it was added."""
        return insert_once(self._connection, DigestSlotRow, _slot_values(slot))

    def first_due(self, engagement_id: str, room_id: str) -> datetime | None:
        """Return when a room's first slot was due, or None for a room that never had one."""
        return self._connection.scalar(
            select(col(DigestSlotRow.due_at))
            .where(col(DigestSlotRow.engagement) == engagement_id, col(DigestSlotRow.room) == room_id)
            .order_by(col(DigestSlotRow.due_at))
            .limit(1)
        )

    def claim_due(self, now: datetime, claimed_until: datetime) -> tuple[DigestSlot, ...]:
        """Take the DUE slots whose time has come; nobody else takes them before `claimed_until`."""
        table = DigestSlotRow.__table__  # type: ignore[attr-defined]
        rows = self._connection.execute(
            select(table)
            .where(
                table.c.state == DigestRoomState.DUE.value,
                table.c.due_at <= now,
                or_(table.c.claimed_until.is_(None), table.c.claimed_until <= now),
            )
            .order_by(table.c.due_at, table.c.key)
            .with_for_update(skip_locked=True)
        ).all()
        keys = [row.key for row in rows]
        self._connection.execute(update(table).where(table.c.key.in_(keys)).values(claimed_until=claimed_until))
        return tuple(map(_slot, rows))

    def settle_slot(self, slot: DigestSlot) -> None:
        """Store a claimed slot's new state and release it."""
        values = _slot_values(slot)
        self._connection.execute(
            update(DigestSlotRow)
            .where(col(DigestSlotRow.key) == values.pop("key"))
            .values(**values, claimed_until=None)
        )

    def late(self, before: datetime) -> tuple[DigestSlot, ...]:
        """Return the slots that are still DUE though their deadline was before an instant, oldest first."""
        table = DigestSlotRow.__table__  # type: ignore[attr-defined]
        rows = self._connection.execute(
            select(table)
            .where(table.c.state == DigestRoomState.DUE.value, table.c.deadline_at < before)
            .order_by(table.c.deadline_at, table.c.key)
        )
        return tuple(map(_slot, rows))

    def slots_between(self, engagement_id: str, first: datetime, before: datetime) -> tuple[DigestSlot, ...]:
        """Return the slots whose deadline is at or after `first` and before `before`, by deadline and key."""
        table = DigestSlotRow.__table__  # type: ignore[attr-defined]
        rows = self._connection.execute(
            select(table)
            .where(table.c.engagement == engagement_id, table.c.deadline_at >= first, table.c.deadline_at < before)
            .order_by(table.c.deadline_at, table.c.key)
        )
        return tuple(map(_slot, rows))

    def release(self, key: str) -> None:
        """Free a slot from its claim, so that the next sweep takes it."""
        self._connection.execute(update(DigestSlotRow).where(col(DigestSlotRow.key) == key).values(claimed_until=None))

    def freeze(self, digest: Digest) -> None:
        """Store a snapshot; raises ValueError when its id is taken: what was frozen is never written over."""
        values = {
            "id": digest.id,
            "engagement": digest.engagement,
            "day": digest.day,
            "composed_at": digest.composed_at,
            "body": _DIGEST.write(digest),
        }
        if not insert_once(self._connection, DigestRow, values):
            msg = f"digest {digest.id} is frozen already"
            raise ValueError(msg)

    def get(self, digest_id: str) -> Digest | None:
        """Return a snapshot, or None."""
        body = self._connection.scalar(select(col(DigestRow.body)).where(col(DigestRow.id) == digest_id))
        return None if body is None else _DIGEST.read(body)

    def of_day(self, engagement_id: str, day: date) -> tuple[Digest, ...]:
        """Return the snapshots of a data day, oldest first."""
        bodies = self._connection.scalars(
            select(col(DigestRow.body))
            .where(col(DigestRow.engagement) == engagement_id, col(DigestRow.day) == day)
            .order_by(col(DigestRow.composed_at), col(DigestRow.id))
        )
        return tuple(_DIGEST.read(body) for body in bodies)

    def latest(self, engagement_id: str) -> Digest | None:
        """Return the newest snapshot of an engagement, or None."""
        body = self._connection.scalar(
            select(col(DigestRow.body))
            .where(col(DigestRow.engagement) == engagement_id)
            .order_by(col(DigestRow.composed_at).desc(), col(DigestRow.id).desc())
            .limit(1)
        )
        return None if body is None else _DIGEST.read(body)


def _slot_values(slot: DigestSlot) -> dict[str, Any]:
    return {
        "key": slot.key,
        "engagement": slot.engagement,
        "room": slot.room,
        "day": slot.day,
        "due_at": slot.due_at,
        "deadline_at": slot.deadline_at,
        "state": slot.state.value,
        "digest": slot.digest,
        "reason": slot.reason,
    }


def _slot(row: Row[Any]) -> DigestSlot:
    return DigestSlot(
        row.key,
        row.engagement,
        row.room,
        row.day,
        row.due_at,
        row.deadline_at,
        DigestRoomState(row.state),
        row.digest,
        row.reason,
    )
