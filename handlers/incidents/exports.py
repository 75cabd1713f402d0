"""Incidents, timelines, deliveries and service records as rows of a file, for one side of an engagement.

Instants are ISO 8601 in UTC, lengths of time whole seconds; column names are only ever added to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from handlers.incidents.captured_words import told_lines
from handlers.incidents.service_record import opened_between, record_for
from handlers.ports import Work
from kpi.days import Period, day_closes_at, day_opens_at
from kpi.engagements import Audience, Engagement
from kpi.incidents.incident import Incident
from kpi.incidents.summaries import TimeTaken, standings, time_taken
from kpi.incidents.views import is_for_sellers, seller_lines, seller_view
from kpi.promises import Promise
from kpi.service_records.months import ServiceMonth, service_zone
from kpi.service_records.record import ServiceRecord, Spread
from kpi.severities import Severity

Cell = str | int | bool | None
"""A value of an export; None where there is none."""
Row = dict[str, Cell]
_PROMISES = tuple(promise.value for promise in Promise)
_LENGTHS = ("median_seconds", "median_calendar_seconds", "worst_seconds", "worst_calendar_seconds")

INCIDENT_COLUMNS = (
    *("incident", "engagement", "number", "store", "metric", "movement", "severity", "status", "is_drill"),
    *("began_from", "began_to", "detected_at", "reported_at", "opened_at", "resolved_at", "owner"),
    *("value_at_alert", "value_worst", "value_now", "report", "analysis", "plan_cause", "plan_action"),
    *("cause", "action", "reason", "previous", "merged_into"),
    *(
        f"{promise}_{part}"
        for promise in _PROMISES
        for part in ("due_at", "at", "seconds", "calendar_seconds", "state")
    ),
    *("resolution_seconds", "resolution_calendar_seconds"),
)
TIMELINE_COLUMNS = (
    *("incident", "occurred_at", "recorded_at", "kind", "person", "side", "source", "visibility", "language"),
    *("text", "params"),
)
DELIVERY_COLUMNS = (
    *("delivery", "key", "room", "platform", "audience", "kind", "placing", "state", "created_at", "due_at"),
    *("settled_at", "attempts", "is_repeat", "platform_message", "reason"),
)
RECORD_COLUMNS = (
    *("engagement", "month", "zone", "view", "made_at", "is_so_far", "incidents"),
    *("critical", "major", "minor", "trivial", "still_open", "repeats", "reopened", "merged", "drills"),
    *(
        f"{promise}_{part}"
        for promise in _PROMISES
        for part in ("kept", "late", "missed", "overdue", "running", "dropped")
    ),
    *(f"{clock}_{part}" for clock in (*_PROMISES, "resolution") for part in ("count", "without", *_LENGTHS)),
    *("digests_due", "digests_on_time", "digests_late", "digests_not_sent"),
    *("messages", "messages_undelivered", "messages_unknown"),
    *("questions_asked", "questions_answered", "questions_in_time", "first_response_median_seconds"),
    *("messages_handed_over", "digests_handed_over"),
)
_SEVERITIES = {Severity.S1: "critical", Severity.S2: "major", Severity.S3: "minor", Severity.S4: "trivial"}
_INTERNAL_PARAMS = frozenset({"reason", "delivery", "remedy"})


@dataclass(frozen=True, slots=True)
class ExportScope:
    """What is exported: the days of a period on the engagement's service clock, as one side may read them."""

    engagement: Engagement
    period: Period
    audience: Audience
    now: datetime

    @property
    def first_at(self) -> datetime:
        """The first instant that belongs to it."""
        return day_opens_at(self.period.first, service_zone(self.engagement))

    @property
    def before(self) -> datetime:
        """The first instant after it."""
        return day_closes_at(self.period.last, service_zone(self.engagement))

    @property
    def is_internal(self) -> bool:
        """Whether the operator's side reads it."""
        return self.audience is Audience.OPERATIONS


def incident_rows(work: Work, scope: ExportScope) -> Iterator[Row]:
    """Yield the incidents opened in the period, oldest first."""
    for incident in _incidents(work, scope):
        yield _incident_row(incident, scope)


def timeline_rows(work: Work, scope: ExportScope) -> Iterator[Row]:
    """Yield the lines of the timelines of those incidents."""
    for incident in _incidents(work, scope):
        lines = told_lines(work, incident.id)
        for line in lines if scope.is_internal else seller_lines(lines):
            params = {name: value for name, value in line.params if scope.is_internal or name not in _INTERNAL_PARAMS}
            yield {
                "incident": line.incident,
                "occurred_at": _instant(line.occurred_at),
                "recorded_at": _instant(line.recorded_at),
                "kind": line.kind.value,
                "person": line.actor.person,
                "side": line.actor.side.value,
                "source": line.actor.source.value,
                "visibility": line.visibility.value,
                "language": line.language.value if line.language else None,
                "text": line.body,
                "params": json.dumps(params, ensure_ascii=False, sort_keys=True) if params else None,
            }


def delivery_rows(work: Work, scope: ExportScope) -> Iterator[Row]:
    """Yield every message queued in the period with its receipt; the seller's side sees those to its own rooms."""
    for one in work.deliveries.between(scope.engagement.id, scope.first_at, scope.before):
        room = scope.engagement.room(one.room)
        audience = room.audience if room else None
        if not scope.is_internal and audience is not Audience.SELLER:
            continue
        yield {
            "delivery": one.id,
            "key": one.key,
            "room": one.room,
            "platform": one.platform.value,
            "audience": audience.value if audience else None,
            "kind": one.cause_kind.value,
            "placing": one.placing.value,
            "state": one.state.value,
            "created_at": _instant(one.created_at),
            "due_at": _instant(one.due_at),
            "settled_at": _instant(one.settled_at),
            "attempts": one.attempts,
            "is_repeat": one.is_repeat,
            "platform_message": one.platform_message or None,
            "reason": one.reason if scope.is_internal else None,
        }


def service_record_rows(work: Work, scope: ExportScope) -> Iterator[Row]:
    """Yield the record of every month the period touches, as it is known now."""
    month = ServiceMonth(scope.period.first.replace(day=1), service_zone(scope.engagement))
    while month.first <= scope.period.last:
        yield record_row(record_for(work, scope.engagement, month, scope.audience, scope.now))
        month = ServiceMonth.containing(month.ends_at, month.zone)


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of export: its columns in order, and its rows."""

    columns: tuple[str, ...]
    rows: Callable[[Work, ExportScope], Iterator[Row]]


EXPORTS: dict[str, Export] = {
    "incidents": Export(INCIDENT_COLUMNS, incident_rows),
    "timelines": Export(TIMELINE_COLUMNS, timeline_rows),
    "deliveries": Export(DELIVERY_COLUMNS, delivery_rows),
    "service-records": Export(RECORD_COLUMNS, service_record_rows),
}


def record_row(record: ServiceRecord) -> Row:
    """Return a month's record as one row."""
    row: Row = {
        "engagement": record.engagement,
        "month": record.month.name,
        "zone": record.month.zone.key,
        "view": record.audience.value,
        "made_at": _instant(record.made_at),
        "is_so_far": record.is_so_far,
        "incidents": record.incidents,
        **{_SEVERITIES[severity]: count for severity, count in record.severities},
        "still_open": record.still_open,
        "repeats": record.repeats,
        "reopened": record.reopened,
        "merged": record.merged,
        "drills": record.drills,
    }
    for promise, count in record.promises:
        for name in ("kept", "late", "missed", "overdue", "running", "dropped"):
            row[f"{promise.value}_{name}"] = getattr(count, name)
    for promise, spread in record.times:
        row.update(_spread(promise.value, spread))
    row.update(_spread("resolution", record.resolution))
    digests = record.digests
    row.update(
        digests_due=digests.due if digests else None,
        digests_on_time=digests.on_time if digests else None,
        digests_late=digests.late if digests else None,
        digests_not_sent=digests.not_sent if digests else None,
        messages=record.messages,
        messages_undelivered=record.undelivered,
        messages_unknown=record.unknown,
    )
    row.update(_questions(record))
    row.update(messages_handed_over=record.handed_over, digests_handed_over=record.handed_over_digests)
    return row


def _questions(record: ServiceRecord) -> Row:
    asked = record.questions
    return {
        "questions_asked": asked.asked if asked else 0,
        "questions_answered": asked.answered if asked else 0,
        "questions_in_time": asked.in_time if asked else 0,
        "first_response_median_seconds": _seconds(asked.median) if asked and asked.median is not None else None,
    }


def _spread(name: str, spread: Spread) -> Row:
    return {
        f"{name}_count": spread.count,
        f"{name}_without": spread.without,
        **_taken(f"{name}_median", spread.median),
        **_taken(f"{name}_worst", spread.worst),
    }


def _taken(name: str, taken: TimeTaken | None) -> Row:
    return {
        f"{name}_seconds": _seconds(taken.counted) if taken else None,
        f"{name}_calendar_seconds": _seconds(taken.calendar) if taken else None,
    }


def _incidents(work: Work, scope: ExportScope) -> Iterator[Incident]:
    for incident in opened_between(work, scope.engagement, scope.first_at, scope.before):
        if scope.is_internal:
            yield incident
        elif is_for_sellers(incident):
            closing = incident.closing
            yield replace(seller_view(incident), closing=replace(closing, reason="") if closing else None)


def _incident_row(incident: Incident, scope: ExportScope) -> Row:
    onset, plan, closing = incident.onset, incident.plan, incident.closing
    row: Row = {
        "incident": incident.id,
        "engagement": incident.engagement,
        "number": incident.number,
        "store": incident.subject.store,
        "metric": incident.subject.metric,
        "movement": incident.subject.movement.value,
        "severity": _SEVERITIES[incident.severity],
        "status": incident.status.value,
        "is_drill": incident.is_drill,
        "began_from": _instant(onset.began_from if onset else None),
        "began_to": _instant(onset.began_to if onset else None),
        "detected_at": _instant(incident.detected_at),
        "reported_at": _instant(incident.reported_at),
        "opened_at": _instant(incident.opened_at),
        "resolved_at": _instant(incident.resolved_at),
        "owner": incident.owner or None,
        "value_at_alert": _number(incident.at_alert.value if incident.at_alert else None),
        "value_worst": _number(incident.worst.value if incident.worst else None),
        "value_now": _number(incident.now.value if incident.now else None),
        "report": incident.report or None,
        "analysis": incident.analysis.text if incident.analysis else None,
        "plan_cause": plan.cause if plan else None,
        "plan_action": plan.action if plan else None,
        "cause": closing.cause if closing else None,
        "action": closing.action if closing else None,
        "reason": closing.reason or None if closing else None,
        "previous": incident.previous or None,
        "merged_into": incident.merged_into or None,
    }
    for standing in standings(incident, scope.now):
        row.update(_promise(incident, standing.promise))
        row[f"{standing.promise.value}_state"] = standing.state.value
    row.update(_taken("resolution", time_taken(incident, incident.resolved_at)))
    return row


def _promise(incident: Incident, promise: Promise) -> Row:
    kept_at = incident.kept_at(promise)
    return {
        f"{promise.value}_due_at": _instant(incident.due_at(promise)),
        f"{promise.value}_at": _instant(kept_at),
        **_taken(promise.value, time_taken(incident, kept_at)),
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z") if at else None


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
