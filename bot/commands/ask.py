"""`vigia ask --room R --as P "…"`: ask as a person in a room, in the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from bot.clock import now
from bot.console.plain_text import reply_as_text
from bot.console.renderer import reply_as_json
from bot.opening import open_database, open_intake
from bot.picture_files import printed, save_picture
from bot.settings import Settings
from handlers.messages import Arrival
from kpi.engagements import Platform

app = typer.Typer(add_completion=False)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help='The question, for example "/kpi conversion 30d".')],
    room: Annotated[str, typer.Option(help="The room to ask in.")],
    person: Annotated[str, typer.Option("--as", help="Who asks.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for picture and document.")] = None,
) -> None:
    """Answer a question as the room would see it."""
    settings = Settings()
    database = open_database(settings)
    at = now()
    arrival = Arrival(Platform.CONSOLE, room, person, question, at, f"terminal/{uuid4().hex}")
    reply = open_intake(database.work).answer_as(arrival, room, person)
    if as_json:
        typer.echo(json.dumps(reply_as_json(reply), ensure_ascii=False, indent=2))
    else:
        typer.echo(reply_as_text(reply))
    if out is not None and reply.document is not None:
        out.mkdir(parents=True, exist_ok=True)
        kept = out / reply.document.file_name
        kept.write_bytes(printed(reply.document, settings.font_files))
        typer.echo(f"document: {kept}", err=as_json)
    if out is not None and reply.picture is not None:
        path = save_picture(reply.picture, out, f"answer-{at:%Y%m%d-%H%M%S}", settings.font_files)
        typer.echo(f"picture: {path}", err=as_json)
