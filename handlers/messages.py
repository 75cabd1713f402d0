"""What comes in and what goes out, free of any chat platform: Arrival, Request, Reply, Form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kpi.documents import Document
from kpi.engagements import Engagement, Person, Platform, Room
from kpi.languages import Language
from kpi.pictures import Picture
from kpi.tones import Tone


@dataclass(frozen=True, slots=True)
class Arrival:
    """Words as a chat platform delivered them.

    `address` is the platform's id of the place, `handle` of the person; `event_id` is unique per event and makes a
    repeated delivery harmless. `is_direct` tells that the place is this person's own conversation with Vigia.
    """

    platform: Platform
    address: str
    handle: str
    text: str
    at: datetime
    event_id: str
    is_direct: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """An arrival whose room is bound and whose person is known."""

    engagement: Engagement
    room: Room
    person: Person
    text: str
    language: Language
    at: datetime


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
    """A button; `command` is its text twin, run as if its presser had typed it. `url` opens a page instead."""

    label: str
    command: str = ""
    url: str = ""
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to people, in one language, without a platform's markup.

    Reading order: `headline` (the verdict; the lock screen shows its first ~80 characters), `text` (cause and owner),
    `figures`, `table`, `picture`, `notes` (coverage, provenance), `footer` (data day, both clocks, id), `buttons`.
    `page` are the questions whose answers a page shows, for a platform without buttons.
    `document` comes beside it as a file; the message is whole without it. `is_pinned` asks a platform that can to keep
    it in sight.
    `is_private` asks for an answer only the asker sees where the platform can do that. `reference` finds the log line.
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
    is_pinned: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form; `options` (value, label) make it a choice."""

    name: str
    label: str
    value: str = ""
    is_required: bool = True
    is_long: bool = False
    options: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Form:
    """A short pre-filled form; submitting runs `command` with the values."""

    title: str
    command: str
    submit_label: str
    fields: tuple[Field, ...]
    language: Language
