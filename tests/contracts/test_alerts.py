"""What the book of alerts and the columns of facts promise, on the twin, SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.samples.engagements import sample_engagements
from kpi.alerts.alert import Phase, begin
from kpi.alerts.records import (
    AlertEpisode,
    AlertNotice,
    ExpectedDays,
    Finding,
    Judgement,
    Mute,
    NoticedEpisode,
    NoticeKind,
    Remark,
    SeriesKey,
    Silence,
    Stake,
    Verdict,
)
from kpi.digests import TrendLine
from kpi.facts import FactStatus, FactVersions
from tests.twins.book_samples import a_fact, a_file
from tests.twins.books import Books

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = date(2026, 11, 22)
ONE_DAY = timedelta(days=1)
SERIES = SeriesKey("lumina", "lumina-ml-br", "conversion_rate")
OTHER = SeriesKey("andes", "andes-ml-mx", "conversion_rate")
FIRES = Finding(DAY, Silence.FIRES, 4.5, 3, 41.0, 60.5, 6.25, 2880.0, 0.32, learnt_days=56)


def alert(number: int = 1, series: SeriesKey = SERIES, day: date = DAY) -> AlertEpisode:
    """Return an episode that began on `day`."""
    return AlertEpisode(f"a{number}", series, begin(day, 3), FIRES, FIRES, FIRES, NOW)


def test_a_judgement_comes_back_as_it_was_and_a_newer_one_replaces_it(database: Books) -> None:
    """A day that is read late is judged again; its first reason is not kept beside the second."""
    unread = Judgement(SERIES, Finding(DAY, Silence.NOT_SEEN), NOW)
    read = Judgement(SERIES, FIRES, NOW + ONE_DAY, Remark("muted"))
    with database.work() as work:
        work.alerts.record([unread, replace(unread, series=OTHER)])
        work.alerts.record([read])
    with database.view() as work:
        assert work.alerts.judgements(SERIES, DAY, DAY) == (read,)
        assert work.alerts.judgements(SERIES, DAY + ONE_DAY, DAY + ONE_DAY) == ()
        assert [one.series for one in work.alerts.unread("conversion_rate", DAY)] == [OTHER]
        assert work.alerts.unread("conversion_rate", DAY + ONE_DAY) == ()


def test_what_is_on_watch_is_found_by_when_it_was_judged(database: Books) -> None:
    """A digest names what the last day's mornings put on watch, of its own engagement."""
    watched = Judgement(SERIES, Finding(DAY, Silence.WATCH, 3.1), NOW)
    with database.work() as work:
        fired = Judgement(replace(SERIES, metric="orders"), FIRES, NOW)
        work.alerts.record([watched, replace(watched, series=OTHER), fired])
    with database.view() as work:
        assert work.alerts.on_watch("lumina", NOW) == (watched,)
        assert work.alerts.on_watch("lumina", NOW + ONE_DAY) == ()


def test_the_newest_day_judged_is_told_by_store(database: Books) -> None:
    """The sweep goes on where the last one stopped."""
    days = [Judgement(SERIES, Finding(DAY - ONE_DAY * back, Silence.USUAL), NOW) for back in range(3)]
    with database.work() as work:
        work.alerts.record([*days, Judgement(OTHER, Finding(DAY - ONE_DAY, Silence.USUAL), NOW)])
    with database.view() as work:
        assert dict(work.alerts.judged_until("conversion_rate")) == {
            "lumina-ml-br": DAY,
            "andes-ml-mx": DAY - ONE_DAY,
        }
        assert work.alerts.judged_until("orders") == {}


def test_an_episode_is_saved_changed_and_found(database: Books) -> None:
    """Evidence survives the database bit by bit."""
    with database.work() as work:
        work.alerts.save(alert())
        changed = replace(alert(), verdict=Verdict.REAL, acknowledged_by="ana", acknowledged_at=NOW)
        work.alerts.save(changed)
    with database.view() as work:
        assert work.alerts.get("a1") == changed
        assert work.alerts.get("a2") is None
        assert work.alerts.of_engagement("lumina", DAY) == (changed,)
        assert work.alerts.of_engagement("andes", DAY) == ()


def test_a_series_opens_one_episode_a_day(database: Books) -> None:
    """Two replicas of one morning: the second is refused, nothing is doubled."""
    with database.work() as work:
        work.alerts.save(alert())
    with pytest.raises(ValueError, match="began on"), database.work() as work:
        work.alerts.save(alert(2))


def test_many_episodes_are_saved_and_read_together(database: Books) -> None:
    """New ones beside known ones, the last of an id counts; or none of them, where one cannot be."""
    closed = replace(alert(1), episode=replace(begin(DAY, 3), phase=Phase.RESOLVED))
    later = alert(3, day=DAY + ONE_DAY)
    with database.work() as work:
        work.alerts.save(alert(1))
        work.alerts.save_all([alert(1), alert(2, OTHER), closed])
        work.alerts.save_all([])
    with database.view() as work:
        assert work.alerts.get_all(["a2", "a1", "a2", "nobody"]) == (closed, alert(2, OTHER))
        assert work.alerts.get_all([]) == ()
    with pytest.raises(ValueError, match="began on"), database.work() as work:
        work.alerts.save_all([later, alert(4, OTHER)])
    with database.view() as work:
        assert work.alerts.get("a3") is None


def test_open_episodes_are_found_however_old_and_closed_ones_while_they_matter(database: Books) -> None:
    """What is frozen must be known for as long as a panel reads back."""
    closed = replace(alert(2, OTHER), episode=replace(begin(DAY, 3), phase=Phase.RESOLVED))
    with database.work() as work:
        work.alerts.save(alert())
        work.alerts.save(closed)
    with database.view() as work:
        assert work.alerts.episodes("conversion_rate", DAY) == (closed, alert())
        assert work.alerts.episodes("conversion_rate", DAY + ONE_DAY) == (alert(),)
        assert work.alerts.episodes("orders", DAY) == ()


def test_a_notice_is_frozen_once(database: Books) -> None:
    """What a room was told is never written over."""
    line = TrendLine(
        "conversion_rate",
        "",
        None,
        (DAY,),
        (Decimal("0.0142"),),
        ((Decimal("0.019"), Decimal("0.024")),),
        None,
        (False,),
    )
    told = NoticedEpisode(alert(), Stake(21.0, 9.5, Decimal("3150.40"), "BRL"), line)
    notice = AlertNotice("n1", "lumina", NoticeKind.OPENED, NOW, (told,))
    with database.work() as work:
        work.alerts.freeze_notice(notice)
    with database.view() as work:
        assert work.alerts.notice("n1") == notice
        assert work.alerts.notice("n2") is None
    with pytest.raises(ValueError, match="frozen"), database.work() as work:
        work.alerts.freeze_notice(notice)


def test_mutes_end_and_expected_days_pass(database: Books) -> None:
    """A mute is found until its very end, expected days until their last one."""
    mute = Mute("m1", "lumina", "", "orders", NOW + ONE_DAY, "ana", "relaunch", NOW)
    days = ExpectedDays("lumina", "lumina-ml-br", DAY - ONE_DAY, DAY, "flash sale", "ana", NOW)
    with database.work() as work:
        work.alerts.mute(mute)
        work.alerts.expect(days)
        work.alerts.expect(days)
    with database.view() as work:
        assert work.alerts.mutes("lumina", NOW) == (mute,)
        assert work.alerts.mutes("lumina", NOW + ONE_DAY) == ()
        assert work.alerts.mutes("andes", NOW) == ()
        assert work.alerts.expected("lumina", DAY) == (days,)
        assert work.alerts.expected("lumina", DAY + ONE_DAY) == ()


def _rows(found: FactVersions) -> list[tuple[str, str, date, int, int]]:
    return [
        (found.stores[store], found.measures[measure], date.fromordinal(day), value, status)
        for store, measure, day, value, status in zip(
            found.store, found.measure, found.day, found.value, found.status, strict=True
        )
    ]


def test_versions_of_facts_come_as_columns_in_the_order_they_were_known(database: Books) -> None:
    """With history the earlier value comes first; without, only today's truth."""
    store = "lumina-ml-br"
    with database.work() as work:
        work.engagements.save(sample_engagements()[0], NOW)
        work.facts.record(
            a_file("one", "lumina", NOW),
            [a_fact(store, "visits", 90, DAY), a_fact(store, "visits", 7, DAY, listing="L")],
        )
        work.facts.record(a_file("two", "lumina", NOW + ONE_DAY), [a_fact(store, "visits", 95, DAY)])
    with database.view() as work:
        everything = work.facts.versions([store], ["visits", "orders_paid"], DAY, DAY, with_history=True)
        today = work.facts.versions([store], ["visits"], DAY, DAY, with_history=False)
        nothing = work.facts.versions([store], ["visits"], DAY + ONE_DAY, DAY + ONE_DAY, with_history=True)
    final, restated = FactStatus.FINAL, FactStatus.RESTATED
    assert _rows(everything) == [(store, "visits", DAY, 90, final), (store, "visits", DAY, 95, restated)]
    assert list(everything.known_at) == sorted(everything.known_at)
    assert _rows(today) == [(store, "visits", DAY, 95, restated)]
    assert _rows(nothing) == []
