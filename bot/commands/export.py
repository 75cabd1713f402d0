"""`vigia export readings`: numbers with the counts behind them, as CSV or XLSX."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import now
from bot.opening import open_database
from bot.settings import Settings
from bot.table_files import write_csv, write_xlsx
from handlers.daily_digest import require_engagement
from handlers.readings_export import COLUMNS, ExportGrain, export_readings
from handlers.scopes import today_of
from kpi.days import Period
from kpi.errors import QuestionError
from kpi.phrases import phrase

app = typer.Typer(add_completion=False)


class Exported(StrEnum):
    """What can be exported."""

    READINGS = "readings"


class FileFormat(StrEnum):
    """How."""

    CSV = "csv"
    XLSX = "xlsx"


@app.command()
def export(
    what: Annotated[Exported, typer.Argument(help="What to export.")],
    engagement: Annotated[str, typer.Option(help="The engagement.")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")],
    grain: Annotated[ExportGrain, typer.Option(help="One row a day or a month.")] = ExportGrain.DAY,
    file_format: Annotated[FileFormat, typer.Option("--format", help="File format.")] = FileFormat.CSV,
    out: Annotated[Path | None, typer.Option(help="File to write; CSV goes to the screen without it.")] = None,
) -> None:
    """Write every reading of the engagement's stores with numerator, denominator, unit and status."""
    del what  # there is one kind so far
    if last < first:
        raise QuestionError(phrase("The period ends before it begins: write the earlier date first."))
    database = open_database(Settings())
    with database.work() as work:
        found = require_engagement(work, engagement)
        period = Period(first.date(), last.date())
        rows = [row.cells() for row in export_readings(work, found, period, grain, today_of(found.stores, now()))]
    if file_format is FileFormat.XLSX:
        path = out or Path(f"{engagement}-readings.xlsx")
        write_xlsx(path, COLUMNS, rows, numeric=frozenset({"value", "numerator", "denominator"}))
        typer.echo(f"{len(rows)} rows written to {path}")
        return
    write_csv(out, COLUMNS, rows)
    if out is not None:
        typer.echo(f"{len(rows)} rows written to {out}")
