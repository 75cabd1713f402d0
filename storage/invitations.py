"""Invitations: one at a time of a stranger in a room, and changes by compare-and-set."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, select, update

from kpi.engagements import Platform
from kpi.invitations import OVER, Invitation, InvitationState
from storage.bodies import Body
from storage.invitation_tables import InvitationRow
from storage.once import insert_once

_TABLE = InvitationRow.__table__  # type: ignore[attr-defined]
_INVITATION = Body(Invitation)
_OVER = tuple(state.value for state in OVER)


class StoredInvitations:
    """Fits `handlers.ports.InvitationBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, invitation: Invitation) -> bool:
        """Add an invitation unless its stranger has one in its room; return whether it was added."""
        return insert_once(self._connection, InvitationRow, {"id": invitation.id, **_values(invitation)})

    def get(self, invitation_id: str) -> Invitation | None:
        """Return an invitation, or None."""
        return next(iter(self._read(select(_TABLE.c.body).where(_TABLE.c.id == invitation_id))), None)

    def newest(self, engagement_id: str, room_id: str, platform: Platform, handle: str) -> Invitation | None:
        """Return the newest invitation of a stranger in a room, or None."""
        here = (_TABLE.c.engagement == engagement_id, _TABLE.c.room == room_id)
        theirs = (_TABLE.c.platform == platform.value, _TABLE.c.handle == handle)
        newest_first = (_TABLE.c.made_at.desc(), _TABLE.c.id.desc())
        found = self._read(select(_TABLE.c.body).where(*here, *theirs).order_by(*newest_first).limit(1))
        return next(iter(found), None)

    def change(self, before: Invitation, after: Invitation) -> bool:
        """Store an invitation over what it was made from; False: somebody changed it meanwhile."""
        is_as_before = (_TABLE.c.id == before.id, _TABLE.c.body == _body(before))
        return bool(self._connection.execute(update(_TABLE).where(*is_as_before).values(_values(after))).rowcount)

    def in_state(self, state: InvitationState, engagement_id: str = "") -> tuple[Invitation, ...]:
        """Return the invitations in a state, of one engagement or ("") of all, the oldest first."""
        here = (_TABLE.c.engagement == engagement_id,) if engagement_id else ()
        return self._read(
            select(_TABLE.c.body).where(_TABLE.c.state == state.value, *here).order_by(_TABLE.c.made_at, _TABLE.c.id)
        )

    def due(self, now: datetime) -> tuple[Invitation, ...]:
        """Return the invitations that are not over though their time is, the oldest first."""
        is_late = (_TABLE.c.state.not_in(_OVER), _TABLE.c.until <= now)
        return self._read(select(_TABLE.c.body).where(*is_late).order_by(_TABLE.c.until, _TABLE.c.id))

    def forget(self, now: datetime) -> int:
        """Drop the invitations that are over and need not be remembered any more; return how many."""
        is_past = (_TABLE.c.state.in_(_OVER), _TABLE.c.until <= now)
        return self._connection.execute(delete(_TABLE).where(*is_past)).rowcount

    def _read(self, bodies: Select[Any]) -> tuple[Invitation, ...]:
        return tuple(_INVITATION.read(body) for body in self._connection.scalars(bodies))


def _body(invitation: Invitation) -> str:
    return _INVITATION.write(invitation)


def _values(invitation: Invitation) -> dict[str, Any]:
    theirs = f"{invitation.engagement}/{invitation.room}/{invitation.platform}/{invitation.handle}"
    return {
        "engagement": invitation.engagement,
        "room": invitation.room,
        "platform": invitation.platform.value,
        "handle": invitation.handle,
        "state": invitation.state.value,
        "made_at": invitation.made_at,
        "until": invitation.until,
        "running": None if invitation.is_over else theirs,
        "body": _body(invitation),
    }
