"""Since when: the day a change began, whatever window showed it best."""

from __future__ import annotations

import numpy as np
import pytest

from kpi.alerts.detection.mornings import judge
from kpi.alerts.detection.signals import COUNT_FALL, RATE_RISE
from tests.kpi.alerts.detection.counts import Counts, changed, panel


@pytest.mark.parametrize("days", [1, 2, 3, 4, 6, 8, 9, 12])
def test_a_steep_fall_is_dated_to_its_first_day_also_between_the_windows(days: int) -> None:
    """No window has four, six, eight, nine or twelve days; falls may last them all the same."""
    morning = judge(panel(factor=changed(days, series=4, by=0.5)))
    assert morning.fires[4]
    assert abs(morning.onset_days[4] - days) <= 1


def test_most_falls_of_many_draws_are_dated_within_a_day() -> None:
    """One draw may be lucky; two hundred are not."""
    factor = np.ones((71, 40))
    factor[-4:, ::2] = 0.65
    off = []
    for seed in range(10):
        morning = judge(panel(Counts(series=40, groups=40, exposure=3000, noise=0.08, seed=seed), factor))
        off.extend(np.abs(morning.onset_days - 4)[morning.fires].tolist())
    assert len(off) > 150
    assert np.mean(np.array(off) <= 1) > 0.9


def test_a_rise_is_dated_like_a_fall() -> None:
    """Complaints have their first day too."""
    complaints = Counts(exposure=300, rate=0.03, noise=0.08, signal=RATE_RISE)
    morning = judge(panel(complaints, changed(4, series=2, by=3.0)))
    assert abs(morning.onset_days[2] - 4) <= 1


def test_a_plain_count_is_dated_too() -> None:
    """Orders of a shop without visits."""
    orders = Counts(exposure=1e6, rate=2e-4, signal=COUNT_FALL)
    morning = judge(panel(orders, changed(5, series=3, by=0.2)))
    assert morning.fires[3]
    assert abs(morning.onset_days[3] - 5) <= 1


def test_what_does_not_fire_has_the_first_day_of_its_window() -> None:
    """There is nothing to date."""
    morning = judge(panel())
    np.testing.assert_array_equal(morning.onset_days, morning.window)
