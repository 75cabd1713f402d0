"""`vigia apply engagement.toml`: create or change an engagement, showing what changes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.clock import now
from bot.engagement_files.changes import changes, learnt_line, overruled, target_changes
from bot.engagement_files.reading import Agreement, read_engagement_file
from bot.opening import open_database
from bot.settings import Settings
from handlers.digests.schedule import next_slot
from handlers.engagement_setup import set_up_engagement
from handlers.rooms.welcome import queue_welcomes
from kpi.acquaintances import with_learnt
from kpi.languages import Language
from kpi.wording.wording import Wording

app = typer.Typer(add_completion=False)


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="The engagement file (TOML).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
) -> None:
    """Create or change an engagement from its file; applying it twice changes nothing."""
    screen = Console(highlight=False, soft_wrap=True)
    agreement = read_engagement_file(file)
    database = open_database(Settings())
    with database.work() as work:
        before = work.engagements.get(agreement.engagement.id)
        engagement, learnt = with_learnt(agreement.engagement, before)
        found = changes(before, engagement)
        found += target_changes(work.targets.written(engagement.id), agreement.targets)
    for line in found:
        screen.print(f"  {line}", markup=False)
    for one in learnt:
        screen.print(f"  {learnt_line(one)}", markup=False)
    if dry_run:
        screen.print(f"{len(found)} changes to {engagement.id}; nothing was stored (--dry-run).", markup=False)
        return
    with database.work() as work:
        rates = set_up_engagement(work, engagement, agreement.targets, agreement.rates, now())
        welcomed = queue_welcomes(work, engagement, now())
        set_since = tuple(overruled(agreement.targets, work.targets.changes(engagement.id)))
    screen.print(
        f"{engagement.id}: {len(found)} changes applied, {rates} exchange rates new or changed."
        if found or rates
        else f"{engagement.id}: nothing to change.",
        markup=False,
    )
    for line in set_since:
        screen.print(f"  {line}", markup=False)
    for room in welcomed:
        screen.print(f"  {room}: its welcome is on its way", markup=False)
    _print_schedule(screen, agreement)


def _print_schedule(screen: Console, agreement: Agreement) -> None:
    wording = Wording(Language.EN)
    for room in agreement.engagement.rooms:
        slot = next_slot(agreement.engagement, room, now())
        if slot is not None:
            zone = agreement.engagement.stores[0].zone
            clocks = wording.both_clocks(slot.due_at, room.zone, zone)
            screen.print(f"  {room.id}: next digest for {slot.day} at {clocks}", markup=False)
