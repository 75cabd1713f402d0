"""Files that come in as evidence: judged by their content, pictures opened once to see that they are pictures.

This is the home of Pillow.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, UnidentifiedImageError

from handlers.messages import Attachment
from kpi.errors import QuestionError
from kpi.incidents.evidence_files import LARGEST_FILE, LONGEST_NAME, PICTURES, FileKind, kind_of, tidy_name
from kpi.phrases import phrase

MOST_PIXELS = 50_000_000
"""Pixels of a picture: a long screenshot of a phone has ten millions, and a small file can claim billions."""

FORMATS: dict[FileKind, str] = {FileKind.PNG: "PNG", FileKind.JPEG: "JPEG", FileKind.WEBP: "WEBP"}
"""What Pillow calls the pictures that are taken; it opens no others."""


def checked_file(name: str, content: bytes) -> Attachment:
    """Return a file as it may be kept; raises QuestionError with one sentence for one that may not."""
    if len(content) > LARGEST_FILE:
        raise too_large(name)
    kind = kind_of(content)
    if kind is None:
        raise QuestionError(
            phrase("“%(name)s” is not kept: send a picture (PNG, JPEG, WebP), PDF, CSV or XLSX."), name=_short(name)
        )
    if kind in PICTURES and not _is_picture(kind, content):
        raise QuestionError(
            phrase("“%(name)s” is broken or has too many pixels; take the screenshot again."), name=_short(name)
        )
    return Attachment(tidy_name(name, kind), kind, content)


def too_large(name: str) -> QuestionError:
    """Return the mistake of a file past the limit, for who knows its size before reading it."""
    return QuestionError(
        phrase("“%(name)s” is larger than %(limit)s MB and was not taken; what you wrote is kept."),
        name=_short(name),
        limit=LARGEST_FILE // 2**20,
    )


def _is_picture(kind: FileKind, content: bytes) -> bool:
    """Tell whether a picture's header and structure are sound; its pixels are never unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            with Image.open(io.BytesIO(content), formats=[FORMATS[kind]]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return False
                picture.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return False
    return True


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
