"""How bad a new alert is: the evidence the severities ask for, gathered from facts."""

from __future__ import annotations

from datetime import timedelta

from handlers.ports import Work
from kpi.alerts.records import Finding, Silence
from kpi.alerts.watched import Watched
from kpi.engagements import Engagement
from kpi.facts import FactQuery
from kpi.severities import Evidence, Severity, grade

USUAL_DAYS = 28
"""Days an engagement's usual orders a day are taken from."""
ORDERS = "orders_paid"


def severity_of(work: Work, engagement: Engagement, watched: Watched, finding: Finding) -> Severity:
    """Return the severity of a series that fires; S3 where nothing makes it worse."""
    counts_orders = watched.events == ORDERS
    lost = (finding.expected - finding.observed) / finding.window if counts_orders else 0.0
    found = grade(
        Evidence(
            is_firing=finding.silence is Silence.FIRES,
            is_pooled=finding.is_pooled,
            is_rate_fall=watched.signal.is_fall_bad and watched.exposure is not None,
            z=finding.z,
            change=finding.change,
            judged_days=finding.window,
            orders=round(finding.observed) if counts_orders else None,
            expected_orders=finding.expected if counts_orders else 0.0,
            lost_orders=lost,
            engagement_orders=_usual_orders(work, engagement, finding) if lost > 0 else 0.0,
        )
    )
    return found.severity if found else Severity.S3


def _usual_orders(work: Work, engagement: Engagement, finding: Finding) -> float:
    last = finding.day - timedelta(days=finding.window)
    stores = tuple(store.id for store in engagement.stores)
    sums = work.facts.daily(FactQuery(stores, (ORDERS,), last - timedelta(days=USUAL_DAYS - 1), last))
    return sum(row.values[0] or 0 for row in sums) / USUAL_DAYS
