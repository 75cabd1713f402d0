"""Corrections: when numbers a digest showed have moved, its rooms are told, with the old and the new value.

A digest never changes after it was sent. Late or restated data is frozen as another digest of the same day, and a
short message points from it to the one it corrects.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from handlers.digests.composition import compose_digest
from handlers.digests.schedule import slot_key
from handlers.messages import Reply
from handlers.new_deliveries import new_delivery
from handlers.ports import UnitOfWork, Work
from handlers.readings.figures import metric_name, value_text
from kpi.days import ONE_DAY
from kpi.deliveries import CauseKind, DeliveryState
from kpi.digests import CoverageState, Digest
from kpi.engagements import Engagement, Room
from kpi.metrics.catalogue import METRICS
from kpi.phrases import phrase
from kpi.readings.reading import Reading
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
    """Queue a correction for every recent digest whose numbers moved; return how many messages were queued.

    An engagement that fails keeps no other one waiting: what it raised is raised again when all have had their turn.
    """
    with unit_of_work() as work:
        engagements = [engagement for engagement in work.engagements.all() if engagement.stores]
    queued: list[int] = []

    def correct(engagement: Engagement) -> None:
        queued.append(_correct_recent(unit_of_work, engagement, now))

    with ExitStack() as each:  # calls all of them, also after one has raised
        for engagement in reversed(engagements):
            each.callback(correct, engagement)
    return sum(queued)


def _correct_recent(unit_of_work: UnitOfWork, engagement: Engagement, now: datetime) -> int:
    queued = 0
    for back in range(1, LOOKED_BACK_DAYS + 1):
        with unit_of_work() as work:
            queued += _correct(work, engagement, now.date() - back * ONE_DAY, now)
    return queued


def _correct(work: Work, engagement: Engagement, day: date, now: datetime) -> int:
    frozen = work.digests.of_day(engagement.id, day)
    told = [(room, digest) for room in engagement.rooms if (digest := _last_told(work, engagement, room, frozen))]
    if not any(_may_have_moved(work, engagement, digest) for digest in {one.id: one for _, one in told}.values()):
        return 0
    fresh = compose_digest(work, engagement, day, now, [reading for _, digest in told for reading in digest.readings])
    stale = [(room, before) for room, before in told if moved(before, fresh)]
    if not stale:
        return 0
    newest = frozen[-1]  # says enough where another room was told the new numbers already
    if moved(newest, fresh) or not all(moved(before, newest) for _, before in stale):
        work.digests.freeze(fresh)
        newest = fresh
    return sum(_queue(work, engagement, room, (before, newest), now) for room, before in stale)


def _queue(work: Work, engagement: Engagement, room: Room, change: tuple[Digest, Digest], now: datetime) -> bool:
    before, after = change
    key, cause = _correction_key(after, room), f"{before.id}{BETWEEN}{after.id}"
    return work.deliveries.add(new_delivery(key, CauseKind.CORRECTION, cause, engagement, room, now))


def _correction_key(digest: Digest, room: Room) -> str:
    return f"correction/{digest.id}/{room.id}"


def _last_told(work: Work, engagement: Engagement, room: Room, frozen: Sequence[Digest]) -> Digest | None:
    """Return the newest of a day's digests that `room` was sent, or was told of by a correction; None for neither."""
    daily = slot_key(engagement.id, frozen[-1].day, room.id) if frozen else ""
    for digest in reversed(frozen):
        if work.deliveries.by_key(_correction_key(digest, room)) is not None:
            return digest
        for key in (daily, f"{daily}/{digest.id}"):
            delivery = work.deliveries.by_key(key)
            if delivery is not None and delivery.cause == digest.id and delivery.state is DeliveryState.SENT:
                return digest
    return None


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
