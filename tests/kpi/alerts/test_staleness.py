"""Data that did not come: due, missing, excused, over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.alerts.staleness import (
    EMPTY_WEEKS,
    WEEKS_SEEN,
    Feed,
    Gap,
    GapEnd,
    GapNews,
    by_store,
    due_at,
    gap_news,
    gaps,
    is_empty_by_nature,
    newest_due,
)
from kpi.days import ONE_DAY, Period

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
SANTIAGO = ZoneInfo("America/Santiago")
ZONES = (SAO_PAULO, SANTIAGO, ZoneInfo("America/Tijuana"), ZoneInfo("Asia/Shanghai"))
FIRST = date(2026, 9, 1)
FEED = Feed("lumina-br", "visits", SAO_PAULO, 2, FIRST)


def day(ago: int) -> date:
    """Return a day before the newest one, 20 November 2026."""
    return date(2026, 11, 20) - timedelta(days=ago)


NEWEST_AT = due_at(day(0), SAO_PAULO, 2)
"""The instant the newest day is due."""


def all_but(*missing: int, first: date = FIRST) -> frozenset[date]:
    """Return every day up to the newest, without some days so long ago."""
    length = (day(0) - first).days + 1
    return frozenset({day(ago) for ago in range(length)} - {day(ago) for ago in missing})


def gap(since: int, last: int, days: int, over_on: int | None = None) -> Gap:
    """Return a gap of FEED."""
    return Gap("lumina-br", "visits", day(since), day(last), days, None if over_on is None else day(over_on))


def test_a_day_is_due_at_six_of_the_morning_after_and_its_finality() -> None:
    """Mercado Libre's visits of the 20th are final after two days: due on the 23rd at 06:00 in São Paulo."""
    assert due_at(day(0), SAO_PAULO, 2) == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert due_at(day(0), SAO_PAULO, 0) == datetime(2026, 11, 21, 9, tzinfo=UTC)


def test_a_minute_before_it_is_due_a_day_is_not_missing() -> None:
    """The deadline itself counts."""
    present = all_but(0)
    assert gaps(FEED, present, NEWEST_AT - timedelta(minutes=1)) == ()
    assert gaps(FEED, present, NEWEST_AT) == (gap(0, 0, 1),)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - naive by contract
    st.sampled_from(ZONES),
    st.integers(0, 30),
)
def test_the_newest_day_is_due_and_the_next_one_is_not(at: datetime, zone: ZoneInfo, finality_days: int) -> None:
    """Over every change of clocks."""
    newest = newest_due(at, zone, finality_days)
    assert due_at(newest, zone, finality_days) <= at
    assert due_at(newest + ONE_DAY, zone, finality_days) > at
    assert due_at(newest, zone, finality_days).astimezone(zone).time() == time(6)


def test_a_run_of_missing_days_is_one_gap() -> None:
    """Three days in a row and one later day are two gaps; the later one is still open."""
    assert gaps(FEED, all_but(9, 8, 7, 0), NEWEST_AT) == (gap(9, 7, 3, 6), gap(0, 0, 1))
    assert not gap(9, 7, 3, 6).is_open
    assert gap(0, 0, 1).is_open


def test_a_feed_that_never_came_is_a_gap_from_its_first_day() -> None:
    """Nothing at all is not usual."""
    found = gaps(FEED, frozenset(), NEWEST_AT)
    assert [(one.since, one.is_open, one.days) for one in found] == [(FIRST, True, 81)]


def test_before_its_first_day_nothing_is_due() -> None:
    """A store that opens tomorrow has no gap."""
    assert gaps(replace(FEED, first=day(-5)), frozenset(), NEWEST_AT) == ()


def test_a_day_that_came_early_ends_a_gap() -> None:
    """Tomorrow's numbers are there before they are due: data flow again."""
    assert gaps(FEED, all_but(1, 0) | {day(-1)}, NEWEST_AT) == (gap(1, 0, 2, -1),)


def test_a_closed_store_owes_nothing() -> None:
    """Vacation days are not missing, and do not cut a gap in two."""
    closed = replace(FEED, closed=(Period(day(6), day(3)),))
    assert gaps(closed, all_but(6, 5, 4, 3), NEWEST_AT) == ()
    assert gaps(closed, all_but(7, 6, 5, 4, 3, 2), NEWEST_AT) == (gap(7, 2, 2, 1),)


@pytest.mark.parametrize(("empty_weeks", "is_gap"), [(EMPTY_WEEKS, False), (EMPTY_WEEKS - 1, True)])
def test_a_weekday_empty_in_six_of_eight_weeks_is_empty_by_nature(empty_weeks: int, is_gap: bool) -> None:
    """No reviews on Fridays is how this store is; five weeks of eight are not enough to say so."""
    fridays = [7 * week for week in range(1, empty_weeks + 1)]
    present = all_but(0, *fridays)
    assert is_empty_by_nature(FEED, day(0), present) == (not is_gap)
    assert any(one.is_open for one in gaps(FEED, present, NEWEST_AT)) == is_gap


def test_weeks_longer_ago_than_eight_tell_nothing() -> None:
    """The habit of last summer is gone."""
    assert WEEKS_SEEN - EMPTY_WEEKS == 2
    feed = replace(FEED, first=day(100))
    assert not is_empty_by_nature(feed, day(0), all_but(0, *[7 * week for week in range(4, 12)], first=day(100)))
    assert is_empty_by_nature(feed, day(0), all_but(0, *[7 * week for week in range(3, 12)], first=day(100)))


def test_a_new_feed_has_no_nature_yet() -> None:
    """Five weeks cannot show six empty ones."""
    feed = replace(FEED, first=day(35))
    assert not is_empty_by_nature(feed, day(0), all_but(0, 7, 14, 21, 28, 35, first=day(35)))


def test_six_weeks_are_just_enough_for_a_nature() -> None:
    """The feed's first day is one of them."""
    fridays = [7 * week for week in range(1, EMPTY_WEEKS + 1)]
    feed = replace(FEED, first=day(42))
    assert is_empty_by_nature(feed, day(0), all_but(0, *fridays, first=day(42)))


def test_a_measure_that_comes_once_a_week_is_empty_by_nature_on_all_other_days() -> None:
    """Counted every Monday: the days in between owe nothing."""
    mondays = frozenset(one for one in all_but() if one.weekday() == 0)
    others = [one for one in (day(ago) for ago in range(7)) if one.weekday() != 0]
    assert all(is_empty_by_nature(FEED, one, mondays) for one in others)


def test_days_the_store_was_closed_teach_nothing() -> None:
    """Closed on six Fridays, then open on the seventh: its data are due."""
    fridays = [7 * week for week in range(1, EMPTY_WEEKS + 1)]
    feed = replace(FEED, closed=tuple(Period.of_day(day(ago)) for ago in fridays))
    assert gaps(feed, all_but(0, *fridays), NEWEST_AT) == (gap(0, 0, 1),)


def test_weeks_of_silence_do_not_teach_that_silence_is_usual() -> None:
    """Seven weeks without data, a day with data, silence again: that is a gap, not a habit."""
    feed = replace(FEED, first=day(150))
    present = all_but(*range(2, 52), 0, first=day(150))
    found = gaps(feed, present, NEWEST_AT)
    assert [one.days for one in found] == [50, 1]
    assert found[-1].is_open


def test_weeks_on_vacation_are_skipped_when_a_nature_is_learnt() -> None:
    """Empty Fridays before the vacation still count."""
    feed = replace(FEED, first=day(150), closed=(Period(day(40), day(1)),))
    fridays = [7 * week for week in range(6, 6 + EMPTY_WEEKS)]
    present = all_but(*range(1, 41), 0, *fridays, first=day(150))
    assert gaps(feed, present, NEWEST_AT)[-1].over_on is not None
    assert is_empty_by_nature(feed, day(0), present)


def test_an_empty_weekday_inside_a_gap_is_not_counted_as_missing() -> None:
    """Thursday and Saturday are missing, the Friday between them is always empty."""
    fridays = [7 * week for week in range(1, 9)]
    feed = replace(FEED, first=day(56))
    present = all_but(8, 6, 14, 21, 28, 35, 42, 49, 56, *fridays, first=day(56))
    later = gaps(feed, present, NEWEST_AT)[-1]
    assert (later.since, later.last, later.days, later.over_on) == (day(8), day(6), 2, day(5))


def test_a_gap_is_told_once_and_goes_on() -> None:
    """The second morning says nothing new, even where an earlier day of the gap came late."""
    first = gap_news(FEED, all_but(1, 0), NEWEST_AT - ONE_DAY, None)
    assert first == GapNews(gap(1, 1, 1), has_begun=True)
    assert gap_news(FEED, all_but(1, 0), NEWEST_AT, first.gap) == GapNews(gap(1, 0, 2), has_begun=False)
    two_days = gap(1, 0, 2)
    assert gap_news(FEED, all_but(0), NEWEST_AT, two_days) == GapNews(gap(0, 0, 1), has_begun=False)


def test_without_a_gap_there_is_no_news() -> None:
    """Everything came."""
    assert gap_news(FEED, all_but(), NEWEST_AT, None) == GapNews(None, has_begun=False)


def test_a_gap_is_over_when_a_later_day_comes() -> None:
    """Two of its days stay missing, and that is said."""
    news = gap_news(FEED, all_but(5, 4), NEWEST_AT, gap(5, 4, 2))
    assert news == GapNews(None, has_begun=False, ended=gap(5, 4, 2, 3), end=GapEnd.DATA_CAME)
    late = gap_news(FEED, all_but(4), NEWEST_AT, gap(5, 4, 2))
    assert late == GapNews(None, has_begun=False, ended=gap(5, 4, 1, 3), end=GapEnd.DATA_CAME)


def test_a_gap_is_over_when_all_of_its_days_came_late() -> None:
    """Nothing stays missing."""
    news = gap_news(FEED, all_but(), NEWEST_AT, gap(1, 0, 2))
    assert news == GapNews(None, has_begun=False, ended=gap(1, 0, 0, 1), end=GapEnd.FILLED)


def test_a_gap_is_over_when_the_store_turns_out_to_be_closed() -> None:
    """Somebody enters the vacation after the message."""
    closed = replace(FEED, closed=(Period(day(1), day(0)),))
    news = gap_news(closed, all_but(1, 0), NEWEST_AT, gap(1, 0, 2))
    assert news == GapNews(None, has_begun=False, ended=gap(1, 0, 0), end=GapEnd.EXCUSED)


def test_a_gap_may_end_and_another_begin_on_one_morning() -> None:
    """Data came for a day and stopped again."""
    news = gap_news(FEED, all_but(5, 4, 0), NEWEST_AT, gap(5, 4, 2))
    assert (news.gap, news.has_begun) == (gap(0, 0, 1), True)
    assert (news.ended, news.end) == (gap(5, 4, 2, 3), GapEnd.DATA_CAME)


def test_measures_of_a_store_that_stopped_together_are_told_together() -> None:
    """A source that broke is one message, not one per measure."""
    visits = gap(3, 0, 4)
    orders = replace(visits, measure="orders_paid", last=day(1), days=3)
    other = replace(visits, store="abc-mx")
    late = replace(visits, measure="clicks", since=day(2), days=3)
    found = by_store([visits, late, orders, other])
    assert [(one.store, one.since, one.last, one.days, one.measures) for one in found] == [
        ("abc-mx", day(3), day(0), 4, ("visits",)),
        ("lumina-br", day(3), day(0), 4, ("orders_paid", "visits")),
        ("lumina-br", day(2), day(0), 3, ("clicks",)),
    ]


PRESENT = st.frozensets(st.integers(0, 40).map(day))
CLOSED = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 9)).map(lambda one: Period.ending(day(one[0]), one[1] + 1)), max_size=2
)


@given(PRESENT, CLOSED, st.integers(0, 50))
def test_gaps_hold_every_missing_day_once_and_end_where_data_come(
    present: frozenset[date], closed: list[Period], hours: int
) -> None:
    """No day with data lies in a gap, gaps do not touch, and only the last can be open."""
    feed = replace(FEED, first=day(40), closed=tuple(closed))
    found = gaps(feed, present, NEWEST_AT - timedelta(hours=hours))
    newest = newest_due(NEWEST_AT - timedelta(hours=hours), SAO_PAULO, 2)
    held = [one for each in found for one in Period(each.since, each.last).days()]
    assert len(held) == len(set(held))
    assert not present & set(held)
    assert all(one <= newest for one in held)
    assert all(not each.is_open for each in found[:-1])
    assert all(each.over_on in present for each in found if each.over_on)
    assert all(1 <= each.days <= (each.last - each.since).days + 1 for each in found)
    loose = {day(ago) for ago in range(41) if day(ago) <= newest} - present - set(held)
    assert all(feed.is_closed(one) or is_empty_by_nature(feed, one, present) for one in loose)


@given(st.lists(PRESENT, min_size=1, max_size=6), CLOSED)
def test_morning_by_morning_each_gap_begins_once_and_ends_at_most_once(
    arrivals: list[frozenset[date]], closed: list[Period]
) -> None:
    """Rows only arrive: what was told as begun is told as over before another one begins."""
    feed = replace(FEED, first=day(40), closed=tuple(closed))
    present: frozenset[date] = frozenset()
    known: Gap | None = None
    for morning, arrived in enumerate(arrivals):
        at = NEWEST_AT + timedelta(days=morning)
        present |= arrived
        news = gap_news(feed, present, at, known)
        assert (news.ended is None) == (news.end is None)
        assert news.ended is None or known is not None
        if news.has_begun:
            assert known is None or news.ended is not None
        if known is not None and news.gap is None:
            assert news.ended is not None
        known = news.gap
        again = gap_news(feed, present, at, known)
        assert (again.has_begun, again.ended) == (False, None)
