"""Reads metrics for a question: asks the fact book once per metric and group, and evaluates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from handlers.ports import Work
from handlers.readings.scopes import Group, groups_of
from kpi.days import Period
from kpi.engagements import Engagement, Store
from kpi.facts import DaySum, Grain
from kpi.metrics.metric import Metric
from kpi.readings.evaluation import ReadingContext, history_needed, read
from kpi.readings.reading import Reading
from kpi.readings.series import MetricSeries, query_of
from kpi.targets import Target

LINE_DAYS = 28
"""Days of the line beside a reading."""


@dataclass(frozen=True, slots=True)
class GroupReading:
    """A reading with the series it came from, for charts and breakdowns."""

    group: Group
    reading: Reading
    series: MetricSeries
    metric: Metric


class ReadingDesk:
    """Readings of one engagement inside one unit of work.

    `today` is the first day that is not over; `known_at` asks for what was known at an instant (None: now).
    """

    def __init__(self, work: Work, engagement: Engagement, today: date, known_at: datetime | None = None) -> None:
        self._work = work
        self._engagement = engagement
        self._known_at = known_at
        self._targets: dict[date, tuple[Target, ...]] = {}
        self.today = today

    def read(self, metric: Metric, stores: Sequence[Store], period: Period) -> tuple[GroupReading, ...]:
        """Return one reading per group of stores that may be added up, over exactly `period`."""
        return self._readings(metric, stores, period, is_fixed=True)

    def read_usual(self, metric: Metric, stores: Sequence[Store], last: date) -> tuple[GroupReading, ...]:
        """Return the readings over the metric's own window ending on `last`; a large enough day stands alone."""
        return self._readings(metric, stores, Period.ending(last, metric.window_days), is_fixed=False)

    def _readings(
        self, metric: Metric, stores: Sequence[Store], period: Period, *, is_fixed: bool
    ) -> tuple[GroupReading, ...]:
        readings = []
        for group in groups_of(metric, stores):
            series = self.series(metric, group.stores, history_needed(period, LINE_DAYS))
            window = period if is_fixed else _fitting(metric, series, period)
            readings.append(self._reading(group, series, window))
        return tuple(readings)

    def read_each(self, metric: Metric, stores: Sequence[Store], period: Period) -> tuple[GroupReading, ...]:
        """Return one reading per store over exactly `period`, all asked for at once; no line can be drawn of them."""
        groups = tuple(group for store in stores for group in groups_of(metric, (store,)))
        ids = tuple(group.stores[0].id for group in groups)
        query = query_of(metric, ids, history_needed(period), self._known_at)
        sums: dict[str, list[DaySum]] = {one: [] for one in ids}
        for day in self._work.facts.daily(replace(query, grain=Grain.STORE)):
            sums[day.key].append(day)
        return tuple(
            self._reading(group, MetricSeries(metric, sums[one]), period)
            for one, group in zip(ids, groups, strict=True)
        )

    def _reading(self, group: Group, series: MetricSeries, period: Period) -> GroupReading:
        context = ReadingContext(group.stores, self.today, self._targets_on(period.last))
        return GroupReading(group, read(series, group.scope, period, context), series, series.metric)

    def _targets_on(self, day: date) -> tuple[Target, ...]:
        if day not in self._targets:
            self._targets[day] = self._work.targets.of(self._engagement.id, day)
        return self._targets[day]

    def series(self, metric: Metric, stores: Sequence[Store], period: Period) -> MetricSeries:
        """Return the days of `metric` over `stores` together."""
        ids = tuple(store.id for store in stores)
        return MetricSeries(metric, self._work.facts.daily(query_of(metric, ids, period, self._known_at)))

    def largest(self, metric: Metric, stores: Sequence[Store], period: Period, most: int) -> tuple[Store, ...]:
        """Return the stores with the largest numerators over `period`, largest first, at most `most`."""
        by_id = {store.id: store for store in stores}
        ranked = self._work.facts.largest(tuple(by_id), metric.numerator[0].measure, period, most)
        return tuple(by_id[store_id] for store_id in ranked)


def _fitting(metric: Metric, series: MetricSeries, period: Period) -> Period:
    """Return the last day alone where its visits suffice, else the whole window."""
    if metric.daily_from is None:
        return period
    point = series.day(period.last)
    if point is None or point.denominator is None or point.denominator < metric.daily_from.at_least:
        return period
    return Period.of_day(period.last)
