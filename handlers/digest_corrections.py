"""Corrections: when numbers a digest showed have moved, its rooms are told, with the old and the new value.

A digest never changes after it was sent. Late or restated data is frozen as another digest of the same day, and a
short message points from it to the one it corrects.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from handlers.daily_digest import new_delivery
from handlers.digest_composition import compose_digest
from handlers.digest_schedule import slot_key
from handlers.figures import metric_name, value_text
from handlers.messages import Reply
from handlers.ports import UnitOfWork, Work
from kpi.catalogue import METRICS
from kpi.days import ONE_DAY
from kpi.deliveries import CauseKind, DeliveryState
from kpi.digests import CoverageState, Digest
from kpi.engagements import Engagement, Room
from kpi.phrases import phrase
from kpi.readings import Reading
from kpi.tones import Tone
from kpi.wording.wording import Wording

LOOKED_BACK_DAYS = 14
"""Older digests are history; monthly figures carry what changed in them."""
WORTH_TELLING = Decimal("0.02")
"""A value that moved by less than 2 % of itself is not worth a message."""
BETWEEN = "→"


@dataclass(frozen=True, slots=True)
class Moved:
    """One number of a digest that moved."""

    before: Reading
    after: Reading


def sweep_corrections(unit_of_work: UnitOfWork, now: datetime) -> int:
    """Queue a correction for every recent digest whose numbers moved; return how many messages were queued."""
    with unit_of_work() as work:
        engagements = work.engagements.all()
    queued = 0
    for engagement in engagements:
        for back in range(1, LOOKED_BACK_DAYS + 1):
            with unit_of_work() as work:
                queued += _correct(work, engagement, now.date() - back * ONE_DAY, now)
    return queued


def _correct(work: Work, engagement: Engagement, day: date, now: datetime) -> int:
    frozen = work.digests.of_day(engagement.id, day)
    rooms = tuple(_informed(work, engagement, day)) if frozen else ()
    if not rooms or not _may_have_moved(work, engagement, frozen[-1]):
        return 0
    fresh = compose_digest(work, engagement, day, now)
    if not moved(frozen[-1], fresh):
        return 0
    work.digests.freeze(fresh)
    cause = f"{frozen[-1].id}{BETWEEN}{fresh.id}"
    return sum(
        work.deliveries.add(
            new_delivery(f"correction/{fresh.id}/{room.id}", CauseKind.CORRECTION, cause, engagement, room, now)
        )
        for room in rooms
    )


def _informed(work: Work, engagement: Engagement, day: date) -> Iterator[Room]:
    """Yield the rooms that were sent the digest of the day."""
    for room in engagement.rooms:
        delivery = work.deliveries.by_key(slot_key(engagement.id, day, room.id))
        if delivery is not None and delivery.state is DeliveryState.SENT and delivery.cause_kind is CauseKind.DIGEST:
            yield room


def _may_have_moved(work: Work, engagement: Engagement, digest: Digest) -> bool:
    """Tell whether anything the digest read has changed or arrived since; cheap, so that most sweeps end here."""
    stores = [store.id for store in engagement.stores]
    first = min((reading.period.first for reading in digest.readings), default=digest.day)
    restated = work.facts.restated_since(stores, digest.composed_at)
    if any(first <= day <= digest.day for _, day, _ in restated):
        return True
    late = {one.store for one in digest.coverage if one.state is not CoverageState.COMPLETE}
    reported = work.facts.measures_on(sorted(late), digest.day, digest.day) if late else {}
    missing = {one.store: set(one.missing) for one in digest.coverage}
    return any(missing[store] & measures for (store, _), measures in reported.items())


def moved(before: Digest, after: Digest) -> tuple[Moved, ...]:
    """Return the numbers of `before` that differ by 2 % or more in `after`, in reading order."""
    fresh = {(one.metric, one.scope, one.period.first): one for one in after.readings}
    found = []
    for reading in before.readings:
        new = fresh.get((reading.metric, reading.scope, reading.period.first))
        if new is not None and new.value is not None and _is_worth_telling(reading.value, new.value):
            found.append(Moved(reading, new))
    return tuple(found)


def _is_worth_telling(before: Decimal | None, after: Decimal) -> bool:
    if before is None:
        return True
    return before != after and abs(after - before) >= WORTH_TELLING * abs(before)


def correction_message(before: Digest, after: Digest, engagement: Engagement, room: Room) -> Reply:
    """Return the correction as `room` reads it: old → new, why, and the digest it corrects."""
    wording = Wording(room.language)
    lines = [_line(one, wording) for one in moved(before, after)]
    reason = (
        phrase("Data that was missing has arrived.")
        if before.is_partial
        else phrase("The marketplace's data was restated.")
    )
    return Reply(
        headline=wording.say(
            phrase("Correction to the digest of %(day)s (%(engagement)s): %(change)s"),
            day=wording.weekday_day(before.day),
            engagement=engagement.name,
            change=lines[0] if lines else "—",
        ),
        language=room.language,
        text="\n".join([wording.say(reason), *(f"• {line}" for line in lines)]),
        tone=Tone.NEUTRAL,
        footer=wording.say(
            phrase("%(new)s corrects %(old)s, which stays as it was sent."), new=after.id, old=before.id
        ),
        reference=after.id,
    )


def _line(one: Moved, wording: Wording) -> str:
    metric = METRICS[one.before.metric]
    old, new = (
        value_text(metric, reading.value, reading.scope.currency, wording) for reading in (one.before, one.after)
    )
    return f"{metric_name(one.before, wording)} {old} → {new}"
