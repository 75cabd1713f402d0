"""What the book of files promises: whole contents, each once for the same readers, none without being asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from kpi.incidents.evidence_files import LARGEST_FILE, EvidenceFile, FileKind
from kpi.incidents.incident import Visibility
from tests.kpi.incident_samples import MONDAY_TEN, an_incident
from tests.twins.books import Books

CONTENT = bytes(range(256)) * 3


def a_file(name: str = "one", incident: str = "lumina-1001", content: bytes = CONTENT) -> EvidenceFile:
    """Return a file the seller may see."""
    digest = sha256(content).hexdigest()
    return EvidenceFile(
        name, incident, f"{name}.png", FileKind.PNG, len(content), digest, Visibility.SELLER, "wei", MONDAY_TEN
    )


def filled(database: Books) -> Books:
    """Return the database with an incident in it."""
    with database.work() as work:
        assert work.incidents.open(replace(an_incident(), engagement="lumina")) is not None
    return database


def test_a_file_comes_back_as_it_was_stored(database: Books) -> None:
    """Every byte, zeros too."""
    with filled(database).work() as work:
        assert work.incident_files.add(a_file(), CONTENT)
    with database.view() as work:
        assert work.incident_files.get("one") == a_file()
        assert work.incident_files.content("one") == CONTENT
        assert work.incident_files.get("other") is None
        assert work.incident_files.content("other") is None


def test_files_of_an_incident_stand_in_the_order_they_were_added(database: Books) -> None:
    """And of no other incident."""
    later = replace(a_file("two", content=b"2"), added_at=MONDAY_TEN + timedelta(minutes=1))
    with filled(database).work() as work:
        for file, content in ((later, b"2"), (a_file(), CONTENT)):
            assert work.incident_files.add(file, content)
    with database.view() as work:
        assert [one.id for one in work.incident_files.of("lumina-1001")] == ["one", "two"]
        assert work.incident_files.of("lumina-1002") == ()


def test_the_same_content_is_kept_once_for_the_same_readers(database: Books) -> None:
    """A repeated delivery changes nothing; what only the operator saw may still be shown to the seller."""
    internal = replace(a_file("hidden"), visibility=Visibility.INTERNAL)
    with filled(database).work() as work:
        assert work.incident_files.add(internal, CONTENT)
        assert work.incident_files.add(a_file(), CONTENT)
        assert not work.incident_files.add(a_file("again"), CONTENT)
        assert not work.incident_files.add(replace(a_file(), digest="other"), b"other")
        assert work.incident_files.get("again") is None
        assert work.incident_files.content("one") == CONTENT


def test_the_largest_file_is_kept_whole(database: Books) -> None:
    """Ten megabytes."""
    content = b"\0x" * (LARGEST_FILE // 2)
    with filled(database).work() as work:
        assert work.incident_files.add(a_file(content=content), content)
    with database.view() as work:
        assert work.incident_files.content("one") == content


def test_a_file_of_a_unit_of_work_that_failed_is_not_there(database: Books) -> None:
    """Its line in the timeline is not there either."""

    def fail() -> None:
        with database.work() as work:
            work.incident_files.add(a_file(), CONTENT)
            raise RuntimeError

    filled(database)
    with pytest.raises(RuntimeError):
        fail()
    with database.view() as work:
        assert work.incident_files.of("lumina-1001") == ()
