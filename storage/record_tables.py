"""The table of monthly service records, kept as those in `storage/tables.py` are."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from storage.instants import Instant


class ServiceRecordRow(SQLModel, table=True):
    """A month of an engagement; its record as JSON once it was due."""

    __tablename__ = "service_records"
    __table_args__ = (Index("ix_service_records_due", "due_at"),)

    key: str = Field(primary_key=True)
    engagement: str
    month: date
    zone: str
    due_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    claimed_until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    body: str | None = None
