"""A journey as data: an engagement, when its stores sell less, who says what and when, and which weather it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kpi.engagements import Engagement, Person, Room


class Weather(StrEnum):
    """What may go wrong around Vigia, in the words of a journey's file."""

    ARCHIVED = "room archived"
    """The room takes nothing any more: an archived channel, a webhook that was removed."""
    DOWN = "platform down"
    """Nobody answers at the platform's address."""
    LIMITED = "too many messages"
    """The platform takes nothing for now: 429 in Slack, 45009 in WeCom."""
    UNREACHABLE = "person unreachable"
    """A person's own conversation reaches nobody: a deactivated account in Slack, no licence in WeCom."""
    ANSWERS_LOST = "answers lost"
    """The platform takes every message and nobody learns of it."""
    STOPPED = "process down"
    """Vigia itself does not run."""
    JUMP = "clock jumps"
    """The clock of Vigia's machine is wrong by so much from now on."""


OF_A_ROOM = frozenset({Weather.ARCHIVED, Weather.DOWN, Weather.LIMITED, Weather.UNREACHABLE, Weather.ANSWERS_LOST})


@dataclass(frozen=True, slots=True)
class Fall:
    """Days on which a store sells less: what is left of its conversion, and which listing hardly sells."""

    store: str
    first: date
    last: date
    conversion: float
    listing: str = ""


@dataclass(frozen=True, slots=True)
class Says:
    """Somebody writes something in a room, or presses the button that says the same."""

    at: datetime
    person: Person
    room: Room
    text: str


@dataclass(frozen=True, slots=True)
class Happens:
    """The weather from `at` to `until`, of all `rooms` it is about (none: of Vigia itself)."""

    at: datetime
    weather: Weather
    until: datetime
    rooms: tuple[Room, ...] = ()
    by: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Journey:
    """What is lived through; instants are aware UTC, `zone` is the clock its file is written in."""

    title: str
    engagement: Engagement
    starts_at: datetime
    until: datetime
    zone: ZoneInfo
    falls: tuple[Fall, ...]
    said: tuple[Says, ...]
    weather: tuple[Happens, ...]
    is_side_by_side: bool = False
    """Whether its page shows the two sides beside each other, not room below room."""

    def is_stopped(self, at: datetime) -> bool:
        """Tell whether Vigia does not run at an instant."""
        return any(one.weather is Weather.STOPPED and one.at <= at < one.until for one in self.weather)

    def weather_of(self, room: Room, at: datetime) -> Weather | None:
        """Return what is wrong with a room at an instant; of several things the first of the file."""
        return next((one.weather for one in self.weather if room in one.rooms and one.at <= at < one.until), None)

    def jumped_by(self, at: datetime) -> timedelta:
        """Return by how much the clock of Vigia's machine is wrong at an instant."""
        jumps = (one.by for one in self.weather if one.weather is Weather.JUMP and one.at <= at < one.until)
        return sum(jumps, timedelta(0))

    def on_its_clock(self, at: datetime) -> datetime:
        """Return what the clock of Vigia's machine shows at an instant."""
        return (at + self.jumped_by(at)).astimezone(UTC)
