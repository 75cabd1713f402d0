"""Limits that keep a hostile file from hurting anybody, and the checks made before a file is read."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from kpi.errors import HostileFileError, SourceError
from kpi.phrases import phrase

MEGABYTE = 1_000_000
CHUNK = 1 << 20
MOST_COLUMNS = 500
"""The widest real export (Mercado Libre's sales) has 63 columns."""
MOST_EXPANSION = 100
"""How many times its size a compressed file may unpack to; real spreadsheets stay below 20."""
SMALL_ENOUGH = 10 * MEGABYTE
"""Files that unpack to less than this are no bomb, however well they compress."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an import accepts: `file_bytes` as it lies on the disk, `unpacked_bytes` when compressed."""

    file_bytes: int = 512 * MEGABYTE
    unpacked_bytes: int = 2_000 * MEGABYTE


def require_regular(path: Path, limits: Limits) -> None:
    """Raise SourceError unless `path` is a file of an acceptable size."""
    try:
        is_file, size = path.is_file(), path.stat().st_size
    except OSError as error:
        raise SourceError(
            phrase("%(file)s cannot be opened: %(problem)s."), file=path.name, problem=error.strerror or str(error)
        ) from error
    if not is_file:
        raise SourceError(phrase("%(file)s is not a file; name the export file itself."), file=path.name)
    if size == 0:
        raise SourceError(phrase("%(file)s is empty; download the export again."), file=path.name)
    if size > limits.file_bytes:
        raise HostileFileError(
            phrase("%(file)s is larger than %(limit)s MB; export a shorter period, or raise VIGIA_IMPORT_LIMIT_MB."),
            file=path.name,
            limit=limits.file_bytes // MEGABYTE,
        )


def require_harmless_workbook(path: Path, limits: Limits) -> None:
    """Raise SourceError for a workbook that is broken, a bomb, or holds formulas."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            _require_no_bomb(path, unpacked, limits)
            for entry in entries:
                if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                    _require_no_formulas(path, archive, entry, limits)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise HostileFileError(
            phrase("%(file)s is damaged or not a spreadsheet; download the export again."), file=path.name
        ) from error


def _require_no_bomb(path: Path, unpacked: int, limits: Limits) -> None:
    size = max(path.stat().st_size, 1)
    if unpacked > limits.unpacked_bytes or (unpacked > SMALL_ENOUGH and unpacked / size > MOST_EXPANSION):
        raise HostileFileError(
            phrase("%(file)s unpacks to far more than it weighs; it is not an export and was not opened."),
            file=path.name,
        )


def _require_no_formulas(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> None:
    seen, tail = 0, b""
    with archive.open(entry) as sheet:
        while chunk := sheet.read(CHUNK):
            seen += len(chunk)
            if seen > limits.unpacked_bytes:
                _require_no_bomb(path, seen, limits)
            window = tail + chunk
            if b"<f>" in window or b"<f " in window:
                raise HostileFileError(
                    phrase("%(file)s holds formulas; copy its cells and paste them as values, then import again."),
                    file=path.name,
                )
            tail = chunk[-4:]


@contextmanager
def unpacked(path: Path, limits: Limits) -> Iterator[Path]:
    """Give a plain file: `path` itself, or a temporary copy of what a .gz holds; raises HostileFileError."""
    if path.suffix.lower() != ".gz":
        yield path
        return
    with NamedTemporaryFile(suffix=Path(path.stem).suffix or ".csv") as copy:
        _unpack(path, Path(copy.name), limits)
        yield Path(copy.name)


def _unpack(path: Path, target: Path, limits: Limits) -> None:
    written = 0
    try:
        with gzip.open(path) as packed, target.open("wb") as plain:
            while chunk := packed.read(CHUNK):
                written += len(chunk)
                _require_no_bomb(path, written, limits)
                plain.write(chunk)
    except (gzip.BadGzipFile, EOFError, OSError) as error:
        raise HostileFileError(
            phrase("%(file)s is damaged or not a .gz file; download the export again."), file=path.name
        ) from error
