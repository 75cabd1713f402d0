"""Pictures and documents, drawn in this process: for commands of the terminal only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from charts.drawing import draw
from charts.fonts import add_files
from kpi.documents import Document
from kpi.pictures import Picture


def save_picture(picture: Picture, folder: Path, name: str, font_files: Sequence[Path]) -> Path:
    """Draw a picture into `folder` (made when missing) and return the file's path."""
    del font_files
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    path.write_bytes(draw(picture))
    return path


def printed(document: Document, font_files: Sequence[Path]) -> bytes:
    """Return a document as PDF."""
    if font_files:
        add_files(font_files)
    return draw(document)
