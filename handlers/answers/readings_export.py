"""Readings as rows of a file: one row per period, store and metric, with the counts behind every value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from handlers.ports import Work
from handlers.readings.scopes import groups_of
from kpi.days import ONE_DAY, Period
from kpi.engagements import Engagement, Store
from kpi.facts import FactStatus
from kpi.metrics.catalogue import METRICS
from kpi.metrics.measures import MEASURES, SCALED, MeasureUnit
from kpi.metrics.metric import Formula, Unit
from kpi.readings.evaluation import ReadingContext, read_plain
from kpi.readings.series import MetricSeries, query_of


class ExportGrain(StrEnum):
    """What one row covers."""

    DAY = "day"
    MONTH = "month"


COLUMNS = ("period", "store", "metric", "value", "numerator", "denominator", "unit", "status")
"""The columns of an export, in order."""


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One row; numbers are plain decimals with a point, empty where there is none."""

    period: str
    store: str
    metric: str
    value: str
    numerator: str
    denominator: str
    unit: str
    status: str

    def cells(self) -> tuple[str, ...]:
        """Return the row in column order."""
        return (
            self.period,
            self.store,
            self.metric,
            self.value,
            self.numerator,
            self.denominator,
            self.unit,
            self.status,
        )


def export_readings(
    work: Work, engagement: Engagement, period: Period, grain: ExportGrain, today: date
) -> list[ExportRow]:
    """Return the readings of every store and metric that has any data in `period`, by period, store and metric."""
    return sorted(_rows(work, engagement, period, grain, today), key=lambda row: (row.period, row.store))


def _rows(work: Work, engagement: Engagement, period: Period, grain: ExportGrain, today: date) -> Iterator[ExportRow]:
    windows = tuple(_windows(period, grain))
    for store in engagement.stores:
        for metric in METRICS.values():
            if not groups_of(metric, (store,)):
                continue
            series = MetricSeries(metric, work.facts.daily(query_of(metric, (store.id,), period)))
            if series:
                yield from (_row(series, store, window, grain, today) for window in windows)


def _windows(period: Period, grain: ExportGrain) -> Iterator[Period]:
    if grain is ExportGrain.DAY:
        yield from map(Period.of_day, period.days())
        return
    first = period.first
    while first <= period.last:
        month = Period.month_of(first)
        yield Period(first, min(month.last, period.last))
        first = month.last + ONE_DAY


def _row(series: MetricSeries, store: Store, window: Period, grain: ExportGrain, today: date) -> ExportRow:
    metric = series.metric
    scope = groups_of(metric, (store,))[0].scope
    reading = read_plain(series, scope, window, ReadingContext((store,), today))
    currency = scope.currency or ""
    return ExportRow(
        period=window.first.isoformat() if grain is ExportGrain.DAY else f"{window.first:%Y-%m}",
        store=store.id,
        metric=metric.id,
        value="" if reading.value is None else _plain(reading.value),
        numerator="" if reading.numerator is None else _scaled(metric.numerator, reading.numerator),
        denominator="" if reading.denominator is None else _scaled(metric.denominator, reading.denominator),
        unit=currency if metric.unit is Unit.MONEY else metric.unit.value,
        status=FactStatus(reading.status).name.lower(),
    )


def _plain(value: Decimal) -> str:
    return f"{value.quantize(Decimal('1E-6')).normalize():f}"


def _scaled(formula: Formula, raw: Decimal | int) -> str:
    unit = MEASURES[formula[0].measure].unit
    is_scaled = unit in {MeasureUnit.MONEY, MeasureUnit.SHARE}
    return _plain(Decimal(raw) / SCALED if is_scaled else Decimal(raw))
