"""`vigia simulate`: a journey from a file, lived through by the real machinery, as its rooms saw it."""

from __future__ import annotations

import shutil
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.logs import configure_logs
from bot.opening import open_database
from bot.scratch import scratch_file, scratch_settings
from bot.simulation.journey import Journey
from bot.simulation.journey_file import read_journey
from bot.simulation.printing import as_markdown, as_text
from bot.simulation.watching import Lived, live_through

app = typer.Typer(add_completion=False)


class Format(StrEnum):
    """How the page is written."""

    TEXT = "text"
    MARKDOWN = "md"


@app.command("simulate")
def simulate_command(
    file: Annotated[Path, typer.Argument(help="The journey, a TOML file.")],
    form: Annotated[Format, typer.Option("--format", help="Plain text or Markdown.")] = Format.TEXT,
) -> None:
    """Live through a journey on a virtual clock; nothing is sent, and your database is not touched."""
    lived = simulated(read_journey(file))
    typer.echo(
        as_markdown(lived, f"vigia simulate {file.as_posix()} --format md")
        if form is Format.MARKDOWN
        else as_text(lived, shutil.get_terminal_size().columns),
        nl=False,
    )


def simulated(journey: Journey) -> Lived:
    """Live through a journey in a database that is forgotten afterwards."""
    with scratch_file("simulate") as scratch:
        settings = scratch_settings(scratch, 8321)
        configure_logs(settings.model_copy(update={"log_level": "error"}))
        database = open_database(settings)
        try:
            return live_through(journey, database)
        finally:
            database.close()
