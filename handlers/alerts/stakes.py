"""What is at stake in an alert: events too few or bad ones too many, and what the orders are worth."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from handlers.readings.reading_desk import ReadingDesk
from kpi.alerts.records import AlertEpisode, Stake
from kpi.alerts.watched import BY_METRIC
from kpi.days import ONE_DAY, Period
from kpi.engagements import Store
from kpi.metrics.catalogue import METRICS

VALUE_DAYS = 28
"""Days the average order value is taken from."""
DOUBT_SIGMAS = 1.8
"""Half width of ranges, in standard deviations: nine of ten such ranges hold the truth."""


def events_at_stake(alert: AlertEpisode) -> float:
    """Return how many events too few (or bad ones too many) the worst window shows."""
    return abs(alert.worst.expected - alert.worst.observed)


def stake_of(desk: ReadingDesk, store: Store, alert: AlertEpisode) -> Stake:
    """Return what the worst window of an alert cost; orders are valued at the four weeks before it began."""
    events = events_at_stake(alert)
    doubt = DOUBT_SIGMAS * alert.worst.spread
    if not BY_METRIC[alert.series.metric].signal.is_fall_bad or BY_METRIC[alert.series.metric].events != "orders_paid":
        return Stake(events, doubt)
    return valued(desk, store, Stake(events, doubt), alert.episode.onset - ONE_DAY)


def valued(desk: ReadingDesk, store: Store, stake: Stake, last: date) -> Stake:
    """Return orders at stake with what they are worth: at the average of the four weeks up to `last`, if known."""
    values = desk.read(METRICS["aov"], (store,), Period.ending(last, VALUE_DAYS))
    value = values[0].reading.value if values else None
    if value is None:
        return stake
    return Stake(stake.events, stake.doubt, Decimal(round(stake.events * float(value), 2)), store.currency)
