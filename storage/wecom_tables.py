"""The tables replicas share for WeCom, kept as those in `storage/tables.py` are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel

from storage.instants import Instant


class RobotAnswerRow(SQLModel, table=True):
    """What WeCom's robot answers one message; `card` and `question` are sealed by whom they belong to."""

    __tablename__ = "robot_answers"

    id: str = Field(primary_key=True)
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
    state: str
    content: str = ""
    picture: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    card: str = ""
    question: str | None = None
    expected_by: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class TurnRow(SQLModel, table=True):
    """When messages went out through one webhook, or to one person, lately; its name says nothing of either."""

    __tablename__ = "webhook_turns"

    name: str = Field(primary_key=True)
    taken: str = ""
    blocked_until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
