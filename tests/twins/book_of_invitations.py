"""Invitations and shared places, in memory."""

from __future__ import annotations

from datetime import datetime

from kpi.engagements import Platform
from kpi.invitations import Invitation, InvitationState
from tests.twins.book_state import BookState


class MemoryInvitations:
    """Fits `handlers.ports.InvitationBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def add(self, invitation: Invitation) -> bool:
        """Add an invitation unless its stranger has one in its room; return whether it was added."""
        running = {_stranger(one) for one in self._state.invitations.values() if not one.is_over}
        is_second = not invitation.is_over and _stranger(invitation) in running
        if invitation.id in self._state.invitations or is_second:
            return False
        self._state.invitations[invitation.id] = invitation
        return True

    def get(self, invitation_id: str) -> Invitation | None:
        """Return an invitation, or None."""
        return self._state.invitations.get(invitation_id)

    def newest(self, engagement_id: str, room_id: str, platform: Platform, handle: str) -> Invitation | None:
        """Return the newest invitation of a stranger in a room, or None."""
        stranger = engagement_id, room_id, platform, handle
        theirs = (one for one in self._state.invitations.values() if _stranger(one) == stranger)
        return max(theirs, key=lambda one: (one.made_at, one.id), default=None)

    def change(self, before: Invitation, after: Invitation) -> bool:
        """Store an invitation over what it was made from; False: somebody changed it meanwhile."""
        if self._state.invitations.get(before.id) != before:
            return False
        self._state.invitations[before.id] = after
        return True

    def in_state(self, state: InvitationState, engagement_id: str = "") -> tuple[Invitation, ...]:
        """Return the invitations in a state, of one engagement or ("") of all, the oldest first."""
        found = (one for one in self._state.invitations.values() if one.state is state)
        here = (one for one in found if engagement_id in {"", one.engagement})
        return tuple(sorted(here, key=lambda one: (one.made_at, one.id)))

    def due(self, now: datetime) -> tuple[Invitation, ...]:
        """Return the invitations that are not over though their time is, the oldest first."""
        late = (one for one in self._state.invitations.values() if not one.is_over and one.until <= now)
        return tuple(sorted(late, key=lambda one: (one.until, one.id)))

    def forget(self, now: datetime) -> int:
        """Drop the invitations that are over and need not be remembered any more; return how many."""
        past = [one.id for one in self._state.invitations.values() if one.is_over and one.until <= now]
        for one in past:
            del self._state.invitations[one]
        return len(past)


class MemorySharedPlaces:
    """Fits `handlers.ports.SharedPlaceBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def share(self, platform: Platform, address: str, at: datetime) -> None:
        """Note that a place is shared; what was confirmed of it before counts no more."""
        self._state.shared_places[platform, address] = ""
        self._state.shared_since[platform, address] = at

    def unshare(self, platform: Platform, address: str) -> None:
        """Note that a place is shared no more."""
        self._state.shared_places.pop((platform, address), None)
        self._state.shared_since.pop((platform, address), None)

    def move(self, platform: Platform, address: str, moved_to: str) -> None:
        """Note that a place has another address, and that it is shared as it was, or as was noted of that address."""
        by = self._state.shared_places.pop((platform, address), None)
        if by is not None:
            self._state.shared_places.setdefault((platform, moved_to), by)
            at = self._state.shared_since.pop((platform, address))
            self._state.shared_since.setdefault((platform, moved_to), at)

    def shared_since(self, platform: Platform, address: str) -> datetime | None:
        """Return since when a place is shared with whoever joined last, or None: it is not."""
        return self._state.shared_since.get((platform, address))

    def confirm(self, platform: Platform, address: str, by: str) -> bool:
        """Note who said that a shared place may be written to; False: it is not shared, or somebody said so before."""
        if self._state.shared_places.get((platform, address)) != "":
            return False
        self._state.shared_places[platform, address] = by
        return True


def _stranger(one: Invitation) -> tuple[str, str, Platform, str]:
    return one.engagement, one.room, one.platform, one.handle
