"""The metric catalogue: every metric by its id."""

from __future__ import annotations

from kpi.errors import UnknownNameError
from kpi.metrics.metric import Metric
from kpi.metrics.sales import ADS, PROFIT, SALES, TRAFFIC
from kpi.metrics.service import FULFILMENT, INVENTORY, QUALITY, SERVICE
from kpi.phrases import phrase

METRICS: dict[str, Metric] = {
    metric.id: metric
    for group in (SALES, TRAFFIC, FULFILMENT, QUALITY, SERVICE, ADS, INVENTORY, PROFIT)
    for metric in group
}
"""In reading order."""


def metric_by_id(metric_id: str) -> Metric:
    """Return a metric of the catalogue; raises UnknownNameError."""
    try:
        return METRICS[metric_id]
    except KeyError:
        raise UnknownNameError(
            phrase("There is no metric “%(word)s”. `/kpi help` lists all metrics."), word=metric_id
        ) from None
