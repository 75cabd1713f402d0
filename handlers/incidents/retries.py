"""Cards of incidents that a platform would not take for a while: tried again, so that no room stays without one.

A call that fails goes another way at once; a card has no other way, and nobody looks for what was never there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.incidents.losses import LOOK_BACK
from handlers.incidents.notices import freeze
from handlers.incidents.rooms import card_now
from handlers.ports import Work
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Placing
from kpi.incidents.notices import IncidentNoticeKind

AGAIN_AFTER = timedelta(minutes=5)
"""Between two tries: a platform that limits us is not asked more often for it."""


def cards_to_retry(work: Work, now: datetime) -> tuple[Delivery, ...]:
    """Return the messages of incidents that failed a while ago for a reason that passes."""
    failed = work.deliveries.failed(CauseKind.INCIDENT, now - LOOK_BACK)
    return tuple(one for one in failed if _is_worth_it(one, now) and _tells_a_card(work, one))


def _is_worth_it(delivery: Delivery, now: datetime) -> bool:
    """Tell whether another try may help: only what was retried before had a reason that passes."""
    was_passing = delivery.give_up_at is not None and not delivery.is_unreachable
    is_fresh = now - delivery.created_at <= LOOK_BACK
    return is_fresh and was_passing and delivery.settled_at is not None and now - delivery.settled_at >= AGAIN_AFTER


def _tells_a_card(work: Work, delivery: Delivery) -> bool:
    """Tell whether a message is a card of a room that still lacks it."""
    notice = work.incidents.notice(delivery.cause)
    is_card = notice is not None and notice.kind is IncidentNoticeKind.CARD and delivery.placing is not Placing.REPLY
    return is_card and _is_missing(work, delivery)


def retry_card(work: Work, delivery: Delivery, now: datetime) -> bool:
    """Queue a card again as it reads now, also when its incident is over by then; False: its room has it."""
    notice = work.incidents.notice(delivery.cause)
    if notice is None:
        return False
    incident = work.incidents.hold(notice.incident.id)  # of two replicas, the second finds it queued
    current = work.deliveries.get(delivery.id)
    if incident is None or current is None or current.state is not DeliveryState.FAILED:
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
