"""`vigia doctor`: check settings, fonts, database, rooms and tokens, and say what to do."""

from __future__ import annotations

import sys

import typer

from bot.doctor import examine
from bot.health import Health
from bot.settings import Settings

app = typer.Typer(add_completion=False)

SIGNS = {Health.OK: "✓", Health.LOOK: "!", Health.BAD: "✗"}


@app.command()
def doctor() -> None:
    """Examine this installation; ends with 1 when something does not work."""
    checks = list(examine(Settings()))
    width = max(len(check.name) for check in checks)
    for check in checks:
        typer.echo(f"{SIGNS[check.health]} {check.name:<{width}}  {check.sentence}")
    if any(check.health is Health.BAD for check in checks):
        sys.exit(1)
