"""Who is told of an alert: one frozen notice per engagement and morning, a delivery for each of its rooms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

from handlers.alert_evidence import cause_of
from handlers.daily_digest import new_delivery
from handlers.ports import Work
from handlers.reading_desk import ReadingDesk
from handlers.rule_notices import rule_noticed
from handlers.trends import trend_line
from kpi.alert_records import AlertEpisode, AlertNotice, NoticedEpisode, NoticeKind, Stake
from kpi.catalogue import METRICS
from kpi.days import ONE_DAY, Period, business_day
from kpi.deliveries import CauseKind
from kpi.engagements import Audience, Engagement, Room, Store
from kpi.metrics import Visibility
from kpi.readings import Scope
from kpi.severities import ClockSpan, QuietHours, Severity, may_go_out_at
from kpi.watched import BY_METRIC

LINE_DAYS = 42
"""Days of an alert's picture: six weeks show the weekdays and what was usual."""
BAND_DAYS = 120
"""Days before the line that its band is made from."""
VALUE_DAYS = 28
"""Days the average order value is taken from."""
DOUBT_SIGMAS = 1.8
"""Half width of ranges, in standard deviations: nine of ten such ranges hold the truth."""
NOTICE_ID_LENGTH = 8
SELLERS_NIGHT = ClockSpan(time(21), time(9))
OPERATORS_NIGHT = ClockSpan(time(20), time(8))


@dataclass(frozen=True, slots=True)
class Changed:
    """An episode that began or ended, and why nobody is told ("" where rooms are)."""

    alert: AlertEpisode
    is_new: bool
    remark: str = ""


def tell(work: Work, changed: Sequence[Changed], now: datetime) -> int:
    """Freeze a notice for what began and one for what ended, per engagement; return how many messages are queued.

    Margins have a notice of their own, and no seller room gets it.
    """
    by_cause: dict[tuple[str, NoticeKind, Visibility], list[AlertEpisode]] = defaultdict(list)
    for one in changed:
        kind = NoticeKind.OPENED if one.is_new else NoticeKind.CLOSED
        by_cause[one.alert.series.engagement, kind, METRICS[one.alert.series.metric].visibility].append(one.alert)
    return sum(
        _notify(work, engagement_id, kind, alerts, now) for (engagement_id, kind, _), alerts in sorted(by_cause.items())
    )


def _notify(work: Work, engagement_id: str, kind: NoticeKind, alerts: Sequence[AlertEpisode], now: datetime) -> int:
    engagement = work.engagements.get(engagement_id)
    if engagement is None:
        return 0
    visibility = METRICS[alerts[0].series.metric].visibility
    ranked = sorted(alerts, key=lambda alert: (alert.severity, -alert.worst.z, alert.series.store))
    severity = Severity(ranked[0].severity)
    notice = AlertNotice(
        f"{engagement_id}-{uuid4().hex[:NOTICE_ID_LENGTH]}",
        engagement_id,
        kind,
        now,
        tuple(frozen for alert in ranked if (frozen := noticed(work, engagement, alert, now)) is not None),
    )
    if not notice.episodes:
        return 0
    work.alerts.freeze_notice(notice)
    return sum(
        work.deliveries.add(
            replace(
                new_delivery(f"alert/{notice.id}/{room.id}", CauseKind.ALERT, notice.id, engagement, room, now),
                due_at=may_go_out_at(severity, now, quiet_hours_of(room)) or now,
            )
        )
        for room in engagement.rooms
        if room.audience is Audience.OPERATIONS or visibility is Visibility.EVERYONE
    )


def quiet_hours_of(room: Room) -> QuietHours:
    """Return when a room is left alone: its own hours, else the night of the people in it."""
    if room.quiet_from is not None and room.quiet_until is not None:
        return QuietHours(room.zone, (ClockSpan(room.quiet_from, room.quiet_until),))
    night = SELLERS_NIGHT if room.audience is Audience.SELLER else OPERATORS_NIGHT
    return QuietHours(room.zone, (night,))


def noticed(work: Work, engagement: Engagement, alert: AlertEpisode, now: datetime) -> NoticedEpisode | None:
    """Return an episode with what is at stake and the line of its days, or None when its store left."""
    if alert.series.rule:
        return rule_noticed(work, engagement, alert)
    store = engagement.store(alert.series.store)
    if store is None:
        return None
    metric = METRICS[alert.series.metric]
    last = alert.newest.day
    today = business_day(now, store.zone)
    desk = ReadingDesk(work, engagement, today)
    line = Period.ending(last, LINE_DAYS)
    series = desk.series(metric, (store,), Period(line.first - timedelta(days=BAND_DAYS), last))
    scope = Scope((store.id,), store.marketplace if metric.per_marketplace else "")
    drawn = trend_line(series, scope, (store,), line, today)
    return NoticedEpisode(alert, _stake(desk, store, alert), drawn, cause_of(work, alert))


def _stake(desk: ReadingDesk, store: Store, alert: AlertEpisode) -> Stake:
    finding = alert.worst
    events = abs(finding.expected - finding.observed)
    doubt = DOUBT_SIGMAS * finding.spread
    if not BY_METRIC[alert.series.metric].signal.is_fall_bad or BY_METRIC[alert.series.metric].events != "orders_paid":
        return Stake(events, doubt)
    before = Period.ending(alert.episode.onset - ONE_DAY, VALUE_DAYS)
    values = desk.read(METRICS["aov"], (store,), before)
    value = values[0].reading.value if values else None
    if value is None:
        return Stake(events, doubt)
    return Stake(events, doubt, Decimal(round(events * float(value), 2)), store.currency)
