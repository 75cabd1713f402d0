"""Series as lines of a picture: values, band, labels, marks, in one language."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from handlers.readings.figures import value_text
from handlers.readings.reading_desk import LINE_DAYS
from kpi.calendars import events_near
from kpi.days import Period
from kpi.digests import TrendLine
from kpi.engagements import Store
from kpi.facts import FactStatus
from kpi.metrics.metric import Kind, Metric, Unit
from kpi.pictures import Label, Trend
from kpi.readings.evaluation import kinds_of, usual
from kpi.readings.reading import Scope
from kpi.readings.series import MetricSeries
from kpi.wording.wording import Wording

TREND_DAYS = LINE_DAYS
"""Days a line shows unless the question spans more."""
DAY_LABELS = 4
"""Labels under a line; more collide on a phone."""
PERCENT = 100
VALUE_LABELS = 4
"""Labels beside a line at most."""


def trend_line(
    series: MetricSeries,
    scope: Scope,
    stores: Sequence[Store],
    period: Period,
    today: date,
    target: Decimal | None = None,
) -> TrendLine:
    """Return the days of `series` over `period` with the same-weekday band of each day, free of any language."""
    metric = series.metric
    days = tuple(period.days())
    values = tuple(_value(series, day) for day in days)
    band = tuple(
        (normal.low, normal.high) if (normal := usual(series, Period.of_day(day), stores)) else None for day in days
    )
    settles = max((metric.final_after(store.marketplace) for store in stores), default=0)
    return TrendLine(
        metric.id,
        scope.marketplace,
        scope.currency,
        days,
        values,
        band,
        target,
        tuple(_is_provisional(series, day, today, settles) for day in days),
        tuple(_events(days, stores)),
    )


def _value(series: MetricSeries, day: date) -> Decimal | None:
    point = series.day(day)
    return series.value(point) if point is not None else None


def _is_provisional(series: MetricSeries, day: date, today: date, settles: int) -> bool:
    point = series.day(day)
    if point is None:
        return False
    is_young = (today - day).days <= settles
    is_thin = series.metric.kind is Kind.ADDITIVE and point.store_days < series.widest
    return is_young or is_thin or point.status >= FactStatus.PRELIMINARY


def _events(days: Sequence[date], stores: Sequence[Store]) -> list[tuple[date, str]]:
    found: dict[tuple[date, str], None] = {}
    for day in days:
        for market, marketplace in kinds_of(stores):
            for event in events_near(day, market, marketplace):
                if event.first == day or day == days[0]:
                    found[max(event.first, days[0]), event.name] = None
    return sorted(found)


def worded(line: TrendLine, metric: Metric, wording: Wording, most_marks: int = 3) -> Trend:
    """Return a line with its labels in one language."""
    numbers = tuple(None if value is None else float(value) for value in line.values)
    band = tuple(None if pair is None else (float(pair[0]), float(pair[1])) for pair in line.band)
    place = {day: index for index, day in enumerate(line.days)}
    hollow = next((index for index, flag in enumerate(line.provisional) if flag and _stays(line, index)), None)
    last = next((value for value in reversed(line.values) if value is not None), None)
    return Trend(
        numbers,
        band,
        _day_labels(line.days, wording),
        _value_labels(numbers, band, line, metric, wording),
        None if line.target is None else float(line.target),
        _target_label(line, metric, wording),
        value_text(metric, last, line.currency, wording) if last is not None else "",
        hollow_from=hollow,
        marks=tuple(Label(place[day], wording.say(name)) for day, name in line.events[-most_marks:] if day in place),
        name=wording.say(metric.name),
        days=tuple(map(wording.short_day, line.days)),
        scale=PERCENT if metric.unit is Unit.SHARE else 1,
        unit="%" if metric.unit is Unit.SHARE else (line.currency or "") if metric.unit is Unit.MONEY else "",
    )


def _stays(line: TrendLine, index: int) -> bool:
    """Hollow points are drawn only at the young end of the line, not for an odd thin day in its middle."""
    return all(line.provisional[index:]) or index >= len(line.days) - 4


def _target_label(line: TrendLine, metric: Metric, wording: Wording) -> str:
    return "" if line.target is None else value_text(metric, line.target, line.currency, wording)


def _day_labels(days: Sequence[date], wording: Wording) -> tuple[Label, ...]:
    if len(days) <= DAY_LABELS:
        return tuple(Label(index, wording.short_day(day)) for index, day in enumerate(days))
    step = (len(days) - 1) / (DAY_LABELS - 1)
    places = sorted({round(step * index) for index in range(DAY_LABELS)})
    return tuple(Label(place, wording.short_day(days[place])) for place in places)


def _value_labels(
    numbers: Sequence[float | None],
    band: Sequence[tuple[float, float] | None],
    line: TrendLine,
    metric: Metric,
    wording: Wording,
) -> tuple[Label, ...]:
    present = [value for value in numbers if value is not None] + [edge for pair in band if pair for edge in pair]
    if line.target is not None:
        present.append(float(line.target))
    if not present:
        return ()
    low = 0.0 if metric.kind is Kind.ADDITIVE else min(present)
    return tuple(
        Label(tick, _tick_text(metric, Decimal(str(tick)), line.currency, wording))
        for tick in round_ticks(low, max(present))
    )


def _tick_text(metric: Metric, value: Decimal, currency: str | None, wording: Wording) -> str:
    """Return a short label; money goes without its symbol, which the newest value carries."""
    if metric.unit is Unit.SHARE:
        percent = value * 100
        digits = max(0, -int(percent.normalize().as_tuple().exponent)) if percent else 0
        return wording.share(value, min(digits, 2))
    if metric.unit in {Unit.COUNT, Unit.MONEY}:
        return wording.count(value, compact=True)
    return value_text(metric, value, currency, wording)


def round_ticks(low: float, high: float) -> tuple[float, ...]:
    """Return two to four round values between `low` and `high` (steps of 1, 2 or 5 times a power of ten)."""
    span = high - low or abs(high) or 1.0
    raw = span / VALUE_LABELS
    power = 10 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)
    first = math.ceil(low / step)
    last = math.floor(high / step)
    return tuple(round(index * step, 10) for index in range(first, last + 1))
