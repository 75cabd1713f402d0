"""What every book promises, kept by SQLite and PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.samples.engagements import sample_engagements, sample_rates, sample_targets
from handlers.ports import UnitOfWork
from kpi.days import Period
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Settlement
from kpi.digests import Coverage, CoverageState, Digest, DigestRoomState, DigestSlot, Driver, Factor, TrendLine
from kpi.engagements import Platform
from kpi.errors import ConfigurationError
from kpi.facts import FactStatus
from kpi.rates import Rate
from kpi.readings import Baseline, Comparison, Reading, Scope
from kpi.targets import standing, weekday_weights
from kpi.tones import Tone
from storage.database import Database

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = date(2026, 11, 22)
LUMINA, ANDES = sample_engagements()


def test_the_database_fits_the_port(database: Database) -> None:
    """By shape: mypy checks the assignment, this the call."""
    unit_of_work: UnitOfWork = database.work
    with unit_of_work() as work:
        assert work.engagements.all() == ()


def test_an_engagement_comes_back_as_it_was_saved(database: Database) -> None:
    """Stores, people, rooms, languages, zones and times."""
    with database.work() as work:
        work.engagements.save(LUMINA, NOW)
        work.engagements.save(ANDES, NOW)
    with database.view() as work:
        assert work.engagements.get("lumina") == LUMINA
        assert work.engagements.all() == (ANDES, LUMINA)
        assert work.engagements.get("nobody") is None


def test_a_place_leads_to_its_room_and_an_unbound_one_nowhere(database: Database) -> None:
    """Platform and address together."""
    with database.work() as work:
        work.engagements.save(LUMINA, NOW)
    with database.view() as work:
        found = work.engagements.at_address(Platform.CONSOLE, "lumina-ops")
        assert found == (LUMINA, LUMINA.room("lumina-ops"))
        assert work.engagements.at_address(Platform.SLACK, "lumina-ops") is None
        assert work.engagements.with_room("lumina-seller") == LUMINA
        assert work.engagements.with_room("nowhere") is None
        assert work.engagements.room_ids() == ("lumina-ops", "lumina-seller")
        assert work.engagements.of_store("lumina-amz-mx") == LUMINA


def test_a_store_that_left_comes_back_with_its_key(database: Database) -> None:
    """Leaving and returning is one store, not two."""
    without = replace(LUMINA, stores=LUMINA.stores[1:])
    for saved in (LUMINA, without):
        with database.work() as work:
            work.engagements.save(saved, NOW)
    with database.view() as work:
        assert work.engagements.get("lumina") == without
        assert work.engagements.of_store("lumina-ml-br") is None
    with database.work() as work:
        work.engagements.save(LUMINA, NOW)
        assert work.engagements.get("lumina") == LUMINA


def test_another_engagements_store_or_place_is_refused(database: Database) -> None:
    """And nothing of the refused engagement is stored."""
    stolen_store = replace(ANDES, stores=(LUMINA.stores[0],))
    stolen_place = replace(ANDES, rooms=(replace(ANDES.rooms[0], address="lumina-ops"),))
    with database.work() as work:
        work.engagements.save(LUMINA, NOW)
    for stolen in (stolen_store, stolen_place):
        with pytest.raises(ConfigurationError, match="lumina"), database.work() as work:
            work.engagements.save(stolen, NOW)
    with database.view() as work:
        assert work.engagements.all() == (LUMINA,)


def test_what_raises_is_rolled_back(database: Database) -> None:
    """All or nothing."""

    def save_and_fail() -> None:
        with database.work() as work:
            work.engagements.save(LUMINA, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save_and_fail()
    with database.view() as work:
        assert work.engagements.all() == ()


def test_a_view_stores_nothing(database: Database) -> None:
    """Reading never writes, even by mistake."""
    with database.view() as work:
        work.inbox.claim("event", NOW)
    with database.work() as work:
        assert work.inbox.claim("event", NOW)


def test_targets_are_replaced_and_found_by_day(database: Database) -> None:
    """Exact numbers and all."""
    targets = sample_targets("lumina", DAY)
    with database.work() as work:
        work.engagements.save(LUMINA, NOW)
        work.targets.replace("lumina", targets)
        work.targets.replace("lumina", targets)
    with database.view() as work:
        assert set(work.targets.of("lumina", DAY)) == set(targets)
        assert work.targets.of("lumina", DAY + timedelta(days=40)) == ()
        assert set(work.targets.all_of("lumina")) == set(targets)


def test_a_rate_may_be_five_days_old_and_no_older(database: Database) -> None:
    """At the limit and one past it."""
    rate = Rate(DAY, "BRL", "CNY", Decimal("1.33105"), "PBOC")
    with database.work() as work:
        assert work.rates.save([rate]) == 1
        assert work.rates.save([rate]) == 0
        assert work.rates.save([replace(rate, rate=Decimal("1.34"))]) == 1
    with database.view() as work:
        found = work.rates.latest("BRL", "CNY", DAY + timedelta(days=5), 5)
        assert found is not None
        assert found.rate == Decimal("1.34")
        assert work.rates.latest("BRL", "CNY", DAY + timedelta(days=6), 5) is None
        assert work.rates.latest("BRL", "CNY", DAY - timedelta(days=1), 5) is None
        assert work.rates.latest("CNY", "BRL", DAY, 5) is None


def test_many_rates_are_counted_once(database: Database) -> None:
    """The sample's sixty rates."""
    rates = sample_rates(DAY)
    with database.work() as work:
        assert work.rates.save(rates) == len(rates)


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


def test_a_frozen_digest_comes_back_exactly(database: Database) -> None:
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


def test_a_slot_is_planned_once(database: Database) -> None:
    """The key is the promise."""
    with database.work() as work:
        assert work.digests.first_due("lumina", "ops") is None
        assert work.digests.plan(SLOT)
        assert not work.digests.plan(replace(SLOT, due_at=NOW + timedelta(days=9)))
        assert work.digests.first_due("lumina", "ops") == NOW


def test_a_claimed_slot_is_nobody_elses_until_its_claim_ends(database: Database) -> None:
    """Not before its time, not twice, and again when its process died."""
    until = NOW + timedelta(minutes=5)
    with database.work() as work:
        work.digests.plan(SLOT)
        assert work.digests.claim_due(NOW - timedelta(seconds=1), until) == ()
        assert work.digests.claim_due(NOW, until) == (SLOT,)
    with database.work() as work:
        assert work.digests.claim_due(NOW + timedelta(minutes=1), until) == ()
        assert work.digests.claim_due(until, until + timedelta(minutes=5)) == (SLOT,)


def test_a_settled_slot_is_released_or_done(database: Database) -> None:
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


def delivery(number: int, due_at: datetime = NOW) -> Delivery:
    """Return a pending delivery."""
    return Delivery(
        f"d{number}",
        f"digest/lumina/2026-11-22/room{number}",
        CauseKind.DIGEST,
        "D-1",
        "lumina",
        f"room{number}",
        Platform.SLACK,
        DeliveryState.PENDING,
        due_at,
        NOW + timedelta(seconds=number),
    )


def test_a_delivery_is_added_once_per_key(database: Database) -> None:
    """Whatever its id."""
    with database.work() as work:
        assert work.deliveries.add(delivery(1))
        assert not work.deliveries.add(replace(delivery(1), id="other"))
        assert work.deliveries.get("d1") == delivery(1)
        assert work.deliveries.by_key(delivery(1).key) == delivery(1)
        assert work.deliveries.by_key("nothing") is None


def test_claiming_takes_what_is_due_in_order_and_only_once(database: Database) -> None:
    """Oldest due first, the future stays."""
    with database.work() as work:
        for number, due in ((1, NOW), (2, NOW - timedelta(hours=1)), (3, NOW + timedelta(hours=1))):
            work.deliveries.add(delivery(number, due))
        assert [one.id for one in work.deliveries.claim(NOW, 1)] == ["d2"]
        (claimed,) = work.deliveries.claim(NOW, 10)
        assert (claimed.id, claimed.state, claimed.attempts, claimed.claimed_at) == (
            "d1",
            DeliveryState.SENDING,
            1,
            NOW,
        )
        assert work.deliveries.claim(NOW, 10) == ()


def test_only_allowed_transitions_are_stored(database: Database) -> None:
    """Sent is final; pending cannot become sent without being claimed."""
    sent = Settlement(DeliveryState.SENT, "ok", NOW, platform_message="ts-1")
    with database.work() as work:
        work.deliveries.add(delivery(1))
        with pytest.raises(ValueError, match="cannot become sent"):
            work.deliveries.settle("d1", sent)
        work.deliveries.claim(NOW, 1)
        work.deliveries.settle("d1", sent)
        with pytest.raises(ValueError, match="cannot become pending"):
            work.deliveries.settle("d1", Settlement(DeliveryState.PENDING, "again", NOW))
        stored = work.deliveries.get("d1")
    assert stored is not None
    assert (stored.state, stored.platform_message, stored.settled_at) == (DeliveryState.SENT, "ts-1", NOW)


def test_a_retry_waits_for_its_time(database: Database) -> None:
    """Back to pending with a due time, and the next claim counts."""
    with database.work() as work:
        work.deliveries.add(delivery(1))
        work.deliveries.claim(NOW, 1)
        later = NOW + timedelta(seconds=30)
        work.deliveries.settle("d1", Settlement(DeliveryState.PENDING, "429", NOW, retry_at=later, give_up_at=later))
        assert work.deliveries.claim(NOW, 1) == ()
        (again,) = work.deliveries.claim(later, 1)
    assert (again.attempts, again.give_up_at) == (2, later)


def test_what_hangs_and_what_is_unknown_is_found(database: Database) -> None:
    """A process that died leaves its delivery sending."""
    with database.work() as work:
        work.deliveries.add(delivery(1))
        work.deliveries.claim(NOW, 1)
        assert work.deliveries.stuck(NOW) == ()
        (stuck,) = work.deliveries.stuck(NOW + timedelta(seconds=1))
        work.deliveries.settle(stuck.id, Settlement(DeliveryState.UNKNOWN, "lost", NOW))
        assert [one.id for one in work.deliveries.unknown(NOW - timedelta(days=1))] == ["d1"]
        assert [one.id for one in work.deliveries.of_engagement("lumina", 5)] == ["d1"]


def test_two_claimers_at_once_never_get_the_same_row(database: Database) -> None:
    """Eight threads, forty deliveries, each taken exactly once."""
    with database.work() as work:
        for number in range(40):
            work.deliveries.add(delivery(number))

    def claim() -> list[str]:
        taken: list[str] = []
        while True:
            with database.work() as work:
                got = [one.id for one in work.deliveries.claim(NOW, 3)]
            if not got:
                return taken
            taken.extend(got)

    with ThreadPoolExecutor(8) as pool:
        taken = [one for part in pool.map(lambda _: claim(), range(8)) for one in part]
    assert sorted(taken) == sorted(f"d{number}" for number in range(40))


def test_an_event_is_claimed_once_and_forgotten_in_time(database: Database) -> None:
    """A repeated event does nothing until it is old."""
    with database.work() as work:
        assert work.inbox.claim("slack/1", NOW)
        assert not work.inbox.claim("slack/1", NOW)
        assert work.inbox.forget(NOW) == 0
        assert work.inbox.forget(NOW + timedelta(seconds=1)) == 1
        assert work.inbox.claim("slack/1", NOW)
