"""What a digest is made of: coverage, drivers, total, targets, trends; worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from handlers.digests.composition import compose_digest, coverages
from kpi.days import Period
from kpi.digest_rules import MOST_FIGURES
from kpi.digests import Coverage, CoverageState, Digest, Factor
from kpi.engagements import Engagement
from kpi.markets import Market, Marketplace
from kpi.metrics.measures import SCALED
from kpi.metrics.metric import Direction
from kpi.rates import Rate
from kpi.targets import Target
from kpi.tones import Tone
from tests.handlers.world import DAY, NOW, World, bad_thursday, days_of, north
from tests.twins.book_samples import a_fact, a_store

WEDNESDAY = DAY - timedelta(days=1)
RATES = (Rate(DAY, "BRL", "CNY", Decimal("1.331"), "PBOC"), Rate(DAY, "MXN", "CNY", Decimal("0.388"), "PBOC"))
THURSDAYS = tuple(DAY - timedelta(days=7 * back) for back in range(5))


def composed(world: World, day: date = DAY, engagement: Engagement | None = None) -> Digest:
    """Return the digest of a day as known now."""
    with world.books.view() as work:
        return compose_digest(work, engagement or north(), day, NOW)


def test_the_fall_is_explained_by_the_factor_that_fell() -> None:
    """Against four Thursdays of 5,000 on average: - 2,500, visits as ever, 50 instead of 100 orders of R$ 50 each."""
    brazil, mexico = composed(bad_thursday()).drivers
    assert (brazil.currency, brazil.change) == ("BRL", Decimal(-2500))
    (first, *others) = brazil.factors
    assert (first.name, round(first.part, 6), round(first.share, 9)) == ("conversion", Decimal(-2500), Decimal(1))
    assert all(round(other.part, 9) == 0 for other in others)
    assert (mexico.currency, mexico.change, mexico.factors) == ("MXN", Decimal(0), ())


def test_the_parts_of_a_change_add_up_to_it() -> None:
    """Visits, conversion and ticket all moved: no remainder is left over."""
    world = World().fill("north-amz")
    world.fill("north-ml", last=WEDNESDAY)
    world.report("north-ml", {"visits": 3_000, "orders_paid": 60, "gmv_gross": 4_200 * SCALED})
    driver = composed(world).drivers[0]
    assert driver.change == Decimal(-800)
    assert round(sum(factor.part for factor in driver.factors), 9) == Decimal(-800)
    assert {factor.name for factor in driver.factors} == {"visits", "conversion", "average order value"}


def test_the_store_and_the_listing_that_fell_are_named_with_their_share() -> None:
    """Of two stores and two listings one each lost everything: 100 % of the change."""
    two = a_store("north-two", Marketplace.MERCADO_LIBRE, Market.BR)
    world = bad_thursday()
    world.agree(replace(north(), stores=(*north().stores, two)))
    world.learn(replace(fact, store="north-two") for fact in days_of("north-amz"))
    world.learn(
        a_fact("north-ml", "gmv_gross", value * SCALED, day, listing=listing)
        for day in THURSDAYS
        for listing, value in (("MLB1", 100), ("MLB2", 40 if day < DAY else 15))
    )
    driver = composed(world, engagement=replace(north(), stores=(*north().stores, two))).drivers[0]
    assert driver.stores == (Factor("north-ml", Decimal(-2500), Decimal(1)),)
    assert driver.listings == (Factor("MLB2", Decimal(-25), Decimal(1)),)


def test_the_total_holds_every_currency_even_where_a_figure_did_not_fit() -> None:
    """5,100 x 1.331 + 4,000 x 0.388 = 8,340.10: Mexico's ten orders are too few to be shown, and count."""
    world = World().fill("north-ml")
    world.agree(north(), *RATES)
    world.report("north-amz", {"orders_paid": 10, "gmv_gross": 4_000 * SCALED})
    few = ("claims_opened", "dispatch_late", "orders_cancelled", "reviews_negative", "sku_out_of_stock")
    wholes = ("dispatched", "dispatch_due", "orders_created", "reviews", "sku_active", "delivery_due")
    service = dict.fromkeys(few, 2) | dict.fromkeys(wholes, 400) | {"delivery_on_time": 390}
    world.report("north-ml", service)
    digest = composed(world)
    assert len(digest.readings) == MOST_FIGURES
    assert [one.scope.currency for one in digest.readings if one.metric == "gmv"] == ["BRL"]
    assert digest.total is not None
    assert digest.total.amount == Decimal("8340.1")
    assert [base for base, *_ in digest.total.rates] == ["BRL", "MXN"]


def test_without_a_rate_there_is_no_total() -> None:
    """Local currencies only."""
    assert composed(World().fill()).total is None
    world = World().fill()
    world.agree(replace(north(), shown_currencies=()), *RATES)
    assert composed(world, engagement=replace(north(), shown_currencies=())).total is None


def test_a_store_is_complete_partial_or_missing() -> None:
    """Measured by what it usually reports and by the measures without which a day is no day."""
    world = World().fill("north-ml", last=WEDNESDAY).fill("north-amz", last=WEDNESDAY)
    world.report("north-ml", {"orders_paid": 100})
    with world.books.view() as work:
        assert coverages(work, north(), DAY) == (
            Coverage("north-ml", CoverageState.PARTIAL, ("gmv_gross",), DAY),
            Coverage("north-amz", CoverageState.MISSING, ("gmv_gross", "orders_paid"), WEDNESDAY),
        )
        assert {one.state for one in coverages(work, north(), WEDNESDAY)} == {CoverageState.COMPLETE}


def test_a_good_day_needs_everything_delivered_and_nothing_worse() -> None:
    """One gap or one fall is enough to lose the short form."""
    assert composed(World().fill()).is_good_day
    assert not composed(bad_thursday()).is_good_day
    gap = composed(World().fill("north-ml").fill("north-amz", last=WEDNESDAY))
    assert (gap.is_good_day, gap.is_partial, gap.tone) == (False, True, Tone.GOOD)


def test_targets_on_pace_are_counted_among_the_figures_shown() -> None:
    """Orders are ahead of 4,000, conversion is short of 3 %: one of two."""
    month = Period.month_of(DAY)
    world = World().fill()
    world.agree(
        north(),
        Target("one", "north", "orders", (), month, Direction.UP, Decimal(4000)),
        Target("two", "north", "conversion_rate", ("north-ml",), month, Direction.UP, Decimal("0.03")),
    )
    digest = composed(world)
    assert (digest.targets_met, digest.targets_set) == (1, 2)
    assert (digest.tone, digest.is_good_day) == (Tone.WATCH, False)


def test_each_store_is_read_alone_only_where_there_are_several() -> None:
    """One store is the whole digest."""
    assert [(one.metric, one.scope.stores) for one in composed(World().fill()).per_store] == [
        ("gmv", ("north-ml",)),
        ("gmv", ("north-amz",)),
        ("orders", ("north-ml",)),
        ("orders", ("north-amz",)),
    ]
    single = replace(north(), stores=north().stores[:1])
    assert composed(World(single).fill("north-ml"), engagement=single).per_store == ()


def test_every_figure_has_its_line_of_four_weeks() -> None:
    """With the band of each day, and hollow where the marketplace may still change the value."""
    digest = composed(bad_thursday())
    assert len(digest.trends) == len(digest.readings)
    line = digest.trends[0]
    assert (line.days[0], line.days[-1], len(line.values)) == (DAY - timedelta(days=27), DAY, 28)
    assert line.values[-2:] == (Decimal(5100), Decimal(2500))
    assert line.band[-1] == (Decimal("4703.48"), Decimal("5296.52"))
    assert line.provisional[-2:] == (False, True)


def test_a_retail_event_of_the_day_is_named() -> None:
    """Black Friday 2026 is 27 November."""
    friday = date(2026, 11, 27)
    world = World().fill("north-ml", last=friday)
    with world.books.view() as work:
        digest = compose_digest(work, north(), friday, NOW + timedelta(days=92))
    assert digest.events == ("Black Friday",)


def test_digests_of_one_day_are_numbered() -> None:
    """The id is what people quote."""
    world = World().fill()
    with world.books.work() as work:
        first = compose_digest(work, north(), DAY, NOW)
        work.digests.freeze(first)
        second = compose_digest(work, north(), DAY, NOW)
    assert (first.id, second.id) == ("D-20260827-01-north", "D-20260827-02-north")
    assert replace(second, id=first.id) == first
