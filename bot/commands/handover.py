"""`vigia handover`: somebody leaves, and their open incidents move to somebody else; both rooms are told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from bot.clock import now
from bot.opening import open_database
from bot.settings import Settings
from handlers.digests.daily_digest import require_engagement
from handlers.incidents.handovers import hand_over, note_absence
from handlers.ports import Work
from kpi.engagements import Engagement
from kpi.errors import NotFoundError
from kpi.incidents.incident import Actor, Side, Source
from kpi.phrases import phrase

app = typer.Typer(add_completion=False)
BY = Actor("", Side.VIGIA, Source.TERMINAL)


@app.command()
def handover(
    leaver: Annotated[str, typer.Option("--from", help="Id of who leaves; they may have left the file already.")],
    heir: Annotated[str, typer.Option("--to", help="Id of who takes over.")],
    engagement: Annotated[str | None, typer.Option(help="Only this engagement; without it, all.")] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of an absence; without it, for good.")
    ] = None,
) -> None:
    """Move all open incidents somebody has or is called about. A second time, nothing moves."""
    database, at = open_database(Settings()), now()
    with database.view() as work:
        found = (require_engagement(work, engagement),) if engagement else work.engagements.all()
    known = [one for one in found if one.person(heir)]
    if not known:
        raise NotFoundError(
            phrase("Nobody called “%(person)s” is in this engagement. It knows: %(people)s."),
            person=heir,
            people=", ".join(sorted({person.id for one in found for person in one.people})) or "—",
        )
    for one in known:
        with database.work() as work:
            typer.echo(_moved(work, one, leaver, heir, until, at))


def _moved(work: Work, engagement: Engagement, leaver: str, heir: str, until: datetime | None, at: datetime) -> str:
    taker, giver = engagement.person(heir), engagement.person(leaver)
    if taker is None:
        return f"{engagement.id}: {heir} is not in it"
    if until and giver:
        engagement = note_absence(work, engagement, giver, taker, until.date(), at)
    numbers = hand_over(work, engagement, leaver, taker, BY, at)
    moved = ", ".join(f"#{number}" for number in numbers) or "nothing to move"
    away = f"; {leaver} is away until {until:%Y-%m-%d}" if until and giver else ""
    return f"{engagement.id}: {moved}{away}"
