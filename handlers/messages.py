"""What comes in and what goes out, free of any chat platform: Arrival, Request, Reply, Form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kpi.documents import Document
from kpi.engagements import Engagement, Person, Platform, Room
from kpi.incidents.evidence_files import FileKind
from kpi.languages import Language
from kpi.pictures import Picture
from kpi.tones import Tone


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came in and was looked at: its tidy name, what it is, and its content."""

    name: str
    kind: FileKind
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message somebody points at, as it was read.

    `id` tells it from any other one of its place, `author` is the handle of who wrote it ("": the platform does not
    say). `thread` is the id of the message its thread began with, "" where messages have no ids people could name.
    """

    id: str
    text: str = field(repr=False)
    written_at: datetime
    since: datetime
    """Since when it says this: it may have been changed."""
    author: str = ""
    thread: str = ""
    link: str = ""

    @property
    def can_be_named(self) -> bool:
        """Whether its id finds it again."""
        return bool(self.thread)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Words as a chat platform delivered them.

    `address` is the platform's id of the place, `handle` of the person; `event_id` is unique per event and makes a
    repeated delivery harmless. `is_direct` tells that the place is this person's own conversation with Vigia.
    `values` is what was written into a form, by the names of its fields: each stays what it is, whatever words stand
    in it. `files` came with the words; `quoted` is the message they point at. `is_kept` tells that its door keeps it in
    the inbox and strikes it off: a question of it is not claimed before it is answered.
    """

    platform: Platform
    address: str
    handle: str
    text: str
    at: datetime
    event_id: str
    is_direct: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Attachment, ...] = ()
    quoted: Quoted | None = None
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """An arrival whose room is bound and whose person is known."""

    engagement: Engagement
    room: Room
    person: Person
    text: str
    language: Language
    at: datetime
    values: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Attachment, ...] = ()
    quoted: Quoted | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of an answer, ready to read: `value` and `change` are formatted, `note` is the fine print."""

    name: str
    value: str
    change: str = ""
    judgement: str = ""
    tone: Tone = Tone.NEUTRAL
    target: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A small table; the first row of `rows` is not a header, `columns` is."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A button; `command` is its text twin, run as if its presser had typed it. `url` opens a page instead.

    `about` is what the label leaves open, for who hears the button without seeing the message around it. `question` is
    asked before a press counts where the platform can: of what cannot be taken back.
    """

    label: str
    command: str = ""
    url: str = ""
    is_primary: bool = False
    about: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A stored file that a message is about, by its id and its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to people, in one language, without a platform's markup.

    Reading order: `headline` (the verdict; the lock screen shows its first ~80 characters), `text` (cause and owner),
    `figures`, `table`, `picture`, `notes` (coverage, provenance), `footer` (data day, both clocks, id), `buttons`.
    `page` are the questions whose answers a page shows, for a platform without buttons.
    `document` comes beside it as a file; the message is whole without it. `is_pinned` asks a platform that can to keep
    it in sight.
    `is_private` asks for an answer only the asker sees where the platform can do that. `reference` finds the log line.
    `files` can be opened where the platform shows files; `attach_command` is the command with which files are added to
    what this reply is about. `to_forward` is what whoever has to pass the message on is told first, in their language;
    empty: it goes to its room itself. `has_queued` tells that messages to others wait for going out beside it.
    """

    headline: str
    language: Language
    text: str = ""
    tone: Tone = Tone.NEUTRAL
    figures: tuple[Figure, ...] = ()
    table: Table | None = None
    picture: Picture | None = None
    notes: tuple[str, ...] = ()
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    page: tuple[str, ...] = ()
    is_private: bool = False
    mention: Person | None = None
    reference: str = ""
    document: Document | None = None
    files: tuple[ShownFile, ...] = ()
    attach_command: str = ""
    is_pinned: bool = False
    to_forward: str = ""
    has_queued: bool = False


class FieldKind(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    TEXT = "text"
    """Several lines."""
    CHOICE = "choice"
    DAY = "day"
    """A day of the calendar; what stands in the field is "2026-12-01"."""
    FILES = "files"
    """Files; what stands in the field are their names, a line each."""


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form; `options` (value, label) are those of a choice.

    `hint` is an example or a word of help below it, `fault` one sentence on what is wrong with its value.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    value: str = ""
    is_required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A short pre-filled form; submitting it is an arrival of `command` with the values.

    `twin` is how the same is said in one line, with an example. `fault` is what is wrong with all of it.
    """

    title: str
    command: str
    submit_label: str
    fields: tuple[Field, ...]
    language: Language
    twin: str
    fault: str = ""

    @property
    def faults(self) -> Mapping[str, str]:
        """The sentences of what is wrong by field; what is wrong with all of it stands at the first one."""
        found = {one.name: one.fault for one in self.fields if one.fault}
        return {self.fields[0].name: self.fault} | found if self.fault else found
