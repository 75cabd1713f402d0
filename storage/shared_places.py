"""Places that people of another company read too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update
from sqlmodel import col

from kpi.engagements import Platform
from storage.invitation_tables import SharedPlaceRow
from storage.once import insert_or_replace
from storage.stamps import stamp_anew
from storage.tables import EngagementRow, RoomRow

_TABLE = SharedPlaceRow.__table__  # type: ignore[attr-defined]


class StoredSharedPlaces:
    """Fits `handlers.ports.SharedPlaceBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def share(self, platform: Platform, address: str, at: datetime) -> None:
        """Note that a place is shared; what was confirmed of it before counts no more."""
        row = {"platform": platform.value, "address": address, "shared_at": at, "confirmed_by": None}
        insert_or_replace(self._connection, SharedPlaceRow, [row])
        self._stamp(platform, address)

    def unshare(self, platform: Platform, address: str) -> None:
        """Note that a place is shared no more."""
        self._connection.execute(delete(_TABLE).where(_at(platform, address)))
        self._stamp(platform, address)

    def move(self, platform: Platform, address: str, moved_to: str) -> None:
        """Note that a place has another address, and that it is shared as it was, or as was noted of that address."""
        row = self._connection.execute(select(_TABLE).where(_at(platform, address))).first()
        if row is None:
            return
        is_known = self._connection.execute(select(_TABLE).where(_at(platform, moved_to))).first() is not None
        self.unshare(platform, address)
        if not is_known:
            values = {"platform": platform.value, "address": moved_to}
            rest = {"shared_at": row.shared_at, "confirmed_by": row.confirmed_by}
            insert_or_replace(self._connection, SharedPlaceRow, [values | rest])
            self._stamp(platform, moved_to)

    def shared_since(self, platform: Platform, address: str) -> datetime | None:
        """Return since when a place is shared with whoever joined last, or None: it is not."""
        at: datetime | None = self._connection.scalar(select(_TABLE.c.shared_at).where(_at(platform, address)))
        return at

    def confirm(self, platform: Platform, address: str, by: str) -> bool:
        """Note who said that a shared place may be written to; False: it is not shared, or somebody said so before."""
        is_open = (_at(platform, address), _TABLE.c.confirmed_by.is_(None))
        self._stamp(platform, address)
        return bool(self._connection.execute(update(_TABLE).where(*is_open).values(confirmed_by=by)).rowcount)

    def _stamp(self, platform: Platform, address: str) -> None:
        """Have the engagement read anew: what is held back there is part of it."""
        here = (col(RoomRow.platform) == platform.value, col(RoomRow.address) == address)
        stamp_anew(self._connection, col(EngagementRow.id).in_(select(col(RoomRow.engagement)).where(*here)))


def _at(platform: Platform, address: str) -> ColumnElement[bool]:
    here: ColumnElement[bool] = and_(_TABLE.c.platform == platform.value, _TABLE.c.address == address)
    return here
