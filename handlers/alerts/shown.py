"""Which alerts a person may see in a room."""

from __future__ import annotations

from handlers.access import may_see
from handlers.messages import Request
from handlers.ports import Work
from kpi.alerts.records import AlertEpisode
from kpi.errors import NotFoundError
from kpi.metrics.catalogue import METRICS
from kpi.phrases import phrase


def alert_here(work: Work, request: Request, alert_id: str) -> AlertEpisode:
    """Return an alert this person may see in this room; raises NotFoundError."""
    alert = work.alerts.get(alert_id)
    if alert is None or alert.series.engagement != request.engagement.id or not is_shown(alert, request):
        raise NotFoundError(phrase("There is no alert “%(id)s” here. `/alert` lists them."), id=alert_id)
    return alert


def is_shown(alert: AlertEpisode, request: Request) -> bool:
    """Say whether this person may see what the alert is about, in this room."""
    return may_see(METRICS[alert.series.metric], request)
