"""`vigia incident summary N`: what an incident was, for one side, as Markdown or PDF."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import now
from bot.commands.reading_rooms import reading_room
from bot.opening import open_database
from bot.picture_files import printed
from bot.settings import Settings
from bot.table_files import write_text
from handlers.digests.daily_digest import require_engagement
from handlers.incidents.readers import RoomReader, may_read
from handlers.incidents.summary import printed_summary
from handlers.markdown import as_markdown
from kpi.engagements import Audience
from kpi.errors import NotFoundError
from kpi.languages import Language
from kpi.phrases import phrase

app = typer.Typer(add_completion=False)


class SummaryFormat(StrEnum):
    """How a summary is written."""

    MARKDOWN = "md"
    PDF = "pdf"


@app.callback()
def incident() -> None:
    """Look at incidents from the terminal."""


@app.command()
def summary(
    number: Annotated[int, typer.Argument(help="The incident's number.")],
    engagement: Annotated[str, typer.Option(help="The engagement.")],
    view: Annotated[Audience, typer.Option(help="Whose eyes it is for.")] = Audience.SELLER,
    language: Annotated[Language | None, typer.Option(help="Without it, that of the first room of that side.")] = None,
    file_format: Annotated[SummaryFormat, typer.Option("--format", help="How it is written.")] = SummaryFormat.MARKDOWN,
    out: Annotated[Path | None, typer.Option(help="File to write; a PDF always goes into one.")] = None,
) -> None:
    """Write the summary of an incident: times, causes, what moved, who was told what, the timeline."""
    settings = Settings()
    with open_database(settings).view() as work:
        found = require_engagement(work, engagement)
        reader = RoomReader(found, reading_room(found, view, language), now())
        one = work.incidents.get(found.id, number)
        if one is None or not may_read(reader, one):
            raise NotFoundError(phrase("There is no incident “%(id)s” here. `/incident list` shows them."), id=number)
        document = printed_summary(work, one, reader)
    if file_format is SummaryFormat.MARKDOWN:
        write_text(out, as_markdown(document))
    else:
        out = out or Path(document.file_name)
        out.write_bytes(printed(document, settings.font_files))
    if out is not None:
        typer.echo(f"written to {out}")
