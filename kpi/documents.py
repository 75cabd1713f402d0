"""A document as plain data: headings, lines and tables, ready-made in the reader's language. Printing is elsewhere.

Everything pickles, so that documents are printed in another process. `fallback` is the same document with Latin
words, printed instead when no font has the characters of the first one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kpi.pictures import Picture, TooLargePicture


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; `shares` are the columns' parts of the width."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]

    def __post_init__(self) -> None:
        """Refuse rows that do not fit their columns."""
        if any(len(row) != len(self.columns) for row in (*self.rows, self.shares)):
            raise ValueError("every row of a grid has a cell for each column")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it: lines, then a table, then a picture."""

    heading: str
    lines: tuple[str, ...] = ()
    grid: Grid | None = None
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """Something to keep. `name` is its file's name without an extension, in ASCII: some platforms take no other."""

    name: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    footer: str = ""
    is_chinese: bool = False
    fallback: Document | None = None

    @property
    def file_name(self) -> str:
        """The name of its file."""
        return f"{self.name}.pdf"

    def texts(self) -> Iterator[str]:
        """Yield every text that is printed with it; its pictures look after their own."""
        yield from (self.title, self.subtitle, self.footer)
        for section in self.sections:
            yield section.heading
            yield from section.lines
            for row in (section.grid.columns, *section.grid.rows) if section.grid else ():
                yield from row


Drawing = Picture | Document | TooLargePicture
"""What the drawing process makes: PNG bytes of a picture, PDF bytes of a document."""
