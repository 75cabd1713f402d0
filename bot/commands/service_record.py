"""`vigia service-record`: what an engagement was owed and given in a month."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import now
from bot.commands.reading_rooms import reading_room
from bot.console.plain_text import reply_as_text
from bot.opening import open_database
from bot.picture_files import printed
from bot.settings import Settings
from bot.table_files import cell_text, write_csv, write_json, write_text
from handlers.digests.daily_digest import require_engagement
from handlers.incidents.exports import record_row
from handlers.incidents.readers import RoomReader
from handlers.incidents.service_record import month_named, record_for
from handlers.incidents.service_record_text import record_document, record_reply
from handlers.markdown import as_markdown
from kpi.engagements import Audience
from kpi.languages import Language

app = typer.Typer(add_completion=False)


class RecordFormat(StrEnum):
    """How a record is written."""

    TEXT = "text"
    MARKDOWN = "md"
    CSV = "csv"
    JSON = "json"
    PDF = "pdf"


@app.command()
def service_record(
    engagement: Annotated[str, typer.Option(help="The engagement.")],
    month: Annotated[str, typer.Option(help="The month, for example 2026-10; without it the last whole one.")] = "",
    view: Annotated[Audience, typer.Option(help="Whose eyes it is for.")] = Audience.SELLER,
    language: Annotated[Language | None, typer.Option(help="Without it, that of the first room of that side.")] = None,
    file_format: Annotated[RecordFormat, typer.Option("--format", help="How it is written.")] = RecordFormat.TEXT,
    out: Annotated[Path | None, typer.Option(help="File to write; a PDF always goes into one.")] = None,
) -> None:
    """Show the service record of a month as it is known now."""
    settings, at = Settings(), now()
    with open_database(settings).view() as work:
        found = require_engagement(work, engagement)
        record = record_for(work, found, month_named(month, found, at), view, at)
    reader = RoomReader(found, reading_room(found, view, language), at)
    row = record_row(record)
    match file_format:
        case RecordFormat.TEXT:
            write_text(out, reply_as_text(record_reply(record, reader)) + "\n")
        case RecordFormat.MARKDOWN:
            write_text(out, as_markdown(record_document(record, reader)))
        case RecordFormat.CSV:
            write_csv(out, tuple(row), [[cell_text(cell) for cell in row.values()]])
        case RecordFormat.JSON:
            write_json(out, [row])
        case RecordFormat.PDF:
            document = record_document(record, reader)
            out = out or Path(document.file_name)
            out.write_bytes(printed(document, settings.font_files))
    if out is not None:
        typer.echo(f"written to {out}")
