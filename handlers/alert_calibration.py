"""How good the alerts of an engagement were, by what its people said; nothing is tuned silently."""

from __future__ import annotations

from datetime import date, timedelta

from handlers.ports import Work
from kpi.alert_records import Verdict
from kpi.detection.signals import Preset
from kpi.engagements import Engagement
from kpi.phrases import phrase
from kpi.wording.wording import Wording

RECORD_DAYS = 60
"""Days the record covers, and days after which it is shown."""
LEAST_ALERTS = 5
MOST_WRONG = 0.2
"""Above this share of wrong alerts the quiet preset is suggested."""


def calibration_text(work: Work, engagement: Engagement, today: date, wording: Wording) -> tuple[str, ...]:
    """Return the record of the last 60 days and a suggestion, or nothing where there was no alert."""
    alerts = work.alerts.of_engagement(engagement.id, today - timedelta(days=RECORD_DAYS))
    if not alerts:
        return ()
    said = {verdict: sum(alert.verdict is verdict for alert in alerts) for verdict in Verdict}
    record = wording.say(
        phrase(
            "%(all)s alerts in 60 days: %(real)s real, %(expected)s expected, %(wrong)s wrong, %(open)s not said yet."
        ),
        all=len(alerts),
        real=said[Verdict.REAL],
        expected=said[Verdict.EXPECTED],
        wrong=said[Verdict.FALSE],
        open=said[Verdict.OPEN],
    )
    suggestion = _suggestion(engagement, said, wording)
    return (record, suggestion) if suggestion else (record,)


def _suggestion(engagement: Engagement, said: dict[Verdict, int], wording: Wording) -> str:
    answered = said[Verdict.REAL] + said[Verdict.EXPECTED] + said[Verdict.FALSE]
    preset = dict(engagement.alert_presets).get("", Preset.NORMAL)
    if answered < LEAST_ALERTS:
        return ""
    if said[Verdict.FALSE] / answered > MOST_WRONG and preset != Preset.QUIET:
        return wording.say(phrase('Many were wrong: consider preset = "quiet" under [alerts] in the engagement file.'))
    if not said[Verdict.FALSE] and preset != Preset.SENSITIVE:
        return wording.say(
            phrase('None was wrong: preset = "sensitive" under [alerts] in the engagement file would show more.')
        )
    return ""
