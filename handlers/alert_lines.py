"""What is open and what is on watch, as lines of a digest: nobody is pinged for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from handlers.ports import Work
from kpi.alert_records import Finding, SeriesKey
from kpi.catalogue import METRICS
from kpi.digests import Digest, WatchLine
from kpi.engagements import Engagement
from kpi.phrases import phrase
from kpi.watched import BY_METRIC
from kpi.wording.wording import Wording

FRESH = timedelta(hours=24)
"""A judgement older than this was in an earlier digest."""


def watch_lines(work: Work, engagement: Engagement, now: datetime) -> tuple[WatchLine, ...]:
    """Return the open alerts of an engagement, then what the last day's mornings put on watch."""
    alerts = [alert for alert in work.alerts.of_engagement(engagement.id, now.date()) if alert.episode.is_open]
    lines = [_line(alert.series, alert.first, is_alert=True) for alert in alerts]
    alerted = {alert.series for alert in alerts}
    watched = work.alerts.on_watch(engagement.id, now - FRESH)
    lines.extend(_line(one.series, one.finding, is_alert=False) for one in watched if one.series not in alerted)
    return tuple(lines)


def _line(series: SeriesKey, finding: Finding, *, is_alert: bool) -> WatchLine:
    sign = -1 if BY_METRIC[series.metric].signal.is_fall_bad else 1
    return WatchLine(series.store, series.metric, Decimal(str(round(sign * finding.change, 3))), is_alert)


def watch_notes(digest: Digest, engagement: Engagement, wording: Wording) -> tuple[str, ...]:
    """Return one line of open alerts and one of what is on watch, where there are any."""
    names = {store.id: store.name for store in engagement.stores}

    def told(line: WatchLine) -> str:
        name = wording.say(METRICS[line.metric].name)
        return f"{names.get(line.store, line.store)} {name} {wording.change(line.change)}"

    alerts = [told(line) for line in digest.watch if line.is_alert]
    watched = [told(line) for line in digest.watch if not line.is_alert]
    labels = ((wording.say(phrase("Open alerts")), alerts), (wording.say(phrase("On watch")), watched))
    return tuple(wording.labelled(label, wording.listed(lines)) for label, lines in labels if lines)
