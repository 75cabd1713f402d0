"""Data that comes late: judged when it comes, in its place, and never at the price of what is known already."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kpi.alerts.alert import Phase
from kpi.alerts.records import SeriesKey, Silence
from kpi.days import ONE_DAY
from tests.handlers.alert_shops import CONVERSION, Shop, ShopWorld, a_fallen_world, judged_on, with_stores
from tests.handlers.world import DAY, north, south

HOUR = timedelta(hours=1)


def _without_a_day() -> tuple[ShopWorld, Shop]:
    """Return a world whose shop fell on three days, of which the middle one has not come."""
    world = ShopWorld(north())
    shop = Shop().falling(DAY - 2 * ONE_DAY, DAY, 0.5)
    world.learn(fact for fact in shop.history() if fact.day != DAY - ONE_DAY)
    return world, shop


def test_a_day_that_came_late_is_judged_when_it_is_imported() -> None:
    """The import itself is what wakes the judgement of its day."""
    world = ShopWorld(north())
    shop = Shop().falling(DAY - ONE_DAY, DAY, 0.3)
    world.learn(shop.history(DAY - 2 * ONE_DAY))
    assert world.watch(judged_on(DAY)).opened == 0
    assert world.judgements()[DAY].finding.silence is Silence.NOT_SEEN
    world.clock.set(judged_on(DAY) + 4 * HOUR)
    world.learn(shop.days(DAY - ONE_DAY, DAY))
    assert world.watch(judged_on(DAY) + 5 * HOUR).opened == 1
    assert world.judgements()[DAY].finding.silence is Silence.FIRES
    assert world.headlines()[0].startswith("North ML: Conversion rate")


def test_a_day_that_was_partial_is_judged_when_the_whole_comes() -> None:
    """A final version ends the waiting, without anybody pressing anything."""
    world = ShopWorld(north())
    world.learn(Shop().history(DAY - ONE_DAY))
    world.learn(replace(fact, status=fact.status.PARTIAL, value=fact.value // 3) for fact in Shop().days(DAY, DAY))
    assert world.watch(judged_on(DAY)).opened == 0
    assert world.judgements()[DAY].finding.silence is Silence.NOT_FINAL
    world.clock.set(judged_on(DAY) + HOUR)
    world.learn(Shop().days(DAY, DAY))
    world.watch(judged_on(DAY) + 2 * HOUR)
    assert world.judgements()[DAY].finding.silence is Silence.USUAL


def test_a_late_day_inside_an_alert_leaves_its_newest_day_newest() -> None:
    """The alert's picture ends on the newest day that was judged, not on the one that came last."""
    world, shop = _without_a_day()
    world.watch(judged_on(DAY - ONE_DAY))
    world.watch(judged_on(DAY))
    assert world.episode().newest.day == DAY
    world.clock.set(judged_on(DAY) + HOUR)
    world.learn(shop.days(DAY - ONE_DAY, DAY - ONE_DAY))
    world.watch(judged_on(DAY) + 2 * HOUR)
    assert world.judgements()[DAY - ONE_DAY].finding.is_judged
    assert world.episode().newest.day == DAY
    assert world.episode().episode.last == DAY


def test_an_alert_whose_data_always_comes_after_the_hour_still_ends() -> None:
    """Files at ten, judged at six: each day is first unseen and then clear, and the third clear one resolves."""
    world = a_fallen_world()
    world.watch(judged_on(DAY))
    for days in range(1, 12):
        day = DAY + days * ONE_DAY
        world.watch(judged_on(day))
        world.clock.set(judged_on(day) + 2 * HOUR)
        world.learn(Shop().days(day, day))
        world.watch(judged_on(day) + 3 * HOUR)
    assert world.episode().episode.phase is Phase.RESOLVED
    assert len(world.headlines("north-seller")) == 2
    assert "back to usual" in world.headlines()[-1]


def test_twelve_days_that_come_in_one_file_are_counted_in_their_order_and_told_once() -> None:
    """The export was forgotten for a while: one message for where it stands now, not one a day."""
    world = a_fallen_world()
    for days in range(13):
        world.watch(judged_on(DAY + days * ONE_DAY))
    assert len(world.headlines("north-seller")) == 1
    late = judged_on(DAY + 12 * ONE_DAY) + HOUR
    world.clock.set(late)
    world.learn(Shop().days(DAY + ONE_DAY, DAY + 12 * ONE_DAY))
    world.watch(late + HOUR)
    assert world.episode().episode.phase is Phase.RESOLVED
    assert DAY + 3 * ONE_DAY <= world.episode().episode.last < DAY + 12 * ONE_DAY
    assert len(world.headlines("north-seller")) == 2


def test_a_late_day_that_still_fires_keeps_the_alert_open() -> None:
    """Two clear days and then a file that shows the trouble in between: nothing is over."""
    world = a_fallen_world()
    world.watch(judged_on(DAY))
    bad = Shop().falling(DAY, DAY + 30 * ONE_DAY, 0.4)
    for days in range(1, 5):
        world.watch(judged_on(DAY + days * ONE_DAY))
        world.clock.set(judged_on(DAY + days * ONE_DAY) + HOUR)
        world.learn(bad.days(DAY + days * ONE_DAY, DAY + days * ONE_DAY))
        world.watch(judged_on(DAY + days * ONE_DAY) + 2 * HOUR)
    assert world.episode().episode.phase is Phase.FIRING
    _, worse = world.told()["north-seller"]
    assert worse.text.startswith("Worse than when it was told")


def test_a_metric_nobody_reports_is_not_judged_again_after_every_import() -> None:
    """Most sources say nothing of returns; looking again each time would cost a morning for nothing."""
    world = ShopWorld(north())
    world.learn_shops(Shop())
    past_six_in_mexico_too = judged_on(DAY) + 2 * HOUR
    assert world.watch(past_six_in_mexico_too).judged > 0
    world.clock.set(past_six_in_mexico_too + HOUR)
    world.report("north-ml", {"ad_clicks": 5})
    assert world.watch(past_six_in_mexico_too + 2 * HOUR).judged == 0


def test_an_import_that_was_under_way_during_the_morning_is_not_overlooked() -> None:
    """It says it was imported at 08:00, but became readable a minute after the sweep."""
    world = ShopWorld(north())
    shop = Shop().falling(DAY - ONE_DAY, DAY, 0.3)
    world.learn(shop.history(DAY - 2 * ONE_DAY))
    world.watch(judged_on(DAY))
    world.clock.set(judged_on(DAY) - timedelta(seconds=40))
    world.learn(shop.days(DAY - ONE_DAY, DAY))
    assert world.watch(judged_on(DAY) + timedelta(minutes=10)).opened == 1


def test_an_outage_is_seen_together_although_the_files_come_one_by_one() -> None:
    """The stores of a marketplace are one group, whichever file came last."""
    names = [f"north-{number}" for number in range(8)]
    world = ShopWorld(with_stores(north(), names), south())
    small = [Shop(name, visits=380, seed=number) for number, name in enumerate(names)]
    fallen = [shop.falling(DAY - 2 * ONE_DAY, DAY, 0.5) for shop in small]
    world.learn_shops(*small, last=DAY - 3 * ONE_DAY)
    world.watch(judged_on(DAY - 3 * ONE_DAY))
    assert world.alerts() == ()
    for number, shop in enumerate(fallen):
        at = judged_on(DAY) + number * HOUR / 2
        world.clock.set(at)
        world.learn(shop.days(DAY - 2 * ONE_DAY, DAY))
        world.watch(at + HOUR / 4)
    last = replace(CONVERSION, store=names[-1])
    assert any(alert.first.is_pooled for alert in world.alerts())
    assert world.judgements(SeriesKey("north", names[-1], "conversion_rate"))[DAY].finding.is_judged
    assert last in {alert.series for alert in world.alerts()}


def test_a_currency_that_loses_three_zeros_is_no_fall() -> None:
    """A redenomination moves every amount and not one order: nothing fell, and no stake is invented."""
    world = ShopWorld(north(), south())
    first = DAY - 20 * ONE_DAY
    facts = [
        replace(fact, value=fact.value // 1000) if fact.measure == "gmv_gross" and fact.day >= first else fact
        for fact in Shop().history()
    ]
    world.learn(facts)
    for days in range(4):
        assert world.watch(judged_on(DAY - days * ONE_DAY)).opened == 0
    assert world.told() == {}
