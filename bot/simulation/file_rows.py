"""The rows of a journey's file as pydantic models."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.engagement_files.row_types import Id, Name, Row, ZoneName
from bot.simulation.journey import OF_A_ROOM, Weather

_MOMENT = re.compile(r"(?:(\d{4}-\d\d-\d\d)[ T])?(\d\d:\d\d(?::\d\d)?)")
_SPAN = re.compile(r"([-+]?\d+) *(min|h|d)")
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}

Moment = tuple[date | None, time]
"""A local time, with its day where the file names one."""


def _moment(value: object) -> Moment:
    match value:
        case datetime():
            return value.date(), value.time()
        case time():
            return None, value
        case str() if found := _MOMENT.fullmatch(value.strip()):
            day, clock = found.groups()
            return date.fromisoformat(day) if day else None, time.fromisoformat(clock)
        case _:
            msg = f'{value} is not a time; write "09:30" or "2026-09-14 09:30"'
            raise ValueError(msg)


def _whole(moment: Moment) -> Moment:
    if moment[0] is None:
        msg = 'give day and time, for example "2026-09-14 09:30"'
        raise ValueError(msg)
    return moment


def _span(value: object) -> timedelta:
    found = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        msg = f'{value} is not a length of time; write "30 min", "2 h" or "1 d"'
        raise ValueError(msg)
    return int(found.group(1)) * _UNITS[found.group(2)]


AtTime = Annotated[Moment, BeforeValidator(_moment)]
DayAndTime = Annotated[Moment, BeforeValidator(_moment), AfterValidator(_whole)]
Span = Annotated[timedelta, BeforeValidator(_span)]


class FallRow(Row):
    """`[[falls]]`: what is left of a store's conversion on some days (0.4: four of ten orders)."""

    store: Id
    first: date
    last: date
    conversion: Annotated[float, Field(ge=0, le=1)]
    listing: str = ""


class StepRow(Row):
    """`[[steps]]`: somebody says something, or something happens."""

    at: AtTime
    who: str = ""
    place: str = Field("", alias="in")
    says: str = ""
    happens: Weather | None = None
    lasts: Span | None = Field(None, alias="for")
    by: Span = timedelta(0)

    @model_validator(mode="after")
    def one_thing(self) -> Self:
        """Refuse a step that is nothing, or two things at once."""
        if bool(self.says) is (self.happens is not None):
            msg = "a step is either who, in and says, or happens"
            raise ValueError(msg)
        if self.says and not (self.who and self.place):
            msg = "say who says it, and in which room"
            raise ValueError(msg)
        if self.happens in OF_A_ROOM and not self.place:
            msg = "say in which room or on which platform it happens"
            raise ValueError(msg)
        if self.happens is Weather.JUMP and not self.by:
            msg = 'say by how much the clock jumps, for example by = "2 h"'
            raise ValueError(msg)
        return self


class JourneyRows(Row):
    """The whole file; `engagement` is a sample's name or an engagement file beside it."""

    title: Name
    engagement: str
    zone: ZoneName = "America/Sao_Paulo"
    starts: DayAndTime
    until: DayAndTime
    side_by_side: bool = False
    falls: tuple[FallRow, ...] = ()
    steps: tuple[StepRow, ...] = ()
