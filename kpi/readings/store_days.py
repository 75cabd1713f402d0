"""The days of many stores from columns of facts: of each store what its rows say, without a query of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np

from kpi.facts import DaySum, FactStatus, FactVersions
from kpi.metrics.metric import Metric

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STATUSES = tuple(FactStatus)
_Days = Mapping[int, int]
"""Where in the columns each day of a store's measure lies."""


def measures_of(metric: Metric) -> tuple[str, ...]:
    """Return the measures a store's day of a metric is made of: those it needs, then those that say how large it is."""
    return metric.measures + metric.sample_measures


def store_days(metric: Metric, facts: FactVersions) -> dict[str, list[DaySum]]:
    """Return the days of a metric in each store, oldest first, as the fact book's sums of that store alone would be.

    `facts` are what is known now, ordered by store, measure and day. Sources are left out.
    """
    found: dict[str, list[DaySum]] = {}
    instants: dict[int, datetime] = {}
    known_at, status, value = (_plain(column) for column in (facts.known_at, facts.status, facts.value))
    for store, by_measure in _stores(facts):
        columns = [by_measure.get(name, {}) for name in measures_of(metric)]
        needed = columns[: len(metric.measures)]
        for day in sorted(set(needed[0]).intersection(*needed[1:])):
            places = [column.get(day) for column in columns]
            present = [place for place in places if place is not None]
            newest = max(map(known_at.__getitem__, present))
            if newest not in instants:
                instants[newest] = EPOCH + timedelta(microseconds=newest)
            row = DaySum(
                store,
                date.fromordinal(day),
                tuple(None if place is None else value[place] for place in places),
                1,
                _STATUSES[max(map(status.__getitem__, present))],
                (),
                instants[newest],
            )
            found.setdefault(store, []).append(row)
    return found


def _stores(facts: FactVersions) -> Iterator[tuple[str, Mapping[str, _Days]]]:
    """Yield each store with the days of each of its measures."""
    owner, measure = (np.asarray(column, np.int64) for column in (facts.store, facts.measure))
    day = _plain(facts.day)
    edges = [0, *(np.flatnonzero((np.diff(owner) != 0) | (np.diff(measure) != 0)) + 1).tolist(), len(day)]
    by_store: dict[str, dict[str, _Days]] = {}
    for start, end in pairwise(edges):
        if start < end:
            days = dict(zip(day[start:end], range(start, end), strict=True))
            by_store.setdefault(facts.stores[owner[start]], {})[facts.measures[measure[start]]] = days
    yield from by_store.items()


def _plain(column: Sequence[int]) -> list[int]:
    return [int(one) for one in column]
