"""When messages went out through each webhook and to each person: WeCom counts the messages of all replicas."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.instants import from_micros, to_micros
from storage.once import insert_once
from storage.wecom_tables import TurnRow

_TABLE = TurnRow.__table__  # type: ignore[attr-defined]


class StoredTurns:
    """Fits `bot.wecom.shared_pace.TurnBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def held(self, name: str) -> tuple[tuple[datetime, ...], datetime | None]:
        """Return the turns taken and until when there are none; nobody else reads them before this work ends."""
        insert_once(self._connection, TurnRow, {"name": name, "taken": "[]"})
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.name == name).with_for_update()).one()
        return tuple(map(from_micros, json.loads(row.taken))), row.blocked_until

    def keep(self, name: str, taken: Sequence[datetime], blocked_until: datetime | None) -> None:
        """Replace what `held` returned."""
        values = {"taken": json.dumps([to_micros(at) for at in taken]), "blocked_until": blocked_until}
        self._connection.execute(update(_TABLE).where(_TABLE.c.name == name).values(**values))
