"""A document as Markdown, word for word what its printed form says."""

from __future__ import annotations

from collections.abc import Iterator

from kpi.documents import Document, Grid, Section

_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>#|"})
"""Signs that would become markup: what people typed stays as they typed it."""


def as_markdown(document: Document) -> str:
    """Return the document in Markdown with tables (GitHub's); pictures are left out."""
    lines = [f"# {_plain(document.title)}", "", _plain(document.subtitle)]
    for section in document.sections:
        lines += ["", f"## {_plain(section.heading)}", "", *_section(section)]
    if document.footer:
        lines += ["", "---", "", _plain(document.footer)]
    return "\n".join(lines) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield from (f"- {_plain(line)}" for line in section.lines)
    if section.grid is not None:
        if section.lines:
            yield ""
        yield from _grid(section.grid)


def _grid(grid: Grid) -> Iterator[str]:
    yield _row(grid.columns)
    yield "|" + " --- |" * len(grid.columns)
    yield from map(_row, grid.rows)


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(map(_plain, cells)) + " |"


def _plain(text: str) -> str:
    return " ".join(text.split()).translate(_SPECIAL)
