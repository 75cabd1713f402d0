"""`vigia alerts`: try the detector on files, and see what a rule would have said."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from kpi.detection.signals import THRESHOLDS, Preset
from kpi.detection.trials import WARM_UP_DAYS, Trial, TrialRow, TrialState, in_order
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
