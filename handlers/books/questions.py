"""What following a seller's questions needs from storage; a part of `handlers.ports`."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from kpi.service_records.waiting_questions import WaitingQuestion


class WaitingQuestionBook(Protocol):
    """Questions of sellers that wait for an answer, one a thread; ids and times only."""

    def add(self, question: WaitingQuestion) -> bool:
        """Add a question unless its thread has one; return whether it was added."""

    def get(self, engagement_id: str, room_id: str, thread: str) -> WaitingQuestion | None:
        """Return the question of a thread, or None."""

    def answer(self, engagement_id: str, room_id: str, thread: str, at: datetime) -> int:
        """Note the first answer to the question of a thread, or with "" to all that wait in a room; return how many."""

    def due(self, now: datetime) -> tuple[WaitingQuestion, ...]:
        """Return the questions nobody has answered in time nor been reminded of, oldest first."""

    def nudge(self, question: WaitingQuestion, at: datetime) -> bool:
        """Note that somebody is reminded now; False: it was answered, or another replica reminds them."""

    def of_engagement(self, engagement_id: str, since: datetime) -> tuple[WaitingQuestion, ...]:
        """Return an engagement's questions asked at or after `since`, oldest first."""
