"""Counters for Prometheus: what was answered, what was delivered, how long answers took."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from kpi.deliveries import Delivery, Settlement

ANSWER_BUCKETS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
"""Seconds; Slack gives three."""


class Telemetry:
    """One registry per running bot, so that nothing is shared between tests."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._settled = Counter(
            "vigia_deliveries_settled_total",
            "Deliveries by platform and state",
            ["platform", "state"],
            registry=self._registry,
        )
        self._answers = Histogram(
            "vigia_answer_seconds",
            "Time to answer a question",
            ["platform"],
            buckets=ANSWER_BUCKETS,
            registry=self._registry,
        )

    def delivered(self, delivery: Delivery, settlement: Settlement) -> None:
        """Count how a delivery ended."""
        self._settled.labels(delivery.platform.value, settlement.state.value).inc()

    def answered(self, platform: str, seconds: float) -> None:
        """Record how long an answer took."""
        self._answers.labels(platform).observe(seconds)

    def page(self) -> bytes:
        """Return the text Prometheus reads."""
        return generate_latest(self._registry)
