"""When a room or a person is left alone."""

from __future__ import annotations

from datetime import time

from kpi.engagements import Audience, Person, Room
from kpi.severities import ClockSpan, QuietHours

SELLERS_NIGHT = ClockSpan(time(21), time(9))
OPERATORS_NIGHT = ClockSpan(time(20), time(8))


def quiet_hours_of(room: Room) -> QuietHours:
    """Return when a room is left alone: its own hours, else the night of the people in it."""
    if room.quiet_from is not None and room.quiet_until is not None:
        return QuietHours(room.zone, (ClockSpan(room.quiet_from, room.quiet_until),))
    night = SELLERS_NIGHT if room.audience is Audience.SELLER else OPERATORS_NIGHT
    return QuietHours(room.zone, (night,))


def quiet_hours_of_person(person: Person) -> QuietHours:
    """Return the operator's night on the clock of one of its people."""
    return QuietHours(person.zone, (OPERATORS_NIGHT,))
