"""`vigia drill --engagement E`: open an incident in which nothing has happened, to see that calls get through."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.clock import now
from bot.opening import open_database
from bot.settings import Settings
from handlers.audits.drills import start_drill
from handlers.digests.daily_digest import require_engagement

app = typer.Typer(add_completion=False)


@app.command()
def drill(engagement: Annotated[str, typer.Option(help="The engagement.")]) -> None:
    """Open a drill now; `vigia run` makes its calls and reports its times in the operations rooms."""
    database = open_database(Settings())
    with database.work() as work:
        opened = start_drill(work, require_engagement(work, engagement), now())
    typer.echo(f"Drill #{opened.number} is open; its times come into the operations rooms when somebody has taken it.")
