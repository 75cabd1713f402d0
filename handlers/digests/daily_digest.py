"""The daily digest use case: due slots become frozen digests and delivery rows, once."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce

from handlers.digests.composition import compose_digest, coverages
from handlers.digests.schedule import plan_digests, slot_key
from handlers.new_deliveries import new_delivery
from handlers.ports import UnitOfWork, Work
from kpi.days import ONE_DAY
from kpi.deliveries import CauseKind
from kpi.digests import CoverageState, Digest, DigestRoomState, DigestSlot
from kpi.engagements import Engagement
from kpi.errors import NotFoundError, QuestionError
from kpi.phrases import phrase

CLAIM_FOR = timedelta(minutes=5)
"""A claimed slot is free again after this long, should its process die."""
LOOK_AGAIN = timedelta(minutes=5)
"""How often data that is not in yet is looked for."""
LATEST_SEND = timedelta(hours=6)
"""A slot missed by more than this is not sent any more; its room gets one notice instead."""


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What one sweep did."""

    planned: int = 0
    composed: int = 0
    waiting: int = 0
    missed: int = 0


def sweep_digests(unit_of_work: UnitOfWork, now: datetime) -> SweepReport:
    """Plan the coming slots, then turn each due one into a delivery, a wait, or a notice that it was missed.

    A slot that fails keeps no other one waiting: what it raised is raised again when all have had their turn.
    """
    with unit_of_work() as work:
        report = SweepReport(planned=plan_digests(work, now))
    with unit_of_work() as work:
        slots = work.digests.claim_due(now, now + CLAIM_FOR)
    settled: list[DigestSlot] = []

    def settle(slot: DigestSlot) -> None:
        settled.append(_settle(unit_of_work, slot, now))

    with ExitStack() as each:  # calls all of them, also after one has raised
        for slot in reversed(slots):
            each.callback(settle, slot)
    return reduce(_counted, settled, report)


def _settle(unit_of_work: UnitOfWork, slot: DigestSlot, now: datetime) -> DigestSlot:
    with unit_of_work() as work:
        settled = _prepare(work, slot, now)
        work.digests.settle_slot(settled)
    return settled


def _counted(report: SweepReport, slot: DigestSlot) -> SweepReport:
    match slot.state:
        case DigestRoomState.COMPOSED:
            return replace(report, composed=report.composed + 1)
        case DigestRoomState.MISSED:
            return replace(report, missed=report.missed + 1)
        case _:
            return replace(report, waiting=report.waiting + 1)


def _prepare(work: Work, slot: DigestSlot, now: datetime) -> DigestSlot:
    engagement = work.engagements.get(slot.engagement)
    room = engagement.room(slot.room) if engagement else None
    if engagement is None or room is None or room.digest_at is None or not engagement.stores:
        return replace(slot, state=DigestRoomState.MISSED, reason="the room no longer has a digest")
    if now > slot.due_at + LATEST_SEND and now > slot.deadline_at + LATEST_SEND:
        work.deliveries.add(new_delivery(slot.key, CauseKind.NOTICE, slot.key, engagement, room, now))
        return replace(slot, state=DigestRoomState.MISSED, reason="missed by more than six hours")
    missing = [one.store for one in coverages(work, engagement, slot.day) if one.state is not CoverageState.COMPLETE]
    if missing and now < slot.deadline_at:
        reason = f"waiting for {', '.join(missing)}"
        return replace(slot, due_at=min(now + LOOK_AGAIN, slot.deadline_at), reason=reason)
    digest = digest_of(work, engagement, slot.day, now)
    work.deliveries.add(new_delivery(slot.key, CauseKind.DIGEST, digest.id, engagement, room, now))
    return replace(slot, state=DigestRoomState.COMPOSED, digest=digest.id, reason="")


def digest_of(work: Work, engagement: Engagement, day: date, now: datetime) -> Digest:
    """Return the day's frozen digest; a partial one is frozen anew when more data has come in since."""
    frozen = work.digests.of_day(engagement.id, day)
    if frozen and not frozen[-1].is_partial:
        return frozen[-1]
    fresh = compose_digest(work, engagement, day, now)
    if frozen and frozen[-1].coverage == fresh.coverage and frozen[-1].readings == fresh.readings:
        return frozen[-1]
    work.digests.freeze(fresh)
    return fresh


def send_digest_now(work: Work, engagement_id: str, day: date | None, now: datetime) -> tuple[Digest, int]:
    """Freeze the digest of `day` (None: the newest day with data) and queue it for every digest room.

    Returns the digest and how many deliveries were added. A person asked for it, so it is sent even where the room's
    daily digest went out already: the key names the digest. Raises NotFoundError, or QuestionError without any store.
    """
    engagement = require_engagement(work, engagement_id)
    if not engagement.stores:
        raise QuestionError(phrase("No store of this engagement fits. It has: %(stores)s."), stores="—")
    chosen = day or newest_day(work, engagement, now)
    fresh = compose_digest(work, engagement, chosen, now)
    work.digests.freeze(fresh)
    added = 0
    for room in engagement.rooms:
        if room.digest_at is not None:
            key = f"{slot_key(engagement.id, chosen, room.id)}/{fresh.id}"
            added += work.deliveries.add(new_delivery(key, CauseKind.DIGEST, fresh.id, engagement, room, now))
    return fresh, added


def newest_day(work: Work, engagement: Engagement, now: datetime) -> date:
    """Return the newest closed day any store has data for, or yesterday without any data."""
    from_clock = _last_closed(engagement, now)
    days = [
        day for day in work.facts.last_days([store.id for store in engagement.stores]).values() if day <= from_clock
    ]
    return max(days, default=from_clock)


def _last_closed(engagement: Engagement, now: datetime) -> date:
    days = [now.astimezone(store.zone).date() for store in engagement.stores]
    return min(days, default=now.date()) - ONE_DAY


def require_engagement(work: Work, engagement_id: str) -> Engagement:
    """Return an engagement; raises NotFoundError naming those there are."""
    engagement = work.engagements.get(engagement_id)
    if engagement is None:
        raise NotFoundError(
            phrase("There is no engagement “%(engagement)s”. Known: %(known)s."),
            engagement=engagement_id,
            known=", ".join(one.id for one in work.engagements.all()) or "—",
        )
    return engagement
