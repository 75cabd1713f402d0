"""A document as PDF on A4 pages: text one can search and copy, in fonts of which only the used glyphs travel."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from itertools import pairwise

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from charts.fonts import CHINESE_FAMILIES, STAND_IN, can_draw, covered, families, regular_file
from charts.palette import GRID, INK, QUIET_INK
from kpi.documents import Document, Grid, Section
from kpi.pictures import Picture

MARGIN_MM = 15
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
_BREAK = "\u200b"
"""Lets a line end where there is no space: Chinese is written without."""
_NOT_BEFORE = frozenset("，。；：！？、）」』”》…％%")
_NOT_AFTER = frozenset("（「『“《¥")

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
            padding=(0.8, 1.2),
            text_align="LEFT",
        ) as table:
            for cells in (grid.columns, *grid.rows):
                table.row([self._printable(cell) for cell in cells])

    def _write(self, text: str, size: float, ink: str = INK) -> None:
        if text:
            self._ink(size, ink)
            height = size * _MM * _LEADING
            self.multi_cell(0, height, self._printable(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _ink(self, size: float, ink: str) -> None:
        self.set_font(self._main, size=size)
        self.set_text_color(ink)

    def _printable(self, text: str) -> str:
        """Return text whose characters all have glyphs, and whose Chinese may be broken between characters."""
        known = "".join(one if one.isspace() or ord(one) in self._points else STAND_IN for one in text)
        return breakable(known) if ord(_BREAK) in self._points else known


def breakable(text: str) -> str:
    """Return Chinese text with an invisible break wherever a line may end: before no comma, after no bracket."""
    parts = []
    for one, following in pairwise(f"{text} "):
        parts.append(one)
        is_wide = _is_chinese(one) or _is_chinese(following)
        if is_wide and following not in _NOT_BEFORE and one not in _NOT_AFTER and not (one + following).count(" "):
            parts.append(_BREAK)
    return "".join(parts)


def _is_chinese(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
