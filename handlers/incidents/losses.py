"""Messages of incidents that were lost for good: another way, the next level, and the other side that is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.incidents.calls import is_unheard, next_way, queue_in
from handlers.incidents.desk import happen
from handlers.incidents.direct import tell_elsewhere
from handlers.incidents.notices import card_key, freeze, unheard_key
from handlers.incidents.rooms import queue_answer
from handlers.ports import Work
from kpi.deliveries import CauseKind, Delivery, DeliveryState
from kpi.engagements import Audience, Engagement, Room
from kpi.incidents.changes import Changed
from kpi.incidents.events import LoseDelivery
from kpi.incidents.incident import THE_CLOCK, EntryKind, Incident
from kpi.incidents.notices import IncidentNotice, IncidentNoticeKind
from kpi.incidents.views import is_for_sellers

LOOK_BACK = timedelta(days=2)
"""How long a bot may be down and still follow up what was lost before."""


def lost_deliveries(work: Work, now: datetime) -> tuple[Delivery, ...]:
    """Return the messages of incidents that failed lately and were not followed up."""
    failed = work.deliveries.failed(CauseKind.INCIDENT, now - LOOK_BACK)
    return tuple(one for one in failed if not _is_followed_up(work, one))


def follow_up(work: Work, delivery: Delivery, now: datetime) -> bool:
    """Do what is left to do about a lost message, once; return whether it was still to be done.

    A call goes another way its person can hear; when nobody of its level can be reached, the next level is called.
    The other side is told once per room.
    """
    notice, engagement = work.incidents.notice(delivery.cause), work.engagements.get(delivery.engagement)
    if notice is None or engagement is None:
        return False
    held = work.incidents.hold(notice.incident.id)
    if held is None or _is_followed_up(work, delivery):
        return False
    lost_room = engagement.room(delivery.room)
    remedy = _other_way(work, engagement, held, notice, lost_room, now)
    is_lost_call = remedy is None and notice.call is not None and is_unheard(work, engagement, notice.call)
    lost = LoseDelivery(
        delivery.id,
        delivery.room,
        delivery.reason,
        call=notice.call.number if notice.call and is_lost_call else 0,
        remedy=remedy.id if remedy else "",
    )
    outcome = happen(work, held.id, lost, THE_CLOCK, now)
    if isinstance(outcome, Changed) and notice.kind is not IncidentNoticeKind.UNHEARD:
        _tell_other_side(work, engagement, outcome.incident, delivery, now)
    return True


def _is_followed_up(work: Work, delivery: Delivery) -> bool:
    notice = work.incidents.notice(delivery.cause)
    lines = work.incidents.timeline(notice.incident.id) if notice else ()
    return any(line.kind is EntryKind.UNDELIVERED and ("delivery", delivery.id) in line.params for line in lines)


def _other_way(
    work: Work, engagement: Engagement, incident: Incident, notice: IncidentNotice, lost: Room | None, now: datetime
) -> Room | None:
    """Call or tell somebody another way, while that still stands; return where."""
    call = notice.call
    if call is None:
        return tell_elsewhere(work, engagement, incident, notice, lost, now)
    if incident.is_closed or call.number != incident.calls or incident.token != notice.incident.token:
        return None
    room = next_way(work, engagement, call, notice.person, lost)
    if room is not None:
        queue_in(work, engagement, replace(notice, made_at=now), call, room)
    return room


def _tell_other_side(work: Work, engagement: Engagement, incident: Incident, delivery: Delivery, now: datetime) -> None:
    """Tell the rooms of the other side, once; the seller's only when no room of the operator is left."""
    lost = engagement.room(delivery.room)
    if lost is None or lost.is_direct or not is_for_sellers(incident):
        return
    if _has_another(work, engagement, incident, lost):
        return
    name = lost.id if lost.audience is Audience.SELLER else lost.audience.value
    for room in engagement.rooms:
        original = work.deliveries.by_key(card_key(incident, room))
        if room.audience is lost.audience or original is None:
            continue
        if work.deliveries.by_key(unheard_key(incident, name, room)) is None:
            said = IncidentNotice("", IncidentNoticeKind.UNHEARD, incident, now, room=name, reason=delivery.reason)
            queue_answer(work, engagement, freeze(work, said), room, original)


def _has_another(work: Work, engagement: Engagement, incident: Incident, lost: Room) -> bool:
    """Tell whether another room of the operator has the card, so that its people know."""
    if lost.audience is Audience.SELLER:
        return False
    others = (room for room in engagement.rooms if room.audience is lost.audience and room.id != lost.id)
    cards = (work.deliveries.by_key(card_key(incident, room)) for room in others)
    return any(card is not None and card.state is not DeliveryState.FAILED for card in cards)
