"""What the watch knows of a store beforehand: how easily it is alerted, and which days were expected."""

from __future__ import annotations

from collections.abc import Iterable

from kpi.alerts.alert import Span
from kpi.alerts.detection.signals import THRESHOLDS, Preset
from kpi.alerts.records import ExpectedDays
from kpi.engagements import Engagement


def firing_score_of(engagement: Engagement, metric: str) -> float:
    """Return from how many standard deviations an engagement is alerted of a metric."""
    presets = dict(engagement.alert_presets)
    return THRESHOLDS[Preset(presets.get(metric, presets.get("", Preset.NORMAL)))]


def expected_spans(expected: Iterable[ExpectedDays], store: str) -> tuple[Span, ...]:
    """Return the days somebody said were expected of a store."""
    return tuple(Span(one.first, one.last) for one in expected if one.store in {"", store})
