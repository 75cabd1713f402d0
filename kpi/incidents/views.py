"""What the seller's side may read of an incident: everything but what the operator's side keeps to itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kpi.incidents.incident import EntryKind, Incident, Side, TimelineEntry, Visibility
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Visibility as MetricVisibility

NOTES = frozenset({EntryKind.COMMENTED, EntryKind.UPDATED})
_REPORTS = frozenset({EntryKind.OPENED, EntryKind.REPORTED_AGAIN})


def is_for_sellers(incident: Incident) -> bool:
    """Tell whether the seller may hear of an incident at all: not of one about a margin, and not of a drill."""
    return not incident.is_drill and not _is_internal(incident.subject.metric)


def seller_view(incident: Incident) -> Incident:
    """Return an incident as the seller may read it: what the operator's side reported stays in its own words there."""
    if incident.opened_by.side is Side.SELLER:
        return incident
    return replace(incident, report="")


def seller_lines(entries: Iterable[TimelineEntry]) -> tuple[TimelineEntry, ...]:
    """Return the lines of a timeline that the seller may read, without the words of reports that are not theirs."""
    return tuple(
        replace(line, body="") if line.kind in _REPORTS and line.actor.side is not Side.SELLER else line
        for line in entries
        if line.visibility is Visibility.SELLER and not _is_internal(dict(line.params).get("metric", ""))
    )


def internal_notes(entries: Iterable[TimelineEntry]) -> tuple[TimelineEntry, ...]:
    """Return what the operator's side wrote for itself, in the order it was recorded: so a note keeps its number."""
    notes = (one for one in entries if one.kind in NOTES and one.visibility is Visibility.INTERNAL)
    return tuple(sorted(notes, key=lambda one: one.recorded_at))


def _is_internal(metric: str) -> bool:
    return metric in METRICS and METRICS[metric].visibility is MetricVisibility.INTERNAL
