"""What people put right: how severe it is, when it began, that it is the same as another one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kpi.incidents.incident import OnsetSource, Status
from kpi.languages import Language
from kpi.severities import Severity
from tests.handlers.incident_world import SEEN, IncidentWorld
from tests.handlers.world import north, south


@pytest.fixture
def world() -> IncidentWorld:
    """Return a world in which a seller has reported a fall of conversion since yesterday, and Ana has it."""
    found = IncidentWorld()
    found.seller(SEEN)
    found.ask("/incident ack 1001")
    return found


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("severity 1001 S1", Severity.S1),
        ("gravidade 1001 crítico", Severity.S1),
        ("gravedad 1001 s3 motivo: una sola tienda", Severity.S3),
        ("严重程度 1001 轻微 理由：只有一个店铺", Severity.S3),
        ("severity 1001 minor, it is one store only", Severity.S3),
    ],
)
def test_a_severity_is_changed_in_words(world: IncidentWorld, text: str, severity: Severity) -> None:
    """By its name on the card or in short."""
    world.ask(f"/incident {text}")
    assert world.incident().severity is severity


def test_why_it_is_milder_stays_in_the_timeline(world: IncidentWorld) -> None:
    """The seller may read it: it is about what they are owed."""
    assert "Say why it is milder" in world.ask("/incident severity 1001 S3").headline
    world.ask("/incident severity 1001 S3 reason: one listing of two hundred")
    said = "Ana of north changed the severity: major → minor: one listing of two hundred"
    assert said in world.seller("/incident timeline 1001").text


@pytest.mark.parametrize("severity", ["S1", "S4 reason: whatever"])
def test_a_seller_changes_no_severity_and_is_told_what_they_can_do(world: IncidentWorld, severity: str) -> None:
    """Not even to a worse one: that is what the next level is for."""
    reply = world.seller(f"/incident severity 1001 {severity}")
    assert "cannot make it milder" in reply.headline
    assert "/incident escalate 1001" in reply.headline
    assert world.incident().severity is Severity.S2


@pytest.mark.parametrize(
    ("text", "began_from", "began_to"),
    [
        ("2026-08-20", "2026-08-20T00:00:00-03:00", "2026-08-20T23:59:59-03:00"),
        ("2026-08-20 14:00", "2026-08-20T14:00:00-03:00", "2026-08-20T14:00:00-03:00"),
        ("2026-08-20 9h30", "2026-08-20T09:30:00-03:00", "2026-08-20T09:30:00-03:00"),
        ("2026-08-20..2026-08-22", "2026-08-20T00:00:00-03:00", "2026-08-22T23:59:59-03:00"),
        ("yesterday", "2026-08-27T00:00:00-03:00", "2026-08-27T23:59:59-03:00"),
        ("昨天 08：15", "2026-08-27T08:15:00-03:00", "2026-08-27T08:15:00-03:00"),
        ("hoje", "2026-08-28T00:00:00-03:00", "2026-08-28T08:00:00-03:00"),
    ],
)
def test_a_person_says_when_it_really_began(world: IncidentWorld, text: str, began_from: str, began_to: str) -> None:
    """On the store's clock; of today, as far as it has come."""
    world.ask(f"/incident onset 1001 {text}")
    onset = world.incident().onset
    assert onset is not None
    assert (onset.source, onset.corrected_by) == (OnsetSource.PERSON, "north-ana")
    assert onset.began_from == datetime.fromisoformat(began_from)
    assert onset.began_to == datetime.fromisoformat(began_to)


def test_a_day_without_a_year_is_read_as_the_room_reads_it() -> None:
    """Day before month in Portuguese and Spanish."""
    world = IncidentWorld(north(Language.PT), south())
    world.ask(SEEN)
    world.ask("/incident início 1001 20/08 14h")
    onset = world.incident().onset
    assert onset is not None
    assert onset.began_from == datetime(2026, 8, 20, 17, tzinfo=UTC)


def test_what_was_believed_before_a_correction_stays_in_the_timeline(world: IncidentWorld) -> None:
    """With who corrected it; both rooms read it, and the card has the new one."""
    world.ask("/incident onset 1001 2026-08-20 14:00")
    said = "Ana of north corrected when it began: 27 Aug → 20 Aug 14:00"
    assert said in world.seller("/incident timeline 1001").text
    assert "Began: 20 Aug 14:00" in world.seller("/incident 1001").text


def test_a_first_word_about_the_beginning_corrects_nothing() -> None:
    """Nobody knew before."""
    world = IncidentWorld()
    world.ask("/incident orders fell in North ML")
    assert world.incident().onset is None
    world.ask("/incident onset 1001 yesterday")
    assert "Ana of north said when it began: 27 Aug" in world.ask("/incident timeline 1001").text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("onset 1001", "Say when it began"),
        ("onset 1001 some time ago", "Say when it began"),
        ("onset 1001 2026-08-20 in the morning", "Say when it began"),
        ("onset 1001 2026-08-20..2026-08-22 14:00", "Say when it began"),
        ("onset 1001 2026-08-20 25:00", "not a time of day"),
        ("onset 1001 2026-08-20 12:75", "not a time of day"),
        ("onset 1001 2026-02-30", "not a day of the calendar"),
        ("onset 1001 2026-09-01", "in the future"),
        ("severity 1001", "Say how severe it is"),
        ("severity 1001 terrible", "Say how severe it is"),
        ("severity 1001 S2", "That is so already"),
        ("merge 1001", "Say into which incident"),
        ("merge 1001 into the other one", "Say into which incident"),
        ("merge 1001 into 1001", "cannot become one incident"),
        ("merge 1001 into 999", "There is no incident “999”"),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nothing(world: IncidentWorld, text: str, sentence: str) -> None:
    """That says what to write instead."""
    before = world.incident()
    assert sentence in world.ask(f"/incident {text}").headline
    assert world.incident() == before


@pytest.mark.parametrize(
    "text", ["merge 1002 into 1001", "合并 1002 到 1001", "juntar 1002 em #1001", "fusionar 1002 1001"]
)
def test_two_incidents_become_one(world: IncidentWorld, text: str) -> None:
    """The one that goes on is shown; the one that ended says where."""
    world.ask("/incident the pictures are gone in North ML")
    reply = world.ask(f"/incident {text}")
    assert reply.headline.startswith("#1001")
    assert "It goes on as incident north-1001" in world.seller("/incident 1002").text
    assert (world.incident(1002).status, world.incident(1002).merged_into) == (Status.MERGED, "north-1001")
    assert "Incident north-1002 went into it" in world.ask("/incident timeline 1001").text


def test_what_is_over_takes_nothing_in(world: IncidentWorld) -> None:
    """Merge into what goes on."""
    world.ask("/incident the pictures are gone in North ML")
    world.ask("/incident resolve 1001 cause: a action: b reason: c")
    assert "cannot become one incident" in world.ask("/incident merge 1002 into 1001").headline
    assert world.incident(1002).status is Status.OPEN


@pytest.mark.parametrize("text", ["merge 1002 into 1001", "merge 1001 into 1002"])
def test_what_the_seller_may_not_hear_of_stays_apart(world: IncidentWorld, text: str) -> None:
    """A merge would show them the one or hide the other."""
    world.ask("/incident contribution margin fell in North ML")
    assert "shown to the same people" in world.ask(f"/incident {text}").headline
    assert {world.incident(number).status for number in (1001, 1002)} == {Status.ACKNOWLEDGED, Status.OPEN}


@pytest.mark.parametrize("text", ["onset 1001", "onset 1001 yesterday", "merge 1001 into 1002", "merge 1001 into 9"])
def test_a_seller_puts_nothing_right_by_themselves(world: IncidentWorld, text: str) -> None:
    """They say it in a note."""
    world.seller("/incident the pictures are gone in North ML")
    before = world.incident()
    assert "Only the operator's team" in world.seller(f"/incident {text}").headline
    assert world.incident() == before
