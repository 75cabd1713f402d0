"""The scan and each seller's rules have a unit of work each: one that is slow or fails keeps no other one waiting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast

import pytest

from handlers.alerts.notices import Changed
from handlers.ports import Work
from handlers.watch import alert_watch
from handlers.watch.alert_watch import sweep_alerts
from handlers.watch.rule_watch import watch_rules
from kpi.days import ONE_DAY
from kpi.engagements import Engagement
from kpi.facts import Fact
from tests.handlers.alert_shops import Shop, with_stores
from tests.handlers.alert_world import JUDGED
from tests.handlers.incident_world import AlertedWorld
from tests.handlers.rule_world import STORE, few_orders, morning_of
from tests.handlers.world import DAY, north, south
from tests.twins.book_samples import a_fact

LINES_TOLD = "official limit"


def claims(store: str, share: float, last: date = DAY) -> Iterator[Fact]:
    """Yield sixty days of a store with so many claims of its orders."""
    for back in range(60):
        day = last - timedelta(days=back)
        yield a_fact(store, "orders_paid", 1000, day)
        yield a_fact(store, "claims_opened", round(1000 * share), day)


def fallen_and_crossed() -> AlertedWorld:
    """Return a world in which North's conversion has fallen and stores of both sellers are beyond a red line."""
    world = AlertedWorld(replace(north(), has_red_lines=True), replace(south(), has_red_lines=True))
    world.learn_shops(Shop().falling(DAY - 2 * ONE_DAY, DAY, 0.5), Shop(store="north-amz"))
    world.learn([one for one in claims(STORE, 0.05) if one.measure == "claims_opened"])
    world.learn(claims("south-ml", 0.05), "south")
    return world


def told_by_now(world: AlertedWorld) -> list[str]:
    """Return what both operations rooms would read if everything were sent in this instant."""
    return [
        f"{reply.headline}\n{reply.text}"
        for seller in ("north", "south")
        for reply in world.told(seller).get(f"{seller}-ops", [])
    ]


def test_what_the_scan_found_is_stored_and_told_before_any_rule_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the rules take: whoever sends messages finds the scan's meanwhile."""
    world = fallen_and_crossed()
    seen: list[list[str]] = []

    def slow(work: Work, engagement: Engagement, now: datetime) -> list[Changed]:
        seen.append(told_by_now(world))
        return watch_rules(work, engagement, now)

    monkeypatch.setattr(alert_watch, "watch_rules", slow)
    sweep_alerts(world.books.work, JUDGED)
    assert len(seen) == 2
    for told in seen:
        assert any("Conversion" in text for text in told)
    assert not any(LINES_TOLD in text for text in seen[0])


@pytest.mark.parametrize("failing", ["north", "south"])
def test_rules_that_fail_keep_nobody_else_waiting_and_are_heard_of(
    failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scan and the other seller are told; the error is raised when all have had their turn."""
    world = fallen_and_crossed()

    def broken(work: Work, engagement: Engagement, now: datetime) -> list[Changed]:
        found = watch_rules(work, engagement, now)
        if engagement.id == failing:
            raise RuntimeError(engagement.id)
        return found

    monkeypatch.setattr(alert_watch, "watch_rules", broken)
    with pytest.raises(RuntimeError, match=failing):
        sweep_alerts(world.books.work, JUDGED)
    other = "south" if failing == "north" else "north"
    assert any("Conversion" in text for text in told_by_now(world))
    assert [one.series.rule for one in world.alerts(failing) if one.series.rule] == []
    assert [one.series.rule for one in world.alerts(other) if one.series.rule] == ["red_line"]
    monkeypatch.undo()
    sweep_alerts(world.books.work, JUDGED + timedelta(minutes=5))
    assert [one.series.rule for one in world.alerts(failing) if one.series.rule] == ["red_line"]


def test_a_scan_that_fails_does_not_keep_the_rules_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither side needs the other."""
    world = fallen_and_crossed()

    def broken(_work: Work, _now: datetime) -> list[Changed]:
        raise RuntimeError("scan")

    monkeypatch.setattr(alert_watch, "take_back", broken)
    with pytest.raises(RuntimeError, match="scan"):
        sweep_alerts(world.books.work, JUDGED)
    assert {one.series.rule for one in (*world.alerts(), *world.alerts("south"))} == {"red_line"}


def test_the_seller_with_most_stores_comes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large one keeps few others waiting."""
    world = AlertedWorld(with_stores(north(), [f"north-ml-{number}" for number in range(5)]), south())
    seen: list[str] = []

    def watching(_work: Work, engagement: Engagement, _now: datetime) -> list[Changed]:
        seen.append(engagement.id)
        return []

    monkeypatch.setattr(alert_watch, "watch_rules", watching)
    sweep_alerts(world.books.work, JUDGED)
    assert seen == ["south", "north"]


def test_what_scan_and_rules_find_is_one_message_while_nobody_has_read_it() -> None:
    """Two units of work, one morning, one message with both, and one card that goes on telling of both."""
    world = fallen_and_crossed()
    world.watch()
    (told,) = world.told()["north-ops"]
    assert "Conversion" in f"{told.headline}{told.text}"
    assert LINES_TOLD in f"{told.headline}{told.text}"
    assert len({one.notice for one in world.alerts()}) == 1
    world.clock.set(JUDGED + timedelta(hours=1))
    for alert in world.alerts():
        world.ask(f"/alert ack {alert.id}")
    world.send(world.clock())
    card = world.card()
    assert LINES_TOLD in f"{card.headline}{card.text}"


def test_what_was_read_already_is_answered_by_a_message_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """An outbox that was quicker than the rules: nothing is lost, nothing that was read changes its meaning."""
    world = fallen_and_crossed()

    def slow(work: Work, engagement: Engagement, now: datetime) -> list[Changed]:
        work.deliveries.claim(now, 100)
        return watch_rules(work, engagement, now)

    monkeypatch.setattr(alert_watch, "watch_rules", slow)
    sweep_alerts(world.books.work, JUDGED)
    told = [f"{one.headline}{one.text}" for one in world.told()["north-ops"]]
    assert sorted((LINES_TOLD in text, "Conversion" in text) for text in told) == [(False, True), (True, False)]


class Counted:
    """A book that counts what it is asked."""

    def __init__(self, book: object, asked: Counter[str]) -> None:
        self._book, self._asked = book, asked

    def __getattr__(self, name: str) -> object:
        self._asked[name] += 1
        return getattr(self._book, name)


class CountedWork:
    """A unit of work whose books count."""

    def __init__(self, work: Work) -> None:
        self._work, self.asked = work, Counter[str]()

    def __getattr__(self, name: str) -> object:
        return Counted(getattr(self._work, name), self.asked)


@pytest.mark.parametrize("share", [0.001, 0.05], ids=["far", "crossed"])
def test_the_books_are_asked_as_often_for_twelve_stores_as_for_two(share: float) -> None:
    """Facts, earlier days, episodes and judgements are read and stored together."""

    def asked(stores: int, morning: date) -> Counter[str]:
        names = [f"north-ml-{number}" for number in range(stores)]
        world = AlertedWorld(replace(with_stores(few_orders(), names), has_red_lines=True))
        for name in names:
            world.learn(claims(name, share, DAY + ONE_DAY))
        day = DAY
        while True:
            with world.books.work() as work:
                counted = CountedWork(work)
                engagement = work.engagements.all()[0]
                watch_rules(cast("Work", counted), engagement, morning_of(day))
            if day == morning:
                return counted.asked
            day += ONE_DAY

    for morning in (DAY, DAY + ONE_DAY):
        assert asked(2, morning) == asked(12, morning)
