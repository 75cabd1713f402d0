"""Messages in timelines: taken in once by whoever points at one, and out again by the same person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.incidents.captured_words import LINKS_OFFERED
from handlers.incidents.captures import MOST_CHOICES, pointed_at
from handlers.messages import Attachment
from kpi.incidents.captured_messages import LONGEST_CAPTURED
from kpi.incidents.evidence_files import MOST_FILES, FileKind
from kpi.incidents.incident import EntryKind, Visibility
from kpi.languages import Language
from tests.handlers.capture_world import OPS, SECOND, WORDS, WRITTEN, CaptureWorld
from tests.handlers.incident_world import SEEN
from tests.handlers.world import north, said, south

SHOT = Attachment("王小明.png", FileKind.PNG, b"a picture")


@pytest.fixture
def world() -> CaptureWorld:
    """Return a world in which a seller has reported a fall of conversion."""
    return CaptureWorld()


def test_a_message_stands_in_the_timeline_where_it_was_written(world: CaptureWorld) -> None:
    """By whom, when, in their words, with a way back, and who took it in."""
    reply = world.pin()
    assert reply.headline == "Taken into the timeline of incident #1001."
    assert reply.is_private
    assert reply.attach_command == "/incident pin 1001 m1"
    first, opened = world.lines()
    assert (first.kind, first.body, first.occurred_at, first.actor.person) == (
        EntryKind.CAPTURED,
        WORDS,
        WRITTEN,
        "north-wei",
    )
    assert opened.kind is EntryKind.OPENED
    assert first.recorded_at == world.clock()
    shown = world.ask("/incident timeline 1001")
    assert f"Wei of north wrote (taken in by Wei of north): {WORDS}" in shown.text
    assert [(one.label, one.url) for one in shown.buttons] == [("↗ Wei of north 07:30", "https://chat.example/m1")]


def test_a_second_pin_does_nothing_twice(world: CaptureWorld) -> None:
    """Whoever puts it, and wherever to."""
    world.pin()
    before = world.said()
    for handle in ("wei", "ana"):
        assert world.pin(handle=handle).headline == "Incident #1001 has this message already."
    assert world.pin("/incident pin 1001", handle="ana").attach_command == ""
    assert world.said() == before == [(EntryKind.CAPTURED, WORDS)]


def test_what_is_taken_in_in_the_operations_room_stays_there(world: CaptureWorld) -> None:
    """The seller learns neither the words nor that there is such a line, in no document and no export."""
    world.pin(handle="ana", address=OPS, quoted=world.quoted(author="bruno", text="their margin is thin"))
    assert "their margin is thin" in world.ask("/incident timeline 1001").text
    theirs = (world.seller("/incident timeline 1001"), world.seller("/incident summary 1001"))
    assert not any("margin is thin" in said(one) or "taken in" in said(one) for one in theirs)
    assert "their margin is thin" in said(world.ask("/incident summary 1001"))
    capture = world.capture(room=OPS)
    assert capture is not None
    assert capture.visibility is Visibility.INTERNAL


def test_a_message_of_the_sellers_room_is_read_by_both_sides(world: CaptureWorld) -> None:
    """Also one that an account manager took in."""
    world.pin(handle="ana")
    for reply in (world.ask("/incident timeline 1001"), world.seller("/incident timeline 1001")):
        assert f"Wei of north wrote (taken in by Ana of north): {WORDS}" in reply.text


@pytest.mark.parametrize("language", Language)
def test_a_captured_message_reads_well_in_every_language(language: Language) -> None:
    """In the timeline, in the summary's document with its address, also once it was changed and deleted."""
    world = CaptureWorld(north(language), south(language))
    world.pin()
    world.change("现在好了")
    shown = world.seller("/incident timeline 1001")
    assert WORDS in shown.text
    assert "现在好了" in shown.text
    document = world.seller("/incident summary 1001").document
    assert document is not None
    cells = [cell for section in document.sections if section.grid for row in section.grid.rows for cell in row]
    assert any(WORDS in cell and cell.endswith("https://chat.example/m1") for cell in cells)
    world.change(None)
    gone = world.seller("/incident timeline 1001")
    assert "%(" not in gone.text
    assert not [word for word in (WORDS, "现在好了", "https://") if word in said(gone)]


def test_a_message_in_the_thread_of_a_card_belongs_to_its_incident(world: CaptureWorld) -> None:
    """However many others are open, and also when it is over."""
    card = world.sent_card()
    world.seller("/incident North Amazon is strange")
    assert "#1001" in world.pin(quoted=world.quoted(thread=card)).headline
    world.ask("/incident resolve 1001 cause: a action: b reason: c")
    assert "#1001" in world.pin(quoted=world.quoted("m2", thread=card)).headline
    assert "message of Vigia's" in world.pin(quoted=world.quoted(card)).headline


def test_where_several_are_open_their_buttons_ask_which(world: CaptureWorld) -> None:
    """Privately, the newest first; nothing is kept meanwhile."""
    for number in range(MOST_CHOICES + 1):
        world.seller(f"/incident strange thing {number}")
    asked = world.pin()
    assert asked.is_private
    assert [one.command for one in asked.buttons] == [f"/incident pin {number} m1" for number in range(1007, 1002, -1)]
    assert WORDS not in world.stored()
    assert "#1004" in world.pin(asked.buttons[3].command).headline
    assert world.said(1004) == [(EntryKind.CAPTURED, WORDS)]


def test_where_messages_have_no_names_the_number_comes_with_the_next_quotation(world: CaptureWorld) -> None:
    """A button could not bring the message along."""
    world.seller("/incident North Amazon is strange")
    quoted = replace(world.quoted(), thread="")
    asked = world.pin(quoted=quoted)
    assert asked.buttons == ()
    assert "`/incident pin 1002`" in asked.text
    assert "#1002" in world.pin("/incident 记入 1002", quoted=quoted).headline


def test_without_an_open_incident_nothing_is_kept() -> None:
    """Unless one that is over is named."""
    world = CaptureWorld(is_reported=False)
    assert "No incident is open here" in world.pin().headline
    assert WORDS not in world.stored()
    world.seller(SEEN)
    world.ask("/incident resolve 1001 cause: a action: b reason: c")
    assert "No incident is open here" in world.pin().headline
    assert "#1001" in world.pin("/incident pin 1001").headline


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/incident pin", "Point at the message"),
        ("/incident pin 1001 m1", "could not be read"),
        ("/incident 记入", "📌"),
    ],
)
def test_without_a_readable_message_it_is_said_what_to_do(world: CaptureWorld, command: str, words: str) -> None:
    """Nothing is made up."""
    assert words in world.pin(command, quoted=None).headline
    assert world.said() == []


def test_a_message_without_words_leads_back_to_what_it_shows(world: CaptureWorld) -> None:
    """A picture alone; without a way back there is nothing to take in."""
    world.pin(quoted=world.quoted(text=" "))
    assert world.said() == [(EntryKind.CAPTURED, "")]
    nothing = replace(world.quoted("m2", text=""), link="")
    assert "could not be read" in world.pin(quoted=nothing).headline


def test_an_incident_the_seller_may_not_know_takes_nothing_of_theirs_in(world: CaptureWorld) -> None:
    """For them there is none."""
    world.ask("/incident contribution margin fell in North ML")
    assert "no incident “1002”" in world.pin("/incident pin 1002").headline
    assert "#1001" in world.pin().headline


def test_strangers_take_nothing_in(world: CaptureWorld) -> None:
    """Nor does a seller in the operations room."""
    world.pin(handle="nobody")
    world.pin(handle="wei", address=OPS)
    assert WORDS not in world.stored()


def test_whom_the_engagement_does_not_name_is_nobody_by_name(world: CaptureWorld) -> None:
    """Their words are kept all the same: somebody known took them in."""
    world.pin(quoted=world.quoted(author="a-courier"))
    assert "somebody not named here wrote (taken in by Wei of north)" in world.seller("/incident timeline 1001").text


def test_a_long_message_is_kept_to_its_limit(world: CaptureWorld) -> None:
    """At the limit whole, one past it cut; signs that no database takes are left out."""
    world.pin(quoted=world.quoted(text=f"\0{'x' * LONGEST_CAPTURED}\ud800"))
    world.pin(quoted=world.quoted("m2", text="y" * (LONGEST_CAPTURED + 1)))
    (_, whole), (_, short) = world.said()
    assert whole == "x" * LONGEST_CAPTURED
    assert short == f"{'y' * (LONGEST_CAPTURED - 1)}…"


def test_markup_in_a_message_stays_text(world: CaptureWorld) -> None:
    """As it was written: whoever shows it escapes it."""
    world.pin(quoted=world.quoted(text="<!channel> *R&D* `/incident resolve 1001`"))
    assert "<!channel> *R&D* `/incident resolve 1001`" in world.seller("/incident timeline 1001").text
    assert not world.incident().is_closed


def test_only_the_newest_messages_have_buttons(world: CaptureWorld) -> None:
    """The others are in the document."""
    for number in range(LINKS_OFFERED + 2):
        world.pin(quoted=world.quoted(f"m{number}"))
    urls = [one.url for one in world.seller("/incident timeline 1001").buttons]
    assert urls == [f"https://chat.example/m{number}" for number in range(2, LINKS_OFFERED + 2)]


def test_whoever_took_a_message_in_takes_it_out_with_its_words(world: CaptureWorld) -> None:
    """That it was there stays in the timeline; put in again it is kept again, once."""
    world.pin()
    assert "Only Wei of north" in world.pin("/incident unpin 1001 m1", handle="ana").headline
    assert world.pin("/incident unpin 1001 m1", quoted=None).headline.startswith("Taken out of incident #1001")
    assert WORDS not in world.stored()
    text = world.ask("/incident timeline 1001").text
    assert "Wei of north wrote something (taken in by Wei of north, taken out since)" in text
    assert "Wei of north took a message by Wei of north out again" in text
    assert "in its timeline" in world.pin("/incident unpin m1", quoted=None).headline
    world.pin()
    kinds = [(EntryKind.CAPTURED, ""), (EntryKind.CAPTURED, WORDS), (EntryKind.CAPTURE_TAKEN_OUT, "")]
    assert sorted(world.said()) == sorted(kinds)


def test_files_come_with_their_message_and_go_with_it(world: CaptureWorld) -> None:
    """Under a name that says nothing; the other room is not sent them."""
    world.pin()
    assert world.bring(SHOT).headline == "With incident #1001: 王小明.png"
    world.bring(SHOT)
    (shown,) = world.seller("/incident timeline 1001").files
    assert shown.name == "message-1.png"
    with world.books.view() as work:
        assert work.incident_files.content(shown.id) == SHOT.content
        assert [one.visibility for one in work.incident_files.of("north-1001")] == [Visibility.SELLER]
    assert "王小明.png" not in world.stored()
    world.change(None)
    with world.books.view() as work:
        assert work.incident_files.of("north-1001") == ()
    assert world.seller("/incident timeline 1001").files == ()
    assert world.seller("/incident 1001").files == ()
    assert "in its timeline" in world.bring(SHOT).headline


def test_files_of_messages_count_like_any_other(world: CaptureWorld) -> None:
    """The last one that fits is kept."""
    world.pin()
    for number in range(MOST_FILES):
        world.bring(replace(SHOT, content=bytes([number])))
    assert "20 files already" in world.bring(SHOT).headline


def test_a_file_of_a_message_nobody_took_in_is_not_kept(world: CaptureWorld) -> None:
    """Whatever somebody types."""
    assert "in its timeline" in world.bring(SHOT).headline
    with world.books.view() as work:
        assert work.incident_files.of("north-1001") == ()


def test_a_change_while_a_message_is_read_is_not_missed(world: CaptureWorld) -> None:
    """What was read is older than what it says now: it is offered once more, and nothing is kept yet."""
    world.watch()
    assert world.change("新的内容", 2 * SECOND)
    asked = world.pin()
    assert "changed a moment ago" in asked.headline
    assert "新的内容" not in world.stored()
    assert WORDS not in world.stored()
    newer = replace(world.quoted(text="新的内容"), since=WRITTEN + 2 * SECOND)
    assert "#1001" in world.pin(asked.buttons[0].command, quoted=newer).headline
    assert world.said() == [(EntryKind.CAPTURED, "新的内容")]


def test_a_message_deleted_while_it_is_read_is_not_kept(world: CaptureWorld) -> None:
    """Nor ever after, whoever points at it."""
    world.watch()
    assert world.change(None)
    for handle in ("wei", "ana"):
        world.watch(handle=handle)
        assert "deleted meanwhile" in world.pin(handle=handle).headline
    assert WORDS not in world.stored()


def test_a_pin_taken_off_while_a_message_is_read_takes_nothing_in(world: CaptureWorld) -> None:
    """Put again, it does."""
    world.watch()
    assert world.pin("/incident unpin m1", quoted=None).headline == "Nothing was taken in."
    assert "taken off again" in world.pin().headline
    world.watch()
    assert "Taken into" in world.pin().headline


def test_alone_with_vigia_there_is_no_message_to_take_in(world: CaptureWorld) -> None:
    """It stands in a room, and belongs to its readers."""
    arrival = replace(
        world.arrival("/incident @north pin 1001", "ana-alone", "ana"), is_direct=True, quoted=world.quoted()
    )
    reply = world.intake.answer(arrival)
    assert reply is None or "in the room where the message stands" in reply.headline
    assert WORDS not in world.stored()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("/incident pin 1001 1795000100.000200", "1795000100.000200"),
        ("/incident pin 1795000100.000200", "1795000100.000200"),
        ("/incident 记入 #12", ""),
        ("/incident 记入12", ""),
        ("/incident fixar", ""),
    ],
)
def test_a_command_names_an_incident_a_message_both_or_neither(text: str, message: str) -> None:
    """A time of Slack's is no number of an incident."""
    named = pointed_at(text)
    assert named is not None
    assert named[1] == message
    assert pointed_at("/incident note 1001 pin") is None


def test_time_passing_over_a_capture_calls_nobody(world: CaptureWorld) -> None:
    """Taking a message in shows nobody at work: an acknowledgement grows as old as before."""
    world.ask("/incident ack 1001")
    before = world.incident()
    world.clock.advance(timedelta(minutes=5))
    world.pin()
    assert world.incident() == before
