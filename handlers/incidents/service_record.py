"""The monthly service record: planned as a row, counted once when it is due, told to both sides, shown when asked."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime, timedelta

from handlers.incidents.service_record_text import record_reply
from handlers.messages import Reply, Request
from handlers.new_deliveries import new_delivery
from handlers.ports import UnitOfWork, Work
from kpi.deliveries import CauseKind, DeliveryState
from kpi.engagements import Audience, Engagement
from kpi.errors import QuestionError
from kpi.incidents.incident import EntryKind, Incident
from kpi.incidents.views import is_for_sellers
from kpi.phrases import phrase
from kpi.service_records.months import ServiceMonth, service_zone
from kpi.service_records.record import MonthlyRecord, MonthOfService, RecordSlot, ServiceRecord, service_record
from kpi.service_records.waiting_questions import FirstResponses, first_responses
from kpi.working_hours import usual_hours

CLAIM_FOR = timedelta(minutes=5)
"""A claimed month is free again after this long, should its process die."""
PAST_THE_HOUR = timedelta(minutes=7)
"""WeCom delivers slowly when everybody posts: never on the hour."""
_MONTH = re.compile(r"(20\d{2})-(0?[1-9]|1[0-2])")
_SETTLED = frozenset({DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNKNOWN})


def sweep_service_records(unit_of_work: UnitOfWork, now: datetime) -> int:
    """Plan the months that are going on, and post the records that are due; return how many were posted.

    One that fails keeps no other one waiting: what it raised is raised again when all have had their turn.
    """
    with unit_of_work() as work:
        for engagement in work.engagements.all():
            month = ServiceMonth.containing(now, service_zone(engagement))
            work.service_records.plan(RecordSlot(engagement.id, month, month.due_at))
    with unit_of_work() as work:
        slots = work.service_records.claim_due(now, now + CLAIM_FOR)
    posted: list[bool] = []

    def post(slot: RecordSlot) -> None:
        with unit_of_work() as work:
            posted.append(post_record(work, slot, now))

    with ExitStack() as each:  # calls all of them, also after one has raised
        for slot in reversed(slots):
            each.callback(post, slot)
    return sum(posted)


def post_record(work: Work, slot: RecordSlot, now: datetime) -> bool:
    """Freeze a month's record and queue it for every room, on the first working morning there; False: it was."""
    engagement = work.engagements.get(slot.engagement)
    if engagement is None or not work.service_records.freeze(slot, monthly_record(work, engagement, slot.month, now)):
        return False
    for room in engagement.rooms:
        told = new_delivery(f"{slot.key}/{room.id}", CauseKind.RECORD, slot.key, engagement, room, now)
        work.deliveries.add(replace(told, due_at=usual_hours(room.zone).next_open(now) + PAST_THE_HOUR))
    return True


def monthly_record(work: Work, engagement: Engagement, month: ServiceMonth, now: datetime) -> MonthlyRecord:
    """Return a month's record for both sides as it is known now."""
    return MonthlyRecord(
        seller=record_for(work, engagement, month, Audience.SELLER, now),
        operations=record_for(work, engagement, month, Audience.OPERATIONS, now),
    )


def record_for(
    work: Work, engagement: Engagement, month: ServiceMonth, audience: Audience, now: datetime
) -> ServiceRecord:
    """Return a month's record for one side: the seller's leaves out what only the operator may know of."""
    is_internal = audience is Audience.OPERATIONS
    rooms = {room.id for room in engagement.rooms if is_internal or room.audience is audience}
    opened = opened_between(work, engagement, month.begins_at, month.ends_at)
    incidents = tuple(one for one in opened if is_internal or is_for_sellers(one))
    slots = work.digests.slots_between(engagement.id, month.begins_at, min(month.ends_at, now))
    deliveries = work.deliveries.between(engagement.id, month.begins_at, month.ends_at)
    stored = MonthOfService(
        engagement.id,
        month,
        incidents,
        frozenset(one.id for one in incidents if _is_reopening(work, one)),
        tuple((slot, work.deliveries.by_key(slot.key)) for slot in slots if slot.room in rooms),
        tuple(one for one in deliveries if (is_internal or one.room in rooms) and one.state in _SETTLED),
        _first_responses(work, engagement, month),
    )
    return service_record(stored, audience, now)


def _first_responses(work: Work, engagement: Engagement, month: ServiceMonth) -> FirstResponses | None:
    """Return how soon a month's questions of the seller were answered, in the account manager's working time."""
    manager = engagement.account_manager()
    since = work.waiting_questions.of_engagement(engagement.id, month.begins_at)
    asked = [one for one in since if one.asked_at in month]
    return first_responses(asked, manager.working_hours) if asked and manager else None


def opened_between(work: Work, engagement: Engagement, first: datetime, before: datetime) -> tuple[Incident, ...]:
    """Return the incidents opened at or after `first` and before `before`, oldest first."""
    known = work.incidents.of_engagement(engagement.id, first)
    return tuple(one for one in reversed(known) if first <= one.opened_at < before)


def _is_reopening(work: Work, incident: Incident) -> bool:
    """Tell whether somebody opened it again from the one before it."""
    lines = work.incidents.timeline(incident.previous) if incident.previous else ()
    return any(line.kind is EntryKind.REOPENED and line.occurred_at == incident.opened_at for line in lines)


def answer_record(work: Work, request: Request, text: str) -> Reply:
    """Answer which service a month had: the last whole one, or the one that is named ("2026-10")."""
    month = month_named(text, request.engagement, request.at)
    record = record_for(work, request.engagement, month, request.room.audience, request.at)
    return record_reply(record, request)


def month_named(text: str, engagement: Engagement, now: datetime) -> ServiceMonth:
    """Return the month a text names ("": the last whole one); raises QuestionError for one that is none or not yet."""
    zone = service_zone(engagement)
    present = ServiceMonth.containing(now, zone)
    if not text.strip():
        return present.previous()
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        raise QuestionError(phrase("Write the month as year and month, for example `2026-10`."))
    month = ServiceMonth(date(int(found.group(1)), int(found.group(2)), 1), zone)
    if month.first > present.first:
        raise QuestionError(phrase("That month has not begun yet."))
    return month
