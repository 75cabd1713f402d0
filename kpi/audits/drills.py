"""Drills: an incident in which nothing has happened, once a month, to see that calls get through and how fast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kpi.calendars import Weekday
from kpi.days import ONE_DAY
from kpi.engagements import Engagement
from kpi.markets import BEIJING
from kpi.working_hours import WorkingHours, usual_hours

DRILL_WEEKDAY = Weekday.TUE
"""Nobody has to catch up with a weekend, and most holidays move to a Monday or Friday."""
DRILL_TIME = time(10)
"""On the account manager's clock: an hour into a usual day."""
DRILL_LASTS = timedelta(hours=4)
"""Four levels with half an hour each, and as much again: a drill that nobody takes ends by itself."""


@dataclass(frozen=True, slots=True)
class Drill:
    """One drill of an engagement, waiting for its time (without `incident`), running, or over (`ended_at`)."""

    key: str
    engagement: str
    due_at: datetime
    incident: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DrillCall:
    """One call of a drill: when it was due, made, and first taken by a chat platform (None: never)."""

    level: int
    people: tuple[str, ...]
    due_at: datetime
    called_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class DrillReport:
    """How a drill went; `acknowledged_by` is empty when nobody took it."""

    incident: str
    number: int
    opened_at: datetime
    calls: tuple[DrillCall, ...]
    acknowledged_at: datetime | None
    acknowledged_by: str
    ended_at: datetime


def drill_seconds(report: DrillReport) -> dict[str, object]:
    """Return the times of a drill in seconds, without names: for each call from due to delivered, and until taken."""

    def until(first: datetime, last: datetime | None) -> float | None:
        return None if last is None else round((last - first).total_seconds(), 1)

    return {
        "incident": report.incident,
        "levels": [call.level + 1 for call in report.calls],
        "delivered_seconds": [until(call.due_at, call.delivered_at) for call in report.calls],
        "acknowledged_seconds": until(report.opened_at, report.acknowledged_at),
    }


def drill_hours(engagement: Engagement) -> WorkingHours:
    """Return the hours in which a drill is opened: those of who is called first."""
    manager = engagement.account_manager()
    if manager is not None:
        return manager.working_hours
    return usual_hours(engagement.stores[0].zone if engagement.stores else BEIJING)


def monthly_drill(engagement: Engagement, month: date) -> Drill:
    """Return the drill of the month that begins on `month`: its first Tuesday, 10:00, or the first working time after.

    The time is the account manager's.
    """
    hours = drill_hours(engagement)
    first = month + ((DRILL_WEEKDAY - month.weekday()) % 7) * ONE_DAY
    due_at = hours.next_open(datetime.combine(first, DRILL_TIME, hours.zone).astimezone(UTC))
    return Drill(f"drill/{engagement.id}/{month:%Y-%m}", engagement.id, due_at)
