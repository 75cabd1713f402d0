"""What becomes of messages in timelines, in whatever order it is heard; of any other message nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from handlers.listening.captured_messages import MessageChange, follow_message
from kpi.engagements import Platform
from kpi.incidents.captured_messages import MOST_VERSIONS
from kpi.incidents.incident import EntryKind, Side, Visibility
from tests.handlers.capture_world import OPS, SECOND, SELLER, WORDS, WRITTEN, CaptureWorld

CAPTURED, CHANGED, DELETED = EntryKind.CAPTURED, EntryKind.CAPTURE_CHANGED, EntryKind.CAPTURE_DELETED


@pytest.fixture
def world() -> CaptureWorld:
    """Return a world in which Wei took a message of theirs into the timeline."""
    made = CaptureWorld()
    made.pin()
    return made


def test_a_change_stands_beside_what_was_said_before(world: CaptureWorld) -> None:
    """At the instant it was changed, by its author."""
    assert world.change("付款好了")
    assert world.said() == [(CAPTURED, WORDS), (CHANGED, "付款好了")]
    line = next(one for one in world.lines() if one.kind is CHANGED)
    assert (line.occurred_at, line.actor.person, line.actor.side) == (WRITTEN + SECOND, "north-wei", Side.SELLER)
    assert "Wei of north changed what they wrote: 付款好了" in world.ask("/incident timeline 1001").text


def test_the_same_change_again_is_none(world: CaptureWorld) -> None:
    """Slack repeats what it believes was lost."""
    assert world.change("付款好了")
    before = world.stored()
    assert not world.change("付款好了")
    assert world.stored() == before


def test_a_change_that_changes_no_word_is_no_line(world: CaptureWorld) -> None:
    """Not even when it comes in between."""
    world.change(WORDS, 2 * SECOND)
    assert world.said() == [(CAPTURED, WORDS)]
    world.change("付款好了", SECOND)
    assert world.said() == [(CAPTURED, WORDS), (CHANGED, "付款好了"), (CHANGED, WORDS)]


def test_changes_heard_in_another_order_stand_in_their_own(world: CaptureWorld) -> None:
    """The newest one is what it says now."""
    for after, text in ((3, "third"), (1, "first"), (2, "second")):
        world.change(text, after * SECOND)
    assert [text for _, text in world.said()] == [WORDS, "first", "second", "third"]


def test_what_a_message_said_before_it_was_captured_is_nobodys(world: CaptureWorld) -> None:
    """A late edit of that time is not kept."""
    assert not world.change("an earlier word", -SECOND) or "an earlier word" not in world.stored()
    assert "an earlier word" not in world.stored()
    assert world.said() == [(CAPTURED, WORDS)]


def test_a_deleted_message_leaves_that_it_was_there_and_no_word(world: CaptureWorld) -> None:
    """Nor does it come back with a change that is heard too late."""
    world.change("付款好了")
    assert world.change(None)
    assert not world.change(None)
    assert not world.change("太迟了", 9 * SECOND)
    stored = world.stored()
    assert not [word for word in (WORDS, "付款好了", "太迟了", "https://chat.example") if word in stored]
    text = world.seller("/incident timeline 1001").text
    assert "A message by Wei of north was deleted where it stood" in text
    assert "taken in by Wei of north, deleted since" in text
    assert "deleted meanwhile" in world.pin().headline


def test_what_happens_to_an_internal_capture_is_internal() -> None:
    """The seller does not learn that something was changed or deleted either."""
    world = CaptureWorld()
    world.pin(handle="ana", address=OPS, quoted=world.quoted(author="bruno"))
    world.change("a smaller margin", address=OPS)
    world.change(None, address=OPS)
    kinds = {one.kind: one.visibility for one in world.lines()}
    assert {kinds[kind] for kind in (CAPTURED, CHANGED, DELETED)} == {Visibility.INTERNAL}
    assert "deleted" not in world.seller("/incident timeline 1001").text


def test_of_somebody_not_named_vigia_says_what_became_of_it() -> None:
    """Their message can be changed and taken back like any other."""
    world = CaptureWorld()
    world.pin(quoted=world.quoted(author="a-courier"))
    world.change("new words")
    world.change(None)
    said = [one for one in world.lines() if one.kind in {CHANGED, DELETED}]
    assert [one.actor.side for one in said] == [Side.VIGIA, Side.VIGIA]
    assert "A message by somebody not named here was deleted" in world.seller("/incident timeline 1001").text


def test_a_change_of_what_nobody_captured_writes_nothing() -> None:
    """It is looked for in a unit of work that only reads; no word, no id, no row."""
    world = CaptureWorld()
    before = world.stored()

    def refuse() -> None:
        raise AssertionError

    for text in ("their words", None):
        for address in (SELLER, "nowhere"):
            change = MessageChange(Platform.CONSOLE, address, "m1", WRITTEN, world.clock(), text)
            assert not follow_message(refuse, world.books.view, change)  # type: ignore[arg-type]
    assert world.stored() == before


def test_a_message_taken_out_is_followed_no_more(world: CaptureWorld) -> None:
    """Until somebody takes it in again."""
    world.pin("/incident unpin m1", quoted=None)
    assert not world.change("new words")
    assert "new words" not in world.stored()
    world.pin(quoted=replace(world.quoted(text="new words"), since=WRITTEN + SECOND))
    assert (CAPTURED, "new words") in world.said()


def test_strangers_and_unbound_places_leave_nothing_behind() -> None:
    """Not even that they pointed at something."""
    world = CaptureWorld()
    world.watch(handle="nobody")
    world.watch(address="nowhere")
    assert world.capture() is None
    world.watch()
    assert world.capture() is not None
    with world.books.work() as work:
        assert work.captures.forget(world.clock() + timedelta(days=2)) == 1


def test_of_a_message_that_is_changed_all_the_time_the_first_and_the_newest_words_are_kept(
    world: CaptureWorld,
) -> None:
    """At the limit all of them, one past it all but the second."""
    for number in range(1, MOST_VERSIONS):
        world.change(f"text {number}", number * SECOND)
    assert len(world.said()) == MOST_VERSIONS
    world.change("the last text", MOST_VERSIONS * SECOND)
    texts = [text for _, text in world.said()]
    assert (texts[0], texts[1], texts[-1], len(texts)) == (WORDS, "text 2", "the last text", MOST_VERSIONS)


TEXTS = st.sampled_from(["付款一直报错", "好了", "o preço caiu", "🙈", "<!channel>"])
SECONDS = st.integers(1, 6)


@dataclass
class Model:
    """What ought to be known of one message: nothing, or what it said since when, by what was heard of it."""

    is_watched: bool = False
    is_captured: bool = False
    is_deleted: bool = False
    newest_while_watched: int = 0
    versions: dict[int, str] = field(default_factory=dict)

    def shown(self) -> list[str]:
        """Return the words a reader sees, in their order, without those that repeat what was said before."""
        said = [self.versions[second] for second in sorted(self.versions)] if self.is_captured else []
        return [text for number, text in enumerate(said) if not number or text != said[number - 1]]


class OneMessage(RuleBasedStateMachine):
    """A message of a room, and everything that may happen to it, again and again and in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = CaptureWorld()
        self.model = Model()
        self.said: dict[int, str] = {0: "the first words"}
        self.ever_said = {"the first words"}

    @rule()
    def watch(self) -> None:
        """Somebody points at it; it is not read yet."""
        self.world.watch()
        self._is_watched()

    @rule(second=SECONDS, text=TEXTS)
    def is_changed(self, second: int, text: str) -> None:
        """Change it, or hear a change late or once more: one instant has one text."""
        self.said.setdefault(second, text)
        self.ever_said.add(self.said[second])
        self.world.change(self.said[second], second * SECOND)
        if self.model.is_deleted:
            return
        if self.model.is_captured:
            if second > min(self.model.versions):
                self.model.versions[second] = self.said[second]
        elif self.model.is_watched:
            self.model.newest_while_watched = max(self.model.newest_while_watched, second)

    @rule(handle=st.sampled_from(["wei", "ana"]), second=st.integers(0, 6))
    def pin(self, handle: str, second: int) -> None:
        """Somebody points at it, and it is read as it was at some instant, perhaps before what was heard since."""
        if second not in self.said:
            return
        self.world.watch(handle=handle)
        self._is_watched()
        read = replace(self.world.quoted(text=self.said[second]), since=WRITTEN + second * SECOND)
        self.world.pin(handle=handle, quoted=read)
        is_free = not (self.model.is_captured or self.model.is_deleted)
        if is_free and second >= self.model.newest_while_watched:
            self.model.is_captured = True
            self.model.versions = {second: self.said[second]}

    @precondition(lambda self: self.model.is_watched or self.model.is_captured)
    @rule()
    def is_deleted(self) -> None:
        """Its author takes it back."""
        self.world.change(None)
        self.model = Model(is_watched=True, is_deleted=True)

    @rule(handle=st.sampled_from(["wei", "ana"]))
    def is_taken_out(self, handle: str) -> None:
        """Somebody tries to take it out; it is only theirs who took it in."""
        known = self.world.capture()
        self.world.pin("/incident unpin m1", handle=handle, quoted=None)
        if known is not None and known.by == f"north-{handle}" and not self.model.is_deleted:
            self.model = Model()

    @invariant()
    def shows_what_the_model_shows(self) -> None:
        """No word more, none less, in their order."""
        shown = [text for kind, text in self.world.said() if kind in {CAPTURED, CHANGED} and text]
        assert shown == self.model.shown()

    @invariant()
    def stores_no_word_that_is_not_shown(self) -> None:
        """Of a message that was not captured, was taken out or deleted, nothing."""
        stored = self.world.stored()
        kept = set(self.model.versions.values())
        assert not [text for text in self.ever_said - kept if repr(text)[1:-1] in stored]

    def _is_watched(self) -> None:
        if not self.model.is_watched:
            self.model.newest_while_watched = 0
        self.model.is_watched = True


TestOneMessage = OneMessage.TestCase
TestOneMessage.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
