"""The tables of self-audits and drills, kept as those in `storage/tables.py` are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from storage.instants import Instant


class SweepRunRow(SQLModel, table=True):
    """When a sweep last ended well."""

    __tablename__ = "sweep_runs"

    name: str = Field(primary_key=True)
    ran_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class FaultRow(SQLModel, table=True):
    """A fault that stands."""

    __tablename__ = "faults"

    kind: str = Field(primary_key=True)
    engagement: str = Field(primary_key=True)
    subjects: str
    total: int
    since: datetime = Field(sa_column=Column(Instant, nullable=False))
    found_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    seen_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    told_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class AuditNoticeRow(SQLModel, table=True):
    """What people were told of Vigia itself, frozen, as JSON."""

    __tablename__ = "audit_notices"

    id: str = Field(primary_key=True)
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    body: str


class DrillRow(SQLModel, table=True):
    """A drill with its due time; `incident` is empty until it is opened."""

    __tablename__ = "drills"

    key: str = Field(primary_key=True)
    engagement: str = Field(index=True)
    due_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    incident: str = ""
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
