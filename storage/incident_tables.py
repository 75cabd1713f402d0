"""The tables of incidents, kept as those in `storage/tables.py` are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.instants import Instant


class IncidentRow(SQLModel, table=True):
    """An incident as JSON, and what it is found by; of one key at most one is open."""

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("engagement", "number", name="uq_incidents_number"),
        Index(
            "uq_incidents_open_key",
            "key",
            unique=True,
            sqlite_where=text("is_open"),
            postgresql_where=text("is_open"),
        ),
        Index("ix_incidents_key", "key", "resolved_at"),
    )

    id: str = Field(primary_key=True)
    engagement: str = Field(index=True)
    number: int
    key: str
    status: str
    is_open: bool
    token: int
    opened_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    resolved_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    body: str


class IncidentStepRow(SQLModel, table=True):
    """What is due of an incident, planned for the state with this token."""

    __tablename__ = "incident_steps"
    __table_args__ = (Index("ix_incident_steps_due", "due_at"),)

    incident: str = Field(primary_key=True, foreign_key="incidents.id")
    kind: str = Field(primary_key=True)
    due_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    token: int
    claimed_until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class IncidentTimelineRow(SQLModel, table=True):
    """One line of an incident's timeline; only ever added."""

    __tablename__ = "incident_timeline"

    key: int | None = Field(default=None, primary_key=True)
    incident: str = Field(foreign_key="incidents.id", index=True)
    kind: str
    person: str
    side: str
    source: str
    occurred_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    visibility: str
    body: str
    language: str | None = None
    params: str


class IncidentNoticeRow(SQLModel, table=True):
    """What rooms were told of an incident, frozen, as JSON."""

    __tablename__ = "incident_notices"

    id: str = Field(primary_key=True)
    incident: str = Field(foreign_key="incidents.id", index=True)
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    body: str


class CaptureRow(SQLModel, table=True):
    """A message somebody pointed at, as JSON; without an incident it is in no timeline, and `body` holds no word."""

    __tablename__ = "captured_messages"

    engagement: str = Field(primary_key=True)
    room: str = Field(primary_key=True)
    message: str = Field(primary_key=True)
    incident: str | None = Field(default=None, foreign_key="incidents.id", index=True)
    pointed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    body: str


class IncidentFileRow(SQLModel, table=True):
    """A file of an incident with its content: part of every backup, and there for every replica."""

    __tablename__ = "incident_files"
    __table_args__ = (UniqueConstraint("incident", "digest", "visibility", name="uq_incident_files_content"),)

    id: str = Field(primary_key=True)
    incident: str = Field(foreign_key="incidents.id", index=True)
    name: str
    kind: str
    size: int
    digest: str
    visibility: str
    added_by: str
    added_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    capture: str | None = None
