"""Typed questions: what somebody asked, free of the words they used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kpi.days import ONE_DAY, Period
from kpi.markets import Market, Marketplace


class QuestionKind(StrEnum):
    """What sort of answer is wanted."""

    BOARD = "board"
    METRIC = "metric"
    WHY = "why"
    WHY_NO_ALERT = "why_no_alert"
    TARGETS = "targets"
    HELP = "help"


class Versus(StrEnum):
    """What the asker wants to see beside the value, over and above the usual comparisons."""

    PREVIOUS = "previous"
    LAST_YEAR = "last_year"


class Span(StrEnum):
    """Periods named by a word; LAST_DAYS takes a count, DATES its first and last day."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    LAST_DAYS = "last_days"
    DATES = "dates"


@dataclass(frozen=True, slots=True)
class PeriodWord:
    """A period as asked for, before anybody's clock is known."""

    span: Span
    days: int = 0
    dates: Period | None = None

    def resolve(self, today: date) -> Period:
        """Return the days meant when `today` is the first day that is not over."""
        yesterday = today - ONE_DAY
        monday = today - timedelta(days=today.weekday())
        last_month_end = today.replace(day=1) - ONE_DAY
        periods = {
            Span.TODAY: Period.of_day(today),
            Span.YESTERDAY: Period.of_day(yesterday),
            Span.THIS_WEEK: Period(min(monday, yesterday), yesterday),
            Span.LAST_WEEK: Period.ending(monday - ONE_DAY, 7),
            Span.THIS_MONTH: Period(min(today.replace(day=1), yesterday), yesterday),
            Span.LAST_MONTH: Period.month_of(last_month_end),
        }
        if self.span is Span.LAST_DAYS:
            return Period.ending(yesterday, self.days)
        if self.dates is not None:
            return self.dates
        return periods[self.span]


@dataclass(frozen=True, slots=True)
class Question:
    """A `/kpi` question. Empty filters mean all stores of the room's engagement."""

    kind: QuestionKind
    metric: str | None = None
    period: PeriodWord | None = None
    markets: frozenset[Market] = frozenset()
    marketplaces: frozenset[Marketplace] = frozenset()
    stores: frozenset[str] = frozenset()
    versus: Versus | None = None
