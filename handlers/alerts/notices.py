"""What rooms are told of a morning's changes: what began in one message, what moved or ended where it was told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from handlers.alerts.cards import answer_card, open_card, refresh_cards
from handlers.alerts.severity import severity_of
from handlers.alerts.stakes import events_at_stake
from handlers.ports import Work
from kpi.alerts.records import AlertEpisode, Mute, NoticeKind, Remark, SeriesKey, Silence
from kpi.alerts.watched import BY_METRIC
from kpi.engagements import Engagement
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Visibility
from kpi.phrases import phrase
from kpi.severities import Severity

WORSE_FACTOR = 1.5
"""Rooms hear of an open alert again when so many times the events they were told of are at stake …"""
WORSE_EVENTS = 5.0
"""… and at least so many more; at most once a day."""


class Turn(StrEnum):
    """What a day did to an episode."""

    OPENED = "opened"
    WENT_ON = "went_on"
    WORSE = "worse"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Changed:
    """An episode that a day moved, and why rooms are told nothing of it (None where they are)."""

    alert: AlertEpisode
    turn: Turn
    remark: Remark | None = None


def tell(work: Work, changed: Sequence[Changed], now: datetime) -> int:
    """Queue what rooms must be told; return how many messages that is, changes of earlier ones not counted."""
    told = 0
    for (engagement_id, turn, _card, _visibility), alerts in sorted(_grouped(changed).items()):
        engagement = work.engagements.get(engagement_id)
        if engagement is None:
            continue
        match turn:
            case Turn.OPENED:
                told += open_card(work, engagement, alerts, now)
            case Turn.WENT_ON:
                worse = [one for alert in alerts if (one := _worse(work, engagement, alert, now)) is not None]
                told += answer_card(work, engagement, NoticeKind.WORSE, worse, now) if worse else 0
                refresh_cards(work, alerts, now)
            case Turn.WORSE:
                told += answer_card(work, engagement, NoticeKind.WORSE, alerts, now)
                refresh_cards(work, alerts, now)
            case Turn.ENDED:
                mutes = work.alerts.mutes(engagement_id, now)
                heard = [alert for alert in alerts if muted_by(mutes, alert.series, now, passes_snooze=True) is None]
                told += answer_card(work, engagement, NoticeKind.CLOSED, heard, now) if heard else 0
                refresh_cards(work, alerts, now)
    return told


def _grouped(changed: Iterable[Changed]) -> dict[tuple[str, Turn, str, Visibility], list[AlertEpisode]]:
    """Return what may be told, by engagement, turn, the message that tells of it already, and who may read it."""
    groups: dict[tuple[str, Turn, str, Visibility], list[AlertEpisode]] = defaultdict(list)
    for one in changed:
        alert = one.alert
        if one.remark is None and (one.turn is Turn.OPENED or alert.notice):
            visibility = METRICS[alert.series.metric].visibility
            groups[alert.series.engagement, one.turn, alert.notice, visibility].append(alert)
    return groups


def _worse(work: Work, engagement: Engagement, alert: AlertEpisode, now: datetime) -> AlertEpisode | None:
    """Return an alert that rooms must hear of again, with its new severity, as it is stored; None: nothing new."""
    if alert.series.rule:  # a rule knows by itself when it is worse
        return None
    if alert.newest.silence is not Silence.FIRES or alert.told_on == now.date():
        return None
    severity = severity_of(work, engagement, BY_METRIC[alert.series.metric], alert.newest)
    is_severer = severity.is_worse_than(Severity(alert.severity))
    at_stake = events_at_stake(alert)
    costs_more = at_stake >= max(alert.told_events * WORSE_FACTOR, alert.told_events + WORSE_EVENTS)
    if not (is_severer or costs_more) or mute_of(work, alert.series, now, passes_snooze=is_severer) is not None:
        return None
    worse = replace(
        alert,
        severity=severity if is_severer else alert.severity,
        told_events=at_stake,
        told_on=now.date(),
        reminded_at=None if is_severer else alert.reminded_at,
        graded_at=now if is_severer else alert.graded_at,
    )
    work.alerts.save(worse)
    return worse


def mute_of(work: Work, series: SeriesKey, now: datetime, *, passes_snooze: bool = False) -> Remark | None:
    """Return why rooms are told nothing of a series, or None; what is worse, or over, passes a snooze but no mute."""
    return muted_by(work.alerts.mutes(series.engagement, now), series, now, passes_snooze=passes_snooze)


def muted_by(mutes: Iterable[Mute], series: SeriesKey, now: datetime, *, passes_snooze: bool = False) -> Remark | None:
    """Return what `mute_of` does of mutes that were read already."""
    for mute in mutes:
        if mute.covers(series, now) and not (mute.is_snooze and passes_snooze):
            msgid = _SNOOZED if mute.is_snooze else _MUTED
            return Remark(msgid, (("by", mute.by), ("until", mute.until.date().isoformat()), ("reason", mute.reason)))
    return None


_MUTED = phrase("muted by %(by)s until %(until)s: %(reason)s")
_SNOOZED = phrase("snoozed by %(by)s until %(until)s: %(reason)s")
