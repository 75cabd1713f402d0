"""What the book of captured messages promises: one of each message, and nothing left of what was written over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from kpi.incidents.captured_messages import LONGEST_CAPTURED, Capture, Ending, Version, changed, erased
from kpi.incidents.incident import Visibility
from storage.database import Database
from tests.contracts.test_incident_files import a_file
from tests.kpi.incident_samples import DAY, MINUTE, MONDAY_TEN, an_incident
from tests.twins.books import Books, MemoryDatabase

WORDS = "买家王小明说付款一直报错 “<b>” 🙈"
PLACE = ("lumina", "lumina-seller", "1795000100.000200")
POINTED = Capture(*PLACE, by="ana", at=MONDAY_TEN)
CAPTURED = replace(
    POINTED,
    id="c1",
    incident="lumina-1001",
    author="li",
    link="https://lumina.slack.com/archives/C1/p1795000100000200",
    visibility=Visibility.INTERNAL,
    versions=(Version(MONDAY_TEN - MINUTE, WORDS),),
)


@pytest.fixture
def books(database: Books) -> Books:
    """Return a database with an incident in it."""
    with database.work() as work:
        assert work.incidents.open(replace(an_incident(), engagement="lumina")) is not None
    return database


def dumped(books: Books) -> str:
    """Return everything that is stored."""
    if isinstance(books, MemoryDatabase):
        words = [version.text for one in books.state.captures.values() for version in one.versions]
        return f"{books.state!r} {words}"
    assert isinstance(books, Database)
    with books.engine.connect() as connection:
        names = [name for name in connection.dialect.get_table_names(connection) if name != "alembic_version"]
        return "\n".join(str(row) for name in names for row in connection.exec_driver_sql(f"SELECT * FROM {name}"))  # noqa: S608 - our own tables


def test_a_capture_comes_back_as_it_was_stored(books: Books) -> None:
    """Before anything is kept of its message, and with its words."""
    with books.work() as work:
        assert work.captures.get(*PLACE) is None
        work.captures.save(POINTED)
        assert work.captures.get(*PLACE) == work.captures.hold(*PLACE) == POINTED
        assert work.captures.of_incident("lumina-1001") == ()
        work.captures.save(CAPTURED)
    with books.view() as work:
        assert work.captures.get(*PLACE) == CAPTURED
        assert work.captures.get("other", *PLACE[1:]) is None
        assert work.captures.get(*PLACE[:2], "1795000100.000201") is None


def test_a_message_is_added_once(books: Books) -> None:
    """Whoever comes second finds what the first one left."""
    with books.work() as work:
        assert work.captures.add(CAPTURED)
        assert not work.captures.add(POINTED)
    with books.work() as work:
        assert not work.captures.add(POINTED)
        assert work.captures.hold(*PLACE) == CAPTURED


def test_of_two_who_add_one_message_at_once_one_does(books: Books) -> None:
    """And the other one finds it."""
    together = Barrier(2)

    def add(by: str) -> tuple[bool, str]:
        together.wait()
        with books.work() as work:
            is_first = work.captures.add(replace(POINTED, by=by))
            found = work.captures.hold(*PLACE)
            assert found is not None
            return is_first, found.by

    with ThreadPoolExecutor(2) as pool:
        (one, first), (other, second) = pool.map(add, ("ana", "bruno"))
    assert {one, other} == {True, False}
    assert first == second == ("ana" if one else "bruno")


def test_the_longest_text_in_any_script_comes_back_whole(books: Books) -> None:
    """Every version of it."""
    long = changed(CAPTURED, Version(MONDAY_TEN + MINUTE, "汉🙈" * (LONGEST_CAPTURED // 2)))
    with books.work() as work:
        work.captures.save(long)
    with books.view() as work:
        assert work.captures.get(*PLACE) == long


def test_captures_of_an_incident_stand_in_the_order_they_were_taken(books: Books) -> None:
    """And no other incident's."""
    later = replace(CAPTURED, message="1795000100.000100", at=MONDAY_TEN + MINUTE, id="c2")
    beside = replace(CAPTURED, message="1795000100.000300", id="c3")
    with books.work() as work:
        for one in (later, beside, CAPTURED):
            work.captures.save(one)
    with books.view() as work:
        assert [one.id for one in work.captures.of_incident("lumina-1001")] == ["c1", "c3", "c2"]
        assert work.captures.of_incident("lumina-1002") == ()


def test_nothing_is_left_of_words_that_were_erased(books: Books) -> None:
    """Neither in its row nor anywhere else."""
    with books.work() as work:
        work.captures.save(CAPTURED)
    assert "王小明" in dumped(books)
    with books.work() as work:
        work.captures.save(erased(CAPTURED, Ending.DELETED))
    assert "王小明" not in dumped(books)
    assert PLACE[2] in dumped(books)


def test_only_what_is_in_no_timeline_is_forgotten(books: Books) -> None:
    """Once it is older than the instant."""
    waiting = replace(POINTED, message="1795000100.000900")
    with books.work() as work:
        work.captures.save(CAPTURED)
        work.captures.save(waiting)
        assert work.captures.forget(MONDAY_TEN) == 0
        assert work.captures.forget(MONDAY_TEN + timedelta(seconds=1)) == 1
        assert work.captures.get(*PLACE[:2], "1795000100.000900") is None
        assert work.captures.forget(MONDAY_TEN + DAY) == 0
        assert work.captures.get(*PLACE) == CAPTURED


def test_a_unit_of_work_that_failed_kept_no_word(books: Books) -> None:
    """Its line in the timeline is not there either."""

    def fail() -> None:
        with books.work() as work:
            work.captures.save(CAPTURED)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with books.view() as work:
        assert work.captures.get(*PLACE) is None


def test_files_go_with_the_message_they_came_with(books: Books) -> None:
    """What somebody added themselves stays."""
    with books.work() as work:
        assert work.incident_files.add(a_file("theirs", content=b"1"), b"1")
        assert work.incident_files.add(replace(a_file("with-it", content=b"2"), capture="c1"), b"2")
        assert work.incident_files.add(replace(a_file("beside", content=b"3"), capture="c2"), b"3")
    with books.work() as work:
        assert work.incident_files.get("with-it") == replace(a_file("with-it", content=b"2"), capture="c1")
        assert work.incident_files.remove("c1") == 1
        assert work.incident_files.remove("c1") == 0
    with books.view() as work:
        assert [one.id for one in work.incident_files.of("lumina-1001")] == ["beside", "theirs"]
        assert work.incident_files.content("with-it") is None
