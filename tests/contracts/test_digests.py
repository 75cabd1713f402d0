"""What the book of digests promises: snapshots never change, slots are claimed by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bot.samples.engagements import sample_engagements, sample_targets
from kpi.days import Period
from kpi.digests import Coverage, CoverageState, Digest, DigestRoomState, DigestSlot, Driver, Factor, TrendLine
from kpi.facts import FactStatus
from kpi.readings import Baseline, Comparison, Reading, Scope
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
