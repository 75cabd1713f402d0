"""The table of targets people set, kept as those in `storage/tables.py` are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from storage.instants import Instant


class TargetChangeRow(SQLModel, table=True):
    """A target somebody set, with what was in force before, as JSON; rows are only ever added."""

    __tablename__ = "target_changes"

    id: str = Field(primary_key=True)
    engagement: str = Field(foreign_key="engagements.id", index=True)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    body: str
