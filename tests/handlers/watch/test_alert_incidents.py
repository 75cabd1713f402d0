"""From an alert to an incident: which ones open one, which join, what an end says and what it never does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from handlers.alerts.reminders import due_of
from kpi.alerts.records import ExpectedDays, Mute
from kpi.incidents.incident import THE_RULE, Confidence, EntryKind, Movement, Side, Status, Subject, Visibility
from kpi.severities import Severity
from tests.handlers.alert_shops import Shop, morning_after, with_stores
from tests.handlers.alert_world import JUDGED
from tests.handlers.incident_world import SEEN, AlertedWorld, alerted
from tests.handlers.rule_world import days, morning_of, ruled
from tests.handlers.world import DAY, NOW, SAO_PAULO, north, said, south

SUBJECT = Subject("north-ml", "conversion_rate", Movement.FALL)


def fallen_world() -> AlertedWorld:
    """Return a world whose conversion has fallen, before anybody watches."""
    world = AlertedWorld(north(), south())
    world.learn_shops(Shop().falling(DAY - timedelta(days=2), DAY, 0.35), Shop(store="north-amz"))
    return world


def live_on(world: AlertedWorld, days: int, factor: float = 1.0) -> None:
    """Report and watch the days after the fall."""
    last = DAY + timedelta(days=days)
    shop = Shop().falling(DAY + timedelta(days=1), last, factor)
    world.live([shop, Shop(store="north-amz")], DAY + timedelta(days=1), last)


def test_a_critical_alert_opens_an_incident_that_knows_all_of_it() -> None:
    """Opened by the rule, with the alert's severity, value, day and onset."""
    world = alerted()
    (incident,), (alert,) = world.incidents(), world.alerts()
    assert (incident.opened_by, incident.subject, incident.severity) == (THE_RULE, SUBJECT, Severity.S1)
    assert (incident.alert, incident.detected_at, incident.opened_at) == (alert.id, JUDGED, JUDGED)
    assert incident.at_alert is not None
    assert incident.at_alert.day == alert.first.day
    assert float(incident.at_alert.value) == pytest.approx(alert.first.observed / alert.first.exposure, abs=1e-6)
    assert incident.onset is not None
    assert incident.onset.days(SAO_PAULO).first == alert.episode.onset == DAY - timedelta(days=2)
    assert incident.onset.confidence is Confidence.HIGH


@pytest.mark.parametrize("room", ["north-ops", "north-seller"])
def test_the_message_of_the_alert_names_the_incident(room: str) -> None:
    """In the first message already: it was opened before anything was sent."""
    world = alerted()
    assert "Incident #1001 is open" in world.card(room).text
    assert len(world.told()[room]) == 1


def test_a_milder_alert_opens_none() -> None:
    """It is for the morning, not for the clocks."""
    world = alerted(factor=0.75)
    assert [alert.severity for alert in world.alerts()] != ["S1"]
    assert world.alerts()
    assert world.incidents() == ()


def test_an_alert_that_grows_worse_opens_one_when_it_reaches_its_severity() -> None:
    """Not before, and once."""
    world = alerted(factor=0.75)
    assert world.incidents() == ()
    live_on(world, 6, factor=0.25)
    assert [one.severity for one in world.incidents()] == [Severity.S1]
    assert world.incidents()[0].at_alert != world.incidents()[0].now


def test_an_alert_that_grows_worse_owes_its_answer_from_then_on() -> None:
    """Counted from its opening, days ago, it would be overdue the moment it is told."""
    world = alerted(factor=0.75)
    live_on(world, 6, factor=0.25)
    (alert,) = [one for one in world.alerts() if one.severity == Severity.S1]
    assert alert.graded_at is not None
    assert alert.graded_at - alert.opened_at >= timedelta(days=1)
    due_at = due_of(north(), alert)
    assert due_at is not None
    assert due_at > alert.graded_at


def test_an_alert_joins_what_somebody_reported_and_says_so() -> None:
    """The words stay, the severity is the worse one, the alert's knowledge fills what was open."""
    world = fallen_world()
    world.ask(SEEN, "north-seller", "wei")
    assert world.incidents()[0].severity is Severity.S2
    world.watch()
    (incident,), (alert,) = world.incidents(), world.alerts()
    assert (incident.opened_by.side, incident.severity, incident.alert) == (Side.SELLER, Severity.S1, alert.id)
    assert world.kinds(incident) == [EntryKind.OPENED, EntryKind.ALERTED]
    world.clock.set(JUDGED)
    assert f"Alert {alert.id} tells of the same" in world.ask("/incident timeline 1001", "north-seller", "wei").text
    assert "Incident #1001 is open" in world.card().text


@pytest.mark.parametrize("is_snooze", [False, True])
def test_what_is_muted_opens_none(is_snooze: bool) -> None:
    """Nobody is told, so nobody is called."""
    world = fallen_world()
    with world.books.work() as work:
        mute = Mute("m", "north", "north-ml", "", NOW + timedelta(days=9), "ana", "known", NOW, is_snooze)
        work.alerts.mute(mute)
    world.watch()
    assert [alert.severity for alert in world.alerts()] == ["S1"]
    assert world.incidents() == ()


def test_what_was_expected_opens_none() -> None:
    """A price change somebody planned is no incident."""
    world = fallen_world()
    with world.books.work() as work:
        work.alerts.expect(ExpectedDays("north", "", DAY - timedelta(days=3), DAY, "prices", "ana", NOW))
    world.watch()
    assert world.incidents() == ()


def test_old_news_opens_none() -> None:
    """What is found long after it began pings nobody."""
    world = AlertedWorld(north(), south())
    world.learn_shops(Shop(), last=DAY - timedelta(days=3))
    world.watch(morning_after(DAY))
    late = Shop().falling(DAY - timedelta(days=2), DAY + timedelta(days=12), 0.35)
    world.clock.set(morning_after(DAY, 13))
    world.learn(late.days(DAY - timedelta(days=2), DAY + timedelta(days=1)))
    world.watch(morning_after(DAY, 13))
    assert all(not alert.notice for alert in world.alerts())
    assert world.incidents() == ()


def test_a_morning_that_is_swept_twice_opens_and_measures_once() -> None:
    """Whichever replica comes second finds nothing to do."""
    world = alerted()
    before = world.incidents(), world.kinds(world.incidents()[0])
    world.watch(JUDGED + timedelta(minutes=5))
    assert (world.incidents(), world.kinds(world.incidents()[0])) == before


def test_what_a_person_ended_is_not_opened_again_by_the_same_alert() -> None:
    """The alert goes on; a new one would open anew."""
    world = alerted()
    world.ask("/incident resolve 1001 cause: ads action: paused reason: wanted")
    live_on(world, 4, factor=0.35)
    assert [one.status for one in world.incidents()] == [Status.RESOLVED]


def test_back_to_usual_proposes_to_end_it_and_ends_nothing() -> None:
    """Since when, in both rooms; ending it is somebody's decision."""
    world = alerted()
    live_on(world, 18)
    (incident,), (alert,) = world.incidents(), world.alerts()
    assert not alert.episode.is_open
    assert incident.status is Status.OPEN
    assert incident.back_since is not None
    assert DAY < incident.back_since <= alert.episode.last
    assert incident.now is not None
    assert incident.at_alert is not None
    assert incident.now.value > incident.at_alert.value
    ops, seller = world.ask("/incident show 1001"), world.ask("/incident show 1001", "north-seller", "wei")
    assert "Back in range since" in ops.text
    assert "/incident resolve 1001" in ops.text
    assert "Fixed again" in seller.text
    assert "/incident resolve" not in said(seller)
    assert "back in range since" in world.ask("/incident timeline 1001").text


def test_missing_data_ends_and_measures_nothing() -> None:
    """Ten mornings without a file change neither the value nor what is proposed."""
    world = alerted()
    before = world.incidents()[0]
    for later in range(1, 11):
        world.watch(JUDGED + timedelta(days=later))
    after = world.incidents()[0]
    assert (after.back_since, after.now, after.worst) == (None, before.now, before.worst)
    assert EntryKind.ALERT_OVER not in world.kinds(after)


def test_each_morning_measures_and_what_fired_is_never_overwritten() -> None:
    """At the alert, now and worst are three values."""
    world = alerted(factor=0.45)
    fired = world.incidents()[0].at_alert
    live_on(world, 5, factor=0.15)
    incident = world.incidents()[0]
    assert incident.at_alert == fired
    assert incident.now is not None
    assert incident.worst is not None
    assert fired is not None
    assert incident.now.day > fired.day
    assert incident.worst.value < fired.value
    assert world.kinds(incident).count(EntryKind.MEASURED) >= 2
    assert re.search(r"Measured: \d\.\d+%", world.ask("/incident timeline 1001").text)


def test_an_alert_called_expected_says_so_in_its_incident() -> None:
    """At once, not the next morning; nothing is proposed."""
    world = alerted()
    world.ask(f"/alert expected {world.alerts()[0].id}")
    (incident,) = world.incidents()
    assert world.kinds(incident)[-1] is EntryKind.ALERT_OVER
    assert incident.back_since is None
    assert "it was expected" in world.ask("/incident timeline 1001").text


NAMES = [f"north-ml-{number}" for number in range(6)]


def pooled_world() -> AlertedWorld:
    """Return a world whose stores of one marketplace all fell together."""
    world = AlertedWorld(with_stores(north(), NAMES), south())
    world.learn_shops(
        *(Shop(store=name, seed=seed).falling(DAY - timedelta(days=2), DAY, 0.5) for seed, name in enumerate(NAMES))
    )
    world.watch()
    world.clock.set(JUDGED)
    return world


def test_stores_that_fell_together_are_one_incident() -> None:
    """One number for the room; what the other stores did is told in the operations room only."""
    world = pooled_world()
    assert sum(alert.first.is_pooled for alert in world.alerts()) >= 4
    (incident,) = world.incidents()
    with world.books.view() as work:
        lines = [line for line in work.incidents.timeline(incident.id) if line.kind is EntryKind.ALERTED]
    assert len(lines) == len(world.alerts()) - 1
    assert {line.visibility for line in lines} == {Visibility.INTERNAL}
    seller = world.ask("/incident show 1001", "north-seller", "wei")
    assert "Platform-wide" in seller.text
    others = {store.name for store in with_stores(north(), NAMES).stores}
    assert not [name for name in others if name in said(seller) and name not in seller.headline]


def test_a_report_about_a_store_of_a_platform_wide_fall_names_its_incident() -> None:
    """It keeps its own people and clocks; whoever reads it sees that it is not this store alone."""
    world = pooled_world()
    (shared,) = world.incidents()
    other = next(name for name in NAMES if name != shared.subject.store)
    named = {store.id: store.name for store in with_stores(north(), NAMES).stores}[other]
    card = world.ask(f"/incident orders fell in {named}", "north-seller", "wei")
    assert world.incidents()[-1].parent == shared.id
    assert "All stores of this marketplace moved alike: see incident #1001." in card.text
    world.ask(f"/incident claims rose in {named}", "north-seller", "wei")
    assert world.incidents()[-1].parent == "", "claims are not what fell"


def test_an_official_limit_that_is_crossed_opens_one_incident() -> None:
    """Near it is no incident yet; crossed, the share itself is the value, and the limit the line it crossed."""
    world = AlertedWorld(ruled(), south())
    world.learn(days({"claims_opened": [*[1] * 46, *[4] * 14], "orders_paid": [100] * 60}))
    world.watch(morning_of(DAY))
    assert world.incidents() == ()
    for number in range(1, 15):
        day = DAY + timedelta(days=number)
        world.clock.set(morning_of(day) - timedelta(hours=2))
        world.report("north-ml", {"claims_opened": 6, "orders_paid": 100}, day)
        world.clock.set(morning_of(day))
        world.watch(world.clock())
    found = [one for one in world.incidents() if one.subject.metric == "claims_rate"]
    assert [(one.severity, one.subject.movement) for one in found] == [(Severity.S1, Movement.RISE)]
    (incident,) = found
    assert incident.onset is not None
    assert incident.at_alert is not None
    assert incident.now is not None
    assert 0.02 < incident.at_alert.value < incident.now.value
    assert DAY - timedelta(days=13) in incident.onset.days(SAO_PAULO)
    text = world.ask(f"/incident show {incident.number}", "north-seller", "wei").text
    assert re.search(r"At the alert 2\.\d+% \(\d,\d00 paid orders", text)
