"""The sheet of paper: 360 points wide, one point a CSS pixel on a phone, without pyplot, the same bytes every time."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from charts.fonts import drawable, families
from charts.palette import GROUND, INK

WIDTH = 360.0
"""Points: the width of a small phone in CSS pixels."""
DPI = 216
"""Three pixels a point: 1080 pixels wide."""
TALLEST = 540.0
"""Points: 1620 pixels, what a chat shows without cropping."""
POINTS_PER_INCH = 72
COMPRESSION = 6
LATIN_WIDTH = 0.56
"""Mean width of a Latin character in em, bold ones a little more; measured on Noto Sans and DejaVu Sans."""

ARROWS = "▲▼"
"""Drawn as wide as a Chinese character by Chinese fonts."""


class Canvas:
    """A figure addressed in points from the top left corner."""

    def __init__(self, height: float) -> None:
        self.height = min(height, TALLEST)
        self.figure = Figure(
            figsize=(WIDTH / POINTS_PER_INCH, self.height / POINTS_PER_INCH), dpi=DPI, facecolor=GROUND
        )
        FigureCanvasAgg(self.figure)

    def text(  # noqa: PLR0913 - a text has a place, a size and a look
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 12,
        color: str = INK,
        bold: bool = False,
        align: str = "left",
    ) -> None:
        """Write one line whose top is at `y`."""
        if not text:
            return
        self.figure.text(
            x / WIDTH,
            1 - y / self.height,
            plain(text),
            fontsize=size,
            color=color,
            fontweight="bold" if bold else "normal",
            ha=align,
            va="top",
        )

    def lines(  # noqa: PLR0913 - as text, and a width to wrap in
        self,
        x: float,
        y: float,
        text: str,
        *,
        width: float,
        size: float = 12,
        color: str = INK,
        bold: bool = False,
        most: int = 4,
    ) -> float:
        """Write wrapped lines from `y` on; return the y below them."""
        for line in wrap(text, width, size * (1.06 if bold else 1.0), most):
            self.text(x, y, line, size=size, color=color, bold=bold)
            y += size * 1.36
        return y

    def axes(self, x: float, y: float, width: float, height: float) -> Axes:
        """Return axes in a box of points, bare of frame and ticks."""
        axes = self.figure.add_axes((x / WIDTH, 1 - (y + height) / self.height, width / WIDTH, height / self.height))
        axes.set_axis_off()
        axes.set_clip_on(False)
        return axes

    def box(self, x: float, y: float, width: float, height: float, color: str, rounding: float = 4) -> None:
        """Fill a rounded box."""
        axes = self.axes(x, y, width, height)
        axes.set_xlim(0, width)
        axes.set_ylim(0, height)
        style = f"round,pad=0,rounding_size={rounding}" if rounding else "square,pad=0"
        axes.add_patch(FancyBboxPatch((0, 0), width, height, boxstyle=style, facecolor=color, edgecolor="none"))

    def png(self) -> bytes:
        """Return the picture; the same content gives the same bytes."""
        buffer = BytesIO()
        self.figure.savefig(
            buffer, format="png", metadata={"Software": None}, pil_kwargs={"compress_level": COMPRESSION}
        )
        return buffer.getvalue()


@contextmanager
def drawing_style() -> Iterator[None]:
    """Set the fonts for one picture."""
    with mpl.rc_context({"font.family": list(families()), "axes.unicode_minus": False, "text.parse_math": False}):
        yield


def plain(text: str) -> str:
    """Return text in which every character has a glyph; Chinese fonts draw the middle dot as wide as a character."""
    return drawable(text.replace("\N{NO-BREAK SPACE}", " ").replace(" · ", " | "))


def width_of(text: str, size: float) -> float:
    """Return about how wide a line is, in points."""
    return sum(_em(character) for character in text) * size


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in {"W", "F"} or character in ARROWS:
        return 1.0
    if character in "il.,:;|'!() ":
        return 0.32
    return 0.78 if character in "MWmw%@" else LATIN_WIDTH


def wrap(text: str, width: float, size: float, most: int) -> list[str]:
    """Break text into at most `most` lines: Latin at spaces, Chinese between any two characters; the rest is cut."""
    lines: list[str] = []
    current = ""
    for token in _tokens(text):
        if width_of(current + token.rstrip(), size) <= width or not current:
            current += token
            continue
        lines.append(current.rstrip())
        current = token.lstrip()
    lines.append(current.rstrip())
    if len(lines) <= most:
        return [line for line in lines if line]
    kept = lines[:most]
    kept[-1] = shorten(kept[-1] + "…", width, size, force=True)
    return kept


def _tokens(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        wide = unicodedata.east_asian_width(character) in {"W", "F"}
        if wide and character not in "，。；：！？）、":
            if word:
                yield word
            word = character
            continue
        word += character
        if character == " ":
            yield word
            word = ""
    if word:
        yield word


def shorten(text: str, width: float, size: float, *, force: bool = False) -> str:
    """Return text cut with an ellipsis where it is wider than `width`."""
    if not force and width_of(text, size) <= width:
        return text
    cut = text.rstrip("…")
    while cut and width_of(cut + "…", size) > width:
        cut = cut[:-1]
    return cut.rstrip() + "…"
