"""A first look at many stores that have been beyond a red line for weeks: told, and no flood."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from kpi.days import ONE_DAY
from kpi.deliveries import CauseKind
from kpi.incidents.incident import EntryKind, Visibility
from tests.handlers.alert_shops import with_stores
from tests.handlers.incident_world import AlertedWorld
from tests.handlers.rule_world import morning_of
from tests.handlers.watch.test_morning_units import claims
from tests.handlers.world import DAY, north, south
from tests.twins.book_samples import a_fact


def crossed(*shares: float) -> AlertedWorld:
    """Return a world whose stores have had so many claims of their orders for two months, after its first morning."""
    names = [f"north-ml-{number}" for number in range(len(shares))]
    world = AlertedWorld(replace(with_stores(north(), names), has_red_lines=True), south())
    for name, share in zip(names, shares, strict=True):
        world.learn(claims(name, share))
    world.clock.set(morning_of(DAY))
    world.watch(world.clock())
    return world


def cards(world: AlertedWorld) -> Counter[tuple[str, CauseKind]]:
    """Return how many messages each room has, by what they tell of."""
    return Counter((one.room, one.cause_kind) for one in world.deliveries())


@pytest.mark.parametrize("stores", [1, 3])
def test_a_few_lines_are_an_incident_each(stores: int) -> None:
    """Each has its own causes and its own owner."""
    world = crossed(*[0.05] * stores)
    assert len(world.alerts()) == len(world.incidents()) == stores


def test_many_lines_crossed_the_same_morning_are_one_message_and_one_incident() -> None:
    """The store furthest beyond opens it; each alert is its own record, and the operator's team sees them all."""
    world = crossed(0.03, 0.05, 0.09, 0.04, 0.001)
    (incident,) = world.incidents()
    assert incident.subject.store == "north-ml-2"
    assert len(world.alerts()) == 4
    with world.books.view() as work:
        lines = [line for line in work.incidents.timeline(incident.id) if line.kind is EntryKind.ALERTED]
    assert {line.visibility for line in lines} == {Visibility.INTERNAL}
    assert {incident.alert, *(dict(line.params)["alert"] for line in lines)} == {one.id for one in world.alerts()}
    assert cards(world)["north-ops", CauseKind.INCIDENT] == 1
    assert cards(world)["north-ops", CauseKind.ALERT] == 1
    card = world.card()
    assert "NORTH-ML-2: Claims rate 9.00%: beyond the official limit of 2.00%" in card.headline
    assert "Incident #1001 is open" in card.text


def test_each_metric_and_country_is_an_incident_of_its_own() -> None:
    """What has another cause has another answer."""
    names = [f"north-ml-{number}" for number in range(3)]
    world = AlertedWorld(replace(with_stores(north(), names), has_red_lines=True), south())
    for name in names:
        world.learn(claims(name, 0.05))
        world.learn(
            a_fact(name, measure, value, DAY - timedelta(days=back))
            for back in range(60)
            for measure, value in (("dispatch_due", 1000), ("dispatch_late", 300))
        )
    world.watch(morning_of(DAY))
    assert len(world.alerts()) == 6
    assert {one.subject.metric for one in world.incidents()} == {"claims_rate", "late_shipment_rate"}
    assert len(world.incidents()) == 2


def test_the_next_mornings_say_nothing_more() -> None:
    """They go on, and that is no news."""
    world = crossed(0.03, 0.05, 0.09, 0.04)
    for alert in world.alerts():
        world.ask(f"/alert ack {alert.id}")
    before = len(world.incidents()), len(world.told()["north-ops"])
    for number in range(1, 4):
        day = DAY + number * ONE_DAY
        world.clock.set(morning_of(day))
        for name, share in zip((f"north-ml-{one}" for one in range(4)), (0.03, 0.05, 0.09, 0.04), strict=True):
            world.report(name, {"orders_paid": 1000, "claims_opened": round(1000 * share)}, day)
        world.watch(world.clock() + timedelta(minutes=5))
    assert (len(world.incidents()), len(world.told()["north-ops"])) == before


def test_what_a_person_has_reported_already_takes_its_own_alert() -> None:
    """An incident that is open about a store is not passed over."""
    names = [f"north-ml-{number}" for number in range(5)]
    world = AlertedWorld(replace(with_stores(north(), names), has_red_lines=True), south())
    for name in names:
        world.learn(claims(name, 0.05))
    world.clock.set(morning_of(DAY) - timedelta(hours=1))
    world.ask("/incident claims rate rose in NORTH-ML-3", "north-seller", "wei")
    assert world.incidents()[0].subject.store == "north-ml-3"
    world.watch(morning_of(DAY))
    assert len(world.incidents()) == 2
    assert world.incidents()[0].alert in {one.id for one in world.alerts() if one.series.store == "north-ml-3"}


def test_stores_that_are_not_told_in_full_are_named() -> None:
    """Five in full, ten in a line each, worst first; only what is beyond that is a number."""
    world = crossed(*(0.03 + 0.001 * number for number in range(17)))
    told = world.card().text.split("\n")
    named = [line for line in told if "beyond the official limit" in line]
    assert [line.split(":")[0] for line in named] == [f"NORTH-ML-{number}" for number in range(16, 1, -1)]
    assert "and 2 more" in told
