"""A source that stops: told once, to the operations room, and told again when it is back."""

from __future__ import annotations

from datetime import timedelta

from handlers.gaps.source_watch import sweep_sources
from kpi.days import ONE_DAY
from tests.handlers.alert_world import AlertWorld
from tests.handlers.world import DAY, NOW, days_of, north, south


def _world() -> AlertWorld:
    world = AlertWorld(north(), south())
    world.fill()
    return world


def test_complete_data_says_nothing() -> None:
    """No news is no message."""
    assert sweep_sources(_world().books.work, NOW) == 0


def test_a_gap_is_told_once_to_the_operations_room_with_its_first_day() -> None:
    """A source that stopped is the operator's to mend; three more days of silence are the same gap."""
    world = _world()
    late = NOW + timedelta(days=3)
    assert sweep_sources(world.books.work, late) > 0
    for days in range(4):
        assert sweep_sources(world.books.work, late + timedelta(days=days)) == 0
    told = world.told()
    assert set(told) == {"north-ops"}
    assert any("no data since" in reply.headline for reply in told["north-ops"])
    assert any("28" in reply.headline for reply in told["north-ops"])


def test_one_late_morning_is_no_message_and_the_second_day_is() -> None:
    """Exports are imported by hand some time in the morning: nobody is told of that every day."""
    world = _world()
    assert sweep_sources(world.books.work, NOW + ONE_DAY) == 0
    assert sweep_sources(world.books.work, NOW + 2 * ONE_DAY) > 0


def test_it_is_told_when_the_data_is_back() -> None:
    """Who was told that it stopped is owed that it came back."""
    world = _world()
    late = NOW + timedelta(days=3)
    sweep_sources(world.books.work, late)
    world.clock.set(late)
    world.learn(days_of("north-ml", DAY + timedelta(days=4), 2))
    world.learn(days_of("north-amz", DAY + timedelta(days=4), 2))
    sweep_sources(world.books.work, late + timedelta(days=1))
    assert any("data is back" in reply.headline for reply in world.told()["north-ops"])


def test_a_store_that_never_reported_is_nobodys_gap() -> None:
    """An engagement that was set up yesterday has stopped nothing."""
    world = AlertWorld(north())
    assert sweep_sources(world.books.work, NOW) == 0
    world.report("north-ml", {"visits": 10, "orders_paid": 1}, DAY + ONE_DAY)
    assert sweep_sources(world.books.work, NOW) == 0
