"""The tables of invitations and of places other companies read, kept as those in `storage/tables.py` are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from storage.instants import Instant


class InvitationRow(SQLModel, table=True):
    """A stranger in a room; `running` is theirs and the room's while it is not over, so that there is one at a time."""

    __tablename__ = "invitations"
    __table_args__ = (Index("ix_invitations_due", "state", "until"),)

    id: str = Field(primary_key=True)
    engagement: str = Field(index=True)
    room: str
    platform: str
    handle: str
    state: str
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    until: datetime = Field(sa_column=Column(Instant, nullable=False))
    running: str | None = Field(default=None, unique=True)
    body: str


class SharedPlaceRow(SQLModel, table=True):
    """A place that people of another company read too, and who said that what is the operator's may be posted there."""

    __tablename__ = "shared_places"

    platform: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    shared_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    confirmed_by: str | None = None
