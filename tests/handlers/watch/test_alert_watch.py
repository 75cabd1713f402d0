"""The morning watch: told once, in each room's language, with a reason for every silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.digests.composition import compose_digest
from handlers.digests.message import digest_message
from handlers.watch.alert_watch import newest_final_day
from kpi.alerts.alert import Phase
from kpi.alerts.records import Mute, SeriesKey, Silence
from kpi.alerts.watched import BY_METRIC
from kpi.days import ONE_DAY
from kpi.languages import Language
from kpi.metrics.catalogue import METRICS
from kpi.severities import Severity
from tests.handlers.alert_world import JUDGED, AlertWorld, fallen
from tests.handlers.world import DAY, days_of, north, south

JUDGED_DAY = JUDGED.date()

CONVERSION = BY_METRIC["conversion_rate"]
SERIES = SeriesKey("north", "north-ml", "conversion_rate")


def _fallen_world(*, others: bool = True) -> AlertWorld:
    world = AlertWorld(north(), south())
    world.learn(fallen())
    if others:
        world.fill("north-amz", "south-ml")
    return world


def test_a_day_is_judged_when_its_marketplace_leaves_it_alone_and_the_hour_has_come() -> None:
    """Mercado Libre changes visits for two days; at 05:59 the newest final day is still the one before."""
    store = north().stores[0]
    metric = METRICS["conversion_rate"]
    six = JUDGED.replace(hour=9)
    assert newest_final_day(metric, CONVERSION, store, six) == DAY
    assert newest_final_day(metric, CONVERSION, store, six - timedelta(minutes=1)) == DAY - ONE_DAY


def test_a_true_fall_is_told_once_to_each_room_with_when_it_began() -> None:
    """Both rooms, one message each, the onset three days back."""
    world = _fallen_world()
    report = world.watch()
    assert (report.opened, report.notices) == (1, 2)
    told = world.told()
    assert {room: len(replies) for room, replies in told.items()} == {"north-ops": 1, "north-seller": 1}
    (alert,) = world.alerts()
    assert (alert.series.metric, alert.episode.onset) == ("conversion_rate", DAY - timedelta(days=2))
    assert Severity(alert.severity) <= Severity.S2


def test_a_second_sweep_of_the_morning_tells_nothing_more() -> None:
    """Two replicas, a restart, a clock that ticks twice: once is once."""
    world = _fallen_world()
    world.watch()
    again = world.watch(JUDGED + timedelta(minutes=10))
    assert (again.opened, again.notices) == (0, 0)
    assert len(world.told()["north-ops"]) == 1


def test_ordinary_days_tell_nothing_and_say_why() -> None:
    """Silence has a reason, too."""
    world = AlertWorld(north(), south())
    world.fill()
    assert world.watch().opened == 0
    with world.books.view() as work:
        (judgement,) = work.alerts.judgements(SERIES, DAY, DAY)
    assert judgement.finding.silence is Silence.USUAL


def test_fewer_orders_are_no_second_message_where_conversion_fell() -> None:
    """One cause, one message; the orders' own alert is kept with the reason of its silence."""
    world = _fallen_world(others=False)
    world.watch()
    orders = replace(SERIES, metric="orders")
    told = " ".join(repr(reply) for reply in world.told()["north-ops"])
    assert "Conversion rate" in told
    silent = [alert for alert in world.alerts() if alert.series == orders]
    with world.books.view() as work:
        remarks = [
            one.remark for alert in silent for one in work.alerts.judgements(orders, alert.first.day, JUDGED_DAY)
        ]
    assert all("conversion" in remark.msgid for remark in remarks if remark)
    assert sum("Orders" in reply.headline for reply in world.told()["north-ops"]) == 0 or not any(remarks)


def test_another_sellers_room_hears_nothing() -> None:
    """Isolation: South's rooms never learn of North's trouble."""
    world = _fallen_world()
    world.watch()
    assert world.told("south") == {}
    assert world.alerts("south") == ()


def test_a_day_that_did_not_come_is_no_fall_and_is_judged_when_it_comes() -> None:
    """Missing is not zero, and late is not never."""
    world = AlertWorld(north())
    late = [fact for fact in fallen() if fact.day >= DAY - ONE_DAY]
    world.learn(fact for fact in fallen() if fact.day < DAY - ONE_DAY)
    assert world.watch().opened == 0
    with world.books.view() as work:
        (before,) = work.alerts.judgements(SERIES, DAY, DAY)
    assert before.finding.silence is Silence.NOT_SEEN
    world.clock.advance(timedelta(days=3))
    world.learn(late)
    assert world.watch(JUDGED + timedelta(days=1, hours=-1)).opened >= 1


def test_missing_days_never_end_an_alert() -> None:
    """A file that stops coming must not look like a recovery."""
    world = _fallen_world()
    world.watch()
    for days in range(1, 6):
        assert world.watch(JUDGED + timedelta(days=days)).closed == 0
    (alert,) = [one for one in world.alerts() if one.series.metric == "conversion_rate"]
    assert alert.episode.is_open


def test_three_clear_days_end_it_and_the_rooms_are_told() -> None:
    """Who was alarmed is owed the end."""
    world = _fallen_world()
    world.watch()
    world.learn(days_of("north-ml", DAY + timedelta(days=9), 9))
    phases = []
    for days in range(1, 10):
        world.watch(JUDGED + timedelta(days=days))
        phases.append(next(one for one in world.alerts() if one.series.metric == "conversion_rate").episode.phase)
    assert Phase.RESOLVED in phases
    assert len(world.told()["north-seller"]) == 2


def test_a_muted_series_is_watched_and_not_told() -> None:
    """The state moves on; the reason of the silence names who asked for it."""
    world = _fallen_world()
    with world.books.work() as work:
        work.alerts.mute(
            Mute("m", "north", "north-ml", "", JUDGED + ONE_DAY, "north-ana", "relaunch", JUDGED - ONE_DAY)
        )
    report = world.watch()
    assert (report.opened, report.notices) == (1, 0)
    with world.books.view() as work:
        (judgement,) = work.alerts.judgements(SERIES, DAY, DAY)
    assert judgement.remark is not None
    said = dict(judgement.remark.params)
    assert (said["by"], said["reason"]) == ("north-ana", "relaunch")


def _fires_at(preset: str, share: float) -> bool:
    world = AlertWorld(replace(north(), alert_presets=(("", preset),)))
    world.learn(fallen(days=2, share=share))
    return world.watch().opened > 0


def test_a_sensitive_engagement_hears_of_more_than_a_quiet_one() -> None:
    """The preset decides what is enough; what quiet tells, sensitive tells too."""
    shares = [0.5 + 0.02 * step for step in range(20)]
    quiet = {share for share in shares if _fires_at("quiet", share)}
    sensitive = {share for share in shares if _fires_at("sensitive", share)}
    assert quiet < sensitive


@pytest.mark.parametrize("language", Language)
def test_each_room_reads_its_own_language(language: Language) -> None:
    """One snapshot, four languages."""
    world = AlertWorld(north(language))
    world.learn(fallen())
    world.watch()
    reply = world.told()["north-seller"][0]
    assert reply.language is language
    english = ("usual", "Since", "How sure", "Look at", "Acknowledge", "orders fewer", "Account manager")
    words = " ".join((reply.headline, reply.text, reply.footer, *(button.label for button in reply.buttons)))
    leaked = [word for word in english if word in words]
    assert (leaked == []) == (language is not Language.EN)
    assert reply.picture is not None


def test_restated_data_takes_an_alert_back_and_says_so() -> None:
    """The export was cut short; the whole one comes the next day. The alarm is withdrawn, not left standing."""
    world = _fallen_world()
    world.watch()
    world.clock.set(JUDGED + timedelta(hours=1))
    world.learn(days_of("north-ml"))
    report = world.watch(JUDGED + timedelta(hours=2))
    assert report.closed == 1
    (alert,) = [one for one in world.alerts() if one.series.metric == "conversion_rate"]
    assert alert.episode.phase is Phase.RETRACTED
    assert "restated" in world.told()["north-ops"][-1].headline
    assert world.watch(JUDGED + timedelta(hours=3)).closed == 0


def test_a_restatement_that_changes_nothing_leaves_the_alert() -> None:
    """Numbers moved, the fall is still a fall."""
    world = _fallen_world()
    world.watch()
    world.clock.set(JUDGED + timedelta(hours=1))
    world.report("north-ml", {"orders_paid": 51})
    assert world.watch(JUDGED + timedelta(hours=2)).closed == 0


def test_the_digest_names_what_is_open_without_pinging() -> None:
    """Who missed the message reads it in the morning."""
    world = _fallen_world()
    world.watch()
    with world.books.view() as work:
        engagement = work.engagements.get("north")
        assert engagement is not None
        digest = compose_digest(work, engagement, DAY, JUDGED)
    reply = digest_message(digest, engagement, engagement.rooms[0])
    assert any(line.is_alert and line.store == "north-ml" for line in digest.watch)
    assert any("Open alerts" in note and "North ML" in note for note in reply.notes)
