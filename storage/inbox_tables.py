"""The table of what came in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from storage.instants import Instant


class InboxRow(SQLModel, table=True):
    """An inbound event that was seen; `kept` is what it said, until it is done."""

    __tablename__ = "inbox"

    event_id: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
    platform: str | None = None
    kept: str | None = None
    held_until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True, index=True))
