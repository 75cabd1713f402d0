"""What facts as columns promise on the twin, SQLite and PostgreSQL: the same rows, whatever engine keeps them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi.facts import FactStatus, FactVersions
from tests.twins.book_samples import HOUR, NOON, SUNDAY, a_fact, an_engagement, record
from tests.twins.books import Books, MemoryDatabase

STORE, SECOND = "north-ml-1", "north-ml-2"
FINAL, RESTATED, PRELIMINARY, PARTIAL = (
    FactStatus.FINAL,
    FactStatus.RESTATED,
    FactStatus.PRELIMINARY,
    FactStatus.PARTIAL,
)
ONE_DAY = timedelta(days=1)


class Row(NamedTuple):
    """One version, spelled out."""

    store: str
    measure: str
    day: date
    value: int
    status: FactStatus
    known_at: datetime


def saved(database: Books, *names: str) -> None:
    """Store the engagements whose facts are recorded."""
    with database.work() as work:
        for name in names or ("north",):
            work.engagements.save(an_engagement(name), NOON)


def spelled(found: FactVersions) -> list[Row]:
    """Return columns as rows."""
    columns = (found.store, found.measure, found.day, found.value, found.status, found.known_at)
    assert {len(column) for column in columns} == {len(found.store)}
    return [
        Row(
            found.stores[store],
            found.measures[measure],
            date.fromordinal(day),
            value,
            FactStatus(status),
            datetime.fromtimestamp(known_at / 1_000_000, UTC),
        )
        for store, measure, day, value, status, known_at in zip(*columns, strict=True)
    ]


def versions(
    database: Books, *stores: str, first: date = SUNDAY, last: date = SUNDAY, with_history: bool = True
) -> list[Row]:
    """Return the visits and orders of some stores (none named: of the first)."""
    with database.view() as work:
        return spelled(
            work.facts.versions(stores or (STORE,), ("visits", "orders_paid"), first, last, with_history=with_history)
        )


def test_every_earlier_value_keeps_the_status_it_was_shown_with(database: Books) -> None:
    """A replay must see a preliminary day as preliminary, although it is final by now."""
    saved(database)
    record(database, "a", a_fact(STORE, "visits", 5, status=PRELIMINARY))
    record(database, "b", a_fact(STORE, "visits", 7), at=NOON + HOUR)
    record(database, "c", a_fact(STORE, "visits", 9), at=NOON + 2 * HOUR)
    shown = [(row.value, row.status, row.known_at - NOON) for row in versions(database)]
    assert shown == [(5, PRELIMINARY, 0 * HOUR), (7, FINAL, HOUR), (9, RESTATED, 2 * HOUR)]
    assert [(row.value, row.status) for row in versions(database, with_history=False)] == [(9, RESTATED)]


def test_a_value_that_only_settled_has_two_versions(database: Books) -> None:
    """Seven stayed seven, but before it was final nobody may judge it."""
    saved(database)
    record(database, "a", a_fact(STORE, "visits", 7, status=PARTIAL))
    record(database, "b", a_fact(STORE, "visits", 7), at=NOON + HOUR)
    assert [row.status for row in versions(database)] == [PARTIAL, FINAL]


def test_a_value_that_is_confirmed_has_one_version(database: Books) -> None:
    """The same file exported again tells nothing new, and is known since the first time."""
    saved(database)
    record(database, "a", a_fact(STORE, "visits", 7))
    record(database, "b", a_fact(STORE, "visits", 7), at=NOON + HOUR)
    assert [row.known_at for row in versions(database)] == [NOON]


def test_only_the_days_asked_for_come_and_both_ends_belong_to_them(database: Books) -> None:
    """A panel that starts a day late learns from one day less, and nobody would notice."""
    saved(database)
    record(database, "a", *(a_fact(STORE, "visits", 1, SUNDAY + offset * ONE_DAY) for offset in range(-3, 4)))
    found = versions(database, first=SUNDAY - ONE_DAY, last=SUNDAY + ONE_DAY)
    assert [row.day for row in found] == [SUNDAY - ONE_DAY, SUNDAY, SUNDAY + ONE_DAY]


def test_listings_and_other_measures_stay_out(database: Books) -> None:
    """A listing's units are not the store's."""
    saved(database)
    record(
        database,
        "a",
        a_fact(STORE, "visits", 7),
        a_fact(STORE, "units_sold", 3),
        a_fact(STORE, "visits", 2, listing="MLB1"),
        a_fact(STORE, "orders_paid", 1, listing="MLB1"),
    )
    record(database, "b", a_fact(STORE, "visits", 4, listing="MLB1"), at=NOON + HOUR)
    assert [(row.measure, row.value) for row in versions(database)] == [("visits", 7)]


def test_stores_that_nobody_knows_or_asked_for_are_left_out(database: Books) -> None:
    """Isolation, and a store that was agreed on but has reported nothing."""
    saved(database, "north", "south")
    record(database, "a", a_fact(STORE, "visits", 7), a_fact(SECOND, "visits", 8))
    record(database, "b", a_fact("south-ml-1", "visits", 9), engagement="south")
    assert [row.store for row in versions(database, STORE, "north-amz", "nobody")] == [STORE]
    assert versions(database, "nobody") == []
    assert versions(database, "north-amz") == []


def test_measures_nobody_ever_reported_give_no_rows(database: Books) -> None:
    """The first morning of a new Vigia watches metrics that have no facts yet."""
    saved(database)
    with database.view() as work:
        found = work.facts.versions((STORE,), ("reviews_negative",), SUNDAY, SUNDAY, with_history=True)
    assert spelled(found) == []


def test_a_store_named_twice_comes_once(database: Books) -> None:
    """Doubled rows would double a count."""
    saved(database)
    record(database, "a", a_fact(STORE, "visits", 7))
    assert len(versions(database, STORE, STORE)) == 1


def test_what_two_stores_reported_is_ordered_by_when_it_was_known(database: Books) -> None:
    """The later import is the later version, whichever store it is of."""
    saved(database)
    record(database, "a", a_fact(SECOND, "visits", 1))
    record(database, "b", a_fact(STORE, "visits", 2), at=NOON + HOUR)
    record(database, "c", a_fact(SECOND, "visits", 3), at=NOON + 2 * HOUR)
    found = versions(database, STORE, SECOND)
    assert [(row.store, row.value) for row in found] == [(SECOND, 1), (STORE, 2), (SECOND, 3)]


def test_four_hundred_stores_are_asked_for_at_once(database: Books) -> None:
    """One query for everything under watch, not one for each store."""
    saved(database)
    record(database, "a", a_fact(STORE, "visits", 7))
    stores = (*(f"store-{number}" for number in range(1_200)), STORE)
    assert [row.value for row in versions(database, *stores)] == [7]


STATUSES = st.sampled_from([FINAL, PRELIMINARY, PARTIAL])
REPORTED = st.tuples(
    st.sampled_from([STORE, SECOND]),
    st.sampled_from(["visits", "orders_paid"]),
    st.integers(0, 2),
    st.integers(0, 3),
    STATUSES,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.lists(REPORTED, min_size=1, max_size=4), min_size=1, max_size=6))
def test_any_story_of_imports_gives_the_twins_versions(
    database: Books, files: list[list[tuple[str, str, int, int, FactStatus]]]
) -> None:
    """Whatever came in whatever order, the three engines tell the same history."""
    twin = MemoryDatabase()
    saved(twin)
    saved(database)
    start = _next_start(database)
    for number, file in enumerate(files):
        facts = [
            a_fact(store, measure, value, start + back * ONE_DAY, status)
            for store, measure, back, value, status in file
        ]
        for books in (twin, database):
            record(books, f"{start} {number}", *facts, at=NOON + number * HOUR)
    days = {"first": start, "last": start + 2 * ONE_DAY}
    for with_history in (True, False):
        told = versions(database, STORE, SECOND, with_history=with_history, **days)
        assert sorted(told) == sorted(versions(twin, STORE, SECOND, with_history=with_history, **days))


def _next_start(database: Books) -> date:
    """Return a first day whose days no earlier example has touched."""
    with database.view() as work:
        newest = work.facts.last_days((STORE, SECOND)).values()
    return max(newest, default=SUNDAY) + 7 * ONE_DAY
