"""`vigia digest --engagement E`: compose a day's digest, look at it, or queue it for its rooms."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import now
from bot.console.plain_text import reply_as_text
from bot.opening import open_database
from bot.picture_files import save_picture
from bot.settings import Settings
from handlers.digests.composition import compose_digest
from handlers.digests.daily_digest import newest_day, require_engagement, send_digest_now
from handlers.digests.message import digest_message
from kpi.digests import Digest
from kpi.engagements import Engagement

app = typer.Typer(add_completion=False)


@app.command()
def digest(
    engagement: Annotated[str, typer.Option(help="The engagement.")],
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Data day; default: the newest.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it; store and send nothing.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for each room's text and picture.")] = None,
) -> None:
    """Compose the digest of a day; without --dry-run it is stored and queued for its rooms."""
    settings = Settings()
    database = open_database(settings)
    chosen = day.date() if day else None
    with database.work() as work:
        found = require_engagement(work, engagement)
        if dry_run:
            frozen = compose_digest(work, found, chosen or newest_day(work, found, now()), now())
            queued = 0
        else:
            frozen, queued = send_digest_now(work, engagement, chosen, now())
    _show(frozen, found, out, settings)
    if dry_run:
        typer.echo("Nothing was stored or sent (--dry-run).")
    else:
        typer.echo(f"{frozen.id}: {queued} messages queued; `vigia run` sends them within its next sweep.")


def _show(frozen: Digest, engagement: Engagement, out: Path | None, settings: Settings) -> None:
    for room in engagement.rooms:
        reply = digest_message(frozen, engagement, room)
        text = reply_as_text(reply)
        typer.echo(f"── {room.id} ({room.platform}, {room.language}) " + "─" * 30)
        typer.echo(text)
        if out is None:
            continue
        out.mkdir(parents=True, exist_ok=True)
        name = f"{frozen.day.isoformat()}-{room.id}"
        (out / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
        if reply.picture is not None:
            typer.echo(f"picture: {save_picture(reply.picture, out, name, settings.font_files)}")
