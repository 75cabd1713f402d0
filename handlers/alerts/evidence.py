"""What drives an alert, from the counts that were imported of a store's parts and of the steps to an order."""

from __future__ import annotations

from handlers.ports import Work
from kpi.alerts.breakdown import Span, Sums, dimensions_of, funnel_of, measures_of, steps_of, sums_of
from kpi.alerts.causes import Cause, leading_cause
from kpi.alerts.panels import LAG_FIRST, LAG_LAST
from kpi.alerts.records import AlertEpisode
from kpi.alerts.watched import BY_METRIC, Watched
from kpi.days import ONE_DAY, Period
from kpi.facts import FactQuery

BEFORE_DAYS = 28
"""Four of each weekday: what the days since the onset are held against."""


def cause_of(work: Work, alert: AlertEpisode) -> Cause:
    """Return what drives an alert; UNKNOWN where no part is reported, and for an outage that all stores share."""
    if alert.first.is_pooled:
        return Cause()
    last = alert.first.day
    window = Period(min(alert.episode.onset, last), last)
    return cause_between(work, BY_METRIC[alert.series.metric], alert.series.store, window)


def cause_between(work: Work, watched: Watched, store: str, window: Period) -> Cause:
    """Return what drives a movement of some days to the bad side."""
    spans = spans_between(work, watched, store, window)
    return leading_cause(dimensions_of(watched, *spans), funnel_of(watched, *spans), is_fall=watched.signal.is_fall_bad)


def spans_between(work: Work, watched: Watched, store: str, window: Period) -> tuple[Span, Span]:
    """Return the days before a window, and the window."""
    before = Period.ending(window.first - ONE_DAY, BEFORE_DAYS)
    return _span(work, watched, store, before), _span(work, watched, store, window)


def _span(work: Work, watched: Watched, store: str, period: Period) -> Span:
    events = _sums(work, watched, store, period)
    if not watched.is_lagged:
        return Span(events, events)
    earlier = Period(period.shifted(-LAG_FIRST).first, period.shifted(-LAG_LAST).last)
    return Span(events, _sums(work, watched, store, earlier), period.length / earlier.length)


def _sums(work: Work, watched: Watched, store: str, period: Period) -> Sums:
    steps = steps_of(watched)
    rows = work.facts.daily(FactQuery((store,), (watched.events,), period.first, period.last, steps))
    return sums_of(rows, (watched.events, *steps), work.facts.parts((store,), measures_of(watched), period))
