"""Where lines end: between words and, in Chinese, between characters, but before no comma and after no bracket."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Measure = Callable[[str], float]
"""Returns the width of one character."""

_NOT_BEFORE = frozenset("，。；：！？、）」』”》…％%)")
_NOT_AFTER = frozenset("（「『“《¥(")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_UNIT = re.compile(rf"[{_WIDE}]|[^\s{_WIDE}]+|\s+")


def lines_of(text: str, width: float, measure: Measure) -> list[str]:
    """Return a text as lines that are no wider than `width`; a word that is wider than a line is broken."""
    return [line for paragraph in text.split("\n") for line in _lines(paragraph, width, measure)]


def _lines(paragraph: str, width: float, measure: Measure) -> Iterator[str]:
    line, used = "", 0.0
    for unit in _units(paragraph, width, measure):
        wide = sum(map(measure, unit))
        if used + wide > width and line.strip():
            if unit.isspace():
                continue
            kept, carried = _parted(line, unit)
            yield kept.rstrip()
            line, used = carried, sum(map(measure, carried))
        line, used = line + unit, used + wide
    yield line.rstrip()


def _units(paragraph: str, width: float, measure: Measure) -> Iterator[str]:
    """Yield words, single Chinese characters and spaces; of a word that is too wide for a line, its characters."""
    for unit in _UNIT.findall(paragraph):
        if sum(map(measure, unit)) > width:
            yield from unit
        else:
            yield unit


def _parted(line: str, following: str) -> tuple[str, str]:
    """Return what stays in a full line, and what goes down with what follows, so that no sign stands wrong."""
    place = len(line)
    is_closing = following[0] in _NOT_BEFORE
    while place > 1 and (is_closing or line[place - 1] in _NOT_AFTER):
        place -= 1
        is_closing = line[place] in _NOT_BEFORE
    return (line[:place], line[place:]) if place > 1 else (line, "")
