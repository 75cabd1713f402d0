"""When numbers a digest showed have moved, its rooms are told: 2 % or more, once, with the old and the new value."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.deliveries import compose_delivery
from handlers.digests.composition import compose_digest
from handlers.digests.corrections import LOOKED_BACK_DAYS, sweep_corrections
from handlers.digests.daily_digest import send_digest_now, sweep_digests
from handlers.messages import Reply
from handlers.ports import Work
from kpi.deliveries import CauseKind, Delivery, DeliveryState
from kpi.digest_rules import MOST_FIGURES
from kpi.digests import Digest
from kpi.engagements import Engagement
from kpi.languages import Language
from kpi.metrics.measures import SCALED
from kpi.readings.reading import Reading
from tests.handlers.world import DAY, NOW, World, bad_thursday, north

OPS_DUE = datetime(2026, 8, 28, 11, 30, tzinfo=UTC)
SELLER_DUE = datetime(2026, 8, 28, 12, 37, tzinfo=UTC)
DEADLINE = OPS_DUE + timedelta(hours=1)
EVENING = datetime(2026, 8, 28, 22, tzinfo=UTC)
WEDNESDAY = DAY - timedelta(days=1)


def digest_sent(world: World, at: datetime = SELLER_DUE) -> World:
    """Sweep once to plan and once when the digests are due, and send what was queued."""
    sweep_digests(world.books.work, NOW)
    world.clock.set(at)
    sweep_digests(world.books.work, at)
    world.send_all()
    world.clock.set(EVENING)
    return world


def corrected(world: World) -> int:
    """Sweep for corrections now."""
    return sweep_corrections(world.books.work, world.clock())


def corrections(world: World) -> list[Delivery]:
    """Return the corrections of the north, by room."""
    found = [one for one in world.deliveries() if one.cause_kind is CauseKind.CORRECTION]
    return sorted(found, key=lambda one: (one.created_at, one.room))


def digests(world: World) -> tuple[Digest, ...]:
    """Return the snapshots of the data day, oldest first."""
    with world.books.view() as work:
        return work.digests.of_day("north", DAY)


def message(world: World, delivery: Delivery) -> Reply:
    """Return what a delivery says."""
    with world.books.view() as work:
        composed = compose_delivery(work, delivery)
    assert composed is not None
    return composed.reply


def restated(world: World, gmv: int, orders: int = 50) -> World:
    """Import another value of the bad Thursday."""
    world.report("north-ml", {"gmv_gross": gmv * SCALED, "orders_paid": orders})
    return world


def test_nothing_moved_is_no_news() -> None:
    """However often it is looked at."""
    world = digest_sent(bad_thursday())
    assert [corrected(world), corrected(world)] == [0, 0]
    assert len(digests(world)) == 1


def test_a_restated_number_is_corrected_in_every_room_that_was_sent_it() -> None:
    """2,500 became 2,600: 4 %; old and new, and which digest it corrects."""
    world = restated(digest_sent(bad_thursday()), 2_600)
    assert corrected(world) == 2
    first, second = digests(world)
    assert [(one.room, one.cause, one.state) for one in corrections(world)] == [
        (room, f"{first.id}→{second.id}", DeliveryState.PENDING) for room in ("north-ops", "north-seller")
    ]
    reply = message(world, corrections(world)[0])
    assert reply.headline == "Correction to the digest of Thu 27 Aug (North): GMV R$2,500.00 → R$2,600.00"
    assert reply.text == "The marketplace's data was restated.\n• GMV R$2,500.00 → R$2,600.00"
    assert reply.footer == "D-20260827-02-north corrects D-20260827-01-north, which stays as it was sent."


def test_what_was_corrected_is_not_corrected_again() -> None:
    """Until it moves again; then the second correction points to the first."""
    world = restated(digest_sent(bad_thursday()), 2_600)
    assert [corrected(world), corrected(world)] == [2, 0]
    world.clock.advance(timedelta(hours=1))
    restated(world, 2_700)
    assert [corrected(world), corrected(world)] == [2, 0]
    one, two, three = digests(world)
    assert [delivery.cause for delivery in corrections(world)[::2]] == [f"{one.id}→{two.id}", f"{two.id}→{three.id}"]


@pytest.mark.parametrize(("gmv", "told"), [(2_549, 0), (2_550, 2), (2_451, 0), (2_450, 2)])
def test_two_per_cent_is_worth_telling_and_less_is_not(gmv: int, told: int) -> None:
    """2 % of 2,500 is 50, up and down."""
    assert corrected(restated(digest_sent(bad_thursday()), gmv)) == told


def test_small_steps_are_told_when_together_they_are_two_per_cent() -> None:
    """Each sweep compares with what was sent and not with yesterday's sweep."""
    world = digest_sent(bad_thursday())
    for gmv, told in ((2_520, 0), (2_540, 0), (2_560, 2)):
        assert corrected(restated(world, gmv)) == told
        world.clock.advance(timedelta(hours=1))
    assert "R$2,500.00 → R$2,560.00" in message(world, corrections(world)[0]).headline


def test_a_digest_that_was_not_sent_is_not_corrected() -> None:
    """Whom nobody told, nobody corrects: the message waiting will say what was frozen."""
    world = bad_thursday()
    sweep_digests(world.books.work, NOW)
    sweep_digests(world.books.work, SELLER_DUE)
    world.clock.set(EVENING)
    assert corrected(restated(world, 2_600)) == 0


def test_data_that_was_missing_and_came_late_is_a_correction() -> None:
    """The gap is filled: "no data" became 16,000 pesos."""
    world = World(north()).fill("north-ml")
    world.fill("north-amz", last=WEDNESDAY)
    digest_sent(world, SELLER_DUE + timedelta(hours=1))
    world.fill("north-amz")
    assert corrected(world) == 2
    reply = message(world, corrections(world)[0])
    assert "GMV no data → MX$16.0k" in reply.text
    assert reply.text.startswith("Data that was missing has arrived.")


def test_each_room_is_corrected_from_what_it_was_told_itself() -> None:
    """The first room was sent the gap, the second one the whole: only the first is told, and from its own digest."""
    world = World(north()).fill("north-ml")
    world.fill("north-amz", last=WEDNESDAY)
    digest_sent(world, DEADLINE)
    world.clock.set(SELLER_DUE)
    world.fill("north-amz")
    sweep_digests(world.books.work, SELLER_DUE)
    world.send_all()
    world.clock.set(EVENING)
    first, second = digests(world)
    assert (first.is_partial, second.is_partial) == (True, False)
    assert corrected(world) == 1
    assert len(digests(world)) == 2
    (correction,) = corrections(world)
    assert (correction.room, correction.cause) == ("north-ops", f"{first.id}→{second.id}")
    assert corrected(world) == 0


def test_rooms_that_were_told_different_things_are_corrected_from_their_own() -> None:
    """When the numbers move on after that, each message begins with what its readers know."""
    world = World(north()).fill("north-ml")
    world.fill("north-amz", last=WEDNESDAY)
    digest_sent(world, DEADLINE)
    world.clock.set(SELLER_DUE)
    world.fill("north-amz")
    sweep_digests(world.books.work, SELLER_DUE)
    world.send_all()
    world.clock.set(EVENING)
    world.report("north-amz", {"gmv_gross": 20_000 * SCALED})
    assert corrected(world) == 2
    first, second, third = digests(world)
    ops, seller = corrections(world)
    assert (ops.cause, seller.cause) == (f"{first.id}→{third.id}", f"{second.id}→{third.id}")
    assert "no data → MX$20.0k" in message(world, ops).text
    assert "MX$16.0k → MX$20.0k" in message(world, seller).text


def test_steps_between_two_rooms_digests_add_up_too() -> None:
    """16,000, 16,200 and 16,400 pesos: neither step is 2 %, together they are 2.5 % for the first room."""
    world = World(north()).fill("north-amz")
    world.fill("north-ml", last=WEDNESDAY)
    digest_sent(world, DEADLINE)
    world.clock.set(SELLER_DUE)
    world.report("north-amz", {"gmv_gross": 16_200 * SCALED})
    sweep_digests(world.books.work, SELLER_DUE + timedelta(hours=1))
    world.clock.set(SELLER_DUE + timedelta(hours=1))
    world.send_all()
    world.clock.set(EVENING)
    world.report("north-amz", {"gmv_gross": 16_400 * SCALED})
    assert corrected(world) == 1
    first, _, third = digests(world)
    assert [(one.room, one.cause) for one in corrections(world)] == [("north-ops", f"{first.id}→{third.id}")]


def test_a_digest_sent_on_a_persons_word_is_what_the_room_knows_last() -> None:
    """It already had the new numbers, so nothing is left to correct."""
    world = restated(digest_sent(bad_thursday()), 2_600)
    with world.books.work() as work:
        send_digest_now(work, "north", DAY, world.clock())
    world.send_all()
    assert corrected(world) == 0
    world.clock.advance(timedelta(hours=1))
    assert corrected(restated(world, 2_800)) == 2
    assert "R$2,600.00 → R$2,800.00" in message(world, corrections(world)[0]).headline


@pytest.mark.parametrize(("days", "told"), [(LOOKED_BACK_DAYS, 2), (LOOKED_BACK_DAYS + 1, 0)])
def test_two_weeks_are_looked_back_and_no_more(days: int, told: int) -> None:
    """Older digests are history."""
    world = digest_sent(bad_thursday())
    world.clock.set(EVENING + timedelta(days=days - 1))
    assert corrected(restated(world, 2_600)) == told


def crowded() -> World:
    """Return a world with a bad Thursday in GMV and more normal figures than a digest shows."""
    world = World(north()).fill("north-amz").fill("north-ml", last=WEDNESDAY)
    service = {"dispatch_due": 400, "dispatch_late": 4, "dispatched": 400, "delivery_due": 400, "delivery_on_time": 396}
    for back in range(57):
        day = DAY - timedelta(days=back)
        world.report("north-ml", {**service, "claims_opened": 4, "sku_active": 400, "sku_out_of_stock": 4}, day)
    world.report("north-ml", {"visits": 4_000, "orders_paid": 100, "gmv_gross": 2_500 * SCALED})
    return world


def test_a_number_that_would_not_be_shown_any_more_is_corrected_all_the_same() -> None:
    """GMV led the digest; it is normal after all, while so much else became bad that it is no more among the six."""
    world = digest_sent(crowded())
    (first,) = digests(world)
    assert first.readings[0].metric == "gmv"
    bad = {"dispatch_late": 200, "delivery_on_time": 200, "claims_opened": 90, "sku_out_of_stock": 300}
    world.report("north-ml", {**bad, "gmv_gross": 5_000 * SCALED, "orders_paid": 20})
    world.report("north-amz", {"orders_paid": 4})
    assert corrected(world) == 2
    _, second = digests(world)
    assert ("gmv", "BRL") not in {(one.metric, one.scope.currency) for one in second.readings[:MOST_FIGURES]}
    reply = message(world, corrections(world)[0])
    assert "GMV R$2,500.00 → R$5,000.00" in reply.text
    assert corrected(world) == 0


def test_another_sellers_restatement_is_nobody_elses_news() -> None:
    """Each engagement is looked at by itself."""
    world = digest_sent(bad_thursday())
    world.report("south-ml", {"gmv_gross": SCALED})
    assert corrected(world) == 2
    assert corrections(world) == []
    assert len(digests(world)) == 1


def test_a_number_that_came_back_is_no_news() -> None:
    """2,500, 2,600 and 2,500 again before anybody looked."""
    world = restated(digest_sent(bad_thursday()), 2_600)
    world.clock.advance(timedelta(hours=1))
    assert corrected(restated(world, 2_500)) == 0


def test_an_engagement_whose_stores_left_is_left_alone() -> None:
    """A restatement of a store that is nobody's any more is told to nobody, and stops nobody else's correction."""
    world = digest_sent(bad_thursday())
    restated(world, 2_600)
    world.report("south-ml", {"gmv_gross": SCALED})
    world.agree(replace(north(), stores=()))
    assert corrected(world) == 2
    assert corrections(world) == []


def test_a_room_bound_later_is_not_corrected() -> None:
    """It never read the digest."""
    world = digest_sent(bad_thursday())
    late = replace(north().rooms[0], id="north-late", address="north-late")
    world.agree(replace(north(), rooms=(*north().rooms, late)))
    assert corrected(restated(world, 2_600)) == 2
    assert {one.room for one in corrections(world)} == {"north-ops", "north-seller"}


@pytest.mark.parametrize("language", Language)
def test_a_correction_is_said_in_the_rooms_language(language: Language) -> None:
    """Old → new in everybody's own way of writing."""
    world = restated(digest_sent(bad_thursday(language)), 2_600)
    corrected(world)
    reply = message(world, corrections(world)[0])
    assert reply.language is language
    assert "→" in reply.headline
    assert ("Correction" in reply.headline) == (language is Language.EN)
    assert "D-20260827-01-north" in reply.footer


def test_an_engagement_that_fails_keeps_no_other_ones_correction_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mistake is raised for the log, after everybody else was looked at."""
    world = restated(digest_sent(bad_thursday()), 2_600)
    world.report("south-ml", {"gmv_gross": SCALED})

    def fail_for_north(work: Work, engagement: Engagement, day: date, now: datetime, kept: list[Reading]) -> Digest:
        if engagement.id == "north":
            raise ZeroDivisionError
        return compose_digest(work, engagement, day, now, kept)

    monkeypatch.setattr("handlers.digests.corrections.compose_digest", fail_for_north)
    with pytest.raises(ZeroDivisionError):
        corrected(world)
    assert corrections(world) == []
    assert [one.cause_kind for one in world.deliveries("south")].count(CauseKind.CORRECTION) == 2
