"""One morning of many series: what fires, what stays silent, and why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kpi.alerts.detection import panel as panels
from kpi.alerts.detection.mornings import Verdict, judge
from kpi.alerts.detection.panel import DAYS
from kpi.alerts.detection.signals import RATE_RISE, THRESHOLDS, Preset
from tests.kpi.alerts.detection.counts import LAST, Counts, changed, panel, without

COMPLAINTS = Counts(exposure=300, rate=0.03, noise=0.08, signal=RATE_RISE)


def test_a_fall_by_two_fifths_fires_for_that_series_alone() -> None:
    """Three days of 40 % fewer orders on 8,000 visits are no chance."""
    morning = judge(panel(factor=changed(3, series=4, by=0.6)))
    assert np.flatnonzero(morning.fires).tolist() == [4]
    assert morning.window[4] == 3
    assert morning.change[4] == pytest.approx(0.4, abs=0.05)
    assert morning.verdict[4] == Verdict.FIRES


def test_a_rise_of_complaints_fires_and_a_fall_of_them_does_not() -> None:
    """Each signal has one bad side."""
    assert judge(panel(COMPLAINTS, changed(4, series=2, by=3.0))).fires[2]
    assert not judge(panel(COMPLAINTS, changed(4, series=2, by=0.1))).fires.any()


@pytest.mark.parametrize("seed", range(12))
def test_quiet_counts_stay_quiet(seed: int) -> None:
    """A false alert is what a seller does not forgive."""
    assert not judge(panel(Counts(series=40, seed=seed))).fires.any()


def test_a_missing_day_is_not_seen_and_never_a_fall() -> None:
    """Missing is not zero."""
    morning = judge(without(panel(), LAST, LAST - 1, LAST - 2))
    assert morning.verdict[0] == Verdict.NOT_SEEN
    assert not morning.fires.any()
    assert not morning.is_judged[0]


def test_a_missing_week_before_the_day_changes_no_verdict() -> None:
    """A gap leaves fewer days to learn from, nothing else."""
    morning = judge(without(panel(factor=changed(2, series=0, by=0.55)), *range(LAST - 12, LAST - 5)))
    assert morning.fires[0]


def test_a_day_that_is_not_final_is_neither_judged_nor_learnt_from() -> None:
    """Orders trail visits: a provisional day always looks like a fall."""
    whole = panel(factor=changed(1, series=0, by=0.3))
    final = whole.is_final.copy()
    final[LAST, 0] = False
    morning = judge(replace(whole, is_final=final))
    assert morning.verdict[0] == Verdict.NOT_FINAL
    assert not morning.fires[0]


def test_no_visits_at_all_are_not_judged() -> None:
    """The counter is broken or the store closed: neither is a conversion."""
    whole = panel()
    exposure, events = whole.exposure.copy(), whole.events.copy()
    exposure[LAST, 0] = events[LAST, 0] = 0
    assert judge(replace(whole, exposure=exposure, events=events)).verdict[0] == Verdict.NO_EXPOSURE


def test_a_new_store_is_learning_for_ten_days() -> None:
    """Nine days of history are not usual yet; the number of days is told."""
    known = 9
    morning = judge(without(panel(factor=changed(1, series=0, by=0.1)), *range(LAST - known)))
    assert morning.verdict[0] == Verdict.LEARNING
    assert morning.learnt_days[0] == known
    assert not morning.fires[0]


def test_a_tiny_store_says_how_large_a_change_it_could_show() -> None:
    """Two orders a day cannot show a fall by a fifth within a week."""
    morning = judge(panel(Counts(exposure=80, rate=0.025)))
    assert (morning.visible_week > 0.5).all()
    assert (morning.visible_fortnight < morning.visible_week).all()


def test_a_flood_of_visits_that_buy_nothing_more_raises_no_alert() -> None:
    """Bots and campaigns bring visits; the orders are there as always."""
    whole = panel()
    exposure = whole.exposure.copy()
    exposure[LAST - 1 :, 3] *= 2.5
    assert not judge(replace(whole, exposure=exposure)).fires[3]


def test_missing_orders_in_a_flood_of_visits_still_fire() -> None:
    """Extra traffic hides no outage."""
    whole = panel(factor=changed(2, series=3, by=0.15))
    exposure = whole.exposure.copy()
    exposure[LAST - 1 :, 3] *= 2.5
    assert judge(replace(whole, exposure=exposure)).fires[3]


def test_frozen_days_are_not_learnt_from() -> None:
    """An earlier episode must not become what is usual."""
    factor = np.ones((DAYS, 12))
    factor[20:50, 0] = 0.4
    whole = panel(factor=factor)
    frozen = whole.is_frozen.copy()
    frozen[20:50, 0] = True
    morning = judge(replace(whole, is_frozen=frozen))
    assert morning.expected[0] == pytest.approx(morning.exposure[0] * 0.025, rel=0.08)


def test_an_outage_of_all_small_stores_is_seen_together() -> None:
    """No store alone could show it; forty can."""
    small = Counts(series=40, exposure=700, rate=0.02, noise=0.06)
    factor = np.ones((DAYS, 40))
    factor[LAST - 1 :] = 0.5
    morning = judge(panel(small, factor))
    assert morning.is_pooled.sum() > 20
    assert morning.fires.sum() > 20


def test_a_day_that_is_bad_for_everybody_every_week_does_not_fire() -> None:
    """Shared ups and downs are learnt too."""
    factor = np.ones((DAYS, 40))
    factor[np.arange(DAYS) % 7 == LAST % 7] = 0.85
    assert not judge(panel(Counts(series=40), factor)).fires.any()


def test_one_bad_row_harms_no_other_series() -> None:
    """A series of absurd counts is its own trouble."""
    whole = panel(factor=changed(3, series=4, by=0.6))
    exposure, events = whole.exposure.copy(), whole.events.copy()
    exposure[:, 0], events[:, 0] = -5.0, -1.0
    morning = judge(replace(whole, exposure=exposure, events=events))
    assert morning.fires[4]
    assert morning.verdict[0] == Verdict.NO_EXPOSURE


def test_the_order_of_series_and_the_size_of_pieces_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """How the work is cut must not show in a verdict."""
    whole = panel(Counts(series=30), np.ones((DAYS, 30)))
    before = judge(whole)
    turned = judge(whole.columns(slice(None, None, -1)))
    monkeypatch.setattr(panels, "CHUNK", 7)
    cut = judge(whole)
    np.testing.assert_allclose(turned.z[::-1], before.z, rtol=1e-5)
    np.testing.assert_allclose(cut.z, before.z, rtol=1e-5)


@pytest.mark.parametrize("preset", Preset)
def test_a_score_at_the_preset_fires_and_one_below_does_not(preset: Preset) -> None:
    """The threshold is one number, told and tried on both sides."""
    whole = panel(factor=changed(2, series=4, by=0.75))
    score = float(judge(whole).z[4])
    assert judge(whole, score).fires[4]
    assert not judge(whole, score + 1e-6).fires[4]
    assert judge(whole, THRESHOLDS[preset]).fires[4] == (score >= THRESHOLDS[preset])


def test_a_known_promotion_is_judged_half_a_deviation_milder() -> None:
    """Promotions move everything a little; they do not silence."""
    whole = panel(factor=changed(1, series=4, by=0.6))
    promo = whole.is_promo.copy()
    promo[LAST, 4] = True
    plain, in_promo = judge(whole), judge(replace(whole, is_promo=promo))
    assert in_promo.recent_z[4] == pytest.approx(plain.recent_z[4] - 0.5, abs=0.05)
