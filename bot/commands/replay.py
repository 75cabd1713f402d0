"""`vigia replay`: what the watch would have said over stored data, as it was known each morning."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.opening import open_database
from bot.progress import alert_progress
from bot.settings import Settings
from handlers.alert_reasons import SILENCE_WORDS
from handlers.alert_replay import Replayed, ReplayPlan, replay
from handlers.daily_digest import require_engagement
from handlers.rule_message import rule_line_text, rule_value_text
from handlers.rule_reasons import rule_reason
from handlers.rule_replay import RulePlan, replay_rules
from kpi.alert_records import Silence
from kpi.catalogue import METRICS
from kpi.days import Period
from kpi.errors import QuestionError
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.watched import BY_METRIC, WATCHED, Watched
from kpi.wording.wording import Wording

COLUMNS = ("series_id", "date", "metric", "state", "onset", "z", "effect", "reason")

app = typer.Typer(add_completion=False)


@app.command("replay")
def replay_command(
    engagement: Annotated[str, typer.Option(help="The engagement.")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First judged day.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last judged day.")],
    alerts: Annotated[Path | None, typer.Option(help="File for every morning of every series (CSV).")] = None,
    metrics: Annotated[str, typer.Option(help="Watched metrics, separated by commas; default: all.")] = "",
) -> None:
    """Judge every day of a period as on its own morning; nothing is stored or sent."""
    if last < first:
        raise QuestionError(phrase("A period cannot end before it begins: check --from and --to."))
    database = open_database(Settings())
    with database.view() as work, alert_progress() as progress:
        plan = ReplayPlan(
            require_engagement(work, engagement), Period(first.date(), last.date()), chosen_metrics(metrics)
        )
        rows = list(replay(work, plan, progress))
        if not metrics:
            rows.extend(replay_rules(work, RulePlan(plan.engagement, plan.period), progress))
    if alerts is not None:
        write_alerts(alerts, rows)
    show_alerts(rows)


def chosen_metrics(names: str) -> tuple[Watched, ...]:
    """Return the watched metrics of a comma-separated list; raises QuestionError for one that is not watched."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in BY_METRIC]
    if unknown:
        raise QuestionError(
            phrase("%(metric)s is not watched; watched are %(names)s."),
            metric=", ".join(unknown),
            names=", ".join(BY_METRIC),
        )
    return tuple(BY_METRIC[name] for name in wanted) or WATCHED


def write_alerts(path: Path, rows: Iterable[Replayed]) -> None:
    """Write one line for every series and morning."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows:
            finding = row.finding
            scored = finding.is_judged and not row.rule
            writer.writerow(
                (
                    ":".join(filter(None, (row.store, row.metric, row.rule))),
                    row.day.isoformat(),
                    row.metric,
                    "no_data" if row.state == Silence.NOT_SEEN else row.state,
                    row.onset.isoformat() if row.onset else "",
                    f"{finding.z:.2f}" if scored else "",
                    f"{finding.change:+.3f}" if scored else "",
                    _reason(row),
                )
            )


def _reason(row: Replayed) -> str:
    if row.rule:
        return rule_reason(row.finding, Wording(Language.EN))
    return SILENCE_WORDS[row.finding.silence] % {"days": row.finding.learnt_days}


def _found(row: Replayed) -> tuple[str, str]:
    """Return what raised an alert: change and score of the scan, or a rule's value against its line."""
    if not row.is_opened:
        return "", row.rule
    if row.rule:
        wording = Wording(Language.EN)
        value = rule_value_text(row.finding.by_rule, row.metric, "", wording)
        return f"{value} ({rule_line_text(row.finding.by_rule, row.metric, '', wording)})", row.rule
    return f"{row.finding.change:+.0%}", f"{row.finding.z:.1f}"


def show_alerts(rows: Iterable[Replayed]) -> None:
    """Print what began and ended, and how many mornings were quiet."""
    everything = list(rows)
    table = Table(
        "day", "store", "metric", "what", "began", "change or value", "score or rule", box=None, pad_edge=False
    )
    for row in sorted(everything, key=lambda one: one.day):
        if row.is_opened or row.is_closed:
            table.add_row(
                row.day.isoformat(),
                row.store,
                METRICS[row.metric].name,
                row.state,
                row.onset.isoformat() if row.onset else "",
                *_found(row),
            )
    console = Console()
    if table.row_count:
        console.print(table)
    series = len({(row.store, row.metric, row.rule) for row in everything})
    missing = sum(row.state == Silence.NOT_SEEN for row in everything)
    typer.echo(f"{series} series, {len(everything)} mornings judged, {missing} without data.")
