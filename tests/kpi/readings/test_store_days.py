"""Days of many stores from columns of facts: the same as the fact book's own sums."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kpi.days import Period
from kpi.facts import Fact, FactStatus, Grain
from kpi.metrics.catalogue import METRICS
from kpi.readings.series import query_of
from kpi.readings.store_days import measures_of, store_days
from tests.twins.book_samples import NOON, a_fact, an_engagement, record
from tests.twins.books import MemoryDatabase

FIRST = date(2026, 11, 2)
PERIOD = Period(FIRST, FIRST + timedelta(days=5))
STORES = tuple(store.id for store in an_engagement("north").stores)
METRIC_IDS = ("claims_rate", "conversion_rate", "orders", "seller_cancellation_rate")
MEASURES = sorted({name for metric in METRIC_IDS for name in measures_of(METRICS[metric])})
FACTS = st.builds(
    lambda store, measure, day, value, status: a_fact(store, measure, value, FIRST + timedelta(days=day), status),
    st.sampled_from(STORES),
    st.sampled_from(MEASURES),
    st.integers(0, 5),
    st.integers(0, 900),
    st.sampled_from((FactStatus.FINAL, FactStatus.PRELIMINARY, FactStatus.PARTIAL)),
)


@given(st.lists(st.lists(FACTS, max_size=30), min_size=1, max_size=3), st.sampled_from(METRIC_IDS))
def test_columns_say_of_each_store_what_its_own_sums_say(files: list[list[Fact]], metric_id: str) -> None:
    """Days without all that is needed are left out; the worst status and the newest instant stay."""
    database, metric = MemoryDatabase(), METRICS[metric_id]
    with database.work() as work:
        work.engagements.save(an_engagement("north"), NOON)
    for number, facts in enumerate(files):
        record(database, str(number), *facts, at=NOON + timedelta(hours=number))
    with database.view() as work:
        rows = work.facts.daily(replace(query_of(metric, STORES, PERIOD), grain=Grain.STORE))
        columns = work.facts.versions(STORES, measures_of(metric), PERIOD.first, PERIOD.last, with_history=False)
    found = store_days(metric, columns)
    assert [row for store in sorted(found) for row in found[store]] == [replace(row, sources=()) for row in rows]
