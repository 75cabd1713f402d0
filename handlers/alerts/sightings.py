"""The metric of an incident as it is seen: in the finding of its alert, else in the newest final reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from handlers.ports import Work
from handlers.readings.reading_desk import ReadingDesk
from kpi.alerts.records import AlertEpisode, Finding
from kpi.alerts.rule_findings import LimitFinding, RedLineFinding, RuleFinding
from kpi.alerts.staleness import newest_due
from kpi.days import business_day
from kpi.engagements import Engagement, Store
from kpi.incidents.events import Measure
from kpi.incidents.incident import Incident, Sighting, Subject
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Kind, Metric

RANGE_SIGMAS = 1.8
"""Half width of what is usual, in standard deviations: nine of ten days lie within."""


def subject_store(engagement: Engagement, subject: Subject) -> tuple[Store, Metric] | None:
    """Return the store and the metric an incident is about, or None where one of them is open or has left."""
    store = engagement.store(subject.store)
    return (store, METRICS[subject.metric]) if store is not None and subject.metric in METRICS else None


def last_final_day(metric: Metric, store: Store, now: datetime) -> date:
    """Return the newest day of a store that is final for a metric."""
    return newest_due(now, store.zone, metric.final_after(store.marketplace))


def seen_first(alert: AlertEpisode, now: datetime) -> Sighting | None:
    """Return what an alert saw when it became what it is: the scan's first finding, the day a rule judges by."""
    return seen_by_alert(alert, alert.newest if alert.series.rule else alert.first, now)


def seen_by_alert(alert: AlertEpisode, finding: Finding, now: datetime) -> Sighting | None:
    """Return what a finding of an alert shows, or None where its day could not be judged."""
    if alert.series.rule:
        return _seen_by_rule(finding.by_rule, finding.day, now)
    if not finding.is_judged or finding.window <= 0:
        return None
    is_plain = METRICS[alert.series.metric].kind is Kind.ADDITIVE
    against = float(finding.window) if is_plain else finding.exposure
    if against <= 0:
        return None

    def value(events: float) -> Decimal:
        return Decimal(str(round(max(events, 0.0) / against, 6)))

    return Sighting(
        value(finding.observed),
        round(finding.observed if is_plain else finding.exposure),
        value(finding.expected - RANGE_SIGMAS * finding.spread),
        value(finding.expected + RANGE_SIGMAS * finding.spread),
        finding.day,
        now,
    )


def _seen_by_rule(found: RuleFinding | None, day: date, now: datetime) -> Sighting | None:
    match found:
        case LimitFinding(value=Decimal() as value):
            return Sighting(value, int(found.denominator or found.numerator or 0), None, None, day, now)
        case RedLineFinding(line=line) if line.share is not None:
            return Sighting(line.share, line.denominator, None, None, day, now)
        case _:
            return None


def seen_by_reading(desk: ReadingDesk, store: Store, metric: Metric, last: date, now: datetime) -> Sighting | None:
    """Return the newest final reading of a store's metric, or None where there is none that may be judged."""
    read = desk.read_usual(metric, (store,), last)
    reading = read[0].reading if read else None
    if reading is None or reading.value is None or not reading.is_judged:
        return None
    usual = reading.baseline
    return Sighting(
        reading.value,
        int(reading.denominator if reading.denominator is not None else reading.numerator or 0),
        usual.low if usual else None,
        usual.high if usual else None,
        reading.period.last,
        now,
    )


def seen_now(work: Work, engagement: Engagement, incident: Incident, now: datetime) -> Sighting | None:
    """Return the metric as it is by now: as its open alert says, else as the newest final reading does."""
    about = subject_store(engagement, incident.subject)
    alert = work.alerts.get(incident.alert) if incident.alert else None
    if alert is not None and alert.episode.is_open:
        return seen_by_alert(alert, alert.newest, now)
    if about is None:
        return None
    store, metric = about
    desk = ReadingDesk(work, engagement, business_day(now, store.zone))
    return seen_by_reading(desk, store, metric, last_final_day(metric, store, now), now)


def new_measure(work: Work, engagement: Engagement, incident: Incident, now: datetime) -> Measure | None:
    """Return the newest sighting of an open incident where it says anything new; missing data says nothing."""
    seen = seen_now(work, engagement, incident, now)
    known = incident.now
    if seen is None or (known is not None and (seen.day < known.day or replace(seen, seen_at=known.seen_at) == known)):
        return None
    return Measure(seen)
