"""A metric's days as they were known at an instant, from every version of its facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kpi.days import ONE_DAY, Period
from kpi.facts import DaySum, FactStatus, FactVersions
from kpi.metrics.metric import Metric

BACKFILL = timedelta(days=14)
"""History imported longer than this after its day counts as known in time."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Version:
    """A value as it was shown from an instant on."""

    known_at: datetime
    value: int
    status: FactStatus


class KnownDays:
    """Every version of a metric's facts, to be read as on any morning."""

    def __init__(self, metric: Metric, facts: FactVersions) -> None:
        self._metric = metric
        self._stores = facts.stores
        self._versions: dict[tuple[str, str, int], list[_Version]] = defaultdict(list)
        for store, measure, day, value, status, known_at in zip(
            facts.store, facts.measure, facts.day, facts.value, facts.status, facts.known_at, strict=True
        ):
            self._keep(facts.stores[store], facts.measures[measure], day, _version(value, status, known_at))

    def _keep(self, store: str, measure: str, day: int, version: _Version) -> None:
        versions = self._versions[store, measure, day]
        closed_at = datetime.combine(date.fromordinal(day) + ONE_DAY, datetime.min.time(), UTC)
        is_backfill = not versions and version.known_at > closed_at + BACKFILL
        versions.append(_Version(closed_at, version.value, version.status) if is_backfill else version)

    def sums(self, period: Period, known_by: datetime) -> Iterator[DaySum]:
        """Yield the sums of each day over the stores whose required measures were all known by an instant."""
        names = self._metric.measures + self._metric.sample_measures
        for day in period.days():
            rows = [
                versions
                for store in self._stores
                if (versions := self._store_day(store, day, names, known_by)) is not None
            ]
            if rows:
                yield _summed(day, rows)

    def _store_day(
        self, store: str, day: date, names: tuple[str, ...], known_by: datetime
    ) -> tuple[_Version | None, ...] | None:
        found = tuple(self._known(store, name, day, known_by) for name in names)
        return None if any(one is None for one in found[: len(self._metric.measures)]) else found

    def _known(self, store: str, measure: str, day: date, known_by: datetime) -> _Version | None:
        versions = self._versions.get((store, measure, day.toordinal()), ())
        return next((one for one in reversed(versions) if one.known_at <= known_by), None)


def _version(value: int, status: int, known_at: int) -> _Version:
    return _Version(EPOCH + timedelta(microseconds=int(known_at)), int(value), FactStatus(int(status)))


def _summed(day: date, rows: list[tuple[_Version | None, ...]]) -> DaySum:
    present = [one for row in rows for one in row if one is not None]
    values = tuple(
        sum(one.value for one in column if one is not None) if any(column) else None
        for column in zip(*rows, strict=True)
    )
    return DaySum(
        "", day, values, len(rows), max(one.status for one in present), (), max(one.known_at for one in present)
    )
