"""By how much traffic a day is judged: what it would have had of itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kpi.alerts.detection.counted_days import CountedDays, counted_days
from tests.kpi.alerts.detection.counts import LAST, panel


def _with_traffic(times: float, before: float = 1.0) -> tuple[CountedDays, float]:
    """Return the counted days where one store's newest traffic is multiplied, and that of the week before it."""
    whole = panel()
    exposure = whole.exposure.copy()
    exposure[LAST - 7 : LAST, 3] = np.floor(exposure[LAST - 7 : LAST, 3] * before)
    exposure[LAST, 3] = np.floor(exposure[LAST, 3] * times)
    events = np.minimum(whole.events, exposure)
    return counted_days(replace(whole, exposure=exposure, events=events)), float(exposure[LAST, 3])


@pytest.mark.parametrize("times", [0.5, 0.9, 1.0])
def test_an_ordinary_or_slow_day_is_judged_by_all_its_traffic(times: float) -> None:
    """Fewer visits are fewer visits."""
    days, traffic = _with_traffic(times)
    assert days.judged[LAST, 3] == pytest.approx(traffic, rel=0.02)
    assert days.flood[LAST, 3] < 0.01


@pytest.mark.parametrize("times", [2.0, 3.0, 8.0])
def test_a_flood_is_judged_by_about_the_usual_traffic_and_with_doubt(times: float) -> None:
    """Whoever came on top may have meant to buy or not."""
    days, traffic = _with_traffic(times)
    assert days.judged[LAST, 3] == pytest.approx(traffic / times, rel=0.35)
    assert 0.001 < days.flood[LAST, 3] < 0.3


def test_after_slow_days_an_ordinary_number_of_visits_is_half_a_flood() -> None:
    """Half the traffic for a week, then as much as ever: perhaps visitors who never meant to buy."""
    after_usual, traffic = _with_traffic(1.1)
    after_slow, same = _with_traffic(1.1, before=0.5)
    assert traffic == same
    assert after_slow.judged[LAST, 3] < 0.9 * after_usual.judged[LAST, 3]
    assert after_slow.flood[LAST, 3] > after_usual.flood[LAST, 3]
