"""What an incident was, once it is over: how long each answer took, what moved, and who was told what and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kpi.deliveries import CauseKind, Delivery, DeliveryState, Placing
from kpi.engagements import Audience, Engagement, Platform
from kpi.incidents.incident import Incident, Status, TimelineEntry
from kpi.incidents.notices import IncidentNotice, IncidentNoticeKind
from kpi.incidents.views import is_for_sellers, seller_lines, seller_view
from kpi.promises import Promise, PromiseStanding, standing_of, time_left


@dataclass(frozen=True, slots=True)
class TimeTaken:
    """How long something took since the clocks began: on the calendar, and as promises are counted."""

    calendar: timedelta
    counted: timedelta


@dataclass(frozen=True, slots=True)
class Told:
    """One message of an incident: `at` is when it was settled or, until then, when it is due."""

    room: str
    platform: Platform
    audience: Audience
    kind: IncidentNoticeKind
    placing: Placing
    person: str
    at: datetime
    state: DeliveryState
    reason: str


@dataclass(frozen=True, slots=True)
class IncidentSummary:
    """An incident as it is known at `made_at`, for one side.

    Times are those of the promises and of the end, None for
    what did not happen.
    """

    incident: Incident
    audience: Audience
    made_at: datetime
    promises: tuple[PromiseStanding, ...]
    taken: tuple[tuple[Promise, TimeTaken | None], ...]
    resolution: TimeTaken | None
    told: tuple[Told, ...]
    lines: tuple[TimelineEntry, ...]

    @property
    def is_over(self) -> bool:
        """Whether it ended, so that nothing of it changes any more."""
        return self.incident.status is Status.RESOLVED


def time_taken(incident: Incident, until: datetime | None) -> TimeTaken | None:
    """Return how long it took from when the clocks began until an instant; None for what did not happen."""
    if until is None:
        return None
    since = incident.clocks_from
    calendar = max(until - since, timedelta(0))
    counted = max(time_left(incident.severity, incident.policy.hours, since, until), timedelta(0))
    return TimeTaken(calendar, counted)


def standings(incident: Incident, now: datetime) -> tuple[PromiseStanding, ...]:
    """Return where each promise of an incident stands."""
    return tuple(
        standing_of(one, incident.due_at(one), incident.kept_at(one), incident.resolved_at, now) for one in Promise
    )


def summarise(
    incident: Incident, lines: Iterable[TimelineEntry], told: Iterable[Told], now: datetime
) -> IncidentSummary:
    """Return what an incident was, for the operator's side: nothing is left out."""
    return IncidentSummary(
        incident=incident,
        audience=Audience.OPERATIONS,
        made_at=now,
        promises=standings(incident, now),
        taken=tuple((one, time_taken(incident, incident.kept_at(one))) for one in Promise),
        resolution=time_taken(incident, incident.resolved_at),
        told=tuple(sorted(told, key=lambda one: (one.at, one.room, one.kind))),
        lines=tuple(lines),
    )


def for_seller(summary: IncidentSummary) -> IncidentSummary:
    """Return what the seller may read of it: their own rooms, no internal lines, no words they were not meant to read.

    Raises ValueError for an incident they may not even know of.
    """
    if not is_for_sellers(summary.incident):
        msg = f"incident {summary.incident.id} is not for the seller"
        raise ValueError(msg)
    closing = summary.incident.closing
    incident = seller_view(summary.incident)
    return replace(
        summary,
        incident=replace(incident, first_look=None, closing=replace(closing, reason="") if closing else None),
        audience=Audience.SELLER,
        told=tuple(one for one in summary.told if one.audience is Audience.SELLER),
        lines=seller_lines(summary.lines),
    )


def told_of(
    engagement: Engagement, notices: Iterable[IncidentNotice], deliveries: Iterable[Delivery]
) -> tuple[Told, ...]:
    """Return the messages of an incident with what each of them said and what became of it.

    A room that left the engagement counts as one of the operator's: its seller is told nothing of it.
    """
    said = {notice.id: notice for notice in notices}
    return tuple(
        _told(engagement, said[one.cause], one)
        for one in deliveries
        if one.cause_kind is CauseKind.INCIDENT and one.cause in said
    )


def _told(engagement: Engagement, notice: IncidentNotice, delivery: Delivery) -> Told:
    room = engagement.room(delivery.room)
    return Told(
        room=delivery.room,
        platform=delivery.platform,
        audience=room.audience if room else Audience.OPERATIONS,
        kind=notice.kind,
        placing=delivery.placing,
        person=notice.person,
        at=delivery.settled_at or delivery.due_at,
        state=delivery.state,
        reason=delivery.reason,
    )
