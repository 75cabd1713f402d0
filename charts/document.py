"""A document as PDF on A4 pages: text one can search and copy, in fonts of which only the used glyphs travel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from io import BytesIO

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from charts.fonts import CHINESE_FAMILIES, STAND_IN, can_draw, covered, families, regular_file
from charts.line_breaks import lines_of
from charts.palette import GRID, INK, QUIET_INK
from kpi.documents import Document, Grid, Section
from kpi.pictures import Picture

MARGIN_MM = 15
ROW_LINES = 40
"""Most lines of one row of a table: a row cannot be higher than a page."""
LATIN = "DejaVu Sans"
"""Comes with the drawing library: there is always one font."""
_TITLE, _HEADING, _TEXT, _CELL, _FINE = 15.0, 11.5, 9.5, 8.0, 7.5
"""Sizes in points."""
_LEADING = 1.45
"""Height of a line in its size."""
_PICTURE = 0.55
"""Part of the width a picture takes: it was made for a phone."""
_MM = 25.4 / 72
"""A point in millimetres."""
_PADDING = (0.8, 1.2)
"""Around the text of a cell: above and below, left and right, in millimetres."""
_SLACK = 0.3
"""A line is so much narrower than its place, that a rounded width never breaks it again."""

DrawPicture = Callable[[Picture], bytes]
"""Returns the PNG of a picture."""


def print_document(document: Document, draw_picture: DrawPicture) -> bytes:
    """Return the document as PDF; its Latin twin where it is Chinese and no Chinese font is installed."""
    names = families()
    has_chinese = any(name in CHINESE_FAMILIES for name in names)
    chosen = document if document.fallback is None or has_chinese else document.fallback
    needs_more = not can_draw(chosen.texts(), (LATIN,))
    used = tuple(name for name in names if name == LATIN or needs_more)
    pages = _Pages(used if chosen.is_chinese else tuple(sorted(used, key=lambda name: name != LATIN)))
    return pages.printed(chosen, draw_picture)


class _Pages(FPDF):
    """A4 pages in the fonts of `names`, the first one preferred glyph by glyph."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._points = covered(names)
        for name in names:
            file = regular_file(name)
            self.add_font(name, fname=file.path, collection_font_number=file.index)
        self.set_fallback_fonts(list(names[1:]))
        self._main = names[0]
        self.set_margin(MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=MARGIN_MM)

    def footer(self) -> None:
        """Write the number of the page."""
        self.set_y(-MARGIN_MM + 4)
        self._ink(_FINE, QUIET_INK)
        self.cell(0, _FINE * _MM, f"{self.page_no()}", align="R")

    def printed(self, document: Document, draw_picture: DrawPicture) -> bytes:
        """Return the pages of a document as PDF."""
        self.set_title(document.title)
        self.add_page()
        self._write(document.title, _TITLE)
        self._write(document.subtitle, _TEXT, QUIET_INK)
        for section in document.sections:
            self._section(section, draw_picture)
        self.ln(3)
        self._write(document.footer, _FINE, QUIET_INK)
        return bytes(self.output())

    def _section(self, section: Section, draw_picture: DrawPicture) -> None:
        self.ln(4)
        if self.will_page_break(20):  # a heading stays with what it heads
            self.add_page()
        self._write(section.heading, _HEADING)
        self.set_draw_color(GRID)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.ln(1.5)
        for line in section.lines:
            self._write(line, _TEXT)
        if section.grid is not None:
            self.ln(0.5)
            self._grid(section.grid)
        if section.picture is not None:
            self.ln(2)
            self.image(BytesIO(draw_picture(section.picture)), w=self.epw * _PICTURE)

    def _grid(self, grid: Grid) -> None:
        self._ink(_CELL, INK)
        heads = FontFace(emphasis="", color=QUIET_INK)
        with self.table(
            col_widths=grid.shares,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=heads,
            line_height=_CELL * _MM * _LEADING,
            padding=_PADDING,
            text_align="LEFT",
        ) as table:
            for cells in (grid.columns, *grid.rows):
                for part in self._parts(grid, cells):
                    table.row(part)

    def _parts(self, grid: Grid, cells: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Yield a row as rows that fit on a page: a long text goes on in the next one."""
        places = [self.epw * share / sum(grid.shares) - 2 * _PADDING[1] for share in grid.shares]
        broken = [self._lines(" ".join(cell.split()), place) for cell, place in zip(cells, places, strict=True)]
        for begin in range(0, max(map(len, broken)), ROW_LINES):
            yield tuple("\n".join(lines[begin : begin + ROW_LINES]) for lines in broken)

    def _write(self, text: str, size: float, ink: str = INK) -> None:
        if text:
            self._ink(size, ink)
            height = size * _MM * _LEADING
            lines = "\n".join(self._lines(text, self.epw - 2 * self.c_margin))
            self.multi_cell(0, height, lines, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _lines(self, text: str, width: float) -> list[str]:
        """Return text as lines in the present font; a character no font has is a hollow box."""
        known = "".join(one if one.isspace() or ord(one) in self._points else STAND_IN for one in text)
        return lines_of(known, width - _SLACK, self._widths)

    def _ink(self, size: float, ink: str) -> None:
        self.set_font(self._main, size=size)
        self.set_text_color(ink)
        self._widths = lru_cache(maxsize=None)(self.get_string_width)
