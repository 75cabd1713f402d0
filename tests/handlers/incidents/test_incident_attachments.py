"""Files of incidents: kept once, told to the other side, and shown only to whom they belong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.incidents.files import file_shown_in
from handlers.messages import Attachment, Reply
from kpi.engagements import Platform
from kpi.incidents.evidence_files import MOST_FILES, FileKind
from kpi.incidents.incident import EntryKind, Visibility
from tests.handlers.incident_world import SEEN, IncidentWorld
from tests.handlers.world import NOW

SHOT = Attachment("shot.png", FileKind.PNG, b"a picture")


@pytest.fixture
def world() -> IncidentWorld:
    """Return a world in which a seller has reported a fall of conversion."""
    found = IncidentWorld()
    found.seller(SEEN)
    return found


def attached(world: IncidentWorld, *files: Attachment, address: str = "north-seller", handle: str = "wei") -> Reply:
    """Return the answer to files that came in for the incident."""
    arrival = world.arrival("/incident evidence 1001", address, handle)
    reply = world.intake.answer(replace(arrival, files=files))
    assert reply is not None
    return reply


def seen_in(world: IncidentWorld, address: str, file_id: str) -> bytes | None:
    """Return the content of a file as a room sees it."""
    with world.books.view() as work:
        bound = work.engagements.at_address(Platform.CONSOLE, address)
        assert bound is not None
        found = file_shown_in(work, *bound, file_id, NOW)
    return found[1] if found else None


def test_a_file_of_the_seller_is_kept_and_both_sides_see_it(world: IncidentWorld) -> None:
    """With its name in the timeline and on the card."""
    reply = attached(world, SHOT)
    assert reply.headline == "With incident #1001: shot.png"
    assert reply.is_private
    (shown,) = reply.files
    for address in ("north-seller", "north-ops"):
        assert seen_in(world, address, shown.id) == b"a picture"
    assert world.seller("/incident 1001").files == (shown,)
    assert world.ask("/incident timeline 1001").files == (shown,)
    with world.books.view() as work:
        (stored,) = work.incident_files.of("north-1001")
    assert (stored.size, stored.added_by, stored.visibility) == (9, "north-wei", Visibility.SELLER)


def test_a_file_from_the_operations_room_stays_there(world: IncidentWorld) -> None:
    """The seller finds neither its name nor its content."""
    (hidden,) = attached(world, replace(SHOT, name="margin.png"), address="north-ops", handle="ana").files
    assert seen_in(world, "north-ops", hidden.id) == b"a picture"
    assert seen_in(world, "north-seller", hidden.id) is None
    assert "margin.png" not in repr(world.seller("/incident timeline 1001"))
    assert world.seller("/incident 1001").files == ()


def test_no_other_seller_sees_a_file(world: IncidentWorld) -> None:
    """Not even their operations room, and nobody sees one that is not there."""
    (shown,) = attached(world, SHOT).files
    assert seen_in(world, "south-ops", shown.id) is None
    assert seen_in(world, "south-seller", shown.id) is None
    assert seen_in(world, "north-ops", "0" * 32) is None


def test_files_of_a_margin_incident_are_not_the_sellers(world: IncidentWorld) -> None:
    """There is no such incident for them."""
    world.ask("/incident gross margin fell in North ML")
    arrival = replace(world.arrival("/incident evidence 1002"), files=(SHOT,))
    reply = world.intake.answer(arrival)
    assert reply is not None
    assert seen_in(world, "north-seller", reply.files[0].id) is None
    theirs = replace(world.arrival("/incident evidence 1002", "north-seller", "wei"), files=(SHOT,))
    refused = world.intake.answer(theirs)
    assert refused is not None
    assert "no incident “1002”" in refused.headline


def test_the_same_file_twice_is_kept_and_told_once(world: IncidentWorld) -> None:
    """A repeated delivery is harmless, also within one message."""
    attached(world, SHOT, replace(SHOT, name="copy.png"))
    attached(world, SHOT)
    with world.books.view() as work:
        assert len(work.incident_files.of("north-1001")) == 1
        kinds = [line.kind for line in work.incidents.timeline("north-1001")]
    assert kinds.count(EntryKind.EVIDENCE_ADDED) == 1


def test_an_incident_has_a_bounded_number_of_files(world: IncidentWorld) -> None:
    """The last one that fits is kept; one more is refused in a sentence, whole."""
    files = [replace(SHOT, content=bytes([n])) for n in range(MOST_FILES + 1)]
    attached(world, *files[: MOST_FILES - 1])
    refused = attached(world, *files[MOST_FILES - 1 :])
    assert "20 files already" in refused.headline
    assert "With incident" in attached(world, files[MOST_FILES - 1]).headline
    with world.books.view() as work:
        assert len(work.incident_files.of("north-1001")) == MOST_FILES


def test_the_other_sides_room_hears_of_a_file(world: IncidentWorld) -> None:
    """With the file in the message, where its platform shows files."""
    world.send_all()
    (shown,) = attached(world, SHOT).files
    with world.books.view() as work:
        told = [work.incidents.notice(one.cause) for one in world.deliveries() if one.anchor]
    news = [one for one in told if one and one.entries and one.entries[0].kind is EntryKind.EVIDENCE_ADDED]
    assert [dict(one.entries[0].params)["file"] for one in news] == [shown.id]


def test_evidence_may_be_added_to_what_is_over(world: IncidentWorld) -> None:
    """What shows the cause often comes later."""
    world.ask("/incident resolve 1001 cause: a action: b reason: c")
    assert "With incident #1001" in attached(world, SHOT).headline
