"""A Reply as plain text for a terminal: the same reading order as everywhere, aligned also in Chinese."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.console.text_width import padded, width_of, wrapped
from bot.console.tone_words import tone_word
from handlers.messages import Figure, Reply, Table
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

WIDTH = 88
"""Columns of a line of running text; tables may be wider."""

_GAP = "  "
_MARKS: dict[Tone, str] = {Tone.GOOD: "✓", Tone.WATCH: "!", Tone.BAD: "✗", Tone.UNKNOWN: "?", Tone.NEUTRAL: ""}
_NUMBER = re.compile(r"^[^\w]*(?:[A-Z]{1,3}\$|¥|[-+\u2212\u2248])?\s*[-+\u2212]?\d")


def reply_as_text(reply: Reply, width: int = WIDTH) -> str:
    """Return `reply` as lines of text without a trailing line break.

    Blocks are separated by an empty line: verdict, cause, figures, table, picture in words, notes, footer, next steps.
    """
    wording = Wording(reply.language)
    blocks = (
        _verdict(reply, wording, width),
        wrapped(reply.text, width) if reply.text else [],
        _figure_lines(reply.figures),
        _table_lines(reply.table) if reply.table else [],
        _picture_lines(reply, wording, width),
        [line for note in reply.notes for line in wrapped(f"· {note}", width, "  ")],
        _footer(reply, wording, width),
        _next_steps(reply),
    )
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block)


def _verdict(reply: Reply, wording: Wording, width: int) -> list[str]:
    word = tone_word(reply.tone, wording)
    marks = [f"[{_MARKS[reply.tone]} {word}]"] if word else []
    if reply.is_private:
        private = wording.say(phrase("only you see this"))
        marks.append(f"[{private}]")
    if reply.mention:
        marks.append(f"@{reply.mention.name}")
    return wrapped(" ".join((*marks, reply.headline)), width)


def _figure_lines(figures: Sequence[Figure]) -> list[str]:
    rows = [(figure.name, figure.value, figure.change, _judged(figure), figure.target) for figure in figures]
    lines = _aligned(rows, to_right=(1,))
    answer: list[str] = []
    for figure, line in zip(figures, lines, strict=True):
        answer.append(line)
        if figure.note:
            answer.append(f"    {figure.note}")
    return answer


def _judged(figure: Figure) -> str:
    mark = _MARKS[figure.tone]
    return f"{mark} {figure.judgement}" if mark and figure.judgement else figure.judgement or mark


def _table_lines(table: Table) -> list[str]:
    numeric = tuple(
        index for index in range(len(table.columns)) if _is_numeric([row[index] for row in table.rows if row[index]])
    )
    header, *body = _aligned([table.columns, *table.rows], to_right=numeric)
    ruler = "─" * max(width_of(line) for line in (header, *body))
    caption = [table.caption] if table.caption else []
    return [*caption, header, ruler, *body]


def _is_numeric(cells: Sequence[str]) -> bool:
    """Tell whether most cells are numbers: a gap written in words ("no data") does not make a column text."""
    return sum(1 for cell in cells if _NUMBER.match(cell)) * 2 > len(cells)


def _picture_lines(reply: Reply, wording: Wording, width: int) -> list[str]:
    if reply.picture is None:
        return []
    said = reply.picture.alt_text or reply.picture.title
    return wrapped(wording.say(phrase("[Picture: %(said)s]"), said=said), width)


def _footer(reply: Reply, wording: Wording, width: int) -> list[str]:
    """Return data day and clocks with the reference, which a digest's footer names already."""
    parts = [reply.footer] if reply.footer else []
    if reply.reference and reply.reference not in reply.footer:
        parts.append(f"{wording.say(phrase('Reference'))} {reply.reference}")
    return wrapped(" · ".join(parts), width) if parts else []


def _next_steps(reply: Reply) -> list[str]:
    steps = [(f"→ {button.label}", button.command or button.url) for button in reply.buttons]
    return _aligned(steps)


def _aligned(rows: Sequence[Sequence[str]], to_right: tuple[int, ...] = ()) -> list[str]:
    if not rows:
        return []
    widths = [max(width_of(row[index]) for row in rows) for index in range(len(rows[0]))]
    return [
        _GAP.join(
            padded(cell, width, to_right=index in to_right)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
            if width
        ).rstrip()
        for row in rows
    ]
