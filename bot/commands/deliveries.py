"""`vigia deliveries`: what was sent where, what was not, and why; send one again on a person's word."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.clock import now
from bot.opening import open_database
from bot.settings import Settings
from handlers.deliveries import send_again
from handlers.digests.daily_digest import require_engagement

app = typer.Typer(add_completion=False)


@app.command()
def deliveries(
    engagement: Annotated[str, typer.Option(help="The engagement.")],
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many, newest first.")] = 20,
    resend: Annotated[str | None, typer.Option(help="Id of a failed or unknown delivery to send again.")] = None,
) -> None:
    """List the ledger: state, attempts and the reason of every message."""
    database = open_database(Settings())
    if resend is not None:
        with database.work() as work:
            send_again(work, resend, now())
        typer.echo(f"{resend} is queued again, marked as a repeat.")
        return
    with database.view() as work:
        require_engagement(work, engagement)
        rows = work.deliveries.of_engagement(engagement, limit)
    table = Table(box=None, pad_edge=False)
    for column in ("id", "created (UTC)", "room", "what", "state", "tries", "reason"):
        table.add_column(column)
    for row in rows:
        cause = f"{row.cause_kind} {row.cause}"
        created = f"{row.created_at:%Y-%m-%d %H:%M}"
        table.add_row(row.id, created, row.room, cause, row.state, str(row.attempts), row.reason or "—")
    Console(soft_wrap=True).print(table if rows else "Nothing was queued yet.")
