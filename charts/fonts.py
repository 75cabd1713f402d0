"""Fonts: a Chinese one where there is one, and the truth about which characters can be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

FAMILIES = ("Noto Sans CJK SC", "WenQuanYi Micro Hei", "DejaVu Sans")
"""Preferred first; per-glyph fallback goes down the list. DejaVu Sans comes with matplotlib."""
CHINESE_FAMILIES = FAMILIES[:-1]
_REGULAR = 400
STAND_IN = "▯"
"""Drawn for a character no font has (it is in DejaVu Sans)."""


def add_files(paths: Iterable[Path]) -> tuple[str, ...]:
    """Make more font files known; return their family names in order."""
    names = []
    for path in paths:
        font_manager.fontManager.addfont(path)
        names.append(font_manager.FontProperties(fname=path).get_name())
    families.cache_clear()
    covered.cache_clear()
    return tuple(names)


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """Return the families of FAMILIES that are installed, in order."""
    installed = set(font_manager.get_font_names())
    return tuple(name for name in FAMILIES if name in installed)


@dataclass(frozen=True, slots=True)
class FontFile:
    """Where a font is: a file and, in a collection, its place there."""

    path: Path
    index: int


def regular_file(name: str) -> FontFile:
    """Return the file of an installed family's regular face: upright, of normal width, nearest to the weight 400."""
    faces = [one for one in font_manager.fontManager.ttflist if one.name == name and one.style == "normal"]
    entry = min(faces, key=lambda one: (one.stretch != "normal", abs(int(one.weight) - _REGULAR), one.fname))
    return FontFile(Path(entry.fname), entry.index)


@lru_cache(maxsize=4)
def covered(names: tuple[str, ...]) -> frozenset[int]:
    """Return every code point one of the families has a glyph for."""
    points: set[int] = set()
    for name in names:
        entry = next(one for one in font_manager.fontManager.ttflist if one.name == name)
        points.update(FT2Font(entry.fname, face_index=entry.index).get_charmap())
    return frozenset(points)


def can_draw(texts: Iterable[str], names: Sequence[str] | None = None) -> bool:
    """Tell whether every character of the texts has a glyph in the installed families (or those named)."""
    points = covered(tuple(names) if names is not None else families())
    return all(ord(character) in points for text in texts for character in text if not character.isspace())


def drawable(text: str) -> str:
    """Return `text` with characters no font has replaced by a hollow box, so that nothing draws as tofu."""
    points = covered(families())
    return "".join(character if character.isspace() or ord(character) in points else STAND_IN for character in text)


@dataclass(frozen=True, slots=True)
class FontReport:
    """What the doctor says about fonts; `chinese` names the family for Chinese, or is empty."""

    families: tuple[str, ...]
    chinese: str

    @property
    def advice(self) -> str:
        """One sentence what to do, or an empty text."""
        if self.chinese:
            return ""
        return (
            "No Chinese font was found, so charts use Latin labels: install fonts-noto-cjk (Debian, Ubuntu) "
            "or google-noto-sans-cjk-fonts (Fedora), or name a font file in VIGIA_FONT_FILES."
        )


def report() -> FontReport:
    """Return which fonts were found."""
    found = families()
    return FontReport(found, next((name for name in found if name in CHINESE_FAMILIES), ""))
