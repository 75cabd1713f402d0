"""From judged days to episodes: one stretch is one episode, however often its days are judged anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from kpi.alert_rules import LimitRule, Side
from kpi.alerts.alert import Episode, Phase
from kpi.alerts.records import AlertEpisode, Finding, SeriesKey
from kpi.alerts.rule_days import counted_days, judge_days
from kpi.alerts.rule_episodes import Change, RuledEpisode, Ruling, stretches
from kpi.alerts.ruled_series import Ruled
from kpi.days import Period
from kpi.markets import Market, Marketplace
from tests.kpi.rule_sums import LAST, sums
from tests.twins.book_samples import a_store

KEY = SeriesKey("e", "s", "orders", "r")
TERMS = LimitRule("orders", Side.BELOW, Decimal(5), Decimal(8), 2, 2)
RULED = Ruled(KEY, TERMS, (a_store("s", Marketplace.MERCADO_LIBRE, Market.BR),))
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
IN, OUT, BETWEEN = 9, 4, 6


def findings(*orders: int | None) -> tuple[Finding, ...]:
    """Return what the rule says of days in a row that end on LAST."""
    days = counted_days(RULED.metric, sums(*[None if value is None else (value,) for value in orders]))
    return judge_days(RULED, days, Period.ending(LAST, len(orders)))


def ruling(orders: Sequence[int | None], *known: AlertEpisode) -> tuple[RuledEpisode, ...]:
    """Return what becomes of what was known."""
    names = count(len(known) + 1)
    first = LAST - timedelta(days=len(orders) - 1)
    return Ruling(KEY, findings(*orders), known, first, NOW, lambda: f"a{next(names)}").changes()


def day(back: int) -> date:
    """Return a day before LAST."""
    return LAST - timedelta(days=back)


def test_a_stretch_knows_when_it_began_fired_and_ended() -> None:
    """Two stretches; the second is still open and on its first day back."""
    first, second = stretches(findings(OUT, OUT, IN, IN, IN, OUT, OUT, OUT, IN))
    assert (first.episode.onset, first.episode.since, first.episode.last) == (day(8), day(7), day(5))
    assert first.episode.phase is Phase.RESOLVED
    assert (second.episode.onset, second.episode.since, second.episode.last) == (day(3), day(2), day(0))
    assert (second.episode.phase, second.episode.clear_days) == (Phase.RECOVERING, 1)


def test_an_episode_begins_goes_on_and_ends_under_one_id() -> None:
    """Day by day, the same alert."""
    ((began),) = ruling([IN, OUT, OUT])
    assert (began.change, began.alert.id) == (Change.BEGAN, "a1")
    ((went_on),) = ruling([IN, OUT, OUT, BETWEEN, None], replace(began.alert, episode=_moved(began.alert, 2)))
    assert (went_on.change, went_on.alert.id) == (Change.WENT_ON, "a1")
    ((ended),) = ruling([IN, OUT, OUT, IN, IN], replace(began.alert, episode=_moved(began.alert, 2)))
    assert (ended.change, ended.alert.episode.phase) == (Change.ENDED, Phase.RESOLVED)


def _moved(alert: AlertEpisode, days: int) -> Episode:
    episode, back = alert.episode, timedelta(days=days)
    return replace(episode, since=episode.since - back, onset=episode.onset - back, last=episode.last - back)


def test_judged_again_the_same_days_change_nothing() -> None:
    """A sweep every few minutes."""
    (began,) = ruling([IN, OUT, OUT])
    assert ruling([IN, OUT, OUT], began.alert) == (RuledEpisode(began.alert, Change.WENT_ON),)


def test_what_restated_days_do_not_show_any_more_is_taken_back() -> None:
    """And when they show it again after all, it is the same alert, told anew."""
    (began,) = ruling([IN, OUT, OUT])
    (lost,) = ruling([IN, OUT, IN], began.alert)
    assert (lost.change, lost.alert.episode.phase) == (Change.ENDED, Phase.RETRACTED)
    assert ruling([IN, OUT, IN], lost.alert) == ()
    (again,) = ruling([IN, OUT, OUT], lost.alert)
    assert (again.change, again.alert.id) == (Change.BEGAN, "a1")
    assert again.alert.episode.phase is Phase.FIRING


def test_an_end_that_restated_days_do_not_show_opens_the_alert_again() -> None:
    """It was never over."""
    (began,) = ruling([OUT, OUT, BETWEEN, BETWEEN])
    (ended,) = ruling([OUT, OUT, IN, IN], began.alert)
    assert ended.change is Change.ENDED
    (again,) = ruling([OUT, OUT, BETWEEN, IN], ended.alert)
    assert (again.change, again.alert.id) == (Change.BEGAN, "a1")


def test_a_stretch_that_passed_unseen_is_kept_as_such() -> None:
    """Known, and no news."""
    (passed,) = ruling([OUT, OUT, IN, IN])
    assert (passed.change, passed.alert.episode.phase) == (Change.PASSED, Phase.RESOLVED)


def test_the_worst_day_is_remembered() -> None:
    """Not the first, not the newest."""
    (began,) = ruling([3, 1, 4])
    assert began.alert.worst.day == day(1)
    assert began.alert.newest.day == day(0)


ORDERS = st.lists(st.one_of(st.none(), st.sampled_from([IN, OUT, BETWEEN])), min_size=1, max_size=14)


@given(story=ORDERS)
def test_a_series_has_one_open_episode_at_most_and_no_two_share_a_day(story: list[int | None]) -> None:
    """Whatever the days: the keys in the database can never clash."""
    found = ruling(story)
    assert sum(one.alert.episode.is_open for one in found) <= 1
    days = [{one.alert.episode.since, *_days(one.alert)} for one in found]
    assert sum(map(len, days)) == len(set().union(*days))


@given(story=ORDERS, retold=ORDERS)
def test_any_restatement_leaves_at_most_one_open_and_no_shared_beginning(
    story: list[int | None], retold: list[int | None]
) -> None:
    """The same days told twice, in any two ways."""
    length = min(len(story), len(retold))
    known = [one.alert for one in ruling(story[-length:])]
    after = {alert.id: alert for alert in known}
    after.update({one.alert.id: one.alert for one in ruling(retold[-length:], *known)})
    assert sum(alert.episode.is_open for alert in after.values()) <= 1
    begins = [alert.episode.since for alert in after.values()]
    assert len(begins) == len(set(begins))


def _days(alert: AlertEpisode) -> set[date]:
    return set(Period(alert.episode.since, alert.episode.last).days())
