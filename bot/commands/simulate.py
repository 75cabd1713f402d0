"""`vigia simulate`: a journey from a file, lived through by the real machinery, as its rooms saw it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.logs import configure_logs
from bot.opening import open_database
from bot.scratch import scratch_file, scratch_settings
from bot.serving import serve
from bot.settings import Settings
from bot.simulation.journey import Journey
from bot.simulation.journey_file import read_journey
from bot.simulation.on_console import on_the_console, show
from bot.simulation.printing import as_markdown, as_text
from bot.simulation.watching import Lived, live_through
from bot.wiring import Vigia, assemble

app = typer.Typer(add_completion=False)


class Format(StrEnum):
    """How the page is written."""

    TEXT = "text"
    MARKDOWN = "md"


@app.command("simulate")
def simulate_command(
    file: Annotated[Path, typer.Argument(help="The journey, a TOML file.")],
    form: Annotated[Format, typer.Option("--format", help="Plain text or Markdown.")] = Format.TEXT,
    side_by_side: Annotated[
        bool, typer.Option("--side-by-side", help="Both sides beside each other on a Markdown page too.")
    ] = False,
    console: Annotated[bool, typer.Option("--console", help="Show the rooms in the browser instead.")] = False,
    port: Annotated[int, typer.Option(help="Port of the page.")] = 8321,
) -> None:
    """Live through a journey on a virtual clock; nothing is sent, and your database is not touched."""
    read = read_journey(file)
    journey = replace(read, is_side_by_side=read.is_side_by_side or side_by_side)
    configure_logs(Settings(log_level="info" if console else "error"))
    if console:
        _serve(journey, port)
        return
    lived = simulated(journey)
    typer.echo(
        as_markdown(lived, f"vigia simulate {file.as_posix()} --format md")
        if form is Format.MARKDOWN
        else as_text(lived, shutil.get_terminal_size().columns),
        nl=False,
    )


def _serve(journey: Journey, port: int) -> None:
    with scratch_file("simulate") as scratch:
        settings = scratch_settings(scratch, port)
        vigia = shown(journey, settings)
        typer.echo(f"Open http://{settings.host}:{port}/console?engagement={journey.engagement.id}  (Ctrl-C stops)")
        serve(vigia)


def shown(journey: Journey, settings: Settings) -> Vigia:
    """Live through a journey in the console's rooms and return the bot that shows them; its clock stands at the end."""
    database = open_database(settings)
    board, clock = show(on_the_console(journey), database)
    return assemble(settings, database, clock, board)


def simulated(journey: Journey) -> Lived:
    """Live through a journey in a database that is forgotten afterwards."""
    with scratch_file("simulate") as scratch:
        settings = scratch_settings(scratch, 8321)
        database = open_database(settings)
        try:
            return live_through(journey, database)
        finally:
            database.close()
