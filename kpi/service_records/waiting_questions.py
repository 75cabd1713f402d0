"""Questions of a seller that wait for somebody of the operator: where and when they were asked, none of their words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from kpi.working_hours import WorkingHours


@dataclass(frozen=True, slots=True)
class WaitingQuestion:
    """The first question of a thread in a seller's room; `thread` is the platform's id of its first message.

    It is due when the promised working time of whoever answers has passed. `nudged_at` is when they were reminded,
    which happens once.
    """

    engagement: str
    room: str
    thread: str
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None = None
    nudged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FirstResponses:
    """How soon questions were answered: `median` is working time from question to first answer (None: no answer)."""

    asked: int
    answered: int
    in_time: int
    median: timedelta | None


def first_responses(questions: Iterable[WaitingQuestion], hours: WorkingHours) -> FirstResponses:
    """Return how soon questions were answered, counted in the working time of whoever answers."""
    asked = tuple(questions)
    answers = [(one, one.answered_at) for one in asked if one.answered_at is not None]
    waits = [hours.between(one.asked_at, at).total_seconds() for one, at in answers]
    return FirstResponses(
        asked=len(asked),
        answered=len(answers),
        in_time=sum(at <= one.due_at for one, at in answers),
        median=timedelta(seconds=median(waits)) if waits else None,
    )
