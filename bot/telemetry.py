"""Numbers for Prometheus: what was answered, what was delivered, how long answers took, what the audit found."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from kpi.audits.audit import Fault, FaultKind
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

        self._audit_age = Gauge("vigia_audit_age_seconds", "Time since the last self-audit", registry=self._registry)
        self._faults = Gauge(
            "vigia_faults", "What the last self-audit found wrong, by kind", ["kind"], registry=self._registry
        )
        self._oldest = Gauge(
            "vigia_oldest_overdue_seconds",
            "How long the oldest of it was overdue at the last self-audit",
            registry=self._registry,
        )

    def audited_ago(self, seconds: Callable[[], float]) -> None:
        """Have `seconds` asked for the age of the last audit whenever the page is read."""
        self._audit_age.set_function(seconds)

    def found(self, faults: Iterable[Fault], oldest_seconds: float) -> None:
        """Record what an audit found."""
        counts: Tally[FaultKind] = Tally()
        for fault in faults:
            counts[fault.kind] += fault.count
        for kind in FaultKind:
            self._faults.labels(kind.value).set(counts[kind])
        self._oldest.set(oldest_seconds)

    def delivered(self, delivery: Delivery, settlement: Settlement) -> None:
        """Count how a delivery ended."""
        self._settled.labels(delivery.platform.value, settlement.state.value).inc()

    def answered(self, platform: str, seconds: float) -> None:
        """Record how long an answer took."""
        self._answers.labels(platform).observe(seconds)

    def page(self) -> bytes:
        """Return the text Prometheus reads."""
        return generate_latest(self._registry)
