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

from bot.logs import configure_logs
from bot.opening import open_database
from bot.progress import alert_progress
from bot.reliving import relive
from bot.scratch import scratch_file, scratch_settings
from bot.serving import serve
from bot.settings import Settings
from bot.wiring import Vigia, assemble
from handlers.alerts.rule_message import rule_line_text, rule_value_text
from handlers.alerts.rule_reasons import rule_reason
from handlers.answers.alert_reasons import SILENCE_WORDS
from handlers.digests.daily_digest import require_engagement
from handlers.watch.alert_replay import Replayed, ReplayPlan, replay
from handlers.watch.past_mornings import Past, remember
from handlers.watch.rule_replay import RulePlan, replay_rules
from kpi.alerts.records import Silence
from kpi.alerts.watched import BY_METRIC, WATCHED, Watched
from kpi.days import Period
from kpi.errors import QuestionError
from kpi.languages import Language
from kpi.metrics.catalogue import METRICS
from kpi.phrases import phrase
from kpi.wording.wording import Wording

COLUMNS = ("series_id", "date", "metric", "state", "onset", "z", "effect", "reason")

app = typer.Typer(add_completion=False)


@app.command("replay")
def replay_command(
    engagement: Annotated[str, typer.Option(help="The engagement.")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First judged day.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last judged day.")],
    alerts: Annotated[Path | None, typer.Option(help="File for every morning of every series (CSV).")] = None,
    metrics: Annotated[
        str, typer.Option(help="Watched metrics of file and table, separated by commas; default: all.")
    ] = "",
    console: Annotated[bool, typer.Option("--console", help="Show digests and alerts in the browser.")] = False,
    port: Annotated[int, typer.Option(help="Port of the page.")] = 8321,
    keep: Annotated[Path | None, typer.Option(help="New SQLite file for what the console shows.")] = None,
) -> None:
    """Judge every day of a period as on its own morning; nothing is sent, and your database is only read."""
    if last < first:
        raise QuestionError(phrase("A period cannot end before it begins: check --from and --to."))
    if keep is not None and keep.exists():
        raise QuestionError(phrase("The file %(file)s exists; a replay starts in a new one."), file=str(keep))
    period = Period(first.date(), last.date())
    database = open_database(Settings())
    with database.view() as work, alert_progress() as progress:
        plan = ReplayPlan(require_engagement(work, engagement), period, chosen_metrics(metrics))
        rows = list(replay(work, plan, progress))
        if not metrics:
            rows.extend(replay_rules(work, RulePlan(plan.engagement, plan.period), progress))
        past = remember(work, engagement, period) if console else None
    database.close()
    if alerts is not None:
        write_alerts(alerts, rows)
    show_alerts(rows)
    if past is not None:
        with scratch_file("replay", keep) as file:
            settings = scratch_settings(file, port)
            configure_logs(settings)
            vigia = relived(past, settings)
            typer.echo(f"Open http://{settings.host}:{port}/console?engagement={engagement}  (Ctrl-C stops)")
            serve(vigia)


def relived(past: Past, settings: Settings) -> Vigia:
    """Live through a past in a database of its own and return the bot that shows it; its clock stands at the end."""
    database = open_database(settings)
    with alert_progress() as progress:
        board, clock = relive(database.work, past, progress)
    return assemble(settings, database, clock, board)


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
