"""What the fact book promises about values as known now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kpi.days import Period
from kpi.facts import DaySum, FactQuery, FactStatus, Grain, ImportOutcome, PartSum
from tests.twins.book_samples import HOUR, NOON, SUNDAY, a_fact, a_file, a_part, an_engagement, record
from tests.twins.books import Books

NORTH, SOUTH = an_engagement("north"), an_engagement("south")
ONE, TWO, AMZ = (store.id for store in NORTH.stores)
SATURDAY = SUNDAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _two_engagements(database: Books) -> None:
    with database.work() as work:
        work.engagements.save(NORTH, NOON)
        work.engagements.save(SOUTH, NOON)


def daily(database: Books, query: FactQuery) -> tuple[DaySum, ...]:
    """Return what the fact book answers."""
    with database.view() as work:
        return work.facts.daily(query)


def test_sums_are_per_segment_and_day_and_say_where_they_come_from(database: Books) -> None:
    """Two stores of one segment add up; the other currency stands apart."""
    record(
        database,
        "a",
        a_fact(ONE, "orders_paid", 3),
        a_fact(TWO, "orders_paid", 4),
        replace(a_fact(AMZ, "orders_paid", 5, status=FactStatus.PRELIMINARY), source="api"),
        a_fact(ONE, "orders_paid", 1, SATURDAY),
    )
    assert daily(database, FactQuery((AMZ, TWO, ONE), ("orders_paid",), SATURDAY, SUNDAY)) == (
        DaySum("amazon/MXN", SUNDAY, (5,), 1, FactStatus.PRELIMINARY, ("api",), NOON),
        DaySum("mercadolibre/BRL", SATURDAY, (1,), 1, FactStatus.FINAL, ("export",), NOON),
        DaySum("mercadolibre/BRL", SUNDAY, (7,), 2, FactStatus.FINAL, ("export",), NOON),
    )


def test_sums_per_store_keep_the_stores_apart(database: Books) -> None:
    """The grain STORE has the store's id for its key."""
    record(database, "a", a_fact(ONE, "visits", 3), a_fact(TWO, "visits", 4))
    found = daily(database, FactQuery((ONE, TWO), ("visits",), SUNDAY, SUNDAY, grain=Grain.STORE))
    assert [(one.key, one.values) for one in found] == [(ONE, (3,)), (TWO, (4,))]


def test_a_store_day_without_a_required_measure_does_not_count(database: Books) -> None:
    """Orders of a day without visits must not meet the visits of another store."""
    record(database, "a", a_fact(ONE, "orders_paid", 3), a_fact(ONE, "visits", 100), a_fact(TWO, "orders_paid", 9))
    (found,) = daily(database, FactQuery((ONE, TWO), ("orders_paid", "visits"), SUNDAY, SUNDAY))
    assert (found.values, found.stores) == ((3, 100), 1)


def test_an_optional_measure_is_summed_where_it_is_and_none_where_nobody_reported_it(database: Books) -> None:
    """Missing is not zero."""
    record(database, "a", a_fact(ONE, "orders_paid", 3), a_fact(ONE, "visits", 100), a_fact(TWO, "orders_paid", 9))
    (some,) = daily(database, FactQuery((ONE, TWO), ("orders_paid",), SUNDAY, SUNDAY, ("visits",)))
    (none,) = daily(database, FactQuery((ONE, TWO), ("orders_paid",), SUNDAY, SUNDAY, ("claims_opened",)))
    assert (some.values, some.stores) == ((12, 100), 2)
    assert none.values == (12, None)


def test_the_worst_status_and_the_newest_instant_of_a_sum_are_told(database: Books) -> None:
    """One partial value makes the sum partial."""
    record(database, "a", a_fact(ONE, "orders_paid", 3, status=FactStatus.PARTIAL))
    record(database, "b", a_fact(TWO, "orders_paid", 3), at=NOON + HOUR)
    (found,) = daily(database, FactQuery((ONE, TWO), ("orders_paid",), SUNDAY, SUNDAY))
    assert (found.status, found.known_at) == (FactStatus.PARTIAL, NOON + HOUR)


def test_nothing_is_known_of_other_stores_days_and_measures(database: Books) -> None:
    """No row rather than a zero."""
    record(database, "a", a_fact(ONE, "orders_paid", 3))
    for query in (
        FactQuery((TWO,), ("orders_paid",), SUNDAY, SUNDAY),
        FactQuery(("nowhere",), ("orders_paid",), SUNDAY, SUNDAY),
        FactQuery((ONE,), ("orders_paid",), SATURDAY, SATURDAY),
        FactQuery((ONE,), ("never_heard_of",), SUNDAY, SUNDAY),
        FactQuery((ONE,), (), SUNDAY, SUNDAY),
        FactQuery((), ("orders_paid",), SUNDAY, SUNDAY),
    ):
        assert daily(database, query) == ()


def test_a_value_beyond_four_bytes_is_kept_exactly(database: Books) -> None:
    """A billion pesos are 10^13 units."""
    record(database, "a", a_fact(ONE, "gmv_gross", 10**13 + 1), a_fact(TWO, "gmv_gross", 10**13 + 1))
    (found,) = daily(database, FactQuery((ONE, TWO), ("gmv_gross",), SUNDAY, SUNDAY))
    assert found.values == (2 * 10**13 + 2,)


def test_the_same_file_twice_changes_nothing(database: Books) -> None:
    """Known by its hash within its engagement; another engagement may import the same file."""
    assert record(database, "a", a_fact(ONE, "visits", 3)) == ImportOutcome(1, 0, 0, is_repeat=False)
    assert record(database, "a", a_fact(ONE, "visits", 9)) == ImportOutcome(0, 0, 0, is_repeat=True)
    theirs = record(database, "a", a_fact(SOUTH.stores[0].id, "visits", 3), engagement="south")
    assert theirs == ImportOutcome(1, 0, 0, is_repeat=False)
    (found,) = daily(database, FactQuery((ONE,), ("visits",), SUNDAY, SUNDAY))
    assert found.values == (3,)


def test_of_a_place_named_twice_the_last_fact_counts(database: Books) -> None:
    """As in the file, read from top to bottom."""
    assert record(database, "a", a_fact(ONE, "visits", 3), a_fact(ONE, "visits", 8)).added == 1
    (found,) = daily(database, FactQuery((ONE,), ("visits",), SUNDAY, SUNDAY))
    assert found.values == (8,)


def test_a_fact_of_another_engagements_store_is_refused_with_its_whole_file(database: Books) -> None:
    """One seller's file never writes into another seller's numbers."""
    theirs = SOUTH.stores[0].id
    for stranger in (theirs, "nowhere"):
        with pytest.raises(KeyError, match=stranger):
            record(database, "a", a_fact(ONE, "visits", 3), a_fact(stranger, "visits", 4))
    assert daily(database, FactQuery((ONE, theirs), ("visits",), SUNDAY, SUNDAY)) == ()
    with database.view() as work:
        assert work.facts.files("north", 9) == ()


def test_the_files_of_an_engagement_are_listed_newest_first(database: Books) -> None:
    """With everything that proves an import."""
    for hours, name in enumerate(("a", "b", "c")):
        record(database, name, at=NOON + hours * HOUR)
    record(database, "other", engagement="south")
    with database.view() as work:
        assert work.facts.files("north", 2) == (a_file("c", at=NOON + 2 * HOUR), a_file("b", at=NOON + HOUR))
        assert work.facts.files("nobody", 2) == ()


def test_the_largest_stores_come_first_and_those_without_any_last(database: Books) -> None:
    """By the sum over the period, with at most as many as wanted."""
    record(
        database,
        "a",
        a_fact(ONE, "gmv_gross", 5),
        a_fact(ONE, "gmv_gross", 5, SATURDAY),
        a_fact(AMZ, "gmv_gross", 9),
        a_fact(TWO, "gmv_gross", 99, SATURDAY - timedelta(days=9)),
        a_fact(TWO, "gmv_gross", 99, listing="MLB1"),
    )
    period = Period(SATURDAY, SUNDAY)
    with database.view() as work:
        assert work.facts.largest((AMZ, TWO, ONE), "gmv_gross", period, 9) == (ONE, AMZ, TWO)
        assert work.facts.largest((AMZ, TWO, ONE), "gmv_gross", period, 1) == (ONE,)
        assert work.facts.largest((TWO, AMZ), "visits", period, 9) == (AMZ, TWO)
        assert work.facts.largest((AMZ, "nowhere"), "gmv_gross", period, 9) == (AMZ,)


def test_parts_are_summed_apart_from_their_store(database: Books) -> None:
    """A measure a part lacks is unknown; the store is no part; parts of one name in two dimensions are two."""
    record(
        database,
        "a",
        a_fact(ONE, "units_sold", 100),
        a_fact(ONE, "units_sold", 2, listing="MLB1"),
        a_fact(ONE, "units_sold", 3, SATURDAY, listing="MLB1"),
        a_fact(ONE, "gmv_gross", 70, listing="MLB1"),
        a_fact(ONE, "units_sold", 4, listing="MLB2"),
        a_fact(TWO, "units_sold", 5, listing="MLB1"),
        a_part(ONE, "units_sold", 60, "source", "ads"),
        a_part(ONE, "units_sold", 9, "source", "MLB1", SATURDAY),
    )
    period, measures = Period(SATURDAY, SUNDAY), ("gmv_gross", "units_sold")
    with database.view() as work:
        listings = (
            PartSum(ONE, "listing", "MLB1", (70, 5)),
            PartSum(ONE, "listing", "MLB2", (None, 4)),
            PartSum(TWO, "listing", "MLB1", (None, 5)),
        )
        sources = (PartSum(ONE, "source", "MLB1", (None, 9)), PartSum(ONE, "source", "ads", (None, 60)))
        assert work.facts.parts((TWO, ONE), measures, period, "listing") == listings
        assert work.facts.parts((TWO, ONE), measures, period) == (*listings[:2], *sources, listings[2])
        assert work.facts.parts((ONE,), ("gmv_gross",), Period.of_day(SATURDAY)) == ()
        assert work.facts.parts((ONE,), measures, period, "device") == ()
    (store,) = daily(database, FactQuery((ONE,), ("units_sold",), SUNDAY, SUNDAY))
    assert store.values == (100,)


def test_the_newest_day_of_a_store_is_told_where_there_is_one(database: Books) -> None:
    """Of whole stores: a listing's day alone does not count."""
    record(
        database,
        "a",
        a_fact(ONE, "visits", 1, SATURDAY),
        a_fact(ONE, "units_sold", 2),
        a_fact(TWO, "visits", 1, listing="MLB1"),
    )
    with database.view() as work:
        assert dict(work.facts.last_days((ONE, TWO, AMZ))) == {ONE: SUNDAY}


def test_what_each_store_reported_on_each_day_is_told(database: Books) -> None:
    """The measures' names, zeros too, listings not."""
    record(
        database,
        "a",
        a_fact(ONE, "visits", 0),
        a_fact(ONE, "gmv_gross", 2),
        a_fact(ONE, "visits", 1, SATURDAY),
        a_fact(TWO, "visits", 1, SATURDAY - timedelta(days=1)),
        a_fact(TWO, "units_sold", 1, listing="MLB1"),
    )
    with database.view() as work:
        assert dict(work.facts.measures_on((ONE, TWO), SATURDAY, SUNDAY)) == {
            (ONE, SUNDAY): {"visits", "gmv_gross"},
            (ONE, SATURDAY): {"visits"},
        }


def test_a_store_that_left_keeps_its_facts(database: Books) -> None:
    """And has them still when it comes back."""
    record(database, "a", a_fact(ONE, "visits", 7))
    for saved in (replace(NORTH, stores=NORTH.stores[1:]), NORTH):
        with database.work() as work:
            work.engagements.save(saved, NOON)
    (found,) = daily(database, FactQuery((ONE,), ("visits",), SUNDAY, SUNDAY))
    assert found.values == (7,)
