"""Questions that wait for an answer, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kpi.service_records.waiting_questions import WaitingQuestion
from tests.twins.book_state import BookState


class MemoryWaitingQuestions:
    """Fits `handlers.ports.WaitingQuestionBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def add(self, question: WaitingQuestion) -> bool:
        """Add a question unless its thread has one; return whether it was added."""
        if _key(question) in self._state.waiting_questions:
            return False
        self._state.waiting_questions[_key(question)] = question
        return True

    def get(self, engagement_id: str, room_id: str, thread: str) -> WaitingQuestion | None:
        """Return the question of a thread, or None."""
        return self._state.waiting_questions.get((engagement_id, room_id, thread))

    def answer(self, engagement_id: str, room_id: str, thread: str, at: datetime) -> int:
        """Note the first answer to the question of a thread, or with "" to all that wait in a room; return how many."""
        waiting = [
            one
            for key, one in self._state.waiting_questions.items()
            if key[:2] == (engagement_id, room_id) and thread in {"", one.thread}
            if one.answered_at is None and one.asked_at <= at
        ]
        self._state.waiting_questions.update((_key(one), replace(one, answered_at=at)) for one in waiting)
        return len(waiting)

    def due(self, now: datetime) -> tuple[WaitingQuestion, ...]:
        """Return the questions nobody has answered in time nor been reminded of, oldest first."""
        waiting = (one for one in self._state.waiting_questions.values() if one.answered_at is one.nudged_at is None)
        return tuple(sorted((one for one in waiting if one.due_at <= now), key=lambda one: (one.due_at, *_key(one))))

    def nudge(self, question: WaitingQuestion, at: datetime) -> bool:
        """Note that somebody is reminded now; False: it was answered, or another replica reminds them."""
        known = self._state.waiting_questions.get(_key(question))
        if known is None or known.answered_at is not None or known.nudged_at is not None:
            return False
        self._state.waiting_questions[_key(question)] = replace(known, nudged_at=at)
        return True

    def of_engagement(self, engagement_id: str, since: datetime) -> tuple[WaitingQuestion, ...]:
        """Return an engagement's questions asked at or after `since`, oldest first."""
        found = [one for one in self._state.waiting_questions.values() if one.engagement == engagement_id]
        asked = (one for one in found if one.asked_at >= since)
        return tuple(sorted(asked, key=lambda one: (one.asked_at, one.room, one.thread)))


def _key(question: WaitingQuestion) -> tuple[str, str, str]:
    return question.engagement, question.room, question.thread
