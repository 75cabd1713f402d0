"""What rooms see of an incident by themselves: one living card each, short answers to it, and people who are called.

Everything is written in the unit of work of what happened, so that nothing happens untold and nothing is told twice.
Platforms whose messages cannot be changed hear only the answers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.incidents.calls import queue_call
from handlers.incidents.direct import tell_alone
from handlers.incidents.message import incident_message
from handlers.incidents.notices import card_key, freeze, unheard_key
from handlers.incidents.summary import queue_summaries
from handlers.new_deliveries import new_delivery
from handlers.ports import Work
from handlers.quiet_hours import quiet_hours_of
from kpi.deliveries import EDITABLE, CauseKind, Delivery, DeliveryState, Placing
from kpi.engagements import Audience, Engagement, Room
from kpi.incidents.changes import Changed
from kpi.incidents.incident import EntryKind, Incident, Side, TimelineEntry
from kpi.incidents.notices import IncidentNotice, IncidentNoticeKind
from kpi.incidents.views import internal_notes, is_for_sellers, seller_lines
from kpi.severities import may_go_out_at

CHANGES_APART = timedelta(seconds=45)
"""What the machine changes is shown no more often than this: a figure that moves every few seconds is not read, and
platforms limit changes of a message. What people do is shown at once."""
AWAKE_AFTER_REPORT = timedelta(hours=3)
"""Whoever reported something waits for an answer: their room is not left alone so soon, whatever the hour."""
LOOK_BACK = 200
"""Newest deliveries of an engagement among which a room's last one is looked for."""
NOTES_SHOWN = 3
"""Newest internal notes on the card of an operations room."""

HEARD_BY_ALL = frozenset(
    {
        *(EntryKind.ACKNOWLEDGED, EntryKind.UNACKNOWLEDGED, EntryKind.WENT_STALE, EntryKind.REASSIGNED),
        *(EntryKind.HANDED_OVER, EntryKind.ANALYSED, EntryKind.PLANNED, EntryKind.UPDATED, EntryKind.PROMISE_MISSED),
        *(EntryKind.WATCHED, EntryKind.IMPROVED, EntryKind.NOT_IMPROVED, EntryKind.SEVERITY_CHANGED),
        *(EntryKind.ONSET_CORRECTED, EntryKind.ESCALATION_REQUESTED, EntryKind.SELLER_CONFIRMED),
        *(EntryKind.PUBLISHED, EntryKind.RESOLVED, EntryKind.REOPENED, EntryKind.MERGED),
    }
)
"""What is worth a short message in both rooms."""
HEARD_BY_THE_OTHER_SIDE = frozenset({EntryKind.REPORTED_AGAIN, EntryKind.COMMENTED, EntryKind.EVIDENCE_ADDED})
"""What its own side has just written."""
HEARD_IN_OPERATIONS = frozenset({EntryKind.TOO_EARLY, EntryKind.UNMEASURABLE})
"""What would only tell the seller to go on waiting."""
NAMES_THE_OWNER = frozenset({EntryKind.NOT_IMPROVED, EntryKind.UNMEASURABLE, EntryKind.ESCALATION_REQUESTED})
"""What its owner has to hear at once."""
NAMES_A_NEW_OWNER = frozenset({EntryKind.REASSIGNED, EntryKind.HANDED_OVER})
"""What somebody has to hear at once who was given it."""


def tell_opening(work: Work, incident: Incident, now: datetime) -> None:
    """Post the card of a new incident in every room that may know of it."""
    engagement = work.engagements.get(incident.engagement)
    if engagement is not None:
        _show(work, engagement, incident, now, awake=frozenset({incident.opened_by.side}), is_at_once=True)


def tell_change(work: Work, changed: Changed, now: datetime) -> None:
    """Tell rooms what happened: call who is called, bring the cards up to date, answer them."""
    incident = changed.incident
    engagement = work.engagements.get(incident.engagement)
    if engagement is None:
        return
    awake = _awake(changed)
    told = [(room, original) for room in _rooms(engagement, incident) if (original := _told(work, incident, room))]
    if any(line.kind is not EntryKind.UNDELIVERED for line in changed.entries):
        is_at_once = any(line.actor.side is not Side.VIGIA for line in changed.entries)
        _show(work, engagement, incident, now, awake=awake, is_at_once=is_at_once)
    for room, original in told:
        _answer(work, engagement, changed, room, original, now)
    _tell_owner(work, engagement, changed, now)
    queue_summaries(work, engagement, changed, tuple(room for room, _ in told))
    if any(line.kind is EntryKind.REMINDED for line in changed.entries):
        _remind(work, engagement, incident, now)
    if changed.call is not None:
        queue_call(work, engagement, incident, changed.call, now)


def _awake(changed: Changed) -> frozenset[Side]:
    """Return the sides whose rooms need no rest now: their people have just acted, or are being called."""
    acted = {line.actor.side for line in changed.entries} - {Side.VIGIA}
    return frozenset(acted | ({Side.STAFF} if changed.call else set()))


def _side(room: Room) -> Side:
    return Side.SELLER if room.audience is Audience.SELLER else Side.STAFF


def _rooms(engagement: Engagement, incident: Incident) -> tuple[Room, ...]:
    is_for_all = is_for_sellers(incident)
    return tuple(room for room in engagement.rooms if is_for_all or room.audience is Audience.OPERATIONS)


def _told(work: Work, incident: Incident, room: Room) -> Delivery | None:
    return work.deliveries.by_key(card_key(incident, room))


def _show(
    work: Work, engagement: Engagement, incident: Incident, now: datetime, *, awake: frozenset[Side], is_at_once: bool
) -> None:
    """Bring every room's card to how things stand: post it, let the one that waits say it, or change it."""
    card = freeze(work, card_now(work, incident, now))
    for room in _rooms(engagement, incident):
        original = _told(work, incident, room)
        if original is None:
            posted = new_delivery(card_key(incident, room), CauseKind.INCIDENT, card.id, engagement, room, now)
            due_at = now if _side(room) in awake else _may_hear_at(incident, room, now)
            work.deliveries.add(replace(posted, due_at=due_at))
        elif (
            not work.deliveries.renew(original.id, card.id, now if _side(room) in awake else None)
            and room.platform in EDITABLE
            and not work.deliveries.revive(original.id, card.id, now)  # a card that never came cannot be changed
        ):
            _change(work, engagement, card, room, original, is_at_once=is_at_once)


def card_now(work: Work, incident: Incident, now: datetime) -> IncidentNotice:
    """Return the card as it reads now, still to be frozen."""
    notes = internal_notes(work.incidents.timeline(incident.id))[-NOTES_SHOWN:]
    return IncidentNotice("", IncidentNoticeKind.CARD, incident, now, notes)


def _change(
    work: Work, engagement: Engagement, card: IncidentNotice, room: Room, original: Delivery, *, is_at_once: bool
) -> None:
    """Queue the change of a card; one that waits says the newest state instead of an older one.

    A card that would read the same is left alone.
    """
    newest, now = work.deliveries.newest_change(original.key), card.made_at
    if _reads_the_same(work, engagement, card, room, newest or original):
        return
    if newest is not None and work.deliveries.renew(newest.id, card.id, now if is_at_once else None):
        return
    after = (newest or original).due_at
    due_at = _behind(after, now) if is_at_once else max(now, after + CHANGES_APART)
    edit = new_delivery(f"{original.key}/{card.id}", CauseKind.INCIDENT, card.id, engagement, room, now)
    work.deliveries.add(replace(edit, placing=Placing.EDIT, anchor=original.key, due_at=due_at))


def _reads_the_same(work: Work, engagement: Engagement, card: IncidentNotice, room: Room, told: Delivery) -> bool:
    before = work.incidents.notice(told.cause)
    if before is None or told.state is DeliveryState.FAILED:
        return False
    return incident_message(before, engagement, room) == incident_message(card, engagement, room)


def _answer(
    work: Work, engagement: Engagement, changed: Changed, room: Room, original: Delivery, now: datetime
) -> None:
    """Answer a room's card with what is worth hearing there; a card that was not read yet says it by itself.

    A room that missed the last message reads the whole card instead, where nothing else would catch up.
    """
    heard = tuple(line for line in changed.entries if _is_heard(line, room))
    is_waiting = original.state is DeliveryState.PENDING and not original.attempts
    if not heard or is_waiting:
        return
    owner = changed.incident.owner
    if room.audience is not Audience.OPERATIONS or not any(_names(line, owner) for line in heard):
        owner = ""
    said = IncidentNotice("", IncidentNoticeKind.NEWS, changed.incident, now, heard, person=owner)
    news = freeze(work, card_now(work, changed.incident, now) if _has_missed_something(work, room, original) else said)
    is_awake = _side(room) in _awake(changed) or bool(owner and _is_at_work(changed.incident, owner, now))
    queue_answer(work, engagement, news, room, original, is_awake=is_awake)


def _names(line: TimelineEntry, owner: str) -> bool:
    return line.kind in NAMES_THE_OWNER or (line.kind in NAMES_A_NEW_OWNER and dict(line.params)["to"] == owner)


def _tell_owner(work: Work, engagement: Engagement, changed: Changed, now: datetime) -> None:
    """Tell the owner alone what they have to hear at once, unless it was they who did it."""
    incident = changed.incident
    heard = tuple(one for one in changed.entries if _names(one, incident.owner) and one.actor.person != incident.owner)
    if heard:
        news = IncidentNotice("", IncidentNoticeKind.NEWS, incident, now, heard, person=incident.owner)
        tell_alone(work, engagement, news)


def _has_missed_something(work: Work, room: Room, original: Delivery) -> bool:
    """Tell whether the last message of an incident to a room whose messages cannot be changed may have been lost."""
    if room.platform in EDITABLE:
        return False
    newest = work.deliveries.of_engagement(room.engagement, LOOK_BACK)
    ended = (one for one in newest if original.key in {one.key, one.anchor} and one.settled_at is not None)
    return next((one.state in {DeliveryState.FAILED, DeliveryState.UNKNOWN} for one in ended), False)


def queue_answer(
    work: Work,
    engagement: Engagement,
    notice: IncidentNotice,
    room: Room,
    original: Delivery,
    *,
    is_awake: bool = False,
) -> None:
    """Queue an answer to a room's card, behind it and at an hour at which the room may hear it."""
    now = notice.made_at
    answer = new_delivery(_answer_key(notice, room), CauseKind.INCIDENT, notice.id, engagement, room, now)
    hears_at = now if is_awake else _may_hear_at(notice.incident, room, now)
    due_at = max(hears_at, _behind(max(original.due_at, now), now))
    work.deliveries.add(replace(answer, placing=Placing.REPLY, anchor=original.key, due_at=due_at))


def _answer_key(notice: IncidentNotice, room: Room) -> str:
    """Return the once-only key of an answer; that a room cannot be reached is said once."""
    if notice.kind is IncidentNoticeKind.UNHEARD:
        return unheard_key(notice.incident, notice.room, room)
    return f"{card_key(notice.incident, room)}/{notice.id}"


def _is_heard(line: TimelineEntry, room: Room) -> bool:
    is_seller = room.audience is Audience.SELLER
    if is_seller and not seller_lines((line,)):
        return False
    if line.kind in HEARD_BY_THE_OTHER_SIDE:
        return (line.actor.side is Side.SELLER) is not is_seller
    return line.kind in HEARD_BY_ALL or (line.kind in HEARD_IN_OPERATIONS and not is_seller)


def _remind(work: Work, engagement: Engagement, incident: Incident, now: datetime) -> None:
    """Ask the owner where they can be named, and where they read alone, whether it is still theirs."""
    for room in _rooms(engagement, incident):
        original = _told(work, incident, room)
        if room.audience is Audience.OPERATIONS and original is not None:
            asked = IncidentNotice("", IncidentNoticeKind.REMINDER, incident, now, person=incident.owner)
            is_awake = _is_at_work(incident, incident.owner, now)
            queue_answer(work, engagement, freeze(work, asked), room, original, is_awake=is_awake)
    tell_alone(work, engagement, IncidentNotice("", IncidentNoticeKind.REMINDER, incident, now, person=incident.owner))


def _is_at_work(incident: Incident, person: str, now: datetime) -> bool:
    return incident.policy.hours_of(person).is_open(now)


def _may_hear_at(incident: Incident, room: Room, now: datetime) -> datetime:
    """Return when a room may hear of it: at once where its own people have just reported it."""
    if incident.opened_by.side is _side(room) and now - incident.opened_at <= AWAKE_AFTER_REPORT:
        return now
    return may_go_out_at(incident.severity, now, quiet_hours_of(room)) or now


def _behind(due_at: datetime, now: datetime) -> datetime:
    """Return when a message may go out that must not overtake the one that was due before it."""
    return max(now, due_at + timedelta(microseconds=1))
