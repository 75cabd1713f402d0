"""What a target is of, in words: its metric and stores, its bound, its days."""

from __future__ import annotations

from handlers.readings.figures import value_text
from kpi.engagements import Engagement
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Direction
from kpi.targets import Target
from kpi.wording.wording import Wording


def target_name(target: Target, engagement: Engagement, wording: Wording) -> str:
    """Return the metric with the stores, where it is not of all: "GMV · Lumina ML"."""
    name = wording.say(METRICS[target.metric].name)
    names = [store.name for store in engagement.stores if store.id in target.stores]
    return f"{name} · {wording.listed(names)}" if names else name


def bound_text(target: Target, wording: Wording) -> str:
    """Return the value with its side: "≥ 2.60%"."""
    value = value_text(METRICS[target.metric], target.value, target.currency, wording)
    return f"≤ {value}" if target.direction is Direction.DOWN else f"≥ {value}"


def days_text(target: Target, wording: Wording) -> str:
    """Return the days it counts on, with their years."""
    return f"{wording.long_day(target.period.first)} – {wording.long_day(target.period.last)}"
