"""Cards of open incidents that a platform would not take for a while: tried again, so that no room stays without one.

A call that fails goes another way at once; a card has no other way, and nobody looks for what was never there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.incident_losses import LOOK_BACK
from handlers.incident_notices import freeze
from handlers.incident_rooms import card_now
from handlers.ports import Work
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Placing
from kpi.incident_notices import IncidentNoticeKind

AGAIN_AFTER = timedelta(minutes=5)
"""Between two tries: a platform that limits us is not asked more often for it."""


def retry_cards(work: Work, now: datetime) -> int:
    """Queue again what failed for a reason that passes, where nothing newer has told its room; return how many."""
    failed = work.deliveries.failed(CauseKind.INCIDENT, now - LOOK_BACK)
    return sum(_retry(work, one, now) for one in failed if _is_worth_it(one, now))


def _is_worth_it(delivery: Delivery, now: datetime) -> bool:
    """Tell whether another try may help: only what was retried before had a reason that passes."""
    was_passing = delivery.give_up_at is not None and not delivery.is_unreachable
    return was_passing and delivery.settled_at is not None and now - delivery.settled_at >= AGAIN_AFTER


def _retry(work: Work, delivery: Delivery, now: datetime) -> bool:
    notice = work.incidents.notice(delivery.cause)
    if notice is None or notice.kind is not IncidentNoticeKind.CARD or delivery.placing is Placing.REPLY:
        return False
    incident = work.incidents.hold(notice.incident.id)  # of two replicas, the second finds it queued
    current = work.deliveries.get(delivery.id)
    if incident is None or incident.is_closed or current is None or current.state is not DeliveryState.FAILED:
        return False
    if not _is_missing(work, current):
        return False
    return work.deliveries.revive(current.id, freeze(work, card_now(work, incident, now)).id, now)


def _is_missing(work: Work, delivery: Delivery) -> bool:
    """Tell whether the room lacks it: its card never came, or this is the last change of one that came before."""
    if delivery.placing is Placing.POST:
        return True
    original, newest = work.deliveries.by_key(delivery.anchor), work.deliveries.newest_change(delivery.anchor)
    if original is None or original.settled_at is None or original.state is not DeliveryState.SENT:
        return False
    is_older = delivery.settled_at is not None and original.settled_at < delivery.settled_at
    return is_older and newest is not None and newest.id == delivery.id
