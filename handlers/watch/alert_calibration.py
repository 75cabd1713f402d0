"""How good the alerts of an engagement were, by what its people said; nothing is tuned silently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from handlers.ports import Work
from kpi.alerts.detection.signals import Preset
from kpi.alerts.records import AlertEpisode, Verdict
from kpi.alerts.watched import WATCHED
from kpi.engagements import Engagement
from kpi.metrics.catalogue import METRICS
from kpi.phrases import phrase
from kpi.wording.wording import Wording

RECORD_DAYS = 60
"""Days the record covers, and days of watching after which a preset is suggested."""
LEAST_ANSWERED = 5
"""Alerts people must have said something of before anything is concluded from it."""
MOST_WRONG = 0.2
"""Above this share of wrong alerts a quieter preset is suggested."""
BY_LOUDNESS = (Preset.QUIET, Preset.NORMAL, Preset.SENSITIVE)


def calibration_text(work: Work, engagement: Engagement, today: date, wording: Wording) -> tuple[str, ...]:
    """Return the record of the last 60 days and, after 60 days of watching, suggestions; nothing before any watch."""
    first = work.alerts.first_judged(engagement.id)
    if first is None:
        return ()
    days = min((today - first).days, RECORD_DAYS)
    alerts = work.alerts.of_engagement(engagement.id, today - timedelta(days=RECORD_DAYS))
    lines = [_record(alerts, days, wording)] if alerts else []
    if days < RECORD_DAYS:
        so_far = phrase(
            "%(days)s of 60 days watched so far; after them a preset is suggested where answers call for one."
        )
        return (*lines, wording.say(so_far, days=days))
    if not alerts:
        return (wording.say(phrase("No alert in 60 days.")),)
    return (*lines, *_suggestions(engagement, alerts, wording))


def _record(alerts: Sequence[AlertEpisode], days: int, wording: Wording) -> str:
    said = _said(alerts)
    return wording.say(
        phrase(
            "Alerts in %(days)s days: %(all)s. Real: %(real)s · expected: %(expected)s · wrong: %(wrong)s · "
            "not said yet: %(open)s."
        ),
        all=len(alerts),
        days=days,
        real=said[Verdict.REAL],
        expected=said[Verdict.EXPECTED],
        wrong=said[Verdict.FALSE],
        open=said[Verdict.OPEN],
    )


def _said(alerts: Iterable[AlertEpisode]) -> Counter[Verdict]:
    return Counter(alert.verdict for alert in alerts)


def _suggestions(engagement: Engagement, alerts: Sequence[AlertEpisode], wording: Wording) -> Iterator[str]:
    """Yield what the answers call for: one preset for all, and each metric's own where it differs."""
    presets = dict(engagement.alert_presets)
    usual = Preset(presets.get("", Preset.NORMAL))
    for_all = _better(usual, _said(alerts))
    if for_all is not None:
        louder = phrase('None was wrong: preset = "%(preset)s" under [alerts] in the engagement file would show more.')
        quieter = phrase('Many were wrong: consider preset = "%(preset)s" under [alerts] in the engagement file.')
        yield wording.say(louder if _is_louder(for_all, usual) else quieter, preset=for_all.value)
    for watched in WATCHED:
        said = _said(alert for alert in alerts if alert.series.metric == watched.metric)
        if _answered(said) < LEAST_ANSWERED:
            continue
        name = wording.say(METRICS[watched.metric].name)
        yield _metric_record(name, said, wording)
        own = Preset(presets.get(watched.metric, usual))
        better = _better(own, said)
        if better is not None and (better is not for_all or watched.metric in presets):
            louder = phrase('%(metric)s, none wrong: %(key)s = "%(preset)s" in metrics under [alerts] would show more.')
            quieter = phrase('%(metric)s, many wrong: consider %(key)s = "%(preset)s" in metrics under [alerts].')
            msgid = louder if _is_louder(better, own) else quieter
            yield wording.say(msgid, metric=name, key=watched.metric, preset=better.value)


def _metric_record(name: str, said: Counter[Verdict], wording: Wording) -> str:
    return wording.say(
        phrase("%(metric)s: %(real)s real, %(expected)s expected, %(wrong)s wrong."),
        metric=name,
        real=said[Verdict.REAL],
        expected=said[Verdict.EXPECTED],
        wrong=said[Verdict.FALSE],
    )


def _answered(said: Counter[Verdict]) -> int:
    return said[Verdict.REAL] + said[Verdict.EXPECTED] + said[Verdict.FALSE]


def _is_louder(one: Preset, other: Preset) -> bool:
    return BY_LOUDNESS.index(one) > BY_LOUDNESS.index(other)


def _better(preset: Preset, said: Counter[Verdict]) -> Preset | None:
    """Return the next quieter preset where many were wrong, the next louder one where none was, else None."""
    if _answered(said) < LEAST_ANSWERED:
        return None
    place = BY_LOUDNESS.index(preset)
    if said[Verdict.FALSE] / _answered(said) > MOST_WRONG:
        return BY_LOUDNESS[place - 1] if place > 0 else None
    if not said[Verdict.FALSE]:
        return BY_LOUDNESS[place + 1] if place + 1 < len(BY_LOUDNESS) else None
    return None
