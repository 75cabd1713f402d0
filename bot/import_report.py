"""What an import found, on the terminal: columns, days, totals, rejected rows."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Console
from rich.table import Table

from kpi.engagements import Engagement
from kpi.languages import Language
from kpi.metrics.measures import MEASURES, SCALED, MeasureUnit
from kpi.money import Money
from kpi.sources.previews import FilePreview, ImportPreview
from kpi.wording.wording import Wording

WORDS = Wording(Language.EN)


def print_preview(screen: Console, preview: ImportPreview, engagement: Engagement) -> None:
    """Print everything a person checks before trusting an import."""
    for file in preview.files:
        _print_file(screen, file)
    if preview.first and preview.last:
        days = len({fact.day for fact in preview.facts})
        screen.print(f"days {preview.first} to {preview.last} ({days} with data)", markup=False)
    screen.print(_totals(preview, engagement))
    for warning in preview.warnings:
        screen.print(f"note: {warning}", markup=False)
    if preview.rejected_count:
        screen.print(f"{preview.rejected_count} rows rejected:", markup=False)
        for row in preview.rejected:
            screen.print(f"  {row.file} line {row.line}: {row.reason % {'cell': row.cell}}", markup=False)
        if preview.rejected_count > len(preview.rejected):
            screen.print(f"  … and {preview.rejected_count - len(preview.rejected)} more", markup=False)


def _print_file(screen: Console, file: FilePreview) -> None:
    screen.print(
        f"{file.name}: {file.layout or file.remark}" + (f", {file.rows} rows" if file.rows else ""), markup=False
    )
    for column in file.mapped:
        screen.print(f"  {column.header} → {column.becomes}", markup=False)
    if file.personal:
        screen.print(f"  personal data, never read: {', '.join(file.personal)}", markup=False)
    if file.ignored:
        screen.print(f"  not used: {', '.join(file.ignored)}", markup=False)


def _totals(preview: ImportPreview, engagement: Engagement) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("store", "measure", "total"):
        table.add_column(column, justify="right" if column == "total" else "left")
    for store_id, measure, value in preview.totals():
        store = engagement.store(store_id)
        table.add_row(store_id, measure, _amount(measure, value, store.currency if store else ""))
    return table


def _amount(measure: str, value: int, currency: str) -> str:
    unit = MEASURES[measure].unit
    if unit is MeasureUnit.MONEY:
        return WORDS.money(Money(value, currency))
    if unit is MeasureUnit.SHARE:
        return WORDS.share(Decimal(value) / SCALED)
    return WORDS.count(value)
