"""What is computed when an incident opens: the breached reading, since when, what is at stake, the four checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice

from handlers.alerts.evidence import cause_between, spans_between
from handlers.alerts.sightings import last_final_day, seen_by_reading, seen_first
from handlers.alerts.stakes import DOUBT_SIGMAS, stake_of, valued
from handlers.incidents.surroundings import LONGEST_WINDOW_DAYS, Surroundings
from handlers.ports import Work
from handlers.readings.reading_desk import ReadingDesk
from kpi.alerts.breakdown import dimensions_of, funnel_of
from kpi.alerts.causes import Cause, CauseKind, is_enough, leading_cause
from kpi.alerts.first_looks import Check, CheckKind, CheckState, FirstLook, Precedent, StoreMove
from kpi.alerts.parts import Dimension
from kpi.alerts.records import AlertEpisode, Stake
from kpi.alerts.watched import BY_METRIC
from kpi.days import Period, business_day
from kpi.engagements import Engagement, Store
from kpi.incidents.incident import Confidence, Incident, Movement, Onset, OnsetSource, Sighting, Subject
from kpi.incidents.onsets import HISTORY_DAYS, ChangePoint, CountedDay, by_weekday, change_point
from kpi.incidents.openings import Declaration
from kpi.markets import BEIJING
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Metric, Unit

USUAL_WINDOW_DAYS = 7
"""Days looked at where nobody knows since when."""
MOST_PRECEDENTS = 3
MOST_OTHERS = 3
"""Other stores named: those that moved most."""
SOLD = "conversion_rate"
CHECKED: dict[CheckKind, tuple[str, str]] = {
    CheckKind.REVIEWS: ("negative_review_rate", "word"),
    CheckKind.RETURNS: ("return_rate", "reason"),
}
"""The metric and the dimension each check of bad events looks at."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What is looked at: one store, its metric where one was named, the alert where one told of it, and the days."""

    work: Work
    engagement: Engagement
    store: Store
    subject: Subject
    alert: AlertEpisode | None
    last: date
    now: datetime
    around: Surroundings

    @property
    def metric(self) -> Metric | None:
        """The metric, if it is known."""
        return METRICS.get(self.subject.metric)

    @property
    def desk(self) -> ReadingDesk:
        """A desk that reads the engagement's metrics."""
        return ReadingDesk(self.work, self.engagement, business_day(self.now, self.store.zone))


def examined(
    work: Work, engagement: Engagement, declared: Declaration, now: datetime, around: Surroundings | None = None
) -> Declaration:
    """Return a declaration with all that can be computed of it; what it says already is kept.

    Whoever opens several incidents of an engagement at once gives each the same surroundings.
    """
    around = around or Surroundings(work, engagement, now)
    known = replace(declared, digest=declared.digest or around.digest)
    store = engagement.store(declared.subject.store)
    alert = work.alerts.get(declared.alert) if declared.alert else None
    precedents = _precedents(around, engagement, declared.subject)
    if store is None:
        return replace(
            known,
            first_look=FirstLook(precedents=precedents),
            sighting=known.sighting or (seen_first(alert, now) if alert else None),
        )
    metric = METRICS.get(declared.subject.metric, METRICS[SOLD])
    case = _Case(work, engagement, store, declared.subject, alert, last_final_day(metric, store, now), now, around)
    found = _change(case)
    onset = _onset(case, found) or declared.onset
    window = _window(case, onset)
    return replace(
        known,
        sighting=known.sighting or _breached(case),
        onset=onset,
        first_look=FirstLook(
            _stake(case, found),
            _driver(case, window),
            tuple(_checks(case, window)),
            tuple(_others(case, window)),
            precedents,
            is_pooled=alert is not None and alert.first.is_pooled,
        ),
    )


def _breached(case: _Case) -> Sighting | None:
    if case.alert is not None:
        return seen_first(case.alert, case.now)
    if case.metric is None:
        return None
    return seen_by_reading(case.desk, case.store, case.metric, case.last, case.now)


def _change(case: _Case) -> ChangePoint | None:
    """Return since when the store's days show the movement; None where they do not, or where none was named."""
    if case.metric is None:
        return None
    series = case.desk.series(case.metric, (case.store,), Period.ending(case.last, HISTORY_DAYS))
    points = [(day, point) for day in Period.ending(case.last, HISTORY_DAYS).days() if (point := series.day(day))]
    if any(point.numerator < 0 for _, point in points):
        return None
    if points and points[0][1].denominator is None:
        counted = by_weekday([(day, float(point.numerator)) for day, point in points])
    else:
        counted = tuple(CountedDay(day, point.numerator, float(point.denominator or 0)) for day, point in points)
    return change_point(counted, case.subject.movement)


def _onset(case: _Case, found: ChangePoint | None) -> Onset | None:
    """Return when it began: on the day the scan found, else where the store's days changed, else when a rule fired.

    What crosses a line over sixty days began to move long before.
    """
    zone, alert = case.store.zone, case.alert
    if alert is not None and not alert.series.rule:
        day = alert.episode.onset
        confidence = found.confidence_of(day) if found else Confidence.LOW
        return Onset.on_days(Period.of_day(day), zone, confidence, OnsetSource.CHANGE_POINT)
    if found is not None:
        return Onset.on_days(Period(*found.days), zone, found.confidence, OnsetSource.CHANGE_POINT)
    if alert is None:
        return None
    return Onset.on_days(Period.of_day(alert.episode.onset), zone, Confidence.LOW, OnsetSource.CROSSING)


def _window(case: _Case, onset: Onset | None) -> Period:
    """Return the days that are held against those before: since it began, at most four weeks."""
    if onset is None:
        return Period.ending(case.last, USUAL_WINDOW_DAYS)
    first = onset.days(case.store.zone).first
    return Period(min(max(first, case.last - timedelta(days=LONGEST_WINDOW_DAYS - 1)), case.last), case.last)


def _stake(case: _Case, found: ChangePoint | None) -> Stake | None:
    """Return what it cost so far: as the alert counts it, else as many events as the days since the change lack."""
    if case.alert is not None and not case.alert.series.rule:
        return stake_of(case.desk, case.store, case.alert)
    if found is None or case.metric is None or case.metric.unit is Unit.MONEY:
        return None
    stake = Stake(found.missing, DOUBT_SIGMAS * found.doubt)
    counts_orders = case.metric.numerator[0].measure == "orders_paid"
    is_loss = counts_orders and case.subject.movement is Movement.FALL
    return valued(case.desk, case.store, stake, found.likeliest.after) if is_loss else stake


def _driver(case: _Case, window: Period) -> Cause:
    """Return what drives the metric itself, where it is one that is watched and moved to its bad side."""
    watched = BY_METRIC.get(case.subject.metric)
    if watched is None or _is_fall(case) is not watched.signal.is_fall_bad:
        return Cause()
    if case.alert is not None and case.alert.first.is_pooled:
        return Cause()
    return cause_between(case.work, watched, case.store.id, window)


def _is_fall(case: _Case) -> bool:
    return case.subject.movement is not Movement.RISE


def _checks(case: _Case, window: Period) -> Iterator[Check]:
    """Yield what the field looks at first, each with what its data says or that there is none."""
    own = BY_METRIC.get(case.subject.metric)
    sold = own if own is not None and own.events == "orders_paid" else BY_METRIC[SOLD]
    is_fall = own is not sold or _is_fall(case)
    spans = spans_between(case.work, sold, case.store.id, window)
    sources = _named("source", dimensions_of(sold, *spans))
    yield _check(CheckKind.SOURCES, sources, leading_cause(sources, is_fall=is_fall))
    funnel = funnel_of(sold, *spans)
    yield _check(CheckKind.STEPS, [funnel] if funnel else [], leading_cause((), funnel, is_fall=is_fall))
    for kind, (metric, dimension) in CHECKED.items():
        watched = BY_METRIC[metric]
        spans = spans_between(case.work, watched, case.store.id, window)
        found = _named(dimension, dimensions_of(watched, *spans))
        yield _check(kind, found, leading_cause(found, is_fall=watched.signal.is_fall_bad))


def _named(name: str, dimensions: Sequence[Dimension]) -> list[Dimension]:
    return [one for one in dimensions if one.name == name]


def _check(kind: CheckKind, counted: Sequence[Dimension], cause: Cause) -> Check:
    """Return what a check came to, whose counts are those of no or one dimension."""
    if not counted:
        return Check(kind, CheckState.NO_DATA)
    if not all(map(is_enough, counted)):
        return Check(kind, CheckState.TOO_FEW)
    is_found = cause.kind in {CauseKind.RATE, CauseKind.MIX, CauseKind.STEP}
    return Check(kind, CheckState.FOUND, cause) if is_found else Check(kind, CheckState.NOTHING)


def _others(case: _Case, window: Period) -> Iterator[StoreMove]:
    """Yield how the metric moved in the engagement's other stores, those that moved most first."""
    if case.metric is not None:
        moves = case.around.moves(case.metric, window)
        yield from islice((move for move in moves if move.store != case.store.id), MOST_OTHERS)


def _precedents(around: Surroundings, engagement: Engagement, subject: Subject) -> tuple[Precedent, ...]:
    """Return incidents of the same metric or store that are over: the most alike first, then the newest."""

    def likeness(one: Incident) -> int:
        same_metric = bool(subject.metric) and one.subject.metric == subject.metric
        same_store = bool(subject.store) and one.subject.store == subject.store
        return 2 * same_metric + same_store

    alike = [one for one in around.resolved if likeness(one)]
    alike.sort(key=lambda one: (-likeness(one), -one.number))
    return tuple(_precedent(one, engagement) for one in alike[:MOST_PRECEDENTS])


def _precedent(one: Incident, engagement: Engagement) -> Precedent:
    store = engagement.store(one.subject.store)
    ended = business_day(one.resolved_at or one.opened_at, store.zone if store else BEIJING)
    closing = one.closing
    return Precedent(
        one.number,
        one.subject.store,
        one.subject.metric,
        ended,
        closing.cause if closing else "",
        closing.action if closing else "",
    )
