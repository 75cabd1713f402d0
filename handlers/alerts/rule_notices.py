"""A rule's episode as a notice freezes it: with the days its picture shows, read as the rule reads them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from handlers.ports import Work
from kpi.alerts.records import AlertEpisode, NoticedEpisode, Stake
from kpi.alerts.red_lines import line_to_keep
from kpi.alerts.rule_findings import LimitFinding, PaceFinding, RuleFinding
from kpi.days import Period
from kpi.digests import TrendLine
from kpi.engagements import Engagement, Store
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Metric, Unit
from kpi.readings.series import MetricSeries, query_of
from kpi.targets import Target

LINE_DAYS = 42
"""Days of a rule's picture: six weeks."""


def rule_noticed(
    work: Work, engagement: Engagement, alert: AlertEpisode, *, is_drawn: bool = True
) -> NoticedEpisode | None:
    """Return a rule's episode with the line of its days, if it is drawn; None when its stores left."""
    stores = stores_of(engagement, alert)
    found = alert.newest.by_rule
    if not stores or found is None:
        return None
    metric = alert.series.metric
    line = rule_line(work, stores, metric, found, alert.newest.day) if is_drawn else undrawn(metric, stores[0])
    return NoticedEpisode(alert, Stake(0.0, 0.0), line)


def undrawn(metric_id: str, store: Store) -> TrendLine:
    """Return the line of an episode that no picture shows: its unit, and no day."""
    currency = store.currency if METRICS[metric_id].unit is Unit.MONEY else None
    return TrendLine(metric_id, "", currency, (), (), ())


def stores_of(engagement: Engagement, alert: AlertEpisode) -> tuple[Store, ...]:
    """Return the stores an alert is about: one, or those of a target."""
    found = alert.newest.by_rule
    currency = found.reading.target.currency if isinstance(found, PaceFinding) else None
    ids = set(filter(None, alert.series.store.split("+")))
    return tuple(
        store for store in engagement.stores if (not ids or store.id in ids) and currency in {None, store.currency}
    )


def rule_line(
    work: Work, stores: tuple[Store, ...], metric_id: str, found: RuleFinding, last: date, length: int = LINE_DAYS
) -> TrendLine:
    """Return the days up to `last` with the rule's own value of each and the line it must not cross."""
    metric = METRICS[metric_id]
    ids = tuple(store.id for store in stores)
    if isinstance(found, PaceFinding):
        return _pace_line(work, ids, metric, found.reading.target, last)
    if isinstance(found, LimitFinding):
        window, line = found.window_days, found.terms.limit
    else:
        window, line = found.line.limit.window_days, line_to_keep(found.line.limit, found.terms.keep_level or None)
    days = Period.ending(last, length)
    needed = Period(Period.ending(days.first, window).first, last)
    series = MetricSeries(metric, work.facts.daily(query_of(metric, ids, needed)))
    currency = stores[0].currency if metric.unit is Unit.MONEY else None
    return _line(metric, currency, days, line, lambda day: value_over(series, day, window))


def value_over(series: MetricSeries, day: date, window: int) -> Decimal | None:
    """Return the value over the days that end on `day`, or None where that day is missing."""
    total = series.total(Period.ending(day, window)) if series.day(day) is not None else None
    return series.value(total) if total is not None else None


def _pace_line(work: Work, ids: tuple[str, ...], metric: Metric, target: Target, last: date) -> TrendLine:
    days = Period(target.period.first, max(target.period.first, min(last, target.period.last)))
    series = MetricSeries(metric, work.facts.daily(query_of(metric, ids, days)))

    def so_far(day: date) -> Decimal | None:
        total = series.total(Period(days.first, day)) if series.day(day) is not None else None
        return series.value(total) if total is not None else None

    return _line(metric, target.currency, days, target.value, so_far)


def _line(
    metric: Metric, currency: str | None, days: Period, line: Decimal, value: Callable[[date], Decimal | None]
) -> TrendLine:
    every = tuple(days.days())
    return TrendLine(metric.id, "", currency, every, tuple(map(value, every)), (None,) * len(every), line)
