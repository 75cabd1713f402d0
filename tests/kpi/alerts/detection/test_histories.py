"""What was known on a morning: versions replace each other in the order in which they came, and nothing comes early."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.alerts.detection.histories import History
from kpi.alerts.detection.mornings import Morning, judge
from tests.kpi.alerts.detection.many_days import MONDAY, Shops, changed, quiet

SHOPS = Shops(days=110, series=4)
LAST = 100
RESTATED = range(70, 100)


def _judged(history: History, day: int) -> Morning:
    history.pass_to(day + 1)
    return judge(history.panel(day, MONDAY.weekday()))


def _same(one: Morning, other: Morning) -> None:
    np.testing.assert_array_equal(one.verdict, other.verdict)
    np.testing.assert_allclose(one.z, other.z, rtol=1e-9)
    np.testing.assert_allclose(one.expected, other.expected, rtol=1e-9)


def test_a_later_version_of_a_day_replaces_an_earlier_one() -> None:
    """Whatever order the file has them in, the one that came later counts, from its morning on."""
    history = quiet(SHOPS).comes_again(50, 1, [40], 2.0).comes_again(45, 1, [40], 3.0).history()
    first = quiet(SHOPS).events[40, 1]
    seen = []
    for morning in (44, 45, 49, 50):
        history.pass_to(morning)
        seen.append(history.panel(60, 0).events[40 - 60 - 1, 1])
    assert seen == [first, first * 3, first * 3, first * 2]


def test_of_two_versions_of_one_morning_the_one_further_down_counts() -> None:
    """An export appends: its last line is its last word."""
    history = quiet(SHOPS).comes_again(45, 1, [40], 2.0).comes_again(45, 1, [40], 0.5).history()
    history.pass_to(45)
    assert history.panel(40, 0).events[-1, 1] == np.floor(quiet(SHOPS).events[40, 1] * 0.5)


def test_a_file_that_restates_thirty_days_counts_from_its_own_morning_and_not_before() -> None:
    """Cancellations come off afterwards: yesterday's judgement stands, today's is that of the new counts."""
    restated = quiet(SHOPS).comes_again(LAST, 1, RESTATED, 0.7).history()
    untouched, always = quiet(SHOPS).history(), quiet(SHOPS)
    always.events[list(RESTATED), 1] = np.floor(always.events[list(RESTATED), 1] * 0.7)
    _same(_judged(restated, LAST - 2), _judged(untouched, LAST - 2))
    _same(_judged(restated, LAST - 1), _judged(always.history(), LAST - 1))


def test_restating_what_everybody_counts_lower_is_a_fall_of_no_other_store() -> None:
    """One store's accounts are its own."""
    restated = quiet(SHOPS).comes_again(LAST, 1, RESTATED, 0.7).history()
    found, usual = _judged(restated, LAST), _judged(quiet(SHOPS).history(), LAST)
    others = [0, 2, 3]
    assert not found.fires[others].any()
    np.testing.assert_allclose(found.z[others], usual.z[others], atol=0.5)


def test_a_clock_that_is_set_back_forgets_nothing() -> None:
    """Mornings only pass forwards: what was known stays known."""
    history = quiet(SHOPS).history()
    history.pass_to(LAST + 1)
    before = history.panel(LAST, 0)
    history.pass_to(20)
    after = history.panel(LAST, 0)
    np.testing.assert_array_equal(after.is_seen, before.is_seen)
    np.testing.assert_array_equal(after.events, before.events)
    history.pass_to(LAST + 2)
    assert history.is_seen(LAST + 1).all()


def test_days_before_the_history_began_were_never_seen() -> None:
    """The panel of the first morning is empty but for its last row."""
    history = quiet(SHOPS).history()
    history.pass_to(1)
    panel = history.panel(0, MONDAY.weekday())
    assert not panel.is_seen[:-1].any()
    assert panel.is_seen[-1].all()
    assert panel.weekday[-1] == MONDAY.weekday()


def test_frozen_spans_may_reach_before_the_history_and_replace_each_other() -> None:
    """After a rebase everything before the onset is frozen, and the episode's own days are not."""
    history = quiet(SHOPS).history()
    history.freeze_only(2, [(-5000, 10), (20, 22)])
    frozen = history.panel(70, 0).is_frozen[:, 2]
    assert np.flatnonzero(frozen).tolist() == [*range(11), 20, 21, 22]
    assert not history.panel(70, 0).is_frozen[:, [0, 1, 3]].any()
    history.freeze_only(2, [(-5000, -4000)])
    assert not history.panel(70, 0).is_frozen.any()


@settings(max_examples=25)
@given(
    morning=st.integers(60, 105),
    day=st.integers(0, 109),
    series=st.integers(0, 3),
    wait=st.integers(1, 30),
    by=st.sampled_from([0.0, 0.3, 3.0, 30.0]),
)
def test_nothing_that_comes_after_a_morning_influences_it(
    morning: int, day: int, series: int, wait: int, by: float
) -> None:
    """A replay says what the morning itself would have said."""
    known, more = quiet(SHOPS), quiet(SHOPS)
    more.events[morning + 1 :] = np.floor(more.events[morning + 1 :] * by)
    more.comes_again(max(morning + 1 + wait, day + 1), series, [day], by)
    _same(_judged(known.history(), morning), _judged(more.history(), morning))


def test_a_morning_is_the_same_whether_earlier_ones_were_judged_or_not() -> None:
    """No state but the days themselves: a bot that was down for a week says what it would have said."""
    days = quiet(SHOPS, changed(SHOPS, 1, 95, 0.6))
    walked, jumped = days.history(), days.history()
    for day in range(60, LAST):
        walked.pass_to(day + 1)
    _same(_judged(walked, LAST), _judged(jumped, LAST))


def test_the_same_days_judged_twice_say_the_same() -> None:
    """Judging changes nothing it reads."""
    history = quiet(replace(SHOPS, seed=5)).history()
    _same(_judged(history, LAST), _judged(history, LAST))
