"""Limits that keep a hostile file from hurting anybody, and the checks made before a file is read."""

from __future__ import annotations

import gzip
import zlib
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
        raise _cannot_be_opened(path, error) from error
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
    try:
        path.open("rb").close()
    except OSError as error:
        raise _cannot_be_opened(path, error) from error


def require_no_bomb(path: Path, unpacked: int, limits: Limits) -> None:
    """Raise HostileFileError for a file that unpacks to more bytes than any export of its size would."""
    size = max(path.stat().st_size, 1)
    if unpacked > limits.unpacked_bytes or (unpacked > SMALL_ENOUGH and unpacked / size > MOST_EXPANSION):
        raise HostileFileError(
            phrase("%(file)s unpacks to far more than it weighs; it is not an export and was not opened."),
            file=path.name,
        )


def _cannot_be_opened(path: Path, error: OSError) -> SourceError:
    return SourceError(
        phrase("%(file)s cannot be opened: %(problem)s."), file=path.name, problem=error.strerror or str(error)
    )


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
                require_no_bomb(path, written, limits)
                plain.write(chunk)
    except (zlib.error, EOFError, OSError) as error:
        raise HostileFileError(
            phrase("%(file)s is damaged or not a .gz file; download the export again."), file=path.name
        ) from error
