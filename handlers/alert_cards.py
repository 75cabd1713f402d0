"""The living message of an alert: posted once, changed in its place as days and people move it, answered in its thread.

Each change is a frozen notice of its own. Platforms whose messages cannot be changed hear only the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

from handlers.alert_evidence import cause_of
from handlers.alert_stakes import stake_of
from handlers.daily_digest import new_delivery
from handlers.incidents_of_alerts import incident_of
from handlers.ports import Work
from handlers.quiet_hours import quiet_hours_of
from handlers.reading_desk import ReadingDesk
from handlers.rule_notices import rule_noticed
from handlers.trends import trend_line
from kpi.alert_records import AlertEpisode, AlertNotice, NoticedEpisode, NoticeKind
from kpi.catalogue import METRICS
from kpi.days import Period, business_day
from kpi.deliveries import EDITABLE, CauseKind, Delivery, DeliveryState, Placing
from kpi.digests import TrendLine
from kpi.engagements import Audience, Engagement, Room, Store
from kpi.metrics import Metric, Unit, Visibility
from kpi.readings import Scope
from kpi.severities import Severity, may_go_out_at

LINE_DAYS = 42
"""Days of an alert's picture: six weeks show the weekdays and what was usual."""
BAND_DAYS = 120
"""Days before the line that its band is made from."""
NOTICE_ID_LENGTH = 8


def open_card(work: Work, engagement: Engagement, alerts: Sequence[AlertEpisode], now: datetime) -> int:
    """Tell the rooms of alerts that began, worst first, in one message; return how many messages are queued.

    What not everybody may read goes to the operator's rooms only.
    """
    notice = _frozen(work, engagement, NoticeKind.OPENED, alerts, now)
    if notice is None:
        return 0
    for one in notice.episodes:
        work.alerts.save(replace(one.alert, notice=notice.id, told_events=one.stake.events, told_on=now.date()))
    severity = Severity(notice.episodes[0].alert.severity)
    is_for_all = all(METRICS[alert.series.metric].visibility is Visibility.EVERYONE for alert in alerts)
    return sum(
        work.deliveries.add(
            replace(_delivery(notice, engagement, room, now), due_at=_may_hear_at(severity, room, now)),
        )
        for room in engagement.rooms
        if is_for_all or is_operations(room)
    )


def refresh_cards(work: Work, alerts: Iterable[AlertEpisode], now: datetime) -> int:
    """Change the messages that tell of these alerts to how things stand now; return how many changes are queued.

    A room that was not told yet (its people sleep) will read how things stand now in the first place.
    """
    cards = dict.fromkeys(alert.notice for alert in alerts if alert.notice)
    return sum(_refresh(work, card, now) for card in cards)


def _refresh(work: Work, card: str, now: datetime) -> int:
    first = work.alerts.notice(card)
    engagement = work.engagements.get(first.engagement) if first else None
    if first is None or engagement is None:
        return 0
    told = [work.alerts.get(one.alert.id) or one.alert for one in first.episodes]
    notice = _frozen(work, engagement, NoticeKind.CHANGED, told, now, card)
    if notice is None:
        return 0
    queued = 0
    for room, original in _told_rooms(work, engagement, card):
        if not work.deliveries.renew(original.id, notice.id) and room.platform in EDITABLE:
            queued += _change(work, engagement, notice, room, original)
    return queued


def _change(work: Work, engagement: Engagement, notice: AlertNotice, room: Room, original: Delivery) -> bool:
    """Queue the change of a message, behind an earlier one; one that still waits says the newest state instead."""
    newest, now = work.deliveries.newest_change(original.key), notice.made_at
    if newest is not None and work.deliveries.renew(newest.id, notice.id):
        return False
    edit = _delivery(notice, engagement, room, now)
    due_at = _behind(newest or original, now)
    return work.deliveries.add(replace(edit, placing=Placing.EDIT, anchor=original.key, due_at=due_at))


def answer_card(
    work: Work,
    engagement: Engagement,
    kind: NoticeKind,
    alerts: Sequence[AlertEpisode],
    now: datetime,
    is_for: Callable[[Room], bool] = lambda _room: True,
) -> int:
    """Answer the message that tells of these alerts (all of one card); return how many messages are queued.

    A room that was not told yet needs no answer: its message will say how things stand.
    """
    card = alerts[0].notice
    notice = _frozen(work, engagement, kind, alerts, now, card)
    if notice is None:
        return 0
    severity = Severity(notice.episodes[0].alert.severity)
    queued = 0
    for room, original in _told_rooms(work, engagement, card):
        if is_for(room) and not _is_waiting(original):
            answer = replace(
                _delivery(notice, engagement, room, now),
                placing=Placing.REPLY,
                anchor=original.key,
                due_at=max(_may_hear_at(severity, room, now), _behind(original, now)),
            )
            queued += work.deliveries.add(answer)
    return queued


def is_operations(room: Room) -> bool:
    """Tell whether the operator's own people sit in a room."""
    return room.audience is Audience.OPERATIONS


def noticed(work: Work, engagement: Engagement, alert: AlertEpisode, now: datetime) -> NoticedEpisode | None:
    """Return an episode with what is at stake and the line of its days, or None when its store left."""
    incident = incident_of(work, alert)
    number = incident.number if incident is not None and not incident.is_closed else 0
    if alert.series.rule:
        told = rule_noticed(work, engagement, alert)
        return replace(told, incident=number) if told else None
    store = engagement.store(alert.series.store)
    if store is None:
        return None
    desk = ReadingDesk(work, engagement, business_day(now, store.zone))
    last = max(alert.newest.day, alert.first.day)
    drawn = store_line(work, engagement, (store, METRICS[alert.series.metric]), last, now)
    return NoticedEpisode(alert, stake_of(desk, store, alert), drawn, cause_of(work, alert), number)


def store_line(work: Work, engagement: Engagement, about: tuple[Store, Metric], last: date, now: datetime) -> TrendLine:
    """Return six weeks of a store's metric up to a day, with what is usual."""
    store, metric = about
    today = business_day(now, store.zone)
    line = Period.ending(last, LINE_DAYS)
    needed = Period(line.first - timedelta(days=BAND_DAYS), last)
    series = ReadingDesk(work, engagement, today).series(metric, (store,), needed)
    is_money = metric.unit is Unit.MONEY
    scope = Scope(
        (store.id,), store.marketplace if metric.per_marketplace else "", store.currency if is_money else None
    )
    return trend_line(series, scope, (store,), line, today)


def _frozen(
    work: Work, engagement: Engagement, kind: NoticeKind, alerts: Sequence[AlertEpisode], now: datetime, card: str = ""
) -> AlertNotice | None:
    ranked = sorted(alerts, key=lambda alert: (not alert.episode.is_open, alert.severity, -alert.worst.z, alert.id))
    episodes = tuple(one for alert in ranked if (one := noticed(work, engagement, alert, now)) is not None)
    if not episodes:
        return None
    notice_id = f"{engagement.id}-{uuid4().hex[:NOTICE_ID_LENGTH]}"
    notice = AlertNotice(notice_id, engagement.id, kind, now, episodes, card=card)
    work.alerts.freeze_notice(notice)
    return notice


def _delivery(notice: AlertNotice, engagement: Engagement, room: Room, now: datetime) -> Delivery:
    return new_delivery(_key(notice.id, room), CauseKind.ALERT, notice.id, engagement, room, now)


def _key(notice_id: str, room: Room) -> str:
    return f"alert/{notice_id}/{room.id}"


def _told_rooms(work: Work, engagement: Engagement, card: str) -> Iterable[tuple[Room, Delivery]]:
    """Yield the rooms that were told by a card, each with its delivery."""
    for room in engagement.rooms:
        original = work.deliveries.by_key(_key(card, room))
        if original is not None:
            yield room, original


def _is_waiting(original: Delivery) -> bool:
    return original.state is DeliveryState.PENDING and not original.attempts


def _may_hear_at(severity: Severity, room: Room, now: datetime) -> datetime:
    return may_go_out_at(severity, now, quiet_hours_of(room)) or now


def _behind(original: Delivery, now: datetime) -> datetime:
    """Return when a message may go out that must not overtake the one it belongs to."""
    return max(now, original.due_at + timedelta(microseconds=1))
