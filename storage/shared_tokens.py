"""Access tokens that all replicas use: one of them fetches a new one, the others take it from here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from storage.once import insert_once
from storage.tables import SharedTokenRow

_TABLE = SharedTokenRow.__table__  # type: ignore[attr-defined]


class StoredTokens:
    """Fits `bot.wecom.tokens.TokenShelf`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, name: str) -> tuple[str, datetime] | None:
        """Return a token as it was kept and when it expires, or None."""
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.name == name)).first()
        return None if row is None or row.expires_at is None else (row.token, row.expires_at)

    def claim(self, name: str, now: datetime, until: datetime) -> bool:
        """Take the right to fetch a new token; False while somebody else has it."""
        insert_once(self._connection, SharedTokenRow, {"name": name, "token": ""})
        is_free = or_(_TABLE.c.claimed_until.is_(None), _TABLE.c.claimed_until <= now)
        taken = self._connection.execute(
            update(_TABLE).where(_TABLE.c.name == name, is_free).values(claimed_until=until)
        )
        return bool(taken.rowcount)

    def keep(self, name: str, token: str, expires_at: datetime) -> None:
        """Store what whoever has claimed it fetched, and end the claim."""
        self._connection.execute(
            update(_TABLE).where(_TABLE.c.name == name).values(token=token, expires_at=expires_at, claimed_until=None)
        )

    def release(self, name: str) -> None:
        """End a claim that brought nothing."""
        self._connection.execute(update(_TABLE).where(_TABLE.c.name == name).values(claimed_until=None))
