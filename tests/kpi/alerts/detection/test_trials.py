"""Many mornings in a row: what is raised, since when, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from kpi.alerts.detection.mornings import judge
from kpi.alerts.detection.signals import RATE_RISE
from kpi.alerts.detection.trials import TrialRow, TrialState, in_order
from tests.kpi.alerts.detection.many_days import MONDAY, Days, Shops, changed, of, on, quiet, said

SHOPS = Shops()
COMPLAINTS = Shops(exposure=300, rate=0.03, noise=0.08, signal=RATE_RISE)
FELL = 90
WEEK = 7


def _apart(row: TrialRow, day: int) -> int:
    assert row.onset is not None
    return abs((row.onset - on(day)).days)


def test_a_fall_by_two_fifths_is_raised_once_with_the_day_it_began() -> None:
    """Who looks for the cause looks at that day."""
    fired = of(said(quiet(SHOPS, changed(SHOPS, 2, FELL, 0.6))), TrialState.FIRING)
    assert [row.series for row in fired] == [2]
    assert (fired[0].day - on(FELL)).days <= 2
    assert _apart(fired[0], FELL) <= 1
    assert fired[0].change == pytest.approx(0.4, abs=0.15)


def test_a_rise_of_complaints_is_raised_once_with_the_day_it_began() -> None:
    """The bad side of complaints is up."""
    fired = of(said(quiet(COMPLAINTS, changed(COMPLAINTS, 1, FELL, 2.5))), TrialState.FIRING)
    assert [row.series for row in fired] == [1]
    assert _apart(fired[0], FELL) <= 1


def test_months_of_steady_noise_are_quiet() -> None:
    """One false alert for a hundred stores and months at most: 3.8 standard deviations leave little to chance."""
    shops = Shops(days=180, series=100, seed=3)
    assert len(of(said(quiet(shops)), TrialState.FIRING)) <= shops.series * 4 / 100
    assert said(quiet(SHOPS)) == []


def test_a_fall_that_ends_is_resolved_once() -> None:
    """One end for one beginning, as soon as three usual days have said so: no week after the fact."""
    rows = said(quiet(SHOPS, changed(SHOPS, 2, FELL, 0.5, days=6)))
    assert [row.state for row in rows] == [TrialState.FIRING, TrialState.RESOLVED]
    assert rows[1].onset == rows[0].onset
    assert 2 <= (rows[1].day - on(FELL + 6)).days <= 6


def test_a_second_fall_after_the_first_is_raised_by_its_own_days() -> None:
    """What was over is told once; the next trouble has its own beginning."""
    factor = changed(SHOPS, 2, FELL, 0.5, days=5) * changed(SHOPS, 2, FELL + 14, 0.5, days=3)
    fired = of(said(quiet(SHOPS, factor)), TrialState.FIRING)
    assert [row.series for row in fired] == [2, 2]
    assert _apart(fired[1], FELL + 14) <= 1


def test_a_level_that_stays_low_becomes_usual_after_four_weeks_and_stays_quiet() -> None:
    """A new price is no emergency for ever."""
    shops = Shops(days=170)
    rows = said(quiet(shops, changed(shops, 2, FELL, 0.6)))
    assert [row.state for row in rows] == [TrialState.FIRING, TrialState.RESOLVED]
    assert (rows[1].day - rows[0].day).days == 28
    assert "new level" in rows[1].reason


def test_a_second_fall_after_the_first_is_a_new_episode() -> None:
    """What ended may begin again, from the same usual level."""
    shops = Shops(days=150)
    factor = np.minimum(changed(shops, 2, 80, 0.5, 6), changed(shops, 2, 120, 0.5, 6))
    states = [row.state for row in said(quiet(shops, factor))]
    assert states == [TrialState.FIRING, TrialState.RESOLVED] * 2


def test_a_missing_day_is_named_and_changes_nothing() -> None:
    """One row for the day that did not come, no fall."""
    rows = said(quiet(SHOPS).missing(0, [80]))
    assert [(row.series, row.day, row.state) for row in rows] == [(0, on(80), TrialState.NO_DATA)]


def test_a_missing_week_neither_opens_nor_resolves() -> None:
    """A file that stops coming in the middle of a fall is no recovery."""
    gap = range(FELL + 4, FELL + 4 + WEEK)
    rows = said(quiet(SHOPS, changed(SHOPS, 2, FELL, 0.5)).missing(2, gap).missing(0, gap))
    assert [row.day for row in of(rows, TrialState.NO_DATA, 2)] == [on(day) for day in gap]
    assert len(of(rows, TrialState.NO_DATA, 0)) == WEEK
    assert len(of(rows, TrialState.FIRING)) == 1
    ends = of(rows, TrialState.RESOLVED)
    assert [row.day for row in ends] == [of(rows, TrialState.FIRING)[0].day + timedelta(days=28)]


def test_a_late_day_is_missing_on_its_morning_and_is_learnt_from_later() -> None:
    """What arrives late is still true."""
    late = quiet(SHOPS)
    late.seen_after[80, 0] = 5
    assert [row.state for row in said(late)] == [TrialState.NO_DATA]
    history = late.history()
    history.pass_to(84)
    assert not history.is_seen(80)[0]
    history.pass_to(85)
    assert history.is_seen(80)[0]


def test_a_store_that_closed_is_missing_and_never_a_fall() -> None:
    """No rows any more: named every day, raised never."""
    rows = said(quiet(SHOPS).missing(3, range(FELL, SHOPS.days)))
    assert {row.state for row in rows} == {TrialState.NO_DATA}
    assert len(rows) == SHOPS.days - FELL


def test_a_closed_store_whose_file_goes_on_with_zeros_is_silent() -> None:
    """No visits and no orders: nothing there could fall."""
    days = quiet(SHOPS)
    days.exposure[FELL:, 3] = days.events[FELL:, 3] = 0
    assert said(days) == []


def test_a_week_without_a_single_visit_is_not_judged_and_not_learnt_from() -> None:
    """A broken counter says nothing about buyers, on its days or after them."""
    days = quiet(SHOPS)
    days.exposure[FELL : FELL + WEEK, 3] = 0
    assert said(days) == []


def test_days_with_more_orders_than_visits_are_no_level_from_which_to_fall() -> None:
    """Two counters that do not fit for a while make no alert when they fit again."""
    days = quiet(SHOPS)
    days.events[80:83, 3] = days.exposure[80:83, 3] * 1.5
    assert said(days) == []


def test_more_complaints_than_orders_are_a_rise_and_teach_nothing() -> None:
    """Complaints of earlier orders may exceed a slow day's orders: that is bad, and not usual afterwards."""
    days = quiet(COMPLAINTS)
    days.events[80:82, 3] = days.exposure[80:82, 3] + 5
    days.events[100, 3] = np.floor(days.exposure[100, 3] * 0.3)
    fired = of(said(days), TrialState.FIRING)
    assert [(row.series, row.day) for row in fired] == [(3, on(80)), (3, on(100))]


def test_a_new_store_is_not_missing_before_it_opened_and_learns_before_it_is_judged() -> None:
    """Ten days of its own: a fall on the fifth is not told, one after six weeks is."""
    opened = 70
    for first, raised in ((opened + 5, []), (opened + 42, [4])):
        shops = Shops(days=opened + 50)
        days = quiet(shops, changed(shops, 4, first, 0.5, days=4)).missing(4, range(opened))
        rows = said(days, starts=[0, 0, 0, 0, opened, 0])
        assert of(rows, TrialState.NO_DATA) == []
        assert [row.series for row in of(rows, TrialState.FIRING)] == raised


def _with_provisional_days(days: Days, series: int, which: range) -> Days:
    for day in which:
        days.later.append((series, day, day + 4, days.exposure[day, series], days.events[day, series], True))
        days.events[day, series] = np.floor(days.events[day, series] * 0.4)
        days.is_final[day, series] = False
    return days


def test_provisional_days_are_never_judged_nor_learnt_from() -> None:
    """Orders trail visits: for three weeks every newest day looks like a fall by 60 %."""
    assert said(_with_provisional_days(quiet(SHOPS), 1, range(85, 106))) == []


def test_a_partial_day_teaches_as_little_as_a_missing_one() -> None:
    """The mornings after expect the same with it and without it."""
    partial, missing = quiet(SHOPS), quiet(SHOPS).missing(1, range(85, 90))
    partial.events[85:90, 1] *= 0.4
    partial.is_final[85:90, 1] = False
    found = []
    for history in (partial.history(), missing.history()):
        history.pass_to(96)
        found.append(judge(history.panel(95, MONDAY.weekday())))
    np.testing.assert_allclose(found[0].z, found[1].z, rtol=1e-6)
    np.testing.assert_allclose(found[0].expected, found[1].expected, rtol=1e-6)


def test_rows_of_one_day_are_ordered_gaps_ends_beginnings() -> None:
    """An end and a beginning on one day must not read as an open episode that ends."""
    states = (TrialState.FIRING, TrialState.RESOLVED, TrialState.NO_DATA)
    rows = [TrialRow(0, on(day), state) for day in (1, 0) for state in states]
    assert [row.state for row in in_order(rows)] == [*reversed(states)] * 2
    assert [row.day for row in in_order(rows)] == [on(0)] * 3 + [on(1)] * 3
