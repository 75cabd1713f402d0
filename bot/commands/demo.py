"""`vigia demo`: sample engagements in the browser, on an embedded SQLite, without any account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.clock import now
from bot.logs import configure_logs
from bot.opening import open_database
from bot.samples.engagements import sample_engagements
from bot.samples.filling import fill_with_samples
from bot.scratch import scratch_file, scratch_settings
from bot.serving import serve
from bot.wiring import assemble
from handlers.digests.daily_digest import send_digest_now

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the page.")] = 8321,
    keep: Annotated[Path | None, typer.Option(help="SQLite file to keep; without it the demo forgets.")] = None,
) -> None:
    """Start Vigia with two sample sellers, six stores and 400 days; the page shows both rooms side by side."""
    with scratch_file("demo", keep) as file:
        settings = scratch_settings(file, port)
        configure_logs(settings)
        database = open_database(settings)
        facts = fill_with_samples(database.work, now())
        for engagement in sample_engagements():
            with database.work() as work:
                send_digest_now(work, engagement.id, None, now())
        typer.echo(f"Two sellers, six stores, {facts:,} facts of 400 days.")
        typer.echo(f"Open http://{settings.host}:{port}/console?engagement=lumina  (Ctrl-C stops)")
        serve(assemble(settings, database))
