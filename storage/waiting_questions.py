"""Questions that wait for an answer: one row a thread, ids and times only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, select, update
from sqlmodel import Field, SQLModel

from kpi.service_records.waiting_questions import WaitingQuestion
from storage.instants import Instant
from storage.once import insert_once


class WaitingQuestionRow(SQLModel, table=True):
    """The first question of a thread, kept as the tables in `storage/tables.py` are."""

    __tablename__ = "waiting_questions"

    engagement: str = Field(primary_key=True)
    room: str = Field(primary_key=True)
    thread: str = Field(primary_key=True)
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    due_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
    answered_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    nudged_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


_TABLE = WaitingQuestionRow.__table__  # type: ignore[attr-defined]


class StoredWaitingQuestions:
    """Fits `handlers.ports.WaitingQuestionBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, question: WaitingQuestion) -> bool:
        """Add a question unless its thread has one; return whether it was added."""
        values = {name: getattr(question, name) for name in _TABLE.c.keys()}  # noqa: SIM118 - no dictionary
        return insert_once(self._connection, WaitingQuestionRow, values)

    def get(self, engagement_id: str, room_id: str, thread: str) -> WaitingQuestion | None:
        """Return the question of a thread, or None."""
        row = self._connection.execute(select(_TABLE).where(_of(engagement_id, room_id, thread))).first()
        return None if row is None else _question(row)

    def answer(self, engagement_id: str, room_id: str, thread: str, at: datetime) -> int:
        """Note the first answer to the question of a thread, or with "" to all that wait in a room; return how many."""
        waiting = (_of(engagement_id, room_id, thread), _TABLE.c.answered_at.is_(None), _TABLE.c.asked_at <= at)
        return self._connection.execute(update(_TABLE).where(*waiting).values(answered_at=at)).rowcount

    def due(self, now: datetime) -> tuple[WaitingQuestion, ...]:
        """Return the questions nobody has answered in time nor been reminded of, oldest first."""
        rows = self._connection.execute(
            select(_TABLE)
            .where(_TABLE.c.due_at <= now, _TABLE.c.answered_at.is_(None), _TABLE.c.nudged_at.is_(None))
            .order_by(_TABLE.c.due_at, _TABLE.c.engagement, _TABLE.c.room, _TABLE.c.thread)
        )
        return tuple(map(_question, rows))

    def nudge(self, question: WaitingQuestion, at: datetime) -> bool:
        """Note that somebody is reminded now; False: it was answered, or another replica reminds them."""
        is_open = (_TABLE.c.answered_at.is_(None), _TABLE.c.nudged_at.is_(None))
        here = _of(question.engagement, question.room, question.thread)
        return bool(self._connection.execute(update(_TABLE).where(here, *is_open).values(nudged_at=at)).rowcount)

    def of_engagement(self, engagement_id: str, since: datetime) -> tuple[WaitingQuestion, ...]:
        """Return an engagement's questions asked at or after `since`, oldest first."""
        rows = self._connection.execute(
            select(_TABLE)
            .where(_TABLE.c.engagement == engagement_id, _TABLE.c.asked_at >= since)
            .order_by(_TABLE.c.asked_at, _TABLE.c.room, _TABLE.c.thread)
        )
        return tuple(map(_question, rows))


def _of(engagement_id: str, room_id: str, thread: str) -> ColumnElement[bool]:
    here: ColumnElement[bool] = (_TABLE.c.engagement == engagement_id) & (_TABLE.c.room == room_id)
    return here & (_TABLE.c.thread == thread) if thread else here


def _question(row: Row[Any]) -> WaitingQuestion:
    return WaitingQuestion(
        row.engagement, row.room, row.thread, row.asked_at, row.due_at, row.answered_at, row.nudged_at
    )
