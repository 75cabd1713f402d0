"""Which links to forms were used, and what shows what came of it."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Column, Connection, delete, select
from sqlmodel import Field, SQLModel

from storage.instants import Instant
from storage.once import insert_once


class FormUseRow(SQLModel, table=True):
    """The one use of a link; `page` is JSON: the questions whose answers show what came of it."""

    __tablename__ = "form_uses"

    link: str = Field(primary_key=True)
    used_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
    page: str


_TABLE = FormUseRow.__table__  # type: ignore[attr-defined]


class StoredFormUses:
    """Fits `handlers.ports.FormUseBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, link: str, at: datetime, page: tuple[str, ...]) -> None:
        """Note that a link was used; `page` are the questions whose answers show what came of it (empty: nothing)."""
        insert_once(self._connection, FormUseRow, {"link": link, "used_at": at, "page": json.dumps(page)})

    def read(self, link: str) -> tuple[datetime, tuple[str, ...]] | None:
        """Return when a link was used and the questions that show what came of it, or None for one nobody used."""
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.link == link)).first()
        return None if row is None else (row.used_at, tuple(json.loads(row.page)))

    def forget(self, before: datetime) -> int:
        """Drop the links used before an instant; return how many."""
        return self._connection.execute(delete(_TABLE).where(_TABLE.c.used_at < before)).rowcount
