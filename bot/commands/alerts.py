"""`vigia alerts`: try the detector on files, and see what a rule would have said."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from bot.clock import now
from bot.commands.replay import chosen_metrics, show_alerts
from bot.commands.rule_words import written_rule
from bot.opening import open_database
from bot.picture_files import save_picture
from bot.progress import alert_progress
from bot.settings import Settings
from handlers.digests.daily_digest import newest_day, require_engagement
from handlers.watch.alert_preview import preview_pictures
from handlers.watch.alert_replay import ReplayPlan, replay
from handlers.watch.rule_replay import RulePlan, replay_rules, rule_pictures
from kpi.alerts.detection.signals import THRESHOLDS, Preset
from kpi.alerts.detection.trials import WARM_UP_DAYS, Trial, TrialRow, TrialState, in_order
from kpi.alerts.watched import Watched
from kpi.days import Period
from kpi.errors import QuestionError
from kpi.phrases import phrase
from kpi.sources.detector_files import DetectorFiles, WatchedSeries, read_detector_files

COLUMNS = ("series_id", "date", "metric", "state", "onset", "z", "effect", "reason")

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def alerts() -> None:
    """Try the detector on files, and see what a rule would have said."""


@app.command()
def evaluate(
    data: Annotated[Path, typer.Option(help="Folder with data.csv, series.csv and promos.csv.")],
    out: Annotated[Path, typer.Option(help="File for the alerts (CSV).")],
    preset: Annotated[Preset, typer.Option(help="How easily to alert.")] = Preset.NORMAL,
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First judged day; default: after 60 days."),
    ] = None,
) -> None:
    """Run the detector alone over a folder of counts, morning after morning, and write its alerts."""
    files = read_detector_files(data)
    begins = first.date() if first else files.first_day + timedelta(days=WARM_UP_DAYS)
    named = [
        (watched, row)
        for watched in track(files.watched, description="Judging mornings", transient=True)
        for row in _rows(files, watched, begins, THRESHOLDS[preset])
    ]
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(_line(watched, row) for watched, row in named)
    fired = sum(row.state is TrialState.FIRING for _, row in named)
    missing = sum(row.state is TrialState.NO_DATA for _, row in named)
    series = sum(len(watched.names) for watched in files.watched)
    typer.echo(f"{series} series, {begins} to {files.last_day}: {fired} alerts, {missing} missing days -> {out}")


@app.command()
def preview(
    engagement: Annotated[str, typer.Option(help="The engagement.")],
    rule: Annotated[
        str,
        typer.Option(
            help="conversion_rate=sensitive, claims_rate>0.02/0.018 (limit and clearing value), pace:gmv "
            "or red_line:claims_rate."
        ),
    ],
    days: Annotated[int, typer.Option(min=1, max=400, help="How many days back.")] = 365,
    out: Annotated[Path | None, typer.Option(help="Folder for a picture of each store with alerts.")] = None,
) -> None:
    """Show what a rule would have said over the last year, before it is switched on."""
    settings = Settings()
    database = open_database(settings)
    with database.view() as work, alert_progress() as progress:
        found = require_engagement(work, engagement)
        period = Period.ending(newest_day(work, found, now()), days)
        preset = _preset(rule)
        if preset is not None:
            plan = ReplayPlan(found, period, (preset[0],), preset[1])
            rows = list(replay(work, plan, progress))
            pictures = preview_pictures(work, plan, rows) if out is not None else {}
        else:
            written = written_rule(rule, ", ".join(Preset))
            tried = RulePlan(replace(found, alert_rules=(written,), has_red_lines=False), period)
            rows = list(replay_rules(work, tried, progress))
            pictures = rule_pictures(work, tried, rows) if out is not None else {}
    if not rows:
        raise QuestionError(
            phrase("%(rule)s watches nothing here: no store, target or official limit fits."), rule=rule
        )
    show_alerts(rows)
    months = max(len(rows) / 30, 1e-9)
    opened = sum(row.is_opened for row in rows)
    typer.echo(f"{rule}: {opened} alerts, {opened / months:.3f} per store and month.")
    for store, picture in pictures.items():
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            typer.echo(f"picture: {save_picture(picture, out, f'{rows[0].metric}-{store}', settings.font_files)}")


def _preset(rule: str) -> tuple[Watched, Preset] | None:
    """Return the watched metric and preset of METRIC=PRESET, or None for another kind of rule."""
    metric, equals, preset = rule.partition("=")
    if not equals or preset not in set(Preset):
        return None
    return chosen_metrics(metric or "?")[0], Preset(preset)


def _rows(files: DetectorFiles, watched: WatchedSeries, begins: date, threshold: float) -> list[TrialRow]:
    trial = Trial(watched.history, files.first_day, watched.starts, threshold)
    return in_order(list(trial.run((begins - files.first_day).days, (files.last_day - files.first_day).days)))


def _line(watched: WatchedSeries, row: TrialRow) -> tuple[str, ...]:
    scored = row.state is TrialState.FIRING
    return (
        watched.names[row.series],
        row.day.isoformat(),
        watched.metrics[row.series],
        row.state,
        row.onset.isoformat() if row.onset else "",
        f"{row.z:.2f}" if scored else "",
        f"{row.change:+.3f}" if scored else "",
        row.reason,
    )
