"""Files that show something of an incident: which kinds there may be, how large, and who may see one."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kpi.incidents.incident import Visibility

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes: a screenshot has one or two millions, and Slack's forms take no larger file."""
MOST_FILES = 20
"""Files of one incident; whoever has more to show sends a link."""
LONGEST_NAME = 100
"""Characters of a file's name."""


class FileKind(StrEnum):
    """What a file is by its content, whatever its name says; the value is the ending of its name."""

    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"
    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"


PICTURES = frozenset({FileKind.PNG, FileKind.JPEG, FileKind.WEBP})

_ENDINGS: dict[FileKind, tuple[str, ...]] = {kind: (f".{kind}",) for kind in FileKind} | {
    FileKind.JPEG: (".jpg", ".jpeg"),
    FileKind.CSV: (".csv", ".txt", ".tsv"),
}


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """One stored file of an incident; `digest` is the SHA-256 of its content in hexadecimal.

    `capture` is the captured message it came with, and goes with (empty: none).
    """

    id: str
    incident: str
    name: str
    kind: FileKind
    size: int
    digest: str
    visibility: Visibility
    added_by: str
    added_at: datetime
    capture: str = ""


def kind_of(content: bytes) -> FileKind | None:
    """Return what a content is by its own signs, or None for what no incident keeps."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return FileKind.WEBP
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content.startswith(b"PK\x03\x04"):
        return FileKind.XLSX if _is_workbook(content) else None
    return FileKind.CSV if _is_plain_text(content) else None


def _is_workbook(content: bytes) -> bool:
    """Tell whether a packed file is a workbook without macros; only its list of contents is read."""
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    return "xl/workbook.xml" in names and "xl/vbaProject.bin" not in names


def _is_plain_text(content: bytes) -> bool:
    """Tell whether a content is lines of words, in one of the encodings of exports, and no page or program."""
    text = _decoded(content)
    if text is None or not text.strip() or text.lstrip("\ufeff \t\r\n").startswith(("<", "#!")):
        return False
    return not any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n" for sign in text)


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def tidy_name(name: str, kind: FileKind) -> str:
    """Return a file's name without folders and unseen signs, with the ending of what it is."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" and sign not in '"<>:|?*')
    plain = " ".join(seen.split()).strip(". ")
    ending = next((one for one in _ENDINGS[kind] if plain.lower().endswith(one)), "")
    stem = plain[: len(plain) - len(ending)] if ending else plain
    ending = ending or f".{kind}"
    return f"{stem[: LONGEST_NAME - len(ending)].strip('. ') or 'file'}{ending}"
