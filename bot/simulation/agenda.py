"""When something may happen next: the sweeps of a running Vigia, without those that would find nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.simulation.journey import Journey
from bot.web import ESCALATE_SECONDS, RECOVER_SECONDS, WATCH_SECONDS
from handlers.alerts.reminders import due_of
from handlers.digests.schedule import slots_between
from handlers.ports import Work
from handlers.watch.alert_watch import JUDGED_FROM
from kpi.days import ONE_DAY
from kpi.deliveries import Delivery, DeliveryState
from kpi.incidents.escalations import agenda

SEND_SECONDS = 20
"""How often the outbox looks by itself, as in a running Vigia (`VIGIA_SWEEP_SECONDS`)."""
FOLLOWED_FOR = timedelta(minutes=2)
"""How long after it failed a delivery may still have consequences: another room, the next level."""
ASKED_FOR = timedelta(minutes=30)
"""How long a journey waits for a platform to say whether it has a message; a running Vigia asks for a day."""
MOST_DELIVERIES = 999


def tick_after(at: datetime, seconds: int) -> datetime:
    """Return the first tick at or after an instant of a sweep that runs every so many seconds."""
    return datetime.fromtimestamp(math.ceil(at.timestamp() / seconds) * seconds, UTC)


def fixed_moments(journey: Journey) -> tuple[datetime, ...]:
    """Return every instant known beforehand: hours of judgement, digests, changes of weather."""
    start, end = journey.starts_at, journey.until
    found = {start, end}
    for zone in {store.zone for store in journey.engagement.stores}:
        for days in range((end - start).days + 2):
            day = start.astimezone(zone).date() + days * ONE_DAY
            found.add(datetime.combine(day, JUDGED_FROM, zone).astimezone(UTC))
    for room in journey.engagement.rooms:
        for slot in slots_between(journey.engagement, room, start, end):
            found |= {slot.due_at, slot.deadline_at}
    for one in journey.weather:
        found |= {one.at, one.until}
    return tuple(sorted(at for at in found if start <= at <= end))


def next_tick(work: Work, journey: Journey, now: datetime) -> datetime | None:
    """Return the next tick, on the machine's clock, that will find something to do; None when nothing is due."""
    return min(_ticks(work, journey, now), default=None)


def _ticks(work: Work, journey: Journey, now: datetime) -> Iterator[datetime]:
    just_after = now + timedelta(microseconds=1)
    for incident in work.incidents.of_engagement(journey.engagement.id, now):
        for step in agenda(incident):
            yield tick_after(max(step.due_at, just_after), ESCALATE_SECONDS)
    for alert in work.alerts.of_engagement(journey.engagement.id, journey.starts_at.date()):
        due_at = due_of(journey.engagement, alert)
        if alert.episode.is_open and due_at is not None and due_at > now:
            yield tick_after(due_at, WATCH_SECONDS)
    for delivery in work.deliveries.of_engagement(journey.engagement.id, MOST_DELIVERIES):
        yield from _ticks_of(delivery, now, just_after)


def _ticks_of(delivery: Delivery, now: datetime, just_after: datetime) -> Iterator[datetime]:
    match delivery.state:
        case DeliveryState.PENDING:
            yield tick_after(max(delivery.due_at, just_after), SEND_SECONDS)
        case DeliveryState.SENDING:
            yield tick_after(just_after, RECOVER_SECONDS)
        case DeliveryState.UNKNOWN if _ended_within(delivery, ASKED_FOR, now):
            yield tick_after(just_after, RECOVER_SECONDS)
        case DeliveryState.FAILED if _ended_within(delivery, FOLLOWED_FOR, now):
            yield tick_after(just_after, ESCALATE_SECONDS)


def _ended_within(delivery: Delivery, span: timedelta, now: datetime) -> bool:
    return delivery.settled_at is not None and now - delivery.settled_at < span


def is_watch_tick(at: datetime) -> bool:
    """Tell whether the alerts are looked at in this instant."""
    return tick_after(at, WATCH_SECONDS) == at
