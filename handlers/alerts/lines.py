"""What is open and what is on watch, as lines of a digest: nobody is pinged for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from handlers.alerts.rule_message import RULE_LINE_WORDS, place_name, rule_watch_line
from handlers.ports import Work
from kpi.alerts.records import Finding, SeriesKey
from kpi.alerts.watched import BY_METRIC
from kpi.digests import Digest, WatchLine
from kpi.engagements import Engagement
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Visibility
from kpi.phrases import phrase
from kpi.wording.wording import Wording

FRESH = timedelta(hours=24)
"""A judgement older than this was in an earlier digest."""


def watch_lines(work: Work, engagement: Engagement, now: datetime) -> tuple[WatchLine, ...]:
    """Return the open alerts of an engagement, then what the last day's mornings put on watch."""
    alerts = [alert for alert in work.alerts.of_engagement(engagement.id, now.date()) if alert.episode.is_open]
    lines = [
        rule_watch_line(alert) if alert.series.rule else _line(alert.series, alert.first, is_alert=True)
        for alert in alerts
        if METRICS[alert.series.metric].visibility is Visibility.EVERYONE
    ]
    alerted = {alert.series for alert in alerts}
    watched = work.alerts.on_watch(engagement.id, now - FRESH)
    lines.extend(_line(one.series, one.finding, is_alert=False) for one in watched if one.series not in alerted)
    return tuple(lines)


def _line(series: SeriesKey, finding: Finding, *, is_alert: bool) -> WatchLine:
    sign = -1 if BY_METRIC[series.metric].signal.is_fall_bad else 1
    return WatchLine(series.store, series.metric, Decimal(str(round(sign * finding.change, 3))), is_alert)


def watch_notes(digest: Digest, engagement: Engagement, wording: Wording) -> tuple[str, ...]:
    """Return one line of open alerts and one of what is on watch, where there are any."""

    def told(line: WatchLine) -> str:
        name = wording.say(METRICS[line.metric].name)
        where = place_name(SeriesKey(engagement.id, line.store, line.metric), engagement)
        found = wording.say(RULE_LINE_WORDS[line.by_rule]) if line.by_rule else wording.change(line.change)
        return f"{where} {name} {found}"

    alerts = [told(line) for line in digest.watch if line.is_alert]
    watched = [told(line) for line in digest.watch if not line.is_alert]
    labels = ((wording.say(phrase("Open alerts")), alerts), (wording.say(phrase("On watch")), watched))
    return tuple(wording.labelled(label, wording.listed(lines)) for label, lines in labels if lines)
