"""From days to a reading: value, smallest sample, baseline, comparisons, target, judgement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from kpi.calendars import is_ordinary
from kpi.days import Period
from kpi.engagements import Store
from kpi.facts import FactStatus
from kpi.markets import Market, Marketplace
from kpi.metrics.metric import Direction, Kind, Metric, Unit
from kpi.readings.baselines import LOOK_BACK_DAYS, Sampled, baseline_of, comparable_periods, span_looked_back
from kpi.readings.reading import Baseline, Comparison, Reading, SampleGap, Scope, Shortfall
from kpi.readings.series import DayPoint, MetricSeries
from kpi.targets import FLAT_WEEK, Standing, Target, standing, weekday_weights
from kpi.tones import Tone

RELATIVE_UNITS = frozenset({Unit.MONEY, Unit.COUNT, Unit.DAYS})
"""Units whose changes are told in per cent; all others change by a difference (never "% of %")."""
WEIGHT_HISTORY_DAYS = 56
"""Weekday weights are learnt from eight weeks."""
FAR_OUTSIDE = Decimal(2)
"""A value further from the median than this many half bands is bad, not only worth watching."""


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What a reading is judged with.

    `stores` are those the series covers, `today` the first day that is not over (in their zones), `targets` the
    engagement's targets of the period's last day.
    """

    stores: tuple[Store, ...]
    today: date
    targets: tuple[Target, ...] = ()


def read(series: MetricSeries, scope: Scope, period: Period, context: ReadingContext) -> Reading:
    """Return the reading of `series` over `period` with everything it is compared with."""
    reading = read_plain(series, scope, period, context)
    if reading.value is None:
        return reading
    reading = _beside_previous(series, reading)
    reading = _beside_usual(series, reading, context)
    reading = _beside_target(series, reading, context)
    return replace(reading, tone=_tone(series.metric, reading))


def read_plain(series: MetricSeries, scope: Scope, period: Period, context: ReadingContext) -> Reading:
    """Return the value alone with its status and smallest sample, compared with nothing."""
    expected = series.widest * (1 if series.is_state else period.length)
    total = series.total(period)
    if total is None:
        return _nothing(series.metric, scope, period, expected)
    return _plain(series, scope, period, total, expected, context)


def _nothing(metric: Metric, scope: Scope, period: Period, expected: int) -> Reading:
    return Reading(
        metric.id, scope, period, None, None, None, FactStatus.MISSING, 0, expected, shortfall=Shortfall.NO_DATA
    )


def _plain(
    series: MetricSeries, scope: Scope, period: Period, total: DayPoint, expected: int, context: ReadingContext
) -> Reading:
    metric = series.metric
    value = series.value(total)
    gap = _sample_gap(metric, total)
    return Reading(
        metric.id,
        scope,
        period,
        value,
        total.numerator,
        None if total.denominator is None else Decimal(total.denominator),
        _status(metric, period, total, expected, context),
        total.store_days,
        expected,
        shortfall=_shortfall(metric, value, gap),
        gap=gap,
        sources=tuple(sorted(total.sources)),
        known_at=total.known_at,
    )


def _sample_gap(metric: Metric, total: DayPoint) -> SampleGap | None:
    for sample, got in zip(metric.samples, total.samples, strict=True):
        if got is not None and got < sample.at_least:
            return SampleGap(sample.measure, got, sample.at_least)
    return None


def _shortfall(metric: Metric, value: Decimal | None, gap: SampleGap | None) -> Shortfall | None:
    if value is None:
        return Shortfall.ZERO_DENOMINATOR
    if metric.is_bounded and value > 1:
        return Shortfall.IMPOSSIBLE
    return Shortfall.SMALL_SAMPLE if gap else None


def _status(metric: Metric, period: Period, total: DayPoint, expected: int, context: ReadingContext) -> FactStatus:
    if total.store_days < expected:
        return max(total.status, FactStatus.PARTIAL)
    settles = max((metric.final_after(store.marketplace) for store in context.stores), default=0)
    age = (context.today - period.last).days
    return max(total.status, FactStatus.PRELIMINARY) if age <= settles else total.status


def compare(metric: Metric, value: Decimal, reference: Decimal) -> Comparison:
    """Return `value` beside an earlier one, relative or as a difference as the metric's unit asks."""
    if metric.unit in RELATIVE_UNITS:
        change = (value - reference) / reference if reference else None
        return Comparison(reference, change, is_relative=True)
    return Comparison(reference, value - reference, is_relative=False)


def _is_complete(series: MetricSeries, point: DayPoint, period: Period) -> bool:
    """Tell whether sums compare: an amount over fewer store-days is smaller for that reason alone, a ratio is not."""
    return series.metric.kind is Kind.RATIO or series.is_state or point.store_days >= series.widest * period.length


def _beside_previous(series: MetricSeries, reading: Reading) -> Reading:
    previous = reading.period.previous()
    point = series.total(previous)
    before = series.value(point) if point is not None else None
    if reading.value is None or point is None or before is None or not _is_complete(series, point, previous):
        return reading
    return replace(
        reading,
        against_previous=compare(series.metric, reading.value, before),
        previous_period=previous,
    )


def usual(series: MetricSeries, period: Period, stores: Sequence[Store]) -> Baseline | None:
    """Return what is normal for `series` over a period like this one, or None with too little history."""
    samples = []
    for comparable in _comparable(period, kinds_of(stores)):
        point = series.total(comparable)
        value = series.value(point) if point is not None else None
        if point is not None and value is not None and _is_complete(series, point, comparable):
            samples.append(Sampled(comparable.last, value, _noise(series.metric, point, value)))
    return baseline_of(samples)


@lru_cache(maxsize=4096)
def _comparable(period: Period, kinds: frozenset[tuple[Market, Marketplace]]) -> tuple[Period, ...]:
    """Return what a period is compared with; a morning asks it for every metric of every store of a market."""
    return comparable_periods(period, lambda day: all(is_ordinary(day, *kind) for kind in kinds))


def kinds_of(stores: Sequence[Store]) -> frozenset[tuple[Market, Marketplace]]:
    """Return which calendars apply: stores of one market and marketplace share theirs."""
    return frozenset((store.market, store.marketplace) for store in stores)


def _noise(metric: Metric, point: DayPoint, value: Decimal) -> Decimal:
    """Return the standard deviation that counting alone explains: binomial for shares, Poisson for counts.

    The share is taken as (k + 1) ÷ (n + 2) (Laplace), because 40 of 40 on time does not mean that none is ever late.
    """
    if metric.kind is Kind.RATIO and metric.unit is Unit.SHARE and metric.is_bounded and point.denominator:
        share = Decimal(point.numerator + 1) / (point.denominator + 2)
        return (max(Decimal(0), share * (1 - share)) / point.denominator).sqrt()
    return value.sqrt() if metric.unit is Unit.COUNT and value > 0 else Decimal(0)


def _beside_usual(series: MetricSeries, reading: Reading, context: ReadingContext) -> Reading:
    baseline = usual(series, reading.period, context.stores)
    if baseline is None or reading.value is None:
        return reading
    enough = baseline.median >= series.metric.expects_at_least
    complete = reading.status is not FactStatus.PARTIAL or series.metric.kind is Kind.RATIO
    outside = not baseline.low <= reading.value <= baseline.high
    return replace(
        reading,
        baseline=baseline,
        against_usual=compare(series.metric, reading.value, baseline.median),
        is_unusual=outside and enough and complete and reading.is_judged,
    )


def target_for(metric: Metric, scope: Scope, targets: Sequence[Target]) -> Target | None:
    """Return the target set for exactly these stores, or the one for all stores of the engagement."""
    mine = [
        target
        for target in targets
        if target.metric == metric.id and (target.currency is None or target.currency == scope.currency)
    ]
    exact = (target for target in mine if set(target.stores) == set(scope.stores))
    general = (target for target in mine if not target.stores)
    return next(exact, next(general, None))


def _beside_target(series: MetricSeries, reading: Reading, context: ReadingContext) -> Reading:
    target = target_for(series.metric, reading.scope, context.targets)
    if target is None:
        return reading
    until = min(reading.period.last, target.period.last)
    result = standing_of(series, target, until)
    return replace(reading, standing=result) if result else reading


def standing_of(series: MetricSeries, target: Target, until: date) -> Standing | None:
    """Return how `target` stands at the end of `until`, or None when nothing of its period is known yet."""
    if until < target.period.first:
        return None
    so_far = Period(target.period.first, until)
    point = series.total(so_far)
    actual = series.value(point) if point is not None else None
    if actual is None:
        return None
    return standing(target, actual, until, learnt_weights(series, so_far))


def learnt_weights(series: MetricSeries, period: Period) -> Mapping[int, Decimal]:
    """Return weekday weights learnt from the eight weeks before `period`."""
    if series.metric.kind is not Kind.ADDITIVE:
        return FLAT_WEEK
    return weekday_weights(series.numerators(Period.ending(period.first, WEIGHT_HISTORY_DAYS).shifted(-1)))


def _tone(metric: Metric, reading: Reading) -> Tone:
    if not reading.is_judged or reading.value is None:
        return Tone.UNKNOWN
    misses_target = reading.standing is not None and not reading.standing.is_met
    if metric.good is Direction.NEUTRAL:
        return Tone.WATCH if misses_target else Tone.NEUTRAL
    if metric.band is not None:
        return Tone.GOOD if metric.band[0] <= reading.value <= metric.band[1] else Tone.WATCH
    worse = reading.is_unusual and _is_worse(metric, reading)
    if worse and (misses_target or _is_far(reading)):
        return Tone.BAD
    return Tone.WATCH if worse or misses_target else Tone.GOOD


def _is_worse(metric: Metric, reading: Reading) -> bool:
    if reading.baseline is None or reading.value is None:
        return False
    is_lower = reading.value < reading.baseline.median
    return is_lower if metric.good is Direction.UP else not is_lower


def _is_far(reading: Reading) -> bool:
    if reading.baseline is None or reading.value is None:
        return False
    half = (reading.baseline.high - reading.baseline.low) / 2
    return half > 0 and abs(reading.value - reading.baseline.median) > FAR_OUTSIDE * half


def history_needed(period: Period, line_days: int = 0) -> Period:
    """Return the days a reading over `period` needs, with a line of `line_days` days beside it.

    Its own days, the previous period, and what baselines look back on: eight comparable periods, or up to twice as
    many candidates where events and holidays may take some out.
    """
    look_back = min(span_looked_back(period.length), LOOK_BACK_DAYS)
    for_line = line_days + span_looked_back(1) if line_days else 0
    days = max(period.length + max(period.length, look_back), for_line)
    return Period.ending(period.last, days)
