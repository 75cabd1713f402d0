"""Sources that stopped: one message per gap to the operations room, one when it is over; never taken as zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from handlers.new_deliveries import new_delivery
from handlers.ports import UnitOfWork, Work
from handlers.quiet_hours import quiet_hours_of
from kpi.alerts.records import AlertNotice, NoticeKind
from kpi.alerts.staleness import Feed, Gap, StoreGap, by_store, gaps
from kpi.days import business_day
from kpi.deliveries import CauseKind
from kpi.engagements import Audience, Engagement, Store
from kpi.metrics.terms import TRAFFIC_FINAL
from kpi.severities import Severity, may_go_out_at

LOOK_BACK_DAYS = 63
"""Nine weeks: enough to know which weekdays are empty by nature."""
LEAST_DAYS = 2
"""One late morning is the digest's to name; the second missing day is a source that stopped."""
NEWS_DAYS = 7
"""An end of a gap older than this is no news."""
FEEDS: Mapping[str, Mapping[str, int]] = {"orders_paid": {}, "visits": TRAFFIC_FINAL}
"""Measures every store is expected to report daily, and after how many days each marketplace has them."""


def sweep_sources(unit_of_work: UnitOfWork, now: datetime) -> int:
    """Tell of every gap that began or ended and was not told yet; return how many messages were queued."""
    with unit_of_work() as work:
        return sum(_watch(work, engagement, now) for engagement in work.engagements.all())


def _watch(work: Work, engagement: Engagement, now: datetime) -> int:
    queued = 0
    for store in engagement.stores:
        found = list(_gaps(work, store, now))
        for gap in by_store(one for one in found if one.is_open and one.days >= LEAST_DAYS):
            queued += _tell(work, engagement, _notice(engagement, NoticeKind.STALE, gap, now), now)
        for gap in by_store(one for one in found if not one.is_open and _is_news(one, now)):
            if work.alerts.notice(_key(engagement, NoticeKind.STALE, gap)) is not None:
                queued += _tell(work, engagement, _notice(engagement, NoticeKind.FRESH, gap, now), now)
    return queued


def _gaps(work: Work, store: Store, now: datetime) -> Iterator[Gap]:
    today = business_day(now, store.zone)
    first = today - timedelta(days=LOOK_BACK_DAYS)
    for measure, settling in FEEDS.items():
        reported = work.facts.versions([store.id], [measure], first, today, with_history=False)
        present = set(map(date.fromordinal, reported.day))
        if not present:
            continue
        finality = settling.get(store.marketplace, 0)
        last_told: list[Gap] = list(gaps(Feed(store.id, measure, store.zone, finality, min(present)), present, now))
        yield from last_told[-1:]


def _is_news(gap: Gap, now: datetime) -> bool:
    return gap.over_on is not None and (now.date() - gap.over_on).days <= NEWS_DAYS


def _key(engagement: Engagement, kind: NoticeKind, gap: StoreGap) -> str:
    """Return the once-only id of a gap's notice: the day it began, whichever measures it grew to."""
    return f"{engagement.id}-{kind}-{gap.store}-{gap.since.isoformat()}"


def _notice(engagement: Engagement, kind: NoticeKind, gap: StoreGap, now: datetime) -> AlertNotice:
    return AlertNotice(_key(engagement, kind, gap), engagement.id, kind, now, (), gap)


def _tell(work: Work, engagement: Engagement, notice: AlertNotice, now: datetime) -> int:
    if work.alerts.notice(notice.id) is not None:
        return 0
    work.alerts.freeze_notice(notice)
    queued = 0
    for room in engagement.rooms:
        if room.audience is Audience.OPERATIONS:
            delivery = new_delivery(f"alert/{notice.id}/{room.id}", CauseKind.ALERT, notice.id, engagement, room, now)
            due_at = may_go_out_at(Severity.S3, now, quiet_hours_of(room)) or now
            queued += work.deliveries.add(replace(delivery, due_at=due_at))
    return queued
