"""One day under a rule: what the counts say of it, and where that leaves the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from kpi.alert_rules import JUDGED_STATUSES, LimitRule, PaceDays, PaceRule, PaceVerdict, RedLineRule, pace_reading
from kpi.alerts.records import Finding, Silence
from kpi.alerts.red_lines import RATE_DAYS, DayCount, RedLine, RedLines
from kpi.alerts.rule_findings import LimitFinding, PaceFinding, RedLineFinding
from kpi.alerts.ruled_series import Ruled
from kpi.days import Period
from kpi.facts import DaySum
from kpi.metrics.metric import Kind, Metric
from kpi.readings.evaluation import WEIGHT_HISTORY_DAYS, learnt_weights
from kpi.readings.series import DayPoint, MetricSeries
from kpi.rule_states import UNTOUCHED, Patience, Place, PlacedDay, RuleState, lived
from kpi.severities import NEAR_LIMIT_DAYS

NEAR_FOR_DAYS = 2
"""Judged days in a row on which a red line is near before anybody is told; a crossed one is told at once."""
CLEAR_FOR_DAYS = 3
FAR_DAYS = 2 * NEAR_LIMIT_DAYS
"""A line that is crossed in so many days is far again; between near and far nothing changes."""
PACE_PATIENCE = Patience(1, 1, min)


@dataclass(frozen=True, slots=True)
class CountedDays:
    """The final days of a metric, and those that were seen but are not final."""

    series: MetricSeries
    unsettled: frozenset[date]


def counted_days(metric: Metric, sums: Iterable[DaySum]) -> CountedDays:
    """Return the days a rule makes up its mind of."""
    rows = tuple(sums)
    final = [row for row in rows if row.status in JUDGED_STATUSES]
    return CountedDays(MetricSeries(metric, final), frozenset(row.day for row in rows) - {row.day for row in final})


def first_needed(ruled: Ruled, first: date) -> date:
    """Return the first day whose facts are needed to judge `first`."""
    terms = ruled.terms
    if isinstance(terms, PaceRule) and ruled.target is not None:
        return Period.ending(ruled.target.period.first, WEIGHT_HISTORY_DAYS + 1).first
    if isinstance(terms, LimitRule):
        return Period.ending(first, _window_of(terms, ruled.metric)).first
    return Period.ending(first, max(ruled.limit.window_days if ruled.limit else 1, RATE_DAYS)).first


def judge_days(ruled: Ruled, days: CountedDays, period: Period, state: RuleState = UNTOUCHED) -> tuple[Finding, ...]:
    """Return what the rule says of each day of a period, beginning where `state` left off."""
    findings = []
    judge = _judge_of(ruled, days)
    for day in period.days():
        finding = judge(day, state)
        state = finding.by_rule.state if finding.by_rule else state
        findings.append(finding)
    return tuple(findings)


def judge_day(ruled: Ruled, days: CountedDays, day: date, state: RuleState) -> Finding:
    """Return what the rule says of one day."""
    return _judge_of(ruled, days)(day, state)


def _judge_of(ruled: Ruled, days: CountedDays) -> Callable[[date, RuleState], Finding]:
    """Return what judges any of the days; what does not depend on the day is computed once."""
    match ruled.terms:
        case LimitRule() as terms:
            return partial(_limit_day, terms, days)
        case PaceRule() as terms if ruled.target is not None:
            return partial(_pace_day, terms, ruled, days)
        case RedLineRule() as terms if ruled.limit is not None:
            lines = RedLines(ruled.limit, _counts(days.series), terms.keep_level or None)
            return partial(_red_line_day, terms, lines, days)
    raise ValueError(f"{ruled.key} has neither target nor limit")


def _window_of(terms: LimitRule, metric: Metric) -> int:
    return terms.over_days or metric.window_days


def _unread(days: CountedDays, day: date) -> Silence | None:
    """Return why a day cannot be judged, or None where its numbers are there and final."""
    if days.series.day(day) is not None:
        return None
    return Silence.NOT_FINAL if day in days.unsettled else Silence.NOT_SEEN


def _said(state: RuleState, silence: Silence | None) -> Silence:
    if silence is not None:
        return silence
    return Silence.FIRES if state.is_firing else Silence.USUAL


def _limit_day(terms: LimitRule, days: CountedDays, day: date, state: RuleState) -> Finding:
    window = Period.ending(day, _window_of(terms, days.series.metric))
    total = days.series.total(window)
    silence = _unread(days, day) or _limit_silence(days.series, total, window)
    value = days.series.value(total) if total is not None else None
    place = terms.place_of(value) if silence is None and value is not None else None
    after = lived(state, PlacedDay(day, value, place), terms.patience)
    shown = total if silence in {None, Silence.FEW_EVENTS} else None
    return Finding(
        day,
        _said(after, silence),
        by_rule=LimitFinding(
            terms,
            after,
            value if shown is not None else None,
            window.length,
            shown.numerator if shown is not None else None,
            None if shown is None or shown.denominator is None else Decimal(shown.denominator),
        ),
    )


def _limit_silence(series: MetricSeries, total: DayPoint | None, window: Period) -> Silence | None:
    """Return why a window cannot be judged; a sum with a gap in it would be too small, a ratio is not."""
    metric = series.metric
    if total is None:
        return Silence.NOT_SEEN
    if metric.kind is Kind.ADDITIVE:
        return None if all(series.day(day) is not None for day in window.days()) else Silence.NOT_SEEN
    value = series.value(total)
    if value is None:
        return Silence.NO_EXPOSURE
    if metric.is_bounded and value > 1:
        return Silence.IMPOSSIBLE
    small = any(
        got is not None and got < sample.at_least for sample, got in zip(metric.samples, total.samples, strict=True)
    )
    return Silence.FEW_EVENTS if small else None


def _pace_day(terms: PaceRule, ruled: Ruled, days: CountedDays, day: date, state: RuleState) -> Finding:
    if ruled.target is None:
        raise ValueError(f"{ruled.key} has no target")
    period, series = ruled.target.period, days.series
    passed = Period(period.first, max(period.first, min(day, period.last)))
    known = PaceDays(_whole_days(series, passed), day, learnt_weights(series, passed))
    reading = pace_reading(terms, ruled.target, known, was_behind=state.is_firing)
    silence = _unread(days, day) or (Silence.NOT_SEEN if day not in known.values else _PACE_SILENCES[reading.verdict])
    place = terms.place_of(reading.actual, reading.due) if silence is None else None
    after = lived(state, PlacedDay(day, reading.share, place), PACE_PATIENCE)
    return Finding(day, _said(after, silence), by_rule=PaceFinding(terms, after, reading))


_PACE_SILENCES: Mapping[PaceVerdict, Silence | None] = {
    PaceVerdict.BEHIND: None,
    PaceVerdict.ON_PACE: None,
    PaceVerdict.TOO_EARLY: Silence.LEARNING,
    PaceVerdict.NOTHING_DUE: Silence.NO_EXPOSURE,
    PaceVerdict.NOT_PACED: Silence.NO_EXPOSURE,
}


def _whole_days(series: MetricSeries, period: Period) -> Mapping[date, Decimal]:
    """Return the days on which all stores are known: a part of them would look late."""
    found = {}
    for day in period.days():
        point = series.day(day)
        value = series.value(point) if point is not None and point.store_days >= series.widest else None
        if value is not None:
            found[day] = value
    return found


def _counts(series: MetricSeries) -> Mapping[date, DayCount]:
    return {day: DayCount(point.numerator, int(point.denominator or 0)) for day, point in series.points()}


def _red_line_day(terms: RedLineRule, lines: RedLines, days: CountedDays, day: date, state: RuleState) -> Finding:
    line = lines.on(day)
    silence = _unread(days, day) or _red_line_silence(line)
    patience = Patience(1 if line.is_breached else NEAR_FOR_DAYS, CLEAR_FOR_DAYS, min if line.limit.at_least else max)
    after = lived(state, PlacedDay(day, line.share, _red_line_place(line) if silence is None else None), patience)
    return Finding(day, _said(after, silence), by_rule=RedLineFinding(terms, after, line))


def _red_line_silence(line: RedLine) -> Silence | None:
    """Return why a share says nothing: too few sold, or less than half of the window known."""
    if line.is_small:
        return Silence.FEW_EVENTS
    return Silence.LEARNING if 2 * line.known_days < line.limit.window_days else None


def _red_line_place(line: RedLine) -> Place:
    if line.is_breached or line.is_near:
        return Place.BEYOND
    days = line.days_to_breach
    return Place.BACK if days is None or days > FAR_DAYS else Place.BETWEEN
