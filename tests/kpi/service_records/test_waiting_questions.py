"""First responses, counted in the working time of whoever answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kpi.markets import BEIJING
from kpi.service_records.waiting_questions import FirstResponses, WaitingQuestion, first_responses
from kpi.working_hours import WorkingHours

HOURS = WorkingHours(BEIJING)
MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""09:00 in Beijing, a Monday."""


def asked(at: datetime, answered_after: timedelta | None = None) -> WaitingQuestion:
    """Return a question that is due two working hours later."""
    due_at = HOURS.after(at, timedelta(hours=2))
    return WaitingQuestion("e", "r", at.isoformat(), at, due_at, at + answered_after if answered_after else None)


def test_first_responses_are_counted_in_working_time() -> None:
    """Asked at 17:30 and answered at 09:30 the next morning is one working hour, and in time."""
    evening = asked(MONDAY + timedelta(hours=8, minutes=30), timedelta(hours=16))
    late = asked(MONDAY, timedelta(hours=5))
    open_one = asked(MONDAY + timedelta(hours=1))
    assert first_responses([evening, late, open_one], HOURS) == FirstResponses(3, 2, 1, timedelta(hours=3))


def test_without_answers_there_is_no_median() -> None:
    """Nothing is not zero."""
    assert first_responses([], HOURS) == FirstResponses(0, 0, 0, None)
    assert first_responses([asked(MONDAY)], HOURS).median is None
