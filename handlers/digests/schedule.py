"""When each room's digest is due: pure arithmetic on clocks, rows for the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from handlers.ports import Work
from handlers.readings.scopes import today_of
from kpi.days import ONE_DAY
from kpi.digests import DigestSlot
from kpi.engagements import Engagement, Platform, Room

PLAN_AHEAD = timedelta(hours=36)
"""How far ahead slots are planned."""
LOOK_BACK = timedelta(hours=24)
"""Slots of the last day are planned too, so that a process that was down finds what it owes."""
CROWDED_MINUTES = frozenset({0, 30})
"""WeCom delivers slowly when everybody posts: on the hour and on the half hour."""
WECOM_SHIFT = timedelta(minutes=7)


def slot_key(engagement: str, day: date, room: str) -> str:
    """Return the once-only key of one room's digest of one data day."""
    return f"digest/{engagement}/{day.isoformat()}/{room}"


def posting_time(room: Room) -> time | None:
    """Return the local time a room's digest is posted at; WeCom never gets a crowded minute."""
    if room.digest_at is None or room.platform is not Platform.WECOM:
        return room.digest_at
    if room.digest_at.minute not in CROWDED_MINUTES:
        return room.digest_at
    return (datetime.combine(date.min, room.digest_at) + WECOM_SHIFT).time()


def slots_between(engagement: Engagement, room: Room, start: datetime, end: datetime) -> Iterator[DigestSlot]:
    """Yield the slots of a room whose posting instants lie in [start, end).

    The data day of a slot is the newest day that is over in every store's zone at that instant. Where a store's clock
    jumps over midnight between two postings, the second one has two data days, or none: no day is lost or doubled.
    """
    at = posting_time(room)
    if at is None or not engagement.stores:
        return
    local = start.astimezone(room.zone).date() - ONE_DAY
    while (due := datetime.combine(local, at, room.zone).astimezone(UTC)) < end:
        if due >= start:
            before = datetime.combine(local - ONE_DAY, at, room.zone)
            first, last = today_of(engagement.stores, before), today_of(engagement.stores, due) - ONE_DAY
            for back in range((last - first).days, -1, -1):
                yield _slot(engagement, room, last - back * ONE_DAY, due)
        local += ONE_DAY


def _slot(engagement: Engagement, room: Room, day: date, due: datetime) -> DigestSlot:
    return DigestSlot(
        slot_key(engagement.id, day, room.id),
        engagement.id,
        room.id,
        day,
        due_at=due,
        deadline_at=due + timedelta(minutes=room.digest_deadline_minutes),
    )


def next_slot(engagement: Engagement, room: Room, now: datetime) -> DigestSlot | None:
    """Return the next slot of a room after `now`, or None when it has no digest."""
    return next(slots_between(engagement, room, now, now + PLAN_AHEAD), None)


def plan_digests(work: Work, now: datetime) -> int:
    """Write the slots of all rooms for the next day and a half; return how many were new.

    A room that never had a slot is new: it owes nothing for the time before it was bound.
    """
    planned = 0
    for engagement in work.engagements.all():
        for room in engagement.rooms:
            start = max(now - LOOK_BACK, work.digests.first_due(engagement.id, room.id) or now)
            for slot in slots_between(engagement, room, start, now + PLAN_AHEAD):
                planned += work.digests.plan(slot)
    return planned
