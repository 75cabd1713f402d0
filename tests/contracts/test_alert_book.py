"""What the book of alerts promises at its edges: orders, half-open ends, refusals, and that nothing crosses sellers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from kpi.alerts.alert import OPEN_PHASES, Phase, begin
from kpi.alerts.causes import Cause, CauseKind
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
from tests.twins.books import Books

NOW = datetime(2026, 11, 23, 12, 0, 0, 123_456, tzinfo=UTC)
DAY = date(2026, 11, 22)
ONE_DAY = timedelta(days=1)
SERIES = SeriesKey("north", "north-ml", "conversion_rate")
SOUTH = SeriesKey("south", "south-ml", "conversion_rate")
FIRES = Finding(DAY, Silence.FIRES, 4.25, 3, 41.0, 60.123456789, 6.25, 2880.0, 0.32, is_pooled=True, pooled_z=5.5)


def episode(alert_id: str, series: SeriesKey = SERIES, day: date = DAY, phase: Phase = Phase.FIRING) -> AlertEpisode:
    """Return an episode that began on `day`."""
    return AlertEpisode(alert_id, series, replace(begin(day, 3), phase=phase), FIRES, FIRES, FIRES, NOW)


def mute(mute_id: str, until: datetime, engagement: str = "north") -> Mute:
    """Return a mute of everything."""
    return Mute(mute_id, engagement, "", "", until, "ana", "relaunch", NOW)


def save(database: Books, *alerts: AlertEpisode) -> None:
    """Save episodes in one transaction."""
    with database.work() as work:
        for alert in alerts:
            work.alerts.save(alert)


@pytest.mark.parametrize("silence", Silence)
def test_every_finding_comes_back_to_the_last_digit(database: Books, silence: Silence) -> None:
    """An alert is explained with the numbers that raised it, not with rounded ones."""
    finding = Finding(
        DAY, silence, -99.0, 21, 0.1 + 0.2, 1e-9, 3.3333333333333335, 1e6, -0.5, True, 4.5, -99.0, 56, 0.31, 0.22
    )
    judgement = Judgement(SERIES, finding, NOW, Remark("muted by %(by)s", (("by", "已静音 · até amanhã"),)))
    with database.work() as work:
        work.alerts.record([judgement])
    with database.view() as work:
        assert work.alerts.judgements(SERIES, DAY, DAY) == (judgement,)


def test_judgements_of_a_series_come_oldest_first_whatever_the_order_they_were_made_in(database: Books) -> None:
    """A day that came late stands at its place."""
    days = [DAY, DAY - 2 * ONE_DAY, DAY - ONE_DAY]
    with database.work() as work:
        work.alerts.record(Judgement(SERIES, Finding(day, Silence.USUAL), NOW) for day in days)
    with database.view() as work:
        found = work.alerts.judgements(SERIES, DAY - 2 * ONE_DAY, DAY)
        assert [one.finding.day for one in found] == sorted(days)
        assert [one.finding.day for one in work.alerts.judgements(SERIES, DAY - ONE_DAY, DAY - ONE_DAY)] == [days[2]]


def test_judgements_of_other_series_are_never_mixed_in(database: Books) -> None:
    """Same store and day, another metric; same store name, another engagement."""
    others = [replace(SERIES, metric="orders"), replace(SERIES, engagement="south"), replace(SERIES, store="north-amz")]
    with database.work() as work:
        work.alerts.record(Judgement(one, Finding(DAY, Silence.USUAL), NOW) for one in others)
    with database.view() as work:
        assert work.alerts.judgements(SERIES, DAY, DAY) == ()


@pytest.mark.parametrize("silence", Silence)
def test_only_days_without_final_data_wait_to_be_read_again(database: Books, silence: Silence) -> None:
    """An impossible day or an ordinary one is judged; it is not looked at for ever."""
    with database.work() as work:
        work.alerts.record([Judgement(SERIES, Finding(DAY, silence), NOW)])
    with database.view() as work:
        waits = bool(work.alerts.unread("conversion_rate", DAY))
        assert work.alerts.unread("orders", DAY) == ()
    assert waits == (silence in {Silence.NOT_SEEN, Silence.NOT_FINAL})


def test_unread_days_come_by_day_and_then_by_store(database: Books) -> None:
    """Days are judged in order: what was usual on Monday is known before Tuesday is judged."""
    places = [(SOUTH, DAY), (SERIES, DAY), (SOUTH, DAY - ONE_DAY)]
    with database.work() as work:
        work.alerts.record(Judgement(series, Finding(day, Silence.NOT_SEEN), NOW) for series, day in places)
    with database.view() as work:
        found = [(one.series, one.finding.day) for one in work.alerts.unread("conversion_rate", DAY - ONE_DAY)]
    assert found == [(SOUTH, DAY - ONE_DAY), (SERIES, DAY), (SOUTH, DAY)]


def test_what_is_on_watch_comes_by_store_metric_and_day(database: Books) -> None:
    """A digest lists a store's lines together."""
    places = [
        (replace(SERIES, store="z"), DAY),
        (SERIES, DAY),
        (replace(SERIES, metric="add_to_cart_rate"), DAY),
        (SERIES, DAY - ONE_DAY),
    ]
    with database.work() as work:
        work.alerts.record(Judgement(series, Finding(day, Silence.WATCH), NOW) for series, day in places)
    with database.view() as work:
        found = [(one.series, one.finding.day) for one in work.alerts.on_watch("north", NOW)]
    assert found == [places[2], places[3], places[1], places[0]]


def test_a_day_not_read_counts_as_judged(database: Books) -> None:
    """The sweep goes on with the next day; the unread one has a list of its own."""
    with database.work() as work:
        work.alerts.record([Judgement(SERIES, Finding(DAY, Silence.NOT_SEEN), NOW)])
    with database.view() as work:
        assert dict(work.alerts.judged_until("conversion_rate")) == {"north-ml": DAY}


@pytest.mark.parametrize("phase", Phase)
def test_a_closed_episode_leaves_and_an_open_one_stays(database: Books, phase: Phase) -> None:
    """However old it is: an open alert is never forgotten."""
    save(database, episode("a1", phase=phase))
    with database.view() as work:
        assert bool(work.alerts.episodes("conversion_rate", DAY + 365 * ONE_DAY)) == (phase in OPEN_PHASES)
        assert bool(work.alerts.of_engagement("north", DAY + 365 * ONE_DAY)) == (phase in OPEN_PHASES)
        assert len(work.alerts.episodes("conversion_rate", DAY)) == 1


def test_episodes_of_a_metric_come_of_all_sellers_oldest_first(database: Books) -> None:
    """The sweep watches everybody; an engagement sees only its own."""
    earlier = episode("a2", SOUTH, DAY - ONE_DAY)
    other = episode("a3", replace(SERIES, store="a"))
    save(database, episode("a1"), earlier, other)
    with database.view() as work:
        assert [one.id for one in work.alerts.episodes("conversion_rate", DAY)] == ["a2", "a3", "a1"]
        assert [one.id for one in work.alerts.of_engagement("north", DAY)] == ["a3", "a1"]
        assert [one.id for one in work.alerts.of_engagement("south", DAY)] == ["a2"]


def test_an_engagements_episodes_come_newest_first(database: Books) -> None:
    """What people look for is what happened last."""
    orders = episode("a3", replace(SERIES, metric="orders"))
    save(database, episode("a1", day=DAY - ONE_DAY, phase=Phase.RESOLVED), episode("a2"), orders)
    with database.view() as work:
        assert [one.id for one in work.alerts.of_engagement("north", DAY - ONE_DAY)] == ["a2", "a3", "a1"]


def test_a_second_episode_of_the_day_is_refused_and_the_whole_transaction_with_it(database: Books) -> None:
    """Nothing of the losing replica's morning stays behind, no judgement and no message."""
    save(database, episode("a1"))
    with pytest.raises(ValueError, match="began on"):
        _second_morning(database)
    with database.view() as work:
        assert work.alerts.get("a2") is None
        assert work.alerts.judgements(SERIES, DAY, DAY) == ()


def _second_morning(database: Books) -> None:
    with database.work() as work:
        work.alerts.record([Judgement(SERIES, FIRES, NOW)])
        work.alerts.save(episode("a2"))


def test_a_series_may_open_another_episode_on_another_day(database: Books) -> None:
    """The once-only key ends with the day."""
    save(database, episode("a1", phase=Phase.RESOLVED), episode("a2", day=DAY + ONE_DAY))
    with database.view() as work:
        assert len(work.alerts.episodes("conversion_rate", DAY)) == 2


def test_what_people_said_of_an_alert_is_kept_with_it(database: Books) -> None:
    """Who took it, when to the microsecond, and what it was."""
    said = replace(
        episode("a1"),
        severity="S1",
        verdict=Verdict.EXPECTED,
        acknowledged_by="ana",
        acknowledged_at=NOW,
        rechecked_at=NOW + ONE_DAY,
        newest=Finding(DAY + ONE_DAY, Silence.USUAL),
    )
    save(database, episode("a1"), said)
    with database.view() as work:
        assert work.alerts.get("a1") == said


@pytest.mark.parametrize("kind", CauseKind)
def test_a_notice_keeps_its_money_its_cause_and_its_picture_line(database: Books, kind: CauseKind) -> None:
    """A message that is sent a second time says exactly the same."""
    days = (DAY - ONE_DAY, DAY)
    values, band = (None, Decimal("0.0142")), (None, (Decimal("0.019"), Decimal("0.024")))
    line = TrendLine("conversion_rate", "", None, days, values, band, None, (True, False))
    stake = Stake(21.5, 9.25, Decimal("3150.4001"), "BRL")
    told = NoticedEpisode(episode("a1"), stake, line, Cause(kind, "MLB1", 0.625))
    worthless = NoticedEpisode(episode("a2", day=DAY - ONE_DAY), Stake(3.0, 1.0), line)
    notice = AlertNotice("n1", "north", NoticeKind.CLOSED, NOW, (told, worthless))
    with database.work() as work:
        work.alerts.freeze_notice(notice)
    with database.view() as work:
        assert work.alerts.notice("n1") == notice


def test_a_mute_is_over_at_its_end_and_mutes_come_by_their_end(database: Books) -> None:
    """One microsecond before it still holds."""
    with database.work() as work:
        for one in (mute("late", NOW + 2 * ONE_DAY), mute("b", NOW + ONE_DAY), mute("a", NOW + ONE_DAY)):
            work.alerts.mute(one)
        work.alerts.mute(mute("south", NOW + ONE_DAY, "south"))
    with database.view() as work:
        assert [one.id for one in work.alerts.mutes("north", NOW)] == ["a", "b", "late"]
        just_before = NOW + ONE_DAY - timedelta(microseconds=1)
        assert len(work.alerts.mutes("north", just_before)) == 3
        assert [one.id for one in work.alerts.mutes("north", NOW + ONE_DAY)] == ["late"]
        assert [one.id for one in work.alerts.mutes("south", NOW)] == ["south"]


def test_expected_days_come_by_their_first_day_and_the_first_who_said_so_counts(database: Books) -> None:
    """A button pressed twice is one entry; a whole seller's days have no store."""
    days = ExpectedDays("north", "north-ml", DAY - ONE_DAY, DAY, "flash sale", "ana", NOW)
    everywhere = replace(days, store="", first=DAY - 2 * ONE_DAY)
    south = replace(days, engagement="south", store="south-ml")
    with database.work() as work:
        for one in (days, replace(days, name="again", by="bruno"), everywhere, south):
            work.alerts.expect(one)
    with database.view() as work:
        assert work.alerts.expected("north", DAY) == (everywhere, days)
        assert work.alerts.expected("south", DAY) == (south,)
        assert work.alerts.expected("north", DAY + ONE_DAY) == ()


def test_many_judgements_are_recorded_at_once_and_replace_those_of_their_day(database: Books) -> None:
    """A morning of thousands of series is one statement after the other, not two for each series."""
    keys = [replace(SERIES, store=f"store-{number}") for number in range(5_003)]
    for silence in (Silence.NOT_SEEN, Silence.USUAL):
        with database.work() as work:
            work.alerts.record(Judgement(key, Finding(DAY, silence), NOW, Remark(silence.value)) for key in keys)
    with database.view() as work:
        for key in (keys[0], keys[4_999], keys[5_000], keys[-1]):
            (found,) = work.alerts.judgements(key, DAY, DAY)
            assert (found.finding.silence, found.remark) == (Silence.USUAL, Remark("usual"))
        assert len(work.alerts.judged_until(SERIES.metric)) == len(keys)


def test_the_first_judged_day_is_an_engagements_own(database: Books) -> None:
    """How long somebody has been watched decides when a preset is suggested."""
    with database.work() as work:
        work.alerts.record(
            Judgement(SERIES, Finding(DAY - days * ONE_DAY, Silence.NOT_SEEN), NOW) for days in (1, 3, 2)
        )
        work.alerts.record([Judgement(SOUTH, Finding(DAY - 9 * ONE_DAY, Silence.USUAL), NOW)])
    with database.view() as work:
        assert work.alerts.first_judged("north") == DAY - 3 * ONE_DAY
        assert work.alerts.first_judged("nobody") is None
