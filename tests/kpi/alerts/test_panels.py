"""Facts as a panel: which days are seen, final, learnt from, and what was known of them by an instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from kpi.alerts.alert import Span
from kpi.alerts.detection.panel import DAYS
from kpi.alerts.panels import (
    BACKFILL_DAYS,
    CONSTANT_EXPOSURE,
    HISTORY_DAYS,
    LAG_FIRST,
    LEAST_LAGGED_DAYS,
    FactPanel,
    Member,
    counts_as_known_at,
    first_day_needed,
    panel_of,
)
from kpi.alerts.watched import BY_METRIC
from kpi.facts import FactStatus
from kpi.markets import Market
from tests.kpi.counted_facts import DAY, ONE_DAY, STORE, One, a_member_store, as_status, columns, flat, one, without

CONVERSION, CLAIMS, ORDERS = BY_METRIC["conversion_rate"], BY_METRIC["claims_rate"], BY_METRIC["orders"]
ORDINARY = {"visits": 4_000, "orders_paid": 100}
LAST = DAYS - 1
PRELIMINARY, PARTIAL, RESTATED = FactStatus.PRELIMINARY, FactStatus.PARTIAL, FactStatus.RESTATED


def panel(
    rows: list[One],
    metric: str = "conversion_rate",
    member: Member | None = None,
    day: date = DAY,
    known_by: datetime | None = None,
) -> FactPanel:
    """Return the panel of one store."""
    members = [member or Member(a_member_store(), 3.8)]
    return panel_of(BY_METRIC[metric], day, members, columns(rows), known_by)


def test_a_panel_reads_the_days_it_needs_and_not_one_more() -> None:
    """Lagged exposure of the oldest row needs the three weeks before it."""
    assert (DAY - first_day_needed(DAY)).days == HISTORY_DAYS - 1 == DAYS + LAG_FIRST - 1
    made = panel([*flat(ORDINARY, days=200), *flat(ORDINARY, DAY + 9 * ONE_DAY, days=9)])
    assert made.panel.exposure.shape == (DAYS, 1)
    assert made.panel.is_seen.all()


def test_the_newest_row_is_the_day_asked_for() -> None:
    """One row off, and yesterday is judged twice."""
    made = panel([*flat(ORDINARY, DAY - ONE_DAY), one("visits", DAY, 7), one("orders_paid", DAY, 3)])
    assert made.panel.exposure[LAST, 0] == 7
    assert made.panel.events[LAST, 0] == 3
    assert made.panel.events[LAST - 1, 0] == 100
    assert made.panel.weekday[LAST] == DAY.weekday()


@pytest.mark.parametrize("measure", ["visits", "orders_paid"])
def test_a_day_without_its_numerator_or_its_denominator_is_not_seen(measure: str) -> None:
    """Half a ratio is no ratio, and a missing count is not zero."""
    made = panel(without(flat(ORDINARY), measure, DAY, DAY - 3 * ONE_DAY))
    assert np.flatnonzero(~made.panel.is_seen[:, 0]).tolist() == [LAST - 3, LAST]


def test_a_day_of_zeros_is_seen() -> None:
    """Zero that was reported is a number."""
    made = panel([*flat(ORDINARY, DAY - ONE_DAY), one("visits", DAY, 4_000), one("orders_paid", DAY, 0)])
    assert made.panel.is_seen[LAST, 0]
    assert made.panel.events[LAST, 0] == 0
    assert not made.is_impossible[0]


@pytest.mark.parametrize("measure", ["visits", "orders_paid"])
@pytest.mark.parametrize("status", [PRELIMINARY, PARTIAL])
def test_a_day_is_final_only_when_both_its_counts_are(measure: str, status: FactStatus) -> None:
    """Orders trail visits: one provisional half makes the whole look like a fall."""
    made = panel(as_status(flat(ORDINARY), status, DAY, measure=measure))
    assert made.panel.is_seen[LAST, 0]
    assert not made.panel.is_final[LAST, 0]
    assert made.panel.is_final[:LAST, 0].all()


def test_a_restated_day_is_final() -> None:
    """It was final before, and is so again."""
    assert panel(as_status(flat(ORDINARY), RESTATED, DAY)).panel.is_final.all()


def test_more_orders_than_visits_are_impossible_and_counted_nowhere() -> None:
    """Two counters disagree: the day is flagged, and earlier such days are not averaged into what is usual."""
    broken = [row for row in flat(ORDINARY) if row.day not in {DAY, DAY - 7 * ONE_DAY}]
    for day in (DAY, DAY - 7 * ONE_DAY):
        broken += [one("visits", day, 10), one("orders_paid", day, 11)]
    made = panel(broken)
    assert made.is_impossible.tolist() == [True]
    assert made.panel.exposure[[LAST, LAST - 7], 0].tolist() == [0, 0]
    assert made.panel.exposure[LAST - 1, 0] == 4_000


def test_as_many_orders_as_visits_are_possible() -> None:
    """The limit itself is not beyond it."""
    made = panel([*flat(ORDINARY, DAY - ONE_DAY), one("visits", DAY, 10), one("orders_paid", DAY, 10)])
    assert not made.is_impossible[0]
    assert made.panel.exposure[LAST, 0] == 10


def test_an_impossible_day_long_ago_does_not_flag_today() -> None:
    """Only the judged day is called impossible."""
    rows = [row for row in flat(ORDINARY) if row.day != DAY - ONE_DAY]
    made = panel([*rows, one("visits", DAY - ONE_DAY, 1), one("orders_paid", DAY - ONE_DAY, 5)])
    assert not made.is_impossible[0]


def test_a_plain_count_is_counted_against_a_constant_on_the_days_it_is_there() -> None:
    """Orders have no denominator; a day without orders data is still not seen."""
    made = panel(without(flat({"orders_paid": 100}), "orders_paid", DAY), "orders")
    assert made.panel.exposure[LAST, 0] == 0
    assert (made.panel.exposure[:LAST, 0] == CONSTANT_EXPOSURE).all()
    assert not made.panel.is_seen[LAST, 0]


def _claims(orders_of: dict[int, int], claims: int = 4) -> list[One]:
    """Return claims of DAY, and orders so many days before it."""
    orders = [one("orders_paid", DAY - timedelta(days=back), value) for back, value in orders_of.items()]
    return [one("claims_opened", DAY, claims), *orders]


def test_claims_are_counted_against_the_orders_of_three_to_twenty_one_days_before() -> None:
    """The days outside, however busy, are not theirs."""
    inside = dict.fromkeys(range(3, 22), 40)
    made = panel(_claims({0: 9_000, 2: 9_000, 22: 9_000, **inside}), "claims_rate")
    assert made.panel.exposure[LAST, 0] == 40
    assert made.panel.is_seen[LAST, 0]


def test_lagged_orders_are_averaged_over_the_days_that_are_there() -> None:
    """A missing day is not a day without orders; of fewer than five days nothing is said."""
    enough = dict.fromkeys(range(3, 3 + LEAST_LAGGED_DAYS), 30)
    assert panel(_claims(enough), "claims_rate").panel.exposure[LAST, 0] == 30
    enough.popitem()
    assert not panel(_claims(enough), "claims_rate").panel.is_seen[LAST, 0]


def test_a_lagged_day_is_final_when_its_claims_are() -> None:
    """Orders of three weeks ago that are still called preliminary do not hold the claims back."""
    rows = _claims(dict.fromkeys(range(3, 22), 40))
    waiting = [*as_status(rows, PRELIMINARY, *(DAY - timedelta(days=back) for back in range(3, 22)))]
    assert panel(waiting, "claims_rate").panel.is_final[LAST, 0]
    assert not panel(as_status(rows, PRELIMINARY, DAY), "claims_rate").panel.is_final[LAST, 0]


def test_the_oldest_row_has_its_lagged_orders_too() -> None:
    """What is needed is read far enough back."""
    made = panel(flat({"orders_paid": 50, "claims_opened": 1}, days=HISTORY_DAYS), "claims_rate")
    assert (made.panel.exposure == 50).all()
    assert made.panel.is_seen.all()


def test_more_claims_in_a_day_than_orders_a_day_are_possible() -> None:
    """Orders of three weeks can come back on one day; the burst is a burst, not two counters that disagree."""
    made = panel(_claims(dict.fromkeys(range(3, 22), 5), claims=12), "claims_rate")
    assert not made.is_impossible[0]
    assert made.panel.events[LAST, 0] == 12
    assert made.panel.exposure[LAST, 0] >= 12


def test_two_imports_of_one_day_count_once_and_the_later_one_counts() -> None:
    """The later version is the truth, also when it is smaller."""
    again = [one("visits", DAY, 3_900, RESTATED, late_days=1), one("orders_paid", DAY, 80, RESTATED, late_days=1)]
    made = panel([*flat(ORDINARY), *again])
    assert (made.panel.exposure[LAST, 0], made.panel.events[LAST, 0]) == (3_900, 80)


def test_what_came_later_is_hidden_from_an_earlier_morning() -> None:
    """A replay must not know tomorrow's restatement."""
    rows = [*flat(ORDINARY), one("orders_paid", DAY, 40, RESTATED, late_days=3)]
    noon_after = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC) + ONE_DAY
    assert panel(rows, known_by=noon_after).panel.events[LAST, 0] == 100
    assert panel(rows, known_by=noon_after + 3 * ONE_DAY).panel.events[LAST, 0] == 40
    just_before = noon_after - timedelta(microseconds=1)
    assert not panel(rows, known_by=just_before).panel.is_seen[LAST, 0]


def test_a_day_that_came_late_is_not_seen_until_it_came() -> None:
    """Ten days late is a late report, and was missing for ten days."""
    rows = [row for row in flat(ORDINARY) if row.day != DAY]
    rows += [one("visits", DAY, 4_000, late_days=10), one("orders_paid", DAY, 100, late_days=10)]
    came = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC) + 11 * ONE_DAY
    assert not panel(rows, known_by=came - ONE_DAY).panel.is_seen[LAST, 0]
    assert panel(rows, known_by=came).panel.is_seen[LAST, 0]


def test_history_that_was_imported_long_after_counts_as_known_the_morning_after() -> None:
    """A year imported at once can be replayed; what is restated later still waits for its hour."""
    late = BACKFILL_DAYS + 30
    rows = [
        one(measure, DAY - timedelta(days=back), value, late_days=late + back)
        for back in range(92)
        for measure, value in ORDINARY.items()
    ]
    rows.append(one("orders_paid", DAY, 60, RESTATED, late_days=late + 5))
    midnight = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) + ONE_DAY
    made = panel(rows, known_by=midnight)
    assert made.panel.is_seen.all()
    assert made.panel.events[LAST, 0] == 100
    assert not panel(rows, known_by=midnight - timedelta(microseconds=1)).panel.is_seen[LAST, 0]
    assert panel(rows).panel.events[LAST, 0] == 60


def test_frozen_and_expected_days_are_marked_with_both_their_ends() -> None:
    """One day too few, and the trouble is learnt as usual."""
    spans = Span(DAY - 9 * ONE_DAY, DAY - 7 * ONE_DAY), Span(DAY - 2 * ONE_DAY, DAY - 2 * ONE_DAY)
    made = panel(flat(ORDINARY), member=Member(a_member_store(), 3.8, frozen=spans[:1], expected=spans[1:]))
    assert np.flatnonzero(made.panel.is_frozen[:, 0]).tolist() == [LAST - 9, LAST - 8, LAST - 7]
    assert np.flatnonzero(made.panel.is_promo[:, 0]).tolist()[-1:] == [LAST - 2]


def test_holidays_and_sales_of_a_stores_own_country_are_special() -> None:
    """12 October is a holiday in Brazil; in Chile it is Columbus Day, in Mexico an ordinary Monday."""
    day = date(2026, 10, 12)
    row = LAST - (DAY - day).days
    made = panel_of(
        CONVERSION,
        DAY,
        [Member(a_member_store(market.value, market), 3.8) for market in (Market.BR, Market.MX)],
        columns(flat(ORDINARY)),
    )
    assert made.panel.is_promo[row].tolist() == [True, False]
    assert made.panel.is_promo[LAST].tolist() == [False, False]


def test_black_friday_and_the_day_after_are_special_everywhere() -> None:
    """Its echo is no ordinary Saturday."""
    black_friday = date(2026, 11, 27)
    made = panel([], day=black_friday + 2 * ONE_DAY)
    assert made.panel.is_promo[[LAST - 3, LAST - 2, LAST - 1, LAST], 0].tolist()[1:3] == [True, True]


def test_stores_of_one_marketplace_and_country_are_one_group() -> None:
    """An outage of a marketplace shows in all of them at once."""
    stores = [a_member_store("a"), a_member_store("b", Market.MX), a_member_store("c")]
    made = panel_of(CONVERSION, DAY, [Member(store, 3.8) for store in stores], columns([]))
    assert made.panel.group.tolist() == [0, 1, 0]


def test_other_stores_facts_do_not_reach_a_panel() -> None:
    """Facts of a store that is no member belong to nobody here."""
    rows = flat(ORDINARY)
    made = panel_of(CONVERSION, DAY, [Member(a_member_store("another"), 3.8)], columns(rows))
    assert not made.panel.is_seen.any()
    assert STORE in columns(rows).stores


def test_a_panel_without_any_facts_is_unseen_and_not_impossible() -> None:
    """The first morning of a new engagement."""
    for watched in (CONVERSION, CLAIMS, ORDERS):
        made = panel_of(watched, DAY, [Member(a_member_store(), 3.8)], columns([]))
        assert not made.panel.is_seen.any()
        assert not made.is_impossible.any()


@pytest.mark.parametrize("late_days", [0, 3, 13, 14, 40])
def test_a_single_fact_counts_as_known_exactly_when_a_panel_sees_it(late_days: int) -> None:
    """One rule for columns and for facts one by one."""
    version = one("orders_paid", DAY, 40, late_days=late_days)
    known_at = counts_as_known_at(DAY, version.known_at, is_first=True)
    rows = [version, one("visits", DAY, 4_000)]
    assert panel(rows, "orders", known_by=known_at).panel.is_seen[LAST, 0]
    assert not panel(rows, "orders", known_by=known_at - timedelta(microseconds=1)).panel.is_seen[LAST, 0]
    assert counts_as_known_at(DAY, version.known_at, is_first=False) == version.known_at


def test_facts_may_come_in_parts() -> None:
    """Many stores' facts need not be held all at once; the panel is the same."""
    stores = [a_member_store(), a_member_store("another")]
    members = [Member(store, 3.8) for store in stores]
    rows = [replace(row, store=store.id) for store in stores for row in flat(ORDINARY)]
    whole = panel_of(CONVERSION, DAY, members, columns(rows))
    parts = [columns(row for row in rows if row.store == store.id) for store in stores]
    pieces = panel_of(CONVERSION, DAY, members, iter(parts))
    for name in ("exposure", "events", "is_seen", "is_final"):
        assert np.array_equal(getattr(whole.panel, name), getattr(pieces.panel, name))
    assert whole.panel.is_seen.any()
