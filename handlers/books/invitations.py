"""What getting to know people and shared places needs from storage; a part of `handlers.ports`."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from kpi.engagements import Platform
from kpi.invitations import Invitation, InvitationState


class InvitationBook(Protocol):
    """Strangers who are to say who they are; one invitation at a time of each in a room."""

    def add(self, invitation: Invitation) -> bool:
        """Add an invitation unless its stranger has one in its room; return whether it was added."""

    def get(self, invitation_id: str) -> Invitation | None:
        """Return an invitation, or None."""

    def newest(self, engagement_id: str, room_id: str, platform: Platform, handle: str) -> Invitation | None:
        """Return the newest invitation of a stranger in a room, or None."""

    def change(self, before: Invitation, after: Invitation) -> bool:
        """Store an invitation over what it was made from; False: somebody changed it meanwhile."""

    def in_state(self, state: InvitationState, engagement_id: str = "") -> tuple[Invitation, ...]:
        """Return the invitations in a state, of one engagement or ("") of all, the oldest first."""

    def due(self, now: datetime) -> tuple[Invitation, ...]:
        """Return the invitations that are not over though their time is, the oldest first."""

    def forget(self, now: datetime) -> int:
        """Drop the invitations that are over and need not be remembered any more; return how many."""


class SharedPlaceBook(Protocol):
    """Places that people of another company read too; an operations room there is `held` until somebody confirms it."""

    def share(self, platform: Platform, address: str, at: datetime) -> None:
        """Note that a place is shared; what was confirmed of it before counts no more."""

    def unshare(self, platform: Platform, address: str) -> None:
        """Note that a place is shared no more."""

    def move(self, platform: Platform, address: str, moved_to: str) -> None:
        """Note that a place has another address, and that it is shared as it was, or as was noted of that address."""

    def shared_since(self, platform: Platform, address: str) -> datetime | None:
        """Return since when a place is shared with whoever joined last, or None: it is not."""

    def confirm(self, platform: Platform, address: str, by: str) -> bool:
        """Note who said that a shared place may be written to; False: it is not shared, or somebody said so before."""
