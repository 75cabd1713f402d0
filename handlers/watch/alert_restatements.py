"""Alerts that restated data takes back: what is known now would not have fired, and the rooms are told so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.alerts.members import expected_spans, firing_score_of
from handlers.alerts.notices import Changed, Turn
from handlers.ports import Work
from kpi.alerts.alert import frozen_spans, retracted
from kpi.alerts.detection.panel import DAYS
from kpi.alerts.judged_days import watch_day
from kpi.alerts.panels import Member, first_day_needed
from kpi.alerts.records import AlertEpisode, Silence
from kpi.alerts.watched import BY_METRIC
from kpi.engagements import Engagement


def take_back(work: Work, now: datetime) -> list[Changed]:
    """Judge the first day of each open alert again where its numbers were restated since; store those taken back."""
    changed = []
    for engagement in work.engagements.all():
        running = [
            alert
            for alert in work.alerts.of_engagement(engagement.id, now.date())
            if alert.episode.is_open and not alert.series.rule
        ]
        files = work.facts.files(engagement.id, 1) if running else ()
        for alert in running:
            checked = alert.rechecked_at or alert.opened_at
            if not files or files[0].imported_at <= checked or not _is_restated(work, alert):
                continue
            holds = _still_fires(work, engagement, alert)
            saved = replace(alert, rechecked_at=now, episode=alert.episode if holds else retracted(alert.episode))
            work.alerts.save(saved)
            if not holds:
                changed.append(Changed(saved, Turn.ENDED))
    return changed


def _is_restated(work: Work, alert: AlertEpisode) -> bool:
    measures = BY_METRIC[alert.series.metric].measures
    first = alert.first.day - timedelta(days=DAYS)
    return any(
        measure in measures and first <= day <= alert.first.day
        for _, day, measure in work.facts.restated_since([alert.series.store], alert.opened_at)
    )


def _still_fires(work: Work, engagement: Engagement, alert: AlertEpisode) -> bool:
    store = engagement.store(alert.series.store)
    if store is None:
        return True
    watched, day = BY_METRIC[alert.series.metric], alert.first.day
    since = day - timedelta(days=DAYS)
    earlier = [
        other.episode
        for other in work.alerts.episodes(alert.series.metric, since)
        if other.series == alert.series and other.id != alert.id
    ]
    member = Member(
        store,
        firing_score_of(engagement, alert.series.metric),
        frozen_spans(earlier),
        expected_spans(work.alerts.expected(engagement.id, since), store.id),
        tuple(earlier),
    )
    facts = work.facts.versions([store.id], watched.measures, first_day_needed(day), day, with_history=False)
    (seen,) = watch_day(watched, day, [member], facts, {})
    return seen.finding.silence is Silence.FIRES or alert.first.is_pooled
