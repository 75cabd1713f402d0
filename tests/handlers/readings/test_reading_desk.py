"""Readings of many stores at once are those of each store alone."""

from __future__ import annotations

import pytest

from handlers.readings.reading_desk import ReadingDesk
from kpi.days import ONE_DAY, Period
from kpi.metrics.catalogue import METRICS
from tests.handlers.world import DAY, bad_thursday


@pytest.mark.parametrize("days", [1, 7, 30])
@pytest.mark.parametrize("metric", ["conversion_rate", "gmv", "orders", "unit_session_percentage", "reputation_level"])
def test_stores_asked_for_at_once_read_as_each_does_alone(metric: str, days: int) -> None:
    """Same figures, same usual, same judgement; and a store on whose marketplace the metric is missing is left out."""
    world = bad_thursday()
    with world.books.view() as work:
        engagement = work.engagements.get("north")
        assert engagement is not None
        desk, period = ReadingDesk(work, engagement, DAY + ONE_DAY), Period.ending(DAY, days)
        together = desk.read_each(METRICS[metric], engagement.stores, period)
        alone = [one for store in engagement.stores for one in desk.read(METRICS[metric], (store,), period)]
    assert [one.reading for one in together] == [one.reading for one in alone]
    assert [one.group for one in together] == [one.group for one in alone]
