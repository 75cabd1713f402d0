"""Many stores on one morning: what they may have in common, and what must not pass from one to another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kpi.alerts.detection import panel as panels
from kpi.alerts.detection.mornings import Morning, Verdict, judge
from kpi.alerts.detection.panel import DAYS, Floats, Panel
from kpi.alerts.detection.signals import COUNT_FALL, RATE_FALL, RATE_RISE, Signal
from tests.kpi.alerts.detection.counts import LAST, Counts, changed, panel

MANY = Counts(series=40, exposure=700, rate=0.02, noise=0.06)


def _close(one: Morning, other: Morning) -> None:
    np.testing.assert_array_equal(one.verdict, other.verdict)
    np.testing.assert_array_equal(one.window, other.window)
    np.testing.assert_allclose(one.z, other.z, rtol=1e-5)
    np.testing.assert_allclose(one.expected, other.expected, rtol=1e-6)


def _all(days: int, by: float, series: int = 40) -> Floats:
    factor = np.ones((DAYS, series))
    factor[DAYS - days :] = by
    return factor


def _joined(one: Panel, other: Panel) -> Panel:
    """Return the series of both, quiet days as they are drawn, in groups of their own."""
    return replace(
        one,
        exposure=np.concatenate([one.exposure, other.exposure], axis=1),
        events=np.concatenate([one.events, other.events], axis=1),
        is_seen=np.concatenate([one.is_seen, other.is_seen], axis=1),
        is_final=np.concatenate([one.is_final, other.is_final], axis=1),
        is_promo=np.concatenate([one.is_promo, other.is_promo], axis=1),
        is_frozen=np.concatenate([one.is_frozen, other.is_frozen], axis=1),
        group=np.concatenate([one.group, other.group + one.group.max() + 1]),
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -1.0, 1e300])
@pytest.mark.parametrize("signal", [RATE_FALL, RATE_RISE, COUNT_FALL])
def test_one_absurd_count_harms_no_other_of_three_thousand_series(value: float, signal: Signal) -> None:
    """A broken export of one store must not take the morning of all others with it."""
    whole = panel(Counts(series=3000, signal=signal), changed(3, series=4, by=0.5, many=3000))
    usual = judge(whole)
    exposure, events = whole.exposure.copy(), whole.events.copy()
    exposure[[10, LAST], 0], events[[20, LAST], 1] = value, value
    found = judge(replace(whole, exposure=exposure, events=events))
    np.testing.assert_array_equal(found.verdict[2:], usual.verdict[2:])
    np.testing.assert_allclose(found.z[2:], usual.z[2:], rtol=0.05, atol=0.05)
    assert found.verdict[0] == Verdict.NO_EXPOSURE


def test_an_outage_of_all_is_seen_though_no_store_alone_could_show_it() -> None:
    """Forty stores with five orders a day each, half of them gone: one cause, seen on its second day."""
    outage = panel(replace(MANY, exposure=250), _all(2, 0.5))
    alone = judge(replace(outage, group=np.arange(40)))
    together = judge(outage)
    assert not alone.fires.any()
    assert together.is_pooled.sum() >= 15
    assert (together.pooled_z[together.is_pooled] >= 4.5).all()


def test_three_stores_are_too_few_to_speak_for_a_marketplace() -> None:
    """Below four stores the cause is more likely theirs."""
    assert not judge(panel(replace(MANY, series=3), _all(2, 0.5, 3))).is_pooled.any()


def test_an_outage_of_one_marketplace_is_none_of_another() -> None:
    """Groups share their own days only."""
    factor = np.ones((DAYS, 40))
    factor[LAST - 1 :, ::2] = 0.5
    found = judge(panel(replace(MANY, groups=2), factor))
    assert found.is_pooled[::2].sum() >= 10
    assert not found.fires[1::2].any()


def test_a_store_that_did_not_fall_is_no_part_of_an_outage() -> None:
    """A seller whose shop sells as usual is not told of trouble."""
    factor = _all(2, 0.5)
    factor[:, 7] = 1.3
    assert not judge(panel(MANY, factor)).fires[7]


def test_a_holiday_on_which_everybody_visits_less_does_not_fire() -> None:
    """Fewer visits that buy as always are no fall of conversion."""
    whole = panel(MANY)
    factor = np.ones((DAYS, 40))
    factor[LAST:] = 0.4
    quiet = replace(whole, exposure=np.floor(whole.exposure * factor), events=np.floor(whole.events * factor))
    assert not judge(quiet).fires.any()


def test_a_holiday_that_the_calendar_knows_does_not_fire() -> None:
    """A third fewer buyers in every small store on Christmas Eve is Christmas Eve."""
    holiday = panel(Counts(series=40, exposure=1000), _all(1, 0.66))
    known = holiday.is_promo.copy()
    known[LAST] = True
    assert judge(holiday).is_pooled.any()
    assert not judge(replace(holiday, is_promo=known)).fires.any()


def test_a_day_a_fifth_lower_everywhere_is_no_outage() -> None:
    """Days around a campaign that no calendar knows are such days; a store that fell more still fires by itself."""
    assert not judge(panel(Counts(series=40, exposure=3000), _all(1, 0.8))).is_pooled.any()


def test_stores_an_outage_spared_are_not_told_of_it() -> None:
    """Half of a marketplace lost half of its orders: the others hear nothing."""
    factor = np.ones((DAYS, 40))
    factor[LAST - 1 :, ::2] = 0.5
    found = judge(panel(Counts(series=40, exposure=2000), factor))
    assert found.is_pooled[::2].sum() >= 18
    assert found.fires[1::2].sum() <= 1


def test_a_store_too_small_to_show_an_outage_is_told_of_it_with_the_others() -> None:
    """Four orders a day show little; that all others lost half of theirs says the rest."""
    whole = panel(Counts(series=40, exposure=3000), _all(1, 0.5))
    small = panel(Counts(series=40, exposure=200), _all(1, 0.5))
    mixed = _joined(whole, small)
    found = judge(replace(mixed, group=np.zeros(80, np.int64)))
    assert found.is_pooled[:40].sum() >= 38
    assert found.is_pooled[40:].sum() >= 25


def test_a_holiday_like_those_of_the_last_weeks_is_no_outage() -> None:
    """What all stores shared on earlier holidays they may share again, though no calendar knows it."""
    factor = np.ones((DAYS, 40))
    factor[[LAST - 52, LAST - 45, LAST - 38, LAST - 31, LAST - 17, LAST]] = 0.82
    assert not judge(panel(Counts(series=40, exposure=3000), factor)).is_pooled.any()


def test_the_order_of_series_changes_nothing() -> None:
    """A store's place in a list is no fact about it."""
    whole = panel(replace(MANY, groups=4), changed(3, series=4, by=0.3, many=40))
    order = np.random.default_rng(5).permutation(40)
    shuffled = replace(
        whole, exposure=whole.exposure[:, order], events=whole.events[:, order], group=whole.group[order]
    )
    found, usual = judge(shuffled), judge(whole)
    np.testing.assert_array_equal(found.verdict, usual.verdict[order])
    np.testing.assert_allclose(found.z, usual.z[order], rtol=1e-5)


@pytest.mark.parametrize("size", [1, 7, 39, 40, 41])
def test_where_the_work_is_cut_changes_nothing(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Pieces exist for the processor's cache alone."""
    whole = panel(replace(MANY, groups=4), changed(3, series=4, by=0.3, many=40))
    usual = judge(whole)
    monkeypatch.setattr(panels, "CHUNK", size)
    _close(judge(whole), usual)


def test_other_peoples_trouble_changes_no_verdict_of_a_store() -> None:
    """Stores of other marketplaces lend young stores their noise, never their falls."""
    own = panel(Counts(series=12), changed(3, series=4, by=0.6))
    alone = judge(own)
    for trouble in (1.0, 0.1):
        beside = judge(_joined(own, panel(Counts(series=40, seed=8), _all(10, trouble))))
        np.testing.assert_array_equal(beside.verdict[:12], alone.verdict)
        np.testing.assert_allclose(beside.z[:12], alone.z, atol=0.35)


def test_how_the_groups_are_numbered_changes_nothing() -> None:
    """A group's number is a name."""
    whole = panel(replace(MANY, groups=4))
    _close(judge(replace(whole, group=9 - 2 * whole.group)), judge(whole))


def test_no_series_at_all_are_judged_as_nothing() -> None:
    """A metric that nobody counts costs no error."""
    assert judge(panel(MANY).columns(slice(0, 0))).z.shape == (0,)
