"""`vigia export …`: readings, incidents, timelines, deliveries and service records, as CSV, XLSX or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import now
from bot.opening import open_database
from bot.settings import Settings
from bot.table_files import cell_text, write_csv, write_json, write_xlsx
from handlers.answers.readings_export import COLUMNS, ExportGrain, export_readings
from handlers.digests.daily_digest import require_engagement
from handlers.incidents.exports import EXPORTS, ExportScope, Row
from handlers.ports import Work
from handlers.readings.scopes import today_of
from kpi.days import Period
from kpi.engagements import Audience, Engagement
from kpi.errors import QuestionError
from kpi.phrases import phrase

app = typer.Typer(add_completion=False)

NUMBERS = frozenset({"value", "numerator", "denominator"})
"""Columns of readings that spreadsheets should calculate with."""


class Exported(StrEnum):
    """What can be exported."""

    READINGS = "readings"
    INCIDENTS = "incidents"
    TIMELINES = "timelines"
    DELIVERIES = "deliveries"
    SERVICE_RECORDS = "service-records"


class FileFormat(StrEnum):
    """How."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


@app.command()
def export(
    what: Annotated[Exported, typer.Argument(help="What to export.")],
    engagement: Annotated[str, typer.Option(help="The engagement.")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")],
    grain: Annotated[ExportGrain, typer.Option(help="Readings: one row a day or a month.")] = ExportGrain.DAY,
    view: Annotated[Audience, typer.Option(help="Whose eyes it is for; readings have one view.")] = Audience.SELLER,
    file_format: Annotated[FileFormat, typer.Option("--format", help="File format.")] = FileFormat.CSV,
    out: Annotated[Path | None, typer.Option(help="File to write; CSV and JSON go to the screen without it.")] = None,
) -> None:
    """Write what is stored of a period: rows with stable column names, instants in UTC."""
    if last < first:
        raise QuestionError(phrase("The period ends before it begins: write the earlier date first."))
    database = open_database(Settings())
    with database.work() as work:
        found = require_engagement(work, engagement)
        scope = ExportScope(found, Period(first.date(), last.date()), view, now())
        rows = _readings(work, found, scope.period, grain) if what is Exported.READINGS else _stored(work, what, scope)
    columns = COLUMNS if what is Exported.READINGS else EXPORTS[what.value].columns
    if file_format is FileFormat.XLSX and out is None:
        out = Path(f"{engagement}-{what}.xlsx")
    _write(out, file_format, columns, rows, what)
    if out is not None:
        typer.echo(f"{len(rows)} rows written to {out}")


def _readings(work: Work, engagement: Engagement, period: Period, grain: ExportGrain) -> list[Row]:
    today = today_of(engagement.stores, now())
    rows = export_readings(work, engagement, period, grain, today)
    return [dict(zip(COLUMNS, row.cells(), strict=True)) for row in rows]


def _stored(work: Work, what: Exported, scope: ExportScope) -> list[Row]:
    return list(EXPORTS[what.value].rows(work, scope))


def _write(
    out: Path | None, file_format: FileFormat, columns: Sequence[str], rows: Sequence[Row], what: Exported
) -> None:
    if file_format is FileFormat.JSON:
        write_json(out, rows)
        return
    cells = [[cell_text(row[name]) for name in columns] for row in rows]
    if file_format is FileFormat.XLSX and out is not None:
        write_xlsx(out, columns, cells, numeric=NUMBERS, sheet=what.value)
        return
    write_csv(out, columns, cells)
