"""Help, written from the command table and the metric catalogue."""

from __future__ import annotations

from handlers.access import visible_metrics
from handlers.commands import Command
from handlers.messages import Button, Reply, Request
from kpi.phrases import phrase
from kpi.wording.wording import Wording


def answer_help(request: Request, command: Command) -> Reply:
    """Return what can be asked, in the room's language: examples, metrics, stores."""
    wording = Wording(request.language)
    examples = "\n".join(f"• {wording.say(example)}" for example in command.examples)
    metrics = wording.listed(wording.say(metric.name) for metric in visible_metrics(request))
    stores = wording.listed(store.name for store in request.engagement.stores)
    return Reply(
        headline=wording.labelled(command.name, wording.say(command.summary)),
        language=request.language,
        text=examples,
        notes=(
            wording.say(phrase("Metrics: %(metrics)s"), metrics=metrics),
            wording.say(phrase("Stores: %(stores)s"), stores=stores or "—"),
            wording.say(phrase("Periods: yesterday, last week, this month, 30d, 2026-11, 2026-11-01..2026-11-22")),
        ),
        buttons=(
            Button(wording.say(phrase("Board")), "/kpi", is_primary=True),
            Button(wording.say(phrase("Targets")), "/kpi targets"),
        ),
        is_private=True,
    )
