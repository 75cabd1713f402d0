"""Where Vigia looks for its own faults: overdue steps, lost messages, late digests, sweeps that do not end well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from handlers.incidents.losses import lost_deliveries
from handlers.ports import Work
from kpi.audits.audit import (
    CALL_LATE_AFTER,
    CLOSED_ROOMS_LAST,
    DEAD_AFTER,
    DIGEST_FAULTS_LAST,
    DIGEST_LATE_AFTER,
    MESSAGE_LATE_AFTER,
    STEP_LATE_AFTER,
    SWEEP_LATE_AFTER,
    FaultKind,
    Finding,
)
from kpi.deliveries import CauseKind, Delivery, Placing


def find_faults(work: Work, now: datetime) -> Iterator[Finding]:
    """Yield everything that is wrong at `now`."""
    yield from _overdue_steps(work, now)
    yield from _adrift(work)
    yield from _undelivered_incidents(work, now)
    yield from _waiting_messages(work, now)
    yield from _unsent_digests(work, now)
    yield from _closed_rooms(work, now)
    yield from _late_sweeps(work, now)


def _overdue_steps(work: Work, now: datetime) -> Iterator[Finding]:
    for step in work.incidents.overdue(now - STEP_LATE_AFTER):
        incident = work.incidents.by_id(step.incident)
        engagement = incident.engagement if incident else ""
        yield Finding(FaultKind.OVERDUE_STEPS, engagement, step.incident, step.due_at)


def _adrift(work: Work) -> Iterator[Finding]:
    for incident in work.incidents.adrift():
        yield Finding(FaultKind.ADRIFT_INCIDENTS, incident.engagement, incident.id, incident.opened_at)


def _undelivered_incidents(work: Work, now: datetime) -> Iterator[Finding]:
    def finding(delivery: Delivery, since: datetime) -> Finding:
        return Finding(FaultKind.UNDELIVERED_INCIDENTS, delivery.engagement, delivery.id, since)

    for delivery in _held_up(work, now, CALL_LATE_AFTER):
        if delivery.cause_kind is CauseKind.INCIDENT:
            yield finding(delivery, delivery.due_at)
    for delivery in lost_deliveries(work, now):
        settled_at = delivery.settled_at or delivery.due_at
        if settled_at < now - CALL_LATE_AFTER and _can_be_followed_up(work, delivery):
            yield finding(delivery, settled_at)
    for delivery in work.deliveries.unknown(now - DIGEST_FAULTS_LAST):
        if _is_unheard(work, delivery, now):
            yield finding(delivery, delivery.settled_at or delivery.due_at)


def _held_up(work: Work, now: datetime, late_after: timedelta) -> tuple[Delivery, ...]:
    """Return what nobody began to send in time, and what somebody began to send and never ended."""
    return (*work.deliveries.waiting(now - late_after), *work.deliveries.stuck(now - DEAD_AFTER))


def _can_be_followed_up(work: Work, delivery: Delivery) -> bool:
    """Tell whether anybody is left who could be told instead."""
    return work.engagements.get(delivery.engagement) is not None and work.incidents.notice(delivery.cause) is not None


def _is_unheard(work: Work, delivery: Delivery, now: datetime) -> bool:
    """Tell whether nobody knows if a message of an open incident arrived; a card is soon shown anew anyway."""
    if delivery.cause_kind is not CauseKind.INCIDENT or delivery.placing is Placing.EDIT:
        return False
    if delivery.settled_at is None or delivery.settled_at >= now - DEAD_AFTER:
        return False
    notice = work.incidents.notice(delivery.cause)
    incident = work.incidents.by_id(notice.incident.id) if notice else None
    return incident is not None and not incident.is_closed


def _waiting_messages(work: Work, now: datetime) -> Iterator[Finding]:
    for delivery in _held_up(work, now, MESSAGE_LATE_AFTER):
        if delivery.cause_kind is not CauseKind.INCIDENT:
            yield Finding(FaultKind.WAITING_MESSAGES, delivery.engagement, delivery.id, delivery.due_at)


def _unsent_digests(work: Work, now: datetime) -> Iterator[Finding]:
    for slot in work.digests.late(now - DIGEST_LATE_AFTER):
        yield Finding(FaultKind.UNSENT_DIGESTS, slot.engagement, slot.key, slot.deadline_at)
    since = now - DIGEST_FAULTS_LAST
    lost = [one for one in work.deliveries.unknown(since) if one.cause_kind is CauseKind.DIGEST]
    for delivery in (*work.deliveries.failed(CauseKind.DIGEST, since), *lost):
        settled_at = delivery.settled_at or delivery.due_at
        engagement = work.engagements.get(delivery.engagement)
        if settled_at < now - DIGEST_LATE_AFTER and engagement and engagement.room(delivery.room):
            yield Finding(FaultKind.UNSENT_DIGESTS, delivery.engagement, delivery.key, settled_at)


def _closed_rooms(work: Work, now: datetime) -> Iterator[Finding]:
    for delivery in work.deliveries.closed(now - CLOSED_ROOMS_LAST):
        engagement = work.engagements.get(delivery.engagement)
        room = engagement.room(delivery.room) if engagement else None
        if room is not None and not room.is_direct:
            since = delivery.settled_at or delivery.due_at
            yield Finding(FaultKind.CLOSED_ROOMS, delivery.engagement, delivery.room, since)


def _late_sweeps(work: Work, now: datetime) -> Iterator[Finding]:
    """Yield the sweeps that have not ended well for too long; one that never ran is expected from now on."""
    runs = work.audits.runs()
    for sweep, late_after in SWEEP_LATE_AFTER.items():
        ran_at = runs.get(sweep)
        if ran_at is None:
            work.audits.ran(sweep, now)
        elif now - ran_at > late_after:
            yield Finding(FaultKind.LATE_SWEEPS, "", sweep, ran_at)
