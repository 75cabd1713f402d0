"""The way in: files are recognised by their headers, read, and become a preview with facts; nothing is stored here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from kpi.engagements import Store
from kpi.errors import SourceError
from kpi.phrases import phrase
from kpi.sources import amazon_days, mercado_libre, shopee_orders, shopee_products, template
from kpi.sources.extraction import chosen_store
from kpi.sources.headers import is_personal, normal
from kpi.sources.mapped import read_mapped
from kpi.sources.mapping_file import FileMapping, MappedTable
from kpi.sources.previews import Extract, FilePreview, ImportContext, ImportPreview, joined_rejections
from kpi.sources.safety import CHUNK, require_regular
from kpi.sources.tables import Table, open_table


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of file: how its normalised headers are recognised and how it is read."""

    name: str
    recognises: Callable[[set[str]], bool]
    read: Callable[[Table, ImportContext], Extract]


LAYOUTS: tuple[Layout, ...] = (
    Layout("mercado libre sales", mercado_libre.recognises, mercado_libre.read),
    Layout("shopee orders", shopee_orders.recognises, shopee_orders.read),
    Layout("shopee product performance", shopee_products.recognises, shopee_products.read),
    Layout("amazon sales and traffic by date", amazon_days.recognises, amazon_days.read),
    Layout("kpi_daily template", template.recognises, template.read),
)
"""Most particular first: the template accepts any file with a date and a measure."""


def read_files(paths: Sequence[Path], context: ImportContext, mapping: FileMapping | None = None) -> ImportPreview:
    """Return what importing these files would store; raises SourceError with one sentence, and nothing was changed."""
    if mapping is not None:
        return _read_by_mapping(paths, context, mapping)
    previews, extracts = [], []
    for number, path in enumerate(paths):
        context.progress(path.name, number, len(paths))
        preview, extract = _read_by_layout(path, context)
        previews.append(preview)
        extracts.append(extract)
    context.progress("", len(paths), len(paths))
    return _together(previews, extracts)


def _read_by_layout(path: Path, context: ImportContext) -> tuple[FilePreview, Extract]:
    with open_table(path, context.limits, lambda rows: _header_row(rows, _known)) as table:
        layout = next(one for one in LAYOUTS if one.recognises(set(table.places)))
        extract = layout.read(table, context)
        return _preview(path, table, layout.name, extract), extract


def _known(headers: set[str]) -> bool:
    return any(layout.recognises(headers) for layout in LAYOUTS)


def _header_row(rows: Sequence[Sequence[str]], known: Callable[[set[str]], bool]) -> int | None:
    return next((place for place, row in enumerate(rows) if known({normal(cell) for cell in row})), None)


def _preview(path: Path, table: Table, layout: str, extract: Extract) -> FilePreview:
    used = {normal(column.header) for column in extract.mapped}
    others = [header for header in table.headers if header and normal(header) not in used]
    return FilePreview(
        path.name,
        sha256_of(path),
        layout,
        extract.mapped,
        tuple(header for header in others if not is_personal(header)),
        tuple(header for header in others if is_personal(header)),
        extract.rows,
    )


def sha256_of(path: Path) -> str:
    """Return the hash that tells whether a file was imported before."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _together(previews: Sequence[FilePreview], extracts: Sequence[Extract]) -> ImportPreview:
    rejected, count = joined_rejections(extracts)
    return ImportPreview(
        tuple(previews),
        tuple(fact for extract in extracts for fact in extract.facts),
        rejected,
        count,
        tuple(dict.fromkeys(warning for extract in extracts for warning in extract.warnings)),
    )


def _read_by_mapping(paths: Sequence[Path], context: ImportContext, mapping: FileMapping) -> ImportPreview:
    store = _mapped_store(context, mapping)
    with ExitStack() as opened:
        tables: dict[str, Table] = {}
        previews = []
        for path in paths:
            described = _described(path, context, mapping)
            if described is None:
                remark = phrase("not used by this mapping")
                previews.append(FilePreview(path.name, sha256_of(path), "", remark=remark))
                continue
            wanted = frozenset(normal(header) for header in described.headers)
            search = partial(_header_row, known=wanted.issubset)
            tables[described.name] = opened.enter_context(open_table(path, context.limits, search))
            previews.append(FilePreview(path.name, sha256_of(path), f"{mapping.name}: {described.name}"))
        if not tables:
            raise SourceError(
                phrase("None of the files has the headers the mapping “%(mapping)s” looks for."), mapping=mapping.name
            )
        extract = read_mapped(mapping, tables, store, context)
        finished = [_with_columns(one, tables, mapping, extract) for one in previews]
    return _together(finished, [extract])


def _described(path: Path, context: ImportContext, mapping: FileMapping) -> MappedTable | None:
    """Return the table of the mapping a file holds, or None; the one with the most headers wins."""
    require_regular(path, context.limits)
    found: list[MappedTable] = []

    def search(rows: Sequence[Sequence[str]]) -> int | None:
        for place, row in enumerate(rows):
            headers = {normal(cell) for cell in row}
            fits = [one for one in mapping.tables.values() if {normal(name) for name in one.headers} <= headers]
            if fits:
                found.append(max(fits, key=lambda one: len(one.headers)))
                return place
        return 0  # some header row must be named; the file is left unread when nothing was found

    with open_table(path, context.limits, search):
        return found[0] if found else None


def _with_columns(
    preview: FilePreview, tables: dict[str, Table], mapping: FileMapping, extract: Extract
) -> FilePreview:
    if not preview.layout:
        return preview
    name = preview.layout.removeprefix(f"{mapping.name}: ")
    headers = tables[name].headers
    return FilePreview(
        preview.name,
        preview.sha256,
        preview.layout,
        tuple(column for column in extract.mapped if column.header.startswith(f"{name}:")),
        (),
        tuple(header for header in headers if is_personal(header)),
        int(tables[name].frame.select(pl.len()).collect(engine="streaming").item()),
    )


def _mapped_store(context: ImportContext, mapping: FileMapping) -> Store:
    if context.store is not None or not mapping.store:
        return chosen_store(context, mapping.name)
    found = next((store for store in context.stores if store.id == mapping.store), None)
    if found is None:
        raise SourceError(
            phrase("The mapping is for the store “%(store)s”, which this engagement does not have (%(stores)s)."),
            store=mapping.store,
            stores=", ".join(store.id for store in context.stores),
        )
    return found


def layouts() -> Iterator[str]:
    """Yield the names of the layouts that are recognised."""
    return (layout.name for layout in LAYOUTS)
