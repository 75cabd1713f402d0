"""An engagement is read once, and anew as soon as anybody changed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from kpi.absences import Absence
from kpi.engagements import Audience, Engagement, Platform, Room
from kpi.languages import Language
from storage.database import Database
from storage.known_engagements import KnownEngagements
from tests.twins.book_samples import NOON, an_engagement

OPERATIONS = Room(
    "north-ops", "north", Platform.SLACK, "C0OPS00001", Audience.OPERATIONS, Language.PT, ZoneInfo("America/Sao_Paulo")
)


@pytest.fixture
def here(empty_url: str) -> Iterator[Database]:
    """Give one replica's database."""
    made = Database(empty_url)
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def there(here: Database, empty_url: str) -> Iterator[Database]:
    """Give another replica's."""
    assert here.is_current()
    made = Database(empty_url)
    yield made
    made.close()


def _read(database: Database, engagement: Engagement) -> Engagement | None:
    with database.view() as work:
        return work.engagements.get(engagement.id)


def _save(database: Database, engagement: Engagement) -> None:
    with database.work() as work:
        work.engagements.save(engagement, NOON)


def _statements(database: Database, engagement: Engagement) -> int:
    seen: list[str] = []

    def note(*parts: object) -> None:
        seen.append(str(parts[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        _read(database, engagement)
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return sum("select" in one.lower() for one in seen)


def test_an_engagement_that_is_known_costs_one_look_at_its_stamp(here: Database) -> None:
    """Its rooms, people and stores are not read again for every question."""
    engagement = an_engagement("north")
    _save(here, engagement)
    assert _statements(here, engagement) > 1
    assert _statements(here, engagement) == 1


def test_what_another_replica_changes_is_seen_at_once(here: Database, there: Database) -> None:
    """A person who was added there may ask here."""
    engagement = an_engagement("north")
    _save(here, engagement)
    assert _read(there, engagement) == engagement
    renamed = replace(engagement, name="Renamed")
    _save(here, renamed)
    assert _read(there, engagement) == renamed


def test_an_absence_that_is_noted_there_is_known_here(here: Database, there: Database) -> None:
    """A call must not go to somebody who is away."""
    engagement = an_engagement("north")
    _save(here, engagement)
    _read(there, engagement)
    with here.work() as work:
        work.engagements.note_absence(engagement.id, "ana", Absence(date(2026, 12, 1), date(2026, 12, 5), ""))
    read = _read(there, engagement)
    assert read is not None
    assert [name for name, _ in read.absences] == ["ana"]


def test_a_room_that_is_shared_there_is_held_here(here: Database, there: Database) -> None:
    """No message with margins may leave before every replica knows."""
    engagement = replace(an_engagement("north"), rooms=(OPERATIONS,))
    _save(here, engagement)
    assert _read(there, engagement) == engagement
    with here.work() as work:
        work.shared_places.share(Platform.SLACK, "C0OPS00001", NOON)
    read = _read(there, engagement)
    assert read is not None
    assert read.held == ("north-ops",)
    with here.work() as work:
        work.shared_places.confirm(Platform.SLACK, "C0OPS00001", "ana")
    assert _read(there, engagement) == engagement


def test_what_was_rolled_back_is_never_read(here: Database) -> None:
    """A transaction sees its own change, and nobody else does."""
    engagement = an_engagement("north")
    _save(here, engagement)

    def change_in_vain() -> None:
        with here.work() as work:
            work.engagements.save(replace(engagement, name="Never"), NOON)
            read = work.engagements.get(engagement.id)
            assert read is not None
            assert read.name == "Never"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_in_vain()
    assert _read(here, engagement) == engagement


def test_only_so_many_are_remembered() -> None:
    """Those that were not asked for longest are forgotten first."""
    known = KnownEngagements(most=2)
    first, second, third = (replace(an_engagement("north"), id=name) for name in ("first", "second", "third"))
    known.keep(first, "1")
    known.keep(second, "1")
    assert known.get("first", "1") is first
    known.keep(third, "1")
    assert known.get("second", "1") is None
    assert known.get("first", "2") is None
    assert known.get("first", "1") is first
