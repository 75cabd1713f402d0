"""The review of a plan: the metric read again over the final days after it was carried out."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from handlers.ports import Work
from handlers.readings.reading_desk import GroupReading, ReadingDesk
from kpi.days import ONE_DAY, Period, business_day
from kpi.engagements import Engagement, Store
from kpi.facts import FactStatus
from kpi.incidents.events import Review, Verdict
from kpi.incidents.incident import EntryKind, Incident, Sighting
from kpi.incidents.reviews import reviewed_metric, verdict_of
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Metric

LOOK_AGAIN = timedelta(days=1)
"""Where it is too early: a day later there is one more day of data."""
MOST_LOOKS = 7
"""Times it may be too early: data that has not come in a week is not what anybody waits for."""


def review_of(work: Work, incident: Incident, now: datetime) -> Review:
    """Return what the review finds now. Without final, judgeable data it is too early: absence proves nothing.

    Where no metric was named, or none could be judged after `MOST_LOOKS`, no review can say it: its owner has to.
    """
    nothing = Review(Verdict.UNMEASURABLE, None)
    if _looks(work, incident) >= MOST_LOOKS:
        return nothing
    too_early = Review(Verdict.TOO_EARLY, None, now + LOOK_AGAIN)
    engagement, metric = work.engagements.get(incident.engagement), METRICS.get(reviewed_metric(incident))
    store = engagement.store(incident.subject.store) if engagement else None
    if engagement is None or store is None or metric is None or incident.plan is None:
        return nothing
    found = _reading(work, engagement, incident, metric, store, now)
    if found is None or found.reading.value is None:
        return too_early
    usual = _usual(incident, metric, found)
    verdict = verdict_of(incident.plan, incident.subject.movement, metric.good, found.reading.value, usual)
    seen = _sighting(found, usual, now)
    return Review(verdict, seen, now + LOOK_AGAIN if verdict is Verdict.TOO_EARLY else None)


def _looks(work: Work, incident: Incident) -> int:
    """Return how often it was too early since the plan was carried out."""
    kinds = [line.kind for line in work.incidents.timeline(incident.id)]
    since = max((index for index, kind in enumerate(kinds) if kind is EntryKind.WATCHED), default=0)
    return kinds[since:].count(EntryKind.TOO_EARLY)


def _reading(
    work: Work, engagement: Engagement, incident: Incident, metric: Metric, store: Store, now: datetime
) -> GroupReading | None:
    """Return the metric over the final whole days since the plan was carried out, at most its own window."""
    today = business_day(now, store.zone)
    last = today - ONE_DAY * (1 + metric.final_after(store.marketplace))
    done_on = business_day(_done_at(work, incident), store.zone)
    first = max(done_on + ONE_DAY, last - ONE_DAY * (metric.window_days - 1))
    if first > last:
        return None
    found = ReadingDesk(work, engagement, today).read(metric, (store,), Period(first, last))
    is_sure = len(found) == 1 and found[0].reading.is_judged and found[0].reading.status in _SURE
    return found[0] if is_sure else None


_SURE = frozenset({FactStatus.FINAL, FactStatus.RESTATED})


def _done_at(work: Work, incident: Incident) -> datetime:
    done = [line.occurred_at for line in work.incidents.timeline(incident.id) if line.kind is EntryKind.WATCHED]
    return max(done, default=incident.opened_at)


def _usual(incident: Incident, metric: Metric, found: GroupReading) -> tuple[Decimal, Decimal] | None:
    """Return what was usual when it fired, else what is usual now."""
    fired = incident.at_alert
    is_subject = metric.id == incident.subject.metric
    if is_subject and fired is not None and fired.usual_low is not None and fired.usual_high is not None:
        return fired.usual_low, fired.usual_high
    baseline = found.reading.baseline
    return (baseline.low, baseline.high) if baseline else None


def _sighting(found: GroupReading, usual: tuple[Decimal, Decimal] | None, now: datetime) -> Sighting:
    reading = found.reading
    sample = reading.numerator if reading.denominator is None else int(reading.denominator)
    low, high = usual or (None, None)
    return Sighting(reading.value or Decimal(0), sample or 0, low, high, reading.period.last, now)
