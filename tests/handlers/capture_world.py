"""Two sellers whose people point at messages of their rooms."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from handlers.incidents.captured_words import told_lines
from handlers.listening.captured_messages import MessageChange, Pointed, follow_message, watch_message
from handlers.messages import Attachment, Quoted, Reply
from kpi.deliveries import DeliveryState, Settlement
from kpi.engagements import Engagement, Platform
from kpi.incidents.captured_messages import Capture
from kpi.incidents.incident import EntryKind, TimelineEntry
from tests.handlers.incident_world import SEEN, IncidentWorld

SECOND = timedelta(seconds=1)
WRITTEN = datetime(2026, 8, 28, 10, 30, tzinfo=UTC)
"""Half an hour before anything is reported."""
OPS, SELLER = "north-ops", "north-seller"
WORDS = "买家王小明说付款一直报错"


class CaptureWorld(IncidentWorld):
    """A world in which messages stand in rooms, are read, changed and deleted."""

    def __init__(self, *engagements: Engagement, is_reported: bool = True) -> None:
        super().__init__(*engagements)
        if is_reported:
            self.seller(SEEN)

    def quoted(self, message: str = "m1", text: str = WORDS, author: str = "wei", thread: str = "") -> Quoted:
        """Return a message as a platform reads it; it may be named again."""
        link = f"https://chat.example/{message}"
        return Quoted(message, text, WRITTEN, WRITTEN, author, thread or message, link)

    def pin(self, command: str = "/incident pin", handle: str = "wei", address: str = SELLER, **more: object) -> Reply:
        """Return the answer to somebody who points at a message."""
        quoted = more.get("quoted", self.quoted())
        assert isinstance(quoted, Quoted | None)
        reply = self.intake.answer(replace(self.arrival(command, address, handle), quoted=quoted))
        assert reply is not None, "silence"
        return reply

    def bring(self, file: Attachment, message: str = "m1", handle: str = "wei", address: str = SELLER) -> Reply:
        """Return the answer to a file of a captured message."""
        arrival = replace(self.arrival(f"/incident pin 1001 {message}", address, handle), files=(file,))
        reply = self.intake.answer(arrival)
        assert reply is not None
        return reply

    def watch(self, message: str = "m1", handle: str = "wei", address: str = SELLER) -> None:
        """Let somebody point at a message that is not read yet."""
        watch_message(self.books.work, Pointed(Platform.CONSOLE, address, handle, message, self.clock()))

    def change(self, text: str | None, after: timedelta = SECOND, message: str = "m1", address: str = SELLER) -> bool:
        """Let a message say something else so long after it was written, or nothing; return whether that was news."""
        change = MessageChange(Platform.CONSOLE, address, message, WRITTEN + after, self.clock(), text)
        return follow_message(self.books.work, self.books.view, change)

    def lines(self, number: int = 1001) -> tuple[TimelineEntry, ...]:
        """Return the timeline of an incident as it may be read."""
        with self.books.view() as work:
            return told_lines(work, f"north-{number}")

    def said(self, number: int = 1001) -> list[tuple[EntryKind, str]]:
        """Return what a timeline says of captured messages."""
        return [(one.kind, one.body) for one in self.lines(number) if one.kind.value.startswith("capture")]

    def sent_card(self) -> str:
        """Send what waits, and return the message of the first incident's card in the seller's room."""
        with self.books.work() as work:
            for number, one in enumerate(work.deliveries.claim(self.clock(), 99)):
                sent = Settlement(DeliveryState.SENT, "ok", self.clock(), platform_message=f"sent-{number}")
                work.deliveries.settle(one.id, sent)
            card = work.deliveries.by_key(f"incident/north-1001/card/{SELLER}")
        assert card is not None
        return card.platform_message

    def capture(self, message: str = "m1", room: str = SELLER) -> Capture | None:
        """Return what is kept of a message."""
        with self.books.view() as work:
            return work.captures.get("north", room, message)

    def stored(self) -> str:
        """Return everything that is stored, words of messages too."""
        words = [version.text for one in self.books.state.captures.values() for version in one.versions]
        return f"{self.books.state!r} {words}"
