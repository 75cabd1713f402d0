"""A calendar month of service, on the clock it is counted on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kpi.days import ONE_DAY, Period, business_day, day_opens_at
from kpi.engagements import Audience, Engagement
from kpi.markets import BEIJING
from kpi.working_hours import usual_hours


@dataclass(frozen=True, slots=True)
class ServiceMonth:
    """The month that begins on `first`, from its first midnight to the next month's, on the clock of `zone`."""

    first: date
    zone: ZoneInfo

    def __post_init__(self) -> None:
        """Refuse a day that begins no month."""
        if self.first.day != 1:
            raise ValueError("a month begins on its first day")

    @classmethod
    def containing(cls, at: datetime, zone: ZoneInfo) -> ServiceMonth:
        """Return the month an instant lies in."""
        return cls(business_day(at, zone).replace(day=1), zone)

    @property
    def begins_at(self) -> datetime:
        """Its first instant (UTC)."""
        return day_opens_at(self.first, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The first instant (UTC) that no longer belongs to it."""
        return day_opens_at(Period.month_of(self.first).last + ONE_DAY, self.zone)

    @property
    def name(self) -> str:
        """The month as it is written in commands and files: "2026-10"."""
        return f"{self.first:%Y-%m}"

    @property
    def due_at(self) -> datetime:
        """When its record is due: the first working instant of the next month on the same clock."""
        return usual_hours(self.zone).next_open(self.ends_at)

    def previous(self) -> ServiceMonth:
        """Return the month before."""
        return ServiceMonth((self.first - ONE_DAY).replace(day=1), self.zone)

    def __contains__(self, at: datetime) -> bool:
        """Tell whether an instant lies in it."""
        return self.begins_at <= at < self.ends_at


def service_zone(engagement: Engagement) -> ZoneInfo:
    """Return the clock an engagement's months are counted on: its first seller room's, since they are owed there.

    Without a seller room it is Beijing's.
    """
    rooms = (room.zone for room in engagement.rooms if room.audience is Audience.SELLER)
    return next(rooms, BEIJING)
