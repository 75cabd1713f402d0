"""Text in terminal columns: how wide it is, and how it wraps, when Chinese characters take two columns each."""

from __future__ import annotations

import re
import unicodedata

_NEVER_FIRST = frozenset("，。、；：？！）」』】》〉”’％%,.;:?!)]}…")
"""Characters a line must not start with (Chinese typesetting, GB/T 15834)."""
_PIECES = re.compile(
    rf"\s+|[{re.escape(''.join(sorted(_NEVER_FIRST)))}]|[^\s\u1100-\uffdc\U0001f300-\U0001faff\U00020000-\U0003fffd]+|."
)


def width_of(text: str) -> int:
    """Return how many terminal columns `text` takes: wide characters two, combining ones none."""
    return sum(_columns_of(character) for character in text)


def padded(text: str, width: int, *, to_right: bool = False) -> str:
    """Return `text` filled with spaces to `width` columns; longer text is left as it is."""
    gap = " " * max(0, width - width_of(text))
    return gap + text if to_right else text + gap


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Return the lines of `text` within `width` columns, later lines starting with `indent`; line breaks are kept.

    Breaks at spaces and between Chinese characters; a word longer than a line stands alone.
    """
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        lines.extend(_wrapped_paragraph(paragraph, width, indent))
    return lines


def _wrapped_paragraph(paragraph: str, width: int, indent: str) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in _PIECES.findall(paragraph):
        starts_line = line.strip() == ""
        fits = width_of(line) + width_of(piece.rstrip()) <= width
        if fits or starts_line or piece[0] in _NEVER_FIRST:
            line += piece if not (starts_line and lines and piece.isspace()) else ""
        else:
            lines.append(line.rstrip())
            line = indent + piece.lstrip()
    lines.append(line.rstrip())
    return lines


def _columns_of(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
