"""What the book of digests promises: snapshots never change, slots are claimed by one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.samples.engagements import sample_engagements, sample_targets
from kpi.days import Period
from kpi.digests import (
    ConvertedTotal,
    Coverage,
    CoverageState,
    Digest,
    DigestRoomState,
    DigestSlot,
    Driver,
    Factor,
    TrendLine,
)
from kpi.facts import FactStatus
from kpi.readings.reading import Baseline, Comparison, Reading, SampleGap, Scope, Shortfall
from kpi.targets import standing, weekday_weights
from kpi.tones import Tone
from tests.twins.books import Books

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = date(2026, 11, 22)
LUMINA, ANDES = sample_engagements()


def digest(number: int = 1) -> Digest:
    """Return a digest with every kind of part."""
    target = sample_targets("lumina", DAY)[0]
    reading = Reading(
        "gmv",
        Scope(("lumina-ml-br",), "mercadolibre", "BRL"),
        Period.of_day(DAY),
        Decimal("1234.5600"),
        12_345_600,
        None,
        FactStatus.PRELIMINARY,
        1,
        1,
        tone=Tone.BAD,
        is_unusual=True,
        baseline=Baseline(Decimal(2000), Decimal("1800.1"), Decimal("2199.9"), 8, (DAY - timedelta(days=7),)),
        against_usual=Comparison(Decimal(2000), Decimal("-0.38272"), is_relative=True),
        against_previous=Comparison(Decimal(0), None, is_relative=True),
        previous_period=Period.of_day(DAY - timedelta(days=1)),
        standing=standing(target, Decimal("1234.56"), DAY, weekday_weights({})),
        sources=("ml", "template"),
        known_at=NOW,
    )
    return Digest(
        f"D-20261122-{number:02d}-lumina",
        "lumina",
        DAY,
        NOW + timedelta(minutes=number),
        Tone.BAD,
        is_good_day=False,
        is_partial=True,
        readings=(reading,),
        coverage=(Coverage("lumina-ml-br", CoverageState.PARTIAL, ("visits",), DAY, NOW),),
        drivers=(Driver("BRL", Decimal(-766), (Factor("conversion", Decimal(-700), Decimal("0.91")),)),),
        trends=(
            TrendLine(
                "gmv",
                "mercadolibre",
                "BRL",
                (DAY,),
                (None,),
                ((Decimal(1), Decimal(2)),),
                Decimal(3),
                (True,),
                ((DAY, "Black Friday"),),
            ),
        ),
        owner="ana",
    )


def test_a_frozen_digest_comes_back_exactly(database: Books) -> None:
    """Decimals, days, instants, nothing and all."""
    with database.work() as work:
        work.digests.freeze(digest())
        work.digests.freeze(digest(2))
    with database.view() as work:
        assert work.digests.get(digest().id) == digest()
        assert work.digests.of_day("lumina", DAY) == (digest(), digest(2))
        assert work.digests.latest("lumina") == digest(2)
        assert work.digests.get("D-none") is None
        assert work.digests.latest("andes") is None


SLOT = DigestSlot("digest/lumina/2026-11-22/ops", "lumina", "ops", DAY, NOW, NOW + timedelta(hours=1))


def test_a_slot_is_planned_once(database: Books) -> None:
    """The key is the promise."""
    with database.work() as work:
        assert work.digests.first_due("lumina", "ops") is None
        assert work.digests.plan(SLOT)
        assert not work.digests.plan(replace(SLOT, due_at=NOW + timedelta(days=9)))
        assert work.digests.first_due("lumina", "ops") == NOW


def test_a_claimed_slot_is_nobody_elses_until_its_claim_ends(database: Books) -> None:
    """Not before its time, not twice, and again when its process died."""
    until = NOW + timedelta(minutes=5)
    with database.work() as work:
        work.digests.plan(SLOT)
        assert work.digests.claim_due(NOW - timedelta(seconds=1), until) == ()
        assert work.digests.claim_due(NOW, until) == (SLOT,)
    with database.work() as work:
        assert work.digests.claim_due(NOW + timedelta(minutes=1), until) == ()
        assert work.digests.claim_due(until, until + timedelta(minutes=5)) == (SLOT,)


def test_a_settled_slot_is_released_or_done(database: Books) -> None:
    """Waiting slots come back, composed ones do not."""
    until = NOW + timedelta(minutes=5)
    later = replace(SLOT, due_at=NOW + timedelta(minutes=2), reason="waiting for ml")
    with database.work() as work:
        work.digests.plan(SLOT)
        work.digests.claim_due(NOW, until)
        work.digests.settle_slot(later)
        assert work.digests.claim_due(NOW, until) == ()
        assert work.digests.claim_due(NOW + timedelta(minutes=2), until) == (later,)
        work.digests.settle_slot(replace(later, state=DigestRoomState.COMPOSED, digest="D-1"))
        assert work.digests.claim_due(NOW + timedelta(days=1), until) == ()


def test_what_was_frozen_is_never_written_over(database: Books) -> None:
    """A second digest of the same id is a mistake of ours, and said so."""
    with database.work() as work:
        work.digests.freeze(digest())
    with pytest.raises(ValueError, match="frozen already"), database.work() as work:
        work.digests.freeze(replace(digest(), is_partial=False))
    with database.view() as work:
        assert work.digests.get(digest().id) == digest()


@pytest.mark.parametrize("shortfall", Shortfall)
def test_a_reading_without_a_judgement_is_frozen_with_its_reason(database: Books, shortfall: Shortfall) -> None:
    """Why nothing was said is part of what was said."""
    gap = SampleGap("orders_paid", 7, 20) if shortfall is Shortfall.SMALL_SAMPLE else None
    value = None if shortfall is Shortfall.NO_DATA else Decimal("1.02")
    reading = replace(digest().readings[0], value=value, shortfall=shortfall, gap=gap, baseline=None, standing=None)
    total = ConvertedTotal("CNY", Decimal("171.0399"), (("BRL", Decimal("1.3310"), DAY, "PBOC"),))
    frozen = replace(digest(), readings=(reading,), per_store=(reading,), total=total, events=("Black Friday",))
    with database.work() as work:
        work.digests.freeze(frozen)
    with database.view() as work:
        assert work.digests.get(frozen.id) == frozen


def test_digests_of_other_days_and_engagements_stay_apart(database: Books) -> None:
    """The newest is the newest of its own engagement, whatever its day."""
    older = replace(digest(3), id="D-late-look", day=DAY - timedelta(days=3))
    theirs = replace(digest(9), id="D-andes", engagement="andes")
    with database.work() as work:
        for one in (digest(), older, theirs):
            work.digests.freeze(one)
    with database.view() as work:
        assert work.digests.of_day("lumina", DAY) == (digest(),)
        assert work.digests.latest("lumina") == older
        assert work.digests.latest("andes") == theirs


def test_the_same_slot_planned_twice_is_one(database: Books) -> None:
    """Every sweep plans the same day and a half again."""
    with database.work() as work:
        assert [work.digests.plan(SLOT), work.digests.plan(SLOT)] == [True, False]


def test_due_slots_come_in_the_order_of_their_time(database: Books) -> None:
    """Oldest first, then by key; a room's first slot is its earliest."""
    other = replace(SLOT, key="digest/lumina/2026-11-23/ops", due_at=NOW - timedelta(hours=2))
    same = replace(SLOT, key="digest/andes/2026-11-22/ops", engagement="andes")
    with database.work() as work:
        for slot in (SLOT, other, same):
            work.digests.plan(slot)
        assert work.digests.first_due("lumina", "ops") == other.due_at
        assert work.digests.first_due("lumina", "seller") is None
        assert work.digests.claim_due(NOW, NOW + timedelta(minutes=5)) == (other, same, SLOT)


def test_two_sweeps_at_once_never_get_the_same_slot(database: Books) -> None:
    """Four threads, twenty slots, each taken exactly once."""
    slots = [replace(SLOT, key=f"digest/lumina/2026-11-22/room{number:02d}") for number in range(20)]
    with database.work() as work:
        for slot in slots:
            work.digests.plan(slot)

    def claim(_: int) -> list[str]:
        with database.work() as work:
            return [slot.key for slot in work.digests.claim_due(NOW, NOW + timedelta(minutes=5))]

    with ThreadPoolExecutor(4) as pool:
        taken = [key for part in pool.map(claim, range(4)) for key in part]
    assert sorted(taken) == [slot.key for slot in slots]


def test_a_slot_that_is_past_its_deadline_is_found_and_freed(database: Books) -> None:
    """Whoever claimed it may be gone; one that was settled is not late."""
    hour = timedelta(hours=1)
    with database.work() as work:
        work.digests.plan(SLOT)
        work.digests.plan(replace(SLOT, key="other", deadline_at=NOW))
        work.digests.plan(replace(SLOT, key="sent", deadline_at=NOW))
        work.digests.claim_due(NOW, NOW + 9 * hour)
        work.digests.settle_slot(replace(SLOT, key="sent", deadline_at=NOW, state=DigestRoomState.COMPOSED))
        assert work.digests.late(NOW) == ()
        assert [one.key for one in work.digests.late(NOW + 2 * hour)] == ["other", SLOT.key]
        assert work.digests.claim_due(NOW + 2 * hour, NOW + 9 * hour) == ()
        work.digests.release(SLOT.key)
        work.digests.release("nothing")
        assert work.digests.claim_due(NOW + 2 * hour, NOW + 9 * hour) == (SLOT,)
