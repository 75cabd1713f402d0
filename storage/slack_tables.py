"""The tables of Slack's workspaces that installed Vigia by its link, kept as those in `storage/tables.py` are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from storage.instants import Instant


class SlackWorkspaceRow(SQLModel, table=True):
    """A workspace; `tokens` are sealed by whom they belong to, `claimed_until` keeps others from renewing them."""

    __tablename__ = "slack_workspaces"

    id: str = Field(primary_key=True)
    name: str
    scopes: str
    tokens: str
    installed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    renewed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    expires_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    claimed_until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    trouble: str = ""


class SlackStateRow(SQLModel, table=True):
    """An installation that somebody began in their browser; its secret is kept as a digest only."""

    __tablename__ = "slack_states"

    digest: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
