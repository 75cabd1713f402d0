"""What the fact book promises about values that change: nothing that was shown is ever lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi.days import Period
from kpi.facts import Fact, FactQuery, FactStatus, Grain, ImportOutcome
from tests.twins.book_samples import HOUR, NOON, SUNDAY, a_fact, an_engagement, record
from tests.twins.books import Books, MemoryDatabase

STORE = "north-ml-1"
FINAL, RESTATED, PRELIMINARY, PARTIAL = (
    FactStatus.FINAL,
    FactStatus.RESTATED,
    FactStatus.PRELIMINARY,
    FactStatus.PARTIAL,
)


def saved(database: Books, name: str = "north") -> None:
    """Store the engagement whose facts are recorded."""
    with database.work() as work:
        work.engagements.save(an_engagement(name), NOON)


def shown(database: Books, known_at: datetime | None = None) -> tuple[int | None, FactStatus] | None:
    """Return the value and status of the store's Sunday visits, as known at an instant."""
    with database.view() as work:
        found = work.facts.daily(FactQuery((STORE,), ("visits",), SUNDAY, SUNDAY, known_at=known_at))
    return (found[0].values[0], found[0].status) if found else None


def visits(value: int, status: FactStatus = FINAL) -> Fact:
    """Return the store's visits on Sunday."""
    return a_fact(STORE, "visits", value, status=status)


@pytest.mark.parametrize(
    ("before", "after", "value", "told", "outcome"),
    [
        (FINAL, FINAL, 7, FINAL, (0, 0, 1)),
        (FINAL, FINAL, 8, RESTATED, (0, 1, 0)),
        (PRELIMINARY, FINAL, 8, FINAL, (0, 1, 0)),
        (PRELIMINARY, FINAL, 7, FINAL, (0, 0, 1)),
        (PARTIAL, FINAL, 8, FINAL, (0, 1, 0)),
        (PARTIAL, PRELIMINARY, 8, PRELIMINARY, (0, 1, 0)),
        (FINAL, PARTIAL, 7, PARTIAL, (0, 0, 1)),
    ],
)
def test_a_value_that_settles_is_final_and_one_that_was_final_is_restated(
    database: Books,
    before: FactStatus,
    after: FactStatus,
    value: int,
    told: FactStatus,
    outcome: tuple[int, int, int],
) -> None:
    """What was shown as not final was never promised."""
    saved(database)
    record(database, "a", visits(7, before))
    result = record(database, "b", visits(value, after), at=NOON + HOUR)
    assert result == ImportOutcome(*outcome, is_repeat=False)
    assert shown(database) == (value, told)


def test_a_restated_value_stays_restated_when_it_is_confirmed(database: Books) -> None:
    """The reader was shown something else once; that does not stop being true."""
    saved(database)
    for hours, value in enumerate((7, 8, 8)):
        record(database, f"file {hours}", visits(value), at=NOON + hours * HOUR)
    assert shown(database) == (8, RESTATED)


def test_what_was_known_at_an_instant_can_be_read_again(database: Books) -> None:
    """Each version from the instant it was known until the next one was."""
    saved(database)
    for hours, value in enumerate((7, 8, 9)):
        record(database, f"file {hours}", visits(value), at=NOON + hours * HOUR)
    second = timedelta(seconds=1)
    assert shown(database, NOON - second) is None
    assert shown(database, NOON) == (7, FINAL)
    assert shown(database, NOON + HOUR - second) == (7, FINAL)
    assert shown(database, NOON + HOUR) == (8, RESTATED)
    assert shown(database, NOON + 9 * HOUR) == shown(database) == (9, RESTATED)


def test_a_clock_set_back_never_makes_history_run_backwards(database: Books) -> None:
    """The later import is the later truth."""
    saved(database)
    record(database, "a", visits(7))
    record(database, "b", visits(8), at=NOON - HOUR)
    assert shown(database) == shown(database, NOON) == (8, RESTATED)
    assert shown(database, NOON - HOUR) is None


def test_what_changed_since_an_instant_is_found(database: Books) -> None:
    """A value that was known then and is another now; what is new, settled or listing-level is none of it."""
    saved(database)
    record(database, "a", visits(7), a_fact(STORE, "orders_paid", 3), a_fact(STORE, "units_sold", 3, listing="MLB1"))
    record(
        database,
        "b",
        visits(8),
        a_fact(STORE, "orders_paid", 3, status=PARTIAL),
        a_fact(STORE, "claims_opened", 1),
        a_fact(STORE, "units_sold", 4, listing="MLB1"),
        at=NOON + HOUR,
    )
    with database.view() as work:
        stores = (STORE, "north-amz")
        assert work.facts.restated_since(stores, NOON) == ((STORE, SUNDAY, "visits"),)
        assert work.facts.restated_since(stores, NOON + HOUR) == ()
        assert work.facts.restated_since(stores, NOON - HOUR) == ()
        assert work.facts.restated_since(("north-amz",), NOON) == ()


def test_a_value_that_came_back_has_not_changed(database: Books) -> None:
    """Seven, eight, seven: whoever was shown seven reads nothing new; whoever was shown eight does."""
    saved(database)
    for hours, value in enumerate((7, 8, 7)):
        record(database, f"file {hours}", visits(value), at=NOON + hours * HOUR)
    with database.view() as work:
        assert work.facts.restated_since((STORE,), NOON) == ()
        assert work.facts.restated_since((STORE,), NOON + HOUR) == ((STORE, SUNDAY, "visits"),)


PLACES = st.tuples(
    st.sampled_from(("ml-1", "ml-2", "amz")), st.sampled_from(("visits", "orders_paid", "gmv_gross")), st.integers(0, 2)
)
FACTS = st.lists(
    st.tuples(
        PLACES,
        st.integers(0, 3),
        st.sampled_from((FINAL, PRELIMINARY, PARTIAL)),
        st.sampled_from((("listing", ""), ("listing", ""), ("listing", "a"), ("source", "a"), ("source", "b"))),
    ),
    max_size=8,
)
NUMBERS = count(1)


def told(database: Books, name: str, known_at: datetime | None) -> object:
    """Return everything the fact book says about an engagement's three days, free of its name."""
    stores = tuple(store.id for store in an_engagement(name).stores)
    first = SUNDAY - timedelta(days=2)
    with database.view() as work:
        facts = work.facts
        sums = [
            facts.daily(FactQuery(stores, required, first, SUNDAY, ("gmv_gross",), grain, known_at))
            for required in (("visits",), ("orders_paid", "visits"))
            for grain in Grain
        ]
        answers = (
            sums,
            facts.largest(stores, "visits", Period(first, SUNDAY), 2),
            facts.parts(stores, ("visits", "orders_paid"), Period(first, SUNDAY)),
            facts.parts(stores, ("visits",), Period(first, SUNDAY), "source"),
            sorted(facts.last_days(stores).items()),
            sorted((place, sorted(names)) for place, names in facts.measures_on(stores, first, SUNDAY).items()),
            facts.restated_since(stores, known_at or NOON),
        )
    return repr(answers).replace(f"{name}-", "")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(imports=st.lists(st.tuples(FACTS, st.integers(0, 4)), max_size=5), asked=st.none() | st.integers(0, 5))
def test_any_imports_are_told_as_the_plain_meaning_says(
    database: Books,
    imports: list[tuple[list[tuple[tuple[str, str, int], int, FactStatus, tuple[str, str]]], int]],
    asked: int | None,
) -> None:
    """The twin keeps every version in a list and looks; the SQL must say the same for every question."""
    twin, name = MemoryDatabase(), f"e{next(NUMBERS)}"
    for books in (twin, database):
        saved(books, name)
    for number, (rows, hours) in enumerate(imports):
        facts = [
            Fact(f"{name}-{store}", SUNDAY - timedelta(days=back), measure, value, "export", status, part, dimension)
            for (store, measure, back), value, status, (dimension, part) in rows
        ]
        ours, theirs = (
            record(books, f"file {number}", *facts, at=NOON + hours * HOUR, engagement=name)
            for books in (twin, database)
        )
        assert ours == theirs
    known_at = None if asked is None else NOON + asked * HOUR
    assert told(database, name, known_at) == told(twin, name, known_at)


def test_every_version_of_stores_and_listings_comes_in_the_order_it_became_known(database: Books) -> None:
    """A past is lived through again from these alone: values, status, source, listing and instant."""
    with database.work() as work:
        work.engagements.save(an_engagement("north"), NOON)
        work.engagements.save(an_engagement("south"), NOON)
    store = "north-ml-1"
    preliminary = a_fact(store, "visits", 5, status=FactStatus.PRELIMINARY)
    record(database, "b", a_fact(store, "visits", 7), at=NOON + 2 * HOUR)
    record(database, "c", a_fact(store, "visits", 9), at=NOON + 3 * HOUR)
    record(database, "a", a_fact(store, "units_sold", 3, listing="MLB1"), at=NOON)
    record(database, "d", a_fact(store, "units_sold", 4, listing="MLB1"), at=NOON + HOUR)
    record(database, "e", a_fact("north-ml-2", "visits", 1), preliminary, at=NOON + 4 * HOUR)
    record(database, "f", a_fact("south-ml-1", "visits", 8), engagement="south")
    with database.view() as work:
        found = list(work.facts.every_version([store, "nobody"]))
    assert [(one.fact.measure, one.fact.part, one.fact.value, one.known_at - NOON) for one in found] == [
        ("units_sold", "MLB1", 3, 0 * HOUR),
        ("units_sold", "MLB1", 4, HOUR),
        ("visits", "", 7, 2 * HOUR),
        ("visits", "", 9, 3 * HOUR),
        ("visits", "", 5, 4 * HOUR),
    ]
    assert [one.fact.status for one in found][2:] == [
        FactStatus.FINAL,
        FactStatus.RESTATED,
        FactStatus.PRELIMINARY,
    ]
    assert {one.fact.source for one in found} == {"export"}
