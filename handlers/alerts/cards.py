"""The living message of an alert: posted once, changed in its place as days and people move it, answered in its thread.

Each change is a frozen notice of its own. Platforms whose messages cannot be changed hear only the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

from handlers.alerts.declarations import incident_of, incidents_of
from handlers.alerts.evidence import cause_of
from handlers.alerts.rule_notices import rule_noticed, undrawn
from handlers.alerts.stakes import stake_of
from handlers.new_deliveries import new_delivery
from handlers.ports import Work
from handlers.quiet_hours import quiet_hours_of
from handlers.readings.reading_desk import ReadingDesk
from handlers.readings.trends import trend_line
from kpi.alerts.records import AlertEpisode, AlertNotice, NoticedEpisode, NoticeKind
from kpi.alerts.rule_findings import excess
from kpi.days import Period, business_day
from kpi.deliveries import EDITABLE, CauseKind, Delivery, DeliveryState, Placing
from kpi.digests import TrendLine
from kpi.engagements import Audience, Engagement, Room, Store
from kpi.incidents.incident import Incident
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Metric, Unit, Visibility
from kpi.readings.reading import Scope
from kpi.severities import Severity, may_go_out_at

LINE_DAYS = 42
"""Days of an alert's picture: six weeks show the weekdays and what was usual."""
BAND_DAYS = 120
"""Days before the line that its band is made from."""
NOTICE_ID_LENGTH = 8


def open_card(work: Work, engagement: Engagement, alerts: Sequence[AlertEpisode], now: datetime) -> int:
    """Tell the rooms of alerts that began, worst first, in one message; return how many messages are queued.

    What not everybody may read goes to the operator's rooms only. A message of the same sweep that nobody has read yet
    tells of them too.
    """
    if _joined(work, engagement, alerts, now):
        return 0
    notice = _frozen(work, engagement, NoticeKind.OPENED, alerts, now)
    if notice is None:
        return 0
    _keep_told(work, notice.episodes, notice)
    severity = Severity(notice.episodes[0].alert.severity)
    is_for_all = _is_for_all(alerts)
    return sum(
        work.deliveries.add(
            replace(_delivery(notice, engagement, room, now), due_at=_may_hear_at(severity, room, now)),
        )
        for room in engagement.rooms
        if is_for_all or is_operations(room)
    )


def _is_for_all(alerts: Iterable[AlertEpisode]) -> bool:
    return all(METRICS[alert.series.metric].visibility is Visibility.EVERYONE for alert in alerts)


def _keep_told(work: Work, episodes: Iterable[NoticedEpisode], card: AlertNotice) -> None:
    told_on = card.made_at.date()
    work.alerts.save_all(
        replace(one.alert, notice=card.id, told_events=one.stake.events, told_on=told_on) for one in episodes
    )


def _joined(work: Work, engagement: Engagement, alerts: Sequence[AlertEpisode], now: datetime) -> bool:
    """Let a message of this sweep tell of these alerts too, if it waits in all its rooms; return whether it does."""
    card = _waiting_card(work, engagement, now, is_for_all=_is_for_all(alerts))
    if card is None:
        return False
    told = (*_told_by(work, engagement, card), *alerts)
    notice = _frozen(work, engagement, NoticeKind.CHANGED, told, now, card.id)
    if notice is None:
        return False
    severity = Severity(notice.episodes[0].alert.severity)
    renewed = [
        work.deliveries.renew(original.id, notice.id, _may_hear_at(severity, room, now))
        for room, original in _told_rooms(work, engagement, card.id)
    ]
    if not all(renewed):  # an outbox took one in this instant: the alerts get a message of their own
        return False
    new = {alert.id for alert in alerts}
    _keep_told(work, (one for one in notice.episodes if one.alert.id in new), card)
    return True


def _waiting_card(work: Work, engagement: Engagement, now: datetime, *, is_for_all: bool) -> AlertNotice | None:
    """Return the card that was posted at this very instant for the same readers and that no room has read, or None."""
    known = work.alerts.of_engagement(engagement.id, now.date())
    for card_id in dict.fromkeys(alert.notice for alert in known if alert.notice and alert.told_on == now.date()):
        card = work.alerts.notice(card_id)
        if card is None or card.made_at != now:
            continue
        rooms = list(_told_rooms(work, engagement, card.id))
        is_same = _is_for_all(one.alert for one in card.episodes) is is_for_all
        if is_same and rooms and all(_is_waiting(original) for _, original in rooms):
            return card
    return None


def _told_by(work: Work, engagement: Engagement, card: AlertNotice) -> list[AlertEpisode]:
    """Return the alerts a card tells of as they are now: those it was posted with, and those that joined it since."""
    told = {one.alert.id: one.alert for one in card.episodes}
    for cause in {original.cause for _, original in _told_rooms(work, engagement, card.id)} - {card.id}:
        newer = work.alerts.notice(cause)
        told |= {one.alert.id: one.alert for one in newer.episodes} if newer else {}
    stored = {alert.id: alert for alert in work.alerts.get_all(told)}
    return [stored.get(alert.id, alert) for alert in told.values()]


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
    notice = _frozen(work, engagement, NoticeKind.CHANGED, _told_by(work, engagement, first), now, card)
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
    told = _noticed(work, engagement, alert, now, is_drawn=True)
    return _named(told, incident_of(work, alert)) if told else None


def _named(told: NoticedEpisode, incident: Incident | None) -> NoticedEpisode:
    """Return an episode with the number of the open incident that knows of it."""
    return replace(told, incident=incident.number) if incident is not None and not incident.is_closed else told


def _noticed(
    work: Work, engagement: Engagement, alert: AlertEpisode, now: datetime, *, is_drawn: bool
) -> NoticedEpisode | None:
    if alert.series.rule:
        return rule_noticed(work, engagement, alert, is_drawn=is_drawn)
    store = engagement.store(alert.series.store)
    if store is None:
        return None
    desk = ReadingDesk(work, engagement, business_day(now, store.zone))
    last = max(alert.newest.day, alert.first.day)
    metric = METRICS[alert.series.metric]
    drawn = store_line(work, engagement, (store, metric), last, now) if is_drawn else undrawn(metric.id, store)
    return NoticedEpisode(alert, stake_of(desk, store, alert), drawn, cause_of(work, alert))


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
    """Store what rooms are told of some alerts, worst first; only the days of the worst one are ever drawn."""
    ranked = sorted(alerts, key=lambda alert: (not alert.episode.is_open, alert.severity, *gravest_first(alert)))
    incidents = incidents_of(work, ranked)
    episodes: list[NoticedEpisode] = []
    for alert in ranked:
        told = _noticed(work, engagement, alert, now, is_drawn=not episodes)
        if told is not None:
            episodes.append(_named(told, incidents.get(alert.id)))
    if not episodes:
        return None
    notice_id = f"{engagement.id}-{uuid4().hex[:NOTICE_ID_LENGTH]}"
    notice = AlertNotice(notice_id, engagement.id, kind, now, tuple(episodes), card=card)
    work.alerts.freeze_notice(notice)
    return notice


def gravest_first(alert: AlertEpisode) -> tuple[float, float, str]:
    """Return by what alerts of one severity are ordered: how unusual the scan found it, how far beyond its line."""
    worst = alert.worst
    return -worst.z, -excess(worst.by_rule) if worst.by_rule else 0.0, alert.id


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
