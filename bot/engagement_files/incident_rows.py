"""The rows of an engagement file about incidents: what is owed, in which hours, and who stands in for whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from bot.engagement_files.row_types import LocalTime, Row, ZoneName
from kpi.absences import Absence
from kpi.calendars import Weekday
from kpi.promises import MOST_REPEATS, USUAL_TERMS, IncidentRules, Terms
from kpi.severities import Severity
from kpi.working_hours import WorkingHours, usual_hours

DayName = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Minutes = Annotated[int, Field(ge=1, le=60 * 24 * 60)]
USUAL_RULES = IncidentRules()


class HoursRow(Row):
    """`{ starts = "09:00", ends = "18:00" }`, on weekdays, without the holidays of the zone's country."""

    starts: LocalTime
    ends: LocalTime
    days: tuple[DayName, ...] = ("mon", "tue", "wed", "thu", "fri")
    zone: ZoneName | None = None
    holidays: str | None = None

    @model_validator(mode="after")
    def are_kept_by_somebody(self) -> Self:
        """Refuse hours without days, and holidays of a country nobody knows."""
        self.hours(ZoneInfo("UTC"))
        return self

    def hours(self, zone: ZoneInfo) -> WorkingHours:
        """Return the working hours, in `zone` unless the row names another one."""
        zone = ZoneInfo(self.zone) if self.zone else zone
        country = usual_hours(zone).country if self.holidays is None else self.holidays
        days = frozenset(int(Weekday[day.upper()]) for day in self.days)
        return WorkingHours(zone, self.starts, self.ends, days, country)


class AwayRow(Row):
    """`{ from = 2026-12-01, until = 2026-12-05 }`: whole days on the person's clock, both included."""

    first: date = Field(alias="from")
    last: date = Field(alias="until")

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> Self:
        """Refuse days the wrong way round."""
        self.absence()
        return self

    def absence(self) -> Absence:
        """Return the absence."""
        return Absence(self.first, self.last)


class TermsRow(Row):
    """`[incidents.critical]` and the others: what is owed of a severity; what is left out is as usual."""

    acknowledgement_minutes: Minutes | None = None
    analysis_minutes: Minutes | None = None
    plan_minutes: Minutes | None = None
    levels: int | None = Field(None, ge=1, le=4)

    @model_validator(mode="after")
    def are_in_order(self) -> Self:
        """Refuse promises that are due in the wrong order."""
        self.terms(Terms())
        return self

    def terms(self, usual: Terms) -> Terms:
        """Return the terms, with the usual ones where nothing else was agreed."""
        return Terms(
            _minutes(self.acknowledgement_minutes, usual.acknowledgement),
            _minutes(self.analysis_minutes, usual.analysis),
            _minutes(self.plan_minutes, usual.plan),
            self.levels or usual.levels,
        )


def _minutes(given: int | None, usual: timedelta) -> timedelta:
    return usual if given is None else timedelta(minutes=given)


class IncidentsRow(Row):
    """`[incidents]`: how often people are called again, when an acknowledgement goes stale, drills, and the terms."""

    repeats: int = Field(USUAL_RULES.repeats, ge=0, le=MOST_REPEATS)
    stale_after_minutes: Minutes = USUAL_RULES.stale_after // timedelta(minutes=1)
    answer_after_minutes: Minutes = USUAL_RULES.answer_after // timedelta(minutes=1)
    hours: HoursRow | None = None
    drill: Literal["monthly", "never"] = "never"
    critical: TermsRow = TermsRow()
    major: TermsRow = TermsRow()
    minor: TermsRow = TermsRow()
    trivial: TermsRow = TermsRow()

    def rules(self, zone: ZoneInfo) -> IncidentRules:
        """Return the rules; `zone` is the one of hours that name none."""
        rows = {
            Severity.S1: self.critical,
            Severity.S2: self.major,
            Severity.S3: self.minor,
            Severity.S4: self.trivial,
        }
        agreed = {severity: row.terms(USUAL_TERMS[severity]) for severity, row in rows.items()}
        return IncidentRules(
            tuple((severity, terms) for severity, terms in agreed.items() if terms != USUAL_TERMS[severity]),
            self.hours.hours(zone) if self.hours else None,
            self.repeats,
            timedelta(minutes=self.stale_after_minutes),
            answer_after=timedelta(minutes=self.answer_after_minutes),
            has_monthly_drill=self.drill == "monthly",
        )
