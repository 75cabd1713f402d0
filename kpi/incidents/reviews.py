"""What a plan has achieved: the metric as it is after it, beside what was aimed at or what is usual."""

from __future__ import annotations

from decimal import Decimal

from kpi.incidents.events import Verdict
from kpi.incidents.incident import Incident, Movement, Plan
from kpi.metrics.metric import Direction


def verdict_of(
    plan: Plan, movement: Movement, good: Direction, value: Decimal, usual: tuple[Decimal, Decimal] | None
) -> Verdict:
    """Return what a value says of a plan: it has to reach the aim or, where none was set, the near end of `usual`.

    Where the metric has no good side, back is against the way it moved. Without aim and usual range nothing can be
    said.
    """
    wants_more = good is Direction.UP or (good is not Direction.DOWN and movement is not Movement.RISE)
    line = plan.aim
    if line is None and usual is not None:
        line = usual[0] if wants_more else usual[1]
    if line is None:
        return Verdict.TOO_EARLY
    is_reached = value >= line if wants_more else value <= line
    return Verdict.IMPROVED if is_reached else Verdict.NOT_IMPROVED


def reviewed_metric(incident: Incident) -> str:
    """Return the metric the plan wants to move, else the one the incident is about (empty: none was named)."""
    return (incident.plan.metric if incident.plan else "") or incident.subject.metric
