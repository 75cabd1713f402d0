"""The days of one metric: exact sums per day, ready to be summed over any window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kpi.days import Period
from kpi.facts import DaySum, FactQuery, FactStatus, Grain
from kpi.metrics.measures import MEASURES, SCALED, MeasureUnit
from kpi.metrics.metric import Formula, Kind, Metric


@dataclass(frozen=True, slots=True)
class DayPoint:
    """Exact sums in the measures' own units over `store_days` store-days; additive metrics have no denominator."""

    numerator: int
    denominator: int | Decimal | None
    samples: tuple[int | None, ...]
    store_days: int
    status: FactStatus
    sources: frozenset[str]
    known_at: datetime

    def __add__(self, other: DayPoint) -> DayPoint:
        """Return both together: sums add, the worst status and the newest instant stay."""
        return DayPoint(
            self.numerator + other.numerator,
            None if self.denominator is None or other.denominator is None else self.denominator + other.denominator,
            tuple(_add(one, two) for one, two in zip(self.samples, other.samples, strict=True)),
            self.store_days + other.store_days,
            max(self.status, other.status),
            self.sources | other.sources,
            max(self.known_at, other.known_at),
        )


def _added(points: Sequence[DayPoint]) -> DayPoint:
    """Return many points together; the same as adding them one by one, without the points between."""
    divides = points[0].denominator is not None
    return DayPoint(
        sum(point.numerator for point in points),
        sum(point.denominator or 0 for point in points) if divides else None,
        tuple(
            None if all(value is None for value in values) else sum(value or 0 for value in values)
            for values in zip(*(point.samples for point in points), strict=True)
        ),
        sum(point.store_days for point in points),
        max(point.status for point in points),
        frozenset().union(*(point.sources for point in points)),
        max(point.known_at for point in points),
    )


def _add(one: int | None, two: int | None) -> int | None:
    return two if one is None else one if two is None else one + two


def query_of(metric: Metric, stores: tuple[str, ...], period: Period, known_at: datetime | None = None) -> FactQuery:
    """Return the question to ask the fact book for `metric` over `period`."""
    return FactQuery(
        stores, metric.measures, period.first, period.last, metric.sample_measures, grain_of(metric), known_at
    )


def grain_of(metric: Metric) -> Grain:
    """Return the coarsest grain the metric may be summed at: quotients per store and reported values need stores."""
    needs_stores = metric.kind is Kind.REPORTED or any(term.per for term in metric.denominator)
    return Grain.STORE if needs_stores else Grain.SEGMENT


def is_state(metric: Metric) -> bool:
    """Tell whether the metric is a state of the day: over a window its last day counts."""
    return all(MEASURES[name].is_state for name in metric.measures)


class MetricSeries:
    """The days of one metric over some stores, read over windows."""

    def __init__(self, metric: Metric, sums: Iterable[DaySum]) -> None:
        self.metric = metric
        self._days = _points(metric, sums)
        self.is_state = is_state(metric)
        self._scale = _scale(metric)
        self.widest = max((point.store_days for point in self._days.values()), default=0)

    def __bool__(self) -> bool:
        """Tell whether there is any day at all."""
        return bool(self._days)

    def day(self, day: date) -> DayPoint | None:
        """Return one day, or None when nothing counted on it."""
        return self._days.get(day)

    def points(self) -> Iterable[tuple[date, DayPoint]]:
        """Return every day on which anything counted, in the order in which the sums came."""
        return self._days.items()

    def numerators(self, period: Period) -> Mapping[date, int]:
        """Return the numerator of each present day of `period`."""
        return {day: point.numerator for day in period.days() if (point := self._days.get(day)) is not None}

    def total(self, period: Period) -> DayPoint | None:
        """Return the sums over `period` (for a state: its last present day), or None without any day."""
        if period.first == period.last:
            return self._days.get(period.first)
        present = [point for day in period.days() if (point := self._days.get(day)) is not None]
        if not present:
            return None
        if self.is_state:
            return present[-1]
        return present[0] if len(present) == 1 else _added(present)

    def value(self, point: DayPoint) -> Decimal | None:
        """Return the metric's value of some sums in the metric's unit, or None over a zero denominator."""
        if point.denominator is None:
            return Decimal(point.numerator) / self._scale
        if not point.denominator:
            return None
        return Decimal(point.numerator) / point.denominator / self._scale


def _scale(metric: Metric) -> Decimal:
    """Return what a quotient of raw sums, or a sum alone, is divided by to be in the metric's unit."""
    above = SCALED if _is_scaled(metric.numerator) else 1
    if metric.kind is not Kind.RATIO:
        return Decimal(above)
    below = SCALED if _is_scaled(metric.denominator) else 1
    return Decimal(metric.scale) * above / below


def _is_scaled(formula: Formula) -> bool:
    return MEASURES[formula[0].measure].unit in {MeasureUnit.MONEY, MeasureUnit.SHARE}


def _points(metric: Metric, sums: Iterable[DaySum]) -> dict[date, DayPoint]:
    names = metric.measures + metric.sample_measures
    place = {name: index for index, name in enumerate(names)}
    sample_places = tuple(place[sample.measure] for sample in metric.samples)
    numerator = [(term.sign, place[term.measure]) for term in metric.numerator]
    sources: dict[tuple[str, ...], frozenset[str]] = {}  # most days have the same
    points: dict[date, DayPoint] = {}
    for row in sums:
        if row.sources not in sources:
            sources[row.sources] = frozenset(row.sources)
        point = DayPoint(
            sum([sign * (row.values[index] or 0) for sign, index in numerator]),
            _denominator(metric, place, row.values),
            tuple([row.values[index] for index in sample_places]),
            row.stores,
            row.status,
            sources[row.sources],
            row.known_at,
        )
        known = points.get(row.day)
        points[row.day] = point if known is None else known + point
    return points


def _denominator(metric: Metric, place: Mapping[str, int], values: tuple[int | None, ...]) -> int | Decimal | None:
    if metric.kind is not Kind.RATIO:
        return None
    total: int | Decimal = 0
    for term in metric.denominator:
        value: int | Decimal = values[place[term.measure]] or 0
        if term.per is not None:
            by = values[place[term.per]]
            value = Decimal(value) / by if by else Decimal(0)
        total += term.sign * value
    return total
