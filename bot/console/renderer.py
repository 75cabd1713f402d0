"""A Reply as JSON with stable field names, for the page and for `vigia ask --json`."""

from __future__ import annotations

from typing import TypedDict

from handlers.messages import Button, Figure, Reply, Table

_OPENABLE = ("https://", "http://")


class FigureJson(TypedDict):
    """One number, formatted in the reply's language; `tone` is good, watch, bad, neutral or unknown."""

    name: str
    value: str
    change: str
    judgement: str
    tone: str
    target: str
    note: str


class TableJson(TypedDict):
    """A small table; every cell is ready-made text."""

    caption: str
    columns: list[str]
    rows: list[list[str]]


class PictureJson(TypedDict):
    """What the picture says in words; its bytes travel apart from the reply."""

    title: str
    alt_text: str


class DocumentJson(TypedDict):
    """A document that comes with the reply: its file's name and its title."""

    name: str
    title: str


class ButtonJson(TypedDict):
    """A button; `command` is what pressing it types, `url` a page it opens (http or https only)."""

    label: str
    command: str
    url: str
    is_primary: bool


class PersonJson(TypedDict):
    """Somebody of the engagement."""

    id: str
    name: str


class FileJson(TypedDict):
    """A stored file; the page knows where a room opens one by its id."""

    id: str
    name: str


class ReplyJson(TypedDict):
    """One answer. Fields are only ever added, never renamed; empty text is "", nothing there is null or []."""

    headline: str
    language: str
    tone: str
    text: str
    figures: list[FigureJson]
    table: TableJson | None
    picture: PictureJson | None
    notes: list[str]
    footer: str
    buttons: list[ButtonJson]
    is_private: bool
    mention: PersonJson | None
    reference: str
    files: list[FileJson]
    attach_command: str
    document: DocumentJson | None


def reply_as_json(reply: Reply) -> ReplyJson:
    """Return `reply` as plain JSON data. `language` is a BCP 47 tag ("zh-CN"), for the page's lang attribute."""
    return ReplyJson(
        headline=reply.headline,
        language=reply.language.value.replace("_", "-"),
        tone=reply.tone.value,
        text=reply.text,
        figures=[_figure_as_json(figure) for figure in reply.figures],
        table=_table_as_json(reply.table) if reply.table else None,
        picture=PictureJson(title=reply.picture.title, alt_text=reply.picture.alt_text) if reply.picture else None,
        notes=list(reply.notes),
        footer=reply.footer,
        buttons=[_button_as_json(button) for button in reply.buttons],
        is_private=reply.is_private,
        mention=PersonJson(id=reply.mention.id, name=reply.mention.name) if reply.mention else None,
        reference=reply.reference,
        files=[FileJson(id=one.id, name=one.name) for one in reply.files],
        attach_command=reply.attach_command,
        document=DocumentJson(name=reply.document.file_name, title=reply.document.title) if reply.document else None,
    )


def _figure_as_json(figure: Figure) -> FigureJson:
    return FigureJson(
        name=figure.name,
        value=figure.value,
        change=figure.change,
        judgement=figure.judgement,
        tone=figure.tone.value,
        target=figure.target,
        note=figure.note,
    )


def _table_as_json(table: Table) -> TableJson:
    return TableJson(caption=table.caption, columns=list(table.columns), rows=[list(row) for row in table.rows])


def _button_as_json(button: Button) -> ButtonJson:
    """Return a button; an address a browser would run instead of open ("javascript:…") is dropped."""
    url = button.url if button.url.casefold().startswith(_OPENABLE) else ""
    return ButtonJson(label=button.label, command=button.command, url=url, is_primary=button.is_primary)
