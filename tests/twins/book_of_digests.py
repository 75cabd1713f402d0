"""Digests and their slots in memory."""

from __future__ import annotations

from datetime import date, datetime

from kpi.digests import Digest, DigestRoomState, DigestSlot
from tests.twins.book_state import BookState


class MemoryDigests:
    """Fits `handlers.ports.DigestBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def plan(self, slot: DigestSlot) -> bool:
        """Add a slot unless its key exists; return whether it was added."""
        if slot.key in self._state.slots:
            return False
        self._state.slots[slot.key] = slot
        return True

    def first_due(self, engagement_id: str, room_id: str) -> datetime | None:
        """Return when a room's first slot was due, or None for a room that never had one."""
        slots = self._state.slots.values()
        return min(
            (slot.due_at for slot in slots if (slot.engagement, slot.room) == (engagement_id, room_id)), default=None
        )

    def claim_due(self, now: datetime, claimed_until: datetime) -> tuple[DigestSlot, ...]:
        """Take the DUE slots whose time has come; nobody else takes them before `claimed_until`."""
        claims = self._state.slot_claims
        due = [
            slot
            for slot in self._state.slots.values()
            if slot.state is DigestRoomState.DUE and slot.due_at <= now and claims.get(slot.key, now) <= now
        ]
        claims.update((slot.key, claimed_until) for slot in due)
        return tuple(sorted(due, key=lambda slot: (slot.due_at, slot.key)))

    def settle_slot(self, slot: DigestSlot) -> None:
        """Store a claimed slot's new state and release it."""
        if slot.key in self._state.slots:
            self._state.slots[slot.key] = slot
            self._state.slot_claims.pop(slot.key, None)

    def late(self, before: datetime) -> tuple[DigestSlot, ...]:
        """Return the slots that are still DUE though their deadline was before an instant, oldest first."""
        slots = self._state.slots.values()
        late = [slot for slot in slots if slot.state is DigestRoomState.DUE and slot.deadline_at < before]
        return tuple(sorted(late, key=lambda slot: (slot.deadline_at, slot.key)))

    def release(self, key: str) -> None:
        """Free a slot from its claim."""
        self._state.slot_claims.pop(key, None)

    def slots_between(self, engagement_id: str, first: datetime, before: datetime) -> tuple[DigestSlot, ...]:
        """Return the slots whose deadline is at or after `first` and before `before`, by deadline and key."""
        found = (slot for slot in self._state.slots.values() if slot.engagement == engagement_id)
        ended = [slot for slot in found if first <= slot.deadline_at < before]
        return tuple(sorted(ended, key=lambda slot: (slot.deadline_at, slot.key)))

    def freeze(self, digest: Digest) -> None:
        """Store a snapshot; raises ValueError when its id is taken."""
        if digest.id in self._state.digests:
            msg = f"digest {digest.id} is frozen already"
            raise ValueError(msg)
        self._state.digests[digest.id] = digest

    def get(self, digest_id: str) -> Digest | None:
        """Return a snapshot, or None."""
        return self._state.digests.get(digest_id)

    def of_day(self, engagement_id: str, day: date) -> tuple[Digest, ...]:
        """Return the snapshots of a data day, oldest first."""
        return tuple(digest for digest in self._of(engagement_id) if digest.day == day)

    def latest(self, engagement_id: str) -> Digest | None:
        """Return the newest snapshot of an engagement, or None."""
        return next(reversed(self._of(engagement_id)), None)

    def _of(self, engagement_id: str) -> list[Digest]:
        found = (digest for digest in self._state.digests.values() if digest.engagement == engagement_id)
        return sorted(found, key=lambda digest: (digest.composed_at, digest.id))
