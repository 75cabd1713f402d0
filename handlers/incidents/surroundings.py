"""What the incidents share that are opened of one engagement in one unit of work: read once, for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property

from handlers.alerts.evidence import BEFORE_DAYS
from handlers.ports import Work
from kpi.alerts.first_looks import StoreMove
from kpi.days import ONE_DAY, Period
from kpi.engagements import Engagement
from kpi.incidents.incident import Incident, Status
from kpi.metrics.metric import Metric
from kpi.readings.series import MetricSeries
from kpi.readings.store_days import measures_of, store_days

LONGEST_WINDOW_DAYS = 28
"""However long ago it began: the newest four weeks show what drives it now."""
PRECEDENT_DAYS = 365
LEAST_COUNTED = 10
"""Events a store must have had before, for its change to be told."""


class Surroundings:
    """The engagement around an incident that opens at an instant."""

    def __init__(self, work: Work, engagement: Engagement, now: datetime) -> None:
        self._work = work
        self._engagement = engagement
        self._now = now
        self._days: dict[tuple[str, date], dict[str, MetricSeries]] = {}
        self._moves: dict[tuple[str, Period], Sequence[StoreMove]] = {}

    @cached_property
    def digest(self) -> str:
        """The id of the newest digest, or ""."""
        latest = self._work.digests.latest(self._engagement.id)
        return latest.id if latest else ""

    @cached_property
    def resolved(self) -> tuple[Incident, ...]:
        """The incidents of the last year that were resolved, newest first, without drills."""
        past = self._work.incidents.of_engagement(self._engagement.id, self._now - timedelta(days=PRECEDENT_DAYS))
        return tuple(one for one in past if one.status is Status.RESOLVED and not one.is_drill)

    def moves(self, metric: Metric, window: Period) -> Sequence[StoreMove]:
        """Return how a metric moved in each store over a window of four weeks at most, those that moved most first."""
        known = self._moves.get((metric.id, window))
        if known is not None:
            return known
        periods = Period.ending(window.first - ONE_DAY, BEFORE_DAYS), window
        moves = [
            StoreMove(store, change)
            for store, series in self._series(metric, window.last).items()
            if (change := _moved(series, *periods)) is not None
        ]
        moves.sort(key=lambda move: (-abs(move.change), move.store))
        self._moves[metric.id, window] = moves
        return moves

    def _series(self, metric: Metric, last: date) -> dict[str, MetricSeries]:
        """Return the days of a metric in each store, as far back as any window and what it is held against."""
        if (metric.id, last) not in self._days:
            days = Period.ending(last, LONGEST_WINDOW_DAYS + BEFORE_DAYS)
            stores = [store.id for store in self._engagement.stores]
            facts = self._work.facts.versions(stores, measures_of(metric), days.first, days.last, with_history=False)
            found = {store: MetricSeries(metric, rows) for store, rows in store_days(metric, facts).items()}
            self._days[metric.id, last] = found
        return self._days[metric.id, last]


def _moved(series: MetricSeries, earlier: Period, later: Period) -> float | None:
    """Return the relative change from one period to another, or None where it cannot be told."""
    before, window = series.total(earlier), series.total(later)
    if before is None or window is None or before.numerator < LEAST_COUNTED:
        return None
    per_day = (1 / before.store_days, 1 / window.store_days) if before.denominator is None else (1.0, 1.0)
    values = [series.value(point) for point in (before, window)]
    if values[0] is None or values[1] is None or not values[0]:
        return None
    return float(values[1]) * per_day[1] / (float(values[0]) * per_day[0]) - 1
