"""`vigia import FILE…`: marketplace exports become facts, after a look at what they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot.clock import now
from bot.import_report import print_preview
from bot.opening import open_database
from bot.settings import Settings
from handlers.digests.daily_digest import require_engagement
from handlers.ports import Work
from kpi.engagements import Engagement
from kpi.errors import NotFoundError
from kpi.facts import ImportedFile, ImportOutcome
from kpi.phrases import phrase
from kpi.sources.dates import DateOrder
from kpi.sources.importing import read_files, sha256_of
from kpi.sources.mapping_file import FileMapping, read_mapping
from kpi.sources.previews import ImportContext, ImportPreview
from kpi.sources.previews import Progress as Told
from kpi.sources.rates_file import is_rates_file, read_rates
from kpi.sources.safety import MEGABYTE, Limits
from storage.database import Database

app = typer.Typer(add_completion=False)


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(help="Export files (CSV, CSV.GZ, XLSX).")],
    store: Annotated[str | None, typer.Option(help="The store the files are from.")] = None,
    engagement: Annotated[str | None, typer.Option(help="The engagement, where the files name their stores.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A mapping file (TOML) for other exports.")] = None,
    date_order: Annotated[DateOrder | None, typer.Option(help="How to read dates such as 03/04/2026.")] = None,
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of a file that names none.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be stored; store nothing.")] = False,
) -> None:
    """Import exports; the same file twice changes nothing, a newer one restates the days it covers."""
    settings = Settings()
    screen = Console(highlight=False, soft_wrap=True)
    database = open_database(settings)
    limits = Limits(file_bytes=settings.import_limit_mb * MEGABYTE)
    rates = [path for path in files if path.is_file() and is_rates_file(path)]
    exports = [path for path in files if path not in rates]
    if rates:
        _import_rates(database, rates, limits, screen, dry_run=dry_run)
    if not exports:
        return
    with database.view() as work:
        found = _engagement(work, engagement, store)
    described = read_mapping(mapping) if mapping else None
    with _progress(screen) as told:
        context = ImportContext(
            found.stores, now(), found.store(store) if store else None, date_order, _day(day), limits, told
        )
        batches = list(_batches(exports, context, described))
    for batch in batches:
        print_preview(screen, batch.preview, found)
    if dry_run:
        screen.print("Nothing was stored (--dry-run).", markup=False)
        return
    _store(database, found, batches, screen, mapping)


class Batch:
    """Files that become one import: one file, or all files of a mapping."""

    def __init__(self, paths: Sequence[Path], preview: ImportPreview, mapping: FileMapping | None) -> None:
        self.paths = paths
        self.preview = preview
        self.mapping = mapping

    def proof(self, engagement: str, extra: bytes) -> ImportedFile:
        """Return what makes this import once-only: its files' hashes and the mapping's text."""
        hashes = sorted(sha256_of(path) for path in self.paths)
        joined = hashlib.sha256("".join(hashes).encode() + extra).hexdigest()
        layouts = [file.layout for file in self.preview.files if file.layout]
        return ImportedFile(
            joined if extra or len(hashes) > 1 else hashes[0],
            ", ".join(path.name for path in self.paths)[:200],
            self.mapping.name if self.mapping else layouts[0],
            engagement,
            now(),
            self.preview.first,
            self.preview.last,
            sum(file.rows for file in self.preview.files),
            self.preview.rejected_count,
        )


def _batches(paths: Sequence[Path], context: ImportContext, mapping: FileMapping | None) -> Iterator[Batch]:
    if mapping is not None:
        yield Batch(paths, read_files(paths, context, mapping), mapping)
        return
    for path in paths:
        yield Batch([path], read_files([path], context), None)


def _engagement(work: Work, engagement: str | None, store: str | None) -> Engagement:
    if engagement is not None:
        found = require_engagement(work, engagement)
        if store is not None and found.store(store) is None:
            raise _no_store(store, [one.id for one in found.stores])
        return found
    owner = work.engagements.of_store(store) if store else None
    if owner is not None:
        return owner
    everything = work.engagements.all()
    if store is None and len(everything) == 1:
        return everything[0]
    raise _no_store(store or "", [one.id for each in everything for one in each.stores])


def _no_store(store: str, known: Sequence[str]) -> NotFoundError:
    return NotFoundError(
        phrase("There is no store “%(store)s”; name one with --store or an engagement with --engagement (%(known)s)."),
        store=store,
        known=", ".join(known) or "—",
    )


def _day(day: datetime | None) -> date | None:
    return day.date() if day else None


@contextmanager
def _progress(screen: Console) -> Iterator[Told]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=screen, transient=True) as bars:
        task = bars.add_task("reading", total=None)
        yield lambda what, done, whole: bars.update(task, description=what, completed=done, total=whole)


def _store(
    database: Database, engagement: Engagement, batches: Sequence[Batch], screen: Console, mapping: Path | None
) -> None:
    extra = mapping.read_bytes() if mapping else b""
    outcomes: list[tuple[str, ImportOutcome]] = []
    with database.work() as work:
        for batch in batches:
            proof = batch.proof(engagement.id, extra)
            outcomes.append((proof.name, work.facts.record(proof, batch.preview.facts)))
    for name, outcome in outcomes:
        if outcome.is_repeat:
            screen.print(f"{name}: imported before; nothing changed.", markup=False)
        else:
            screen.print(
                f"{name}: {outcome.added} values added, {outcome.restated} restated, {outcome.unchanged} unchanged.",
                markup=False,
            )


def _import_rates(database: Database, paths: Sequence[Path], limits: Limits, screen: Console, *, dry_run: bool) -> None:
    rates = [rate for path in paths for rate in read_rates(path, limits)]
    if dry_run:
        screen.print(f"{len(rates)} exchange rates read; nothing was stored (--dry-run).", markup=False)
        return
    with database.work() as work:
        changed = work.rates.save(rates)
    screen.print(f"{len(rates)} exchange rates read, {changed} new or changed.", markup=False)
