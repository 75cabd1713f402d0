"""A Reply as webhook markdown, and the short text that pings a person.

Order for a phone: the verdict (all a locked screen shows), judgement and cause, one quoted line a figure, the table
as lines, coverage, links, and the grey footer. Of Vigia's buttons only pages appear: nobody can answer a webhook.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.wecom.limits import MOST_PARTS, PART_BYTES, TEXT_BYTES
from bot.wecom.markdown import coloured, cut, escape, link, one_line, shown, shown_in_pieces, size_of
from bot.wecom.parts import in_parts
from bot.wecom.tones import COLOURS, MARKS, marked, tone_word
from handlers.messages import Figure, Reply, Table
from kpi.engagements import Person
from kpi.phrases import phrase
from kpi.wording.wording import Wording

_HEADLINE, _TEXT_LINE, _WORD, _NOTE, _CELL, _LINK = 900, 1500, 240, 900, 120, 600
"""Bytes of a headline, a line of text, a figure's words, a note or footer, a cell, a link: no line fills a message."""
_MOST_CELLS = 8
_EMPTY = "—"
_MOST_LINKS = 3


def render(
    reply: Reply,
    *,
    is_repeat: bool = False,
    page_url: str = "",
    part_bytes: int = PART_BYTES,
    most_parts: int = MOST_PARTS,
) -> tuple[str, ...]:
    """Return the markdown of one message, or of several numbered ones when the reply is long.

    `page_url` shows more of it in a browser (empty: nothing does).
    """
    page = _Page(reply, Wording(reply.language), is_repeat, page_url)
    return in_parts([line for line in page.lines() if line], page.footer(), page.tail(), part_bytes, most_parts)


def table_lines(reply: Reply) -> tuple[str, ...]:
    """Return a reply's table as lines of markdown, for when WeCom refuses its form."""
    wording = Wording(reply.language)
    lines = tuple(_table(reply.table)) if reply.table else ()
    return in_parts(lines, "", _Page(reply, wording, is_repeat=False).tail())


def ping_text(reply: Reply, person: Person, *, is_repeat: bool = False) -> str:
    """Return the plain text that goes out beside a person's mention, within TEXT_BYTES."""
    page = _Page(reply, Wording(reply.language), is_repeat)
    return cut(escape("\n".join((page.call(person), page.title()))), TEXT_BYTES)


def plain_text(reply: Reply, *, is_repeat: bool = False) -> str:
    """Return verdict, text and footer without any markup, within TEXT_BYTES: for when WeCom refuses the markdown."""
    page = _Page(reply, Wording(reply.language), is_repeat)
    footer = shown(reply.footer, _NOTE)
    body = escape("\n".join(line for line in (page.title(), reply.text.strip()) if line))
    return "\n".join(line for line in (cut(body, TEXT_BYTES - size_of(footer) - 1), footer) if line)


@dataclass(frozen=True, slots=True)
class _Page:
    """One reply being laid out; every line is ready markup."""

    reply: Reply
    wording: Wording
    is_repeat: bool
    page_url: str = ""

    def title(self) -> str:
        """Return the verdict behind its mark, literally."""
        title = marked(self.reply.tone, one_line(self.reply.headline))
        if self.is_repeat:
            title = self.wording.say(phrase("(sent again) %(headline)s"), headline=title)
        return title

    def lines(self) -> Iterator[str]:
        """Yield the lines in reading order; an empty one is nothing."""
        title, word = shown(self.title(), _HEADLINE), tone_word(self.reply.tone, self.wording)
        if self._is_bare():
            yield f"{title} ({word})" if word else title
        else:
            yield f"## {title}"
            yield from self._cause(word)
        if self.reply.mention:
            yield shown(self.call(self.reply.mention), _NOTE)
        for figure in self.reply.figures:
            yield f"> {self._figure(figure)}"
        if self.reply.table:
            yield from _table(self.reply.table)
        for note in self.reply.notes:
            yield shown(note, _NOTE)
        yield self._links()

    def footer(self) -> str:
        """Return data day, clocks and id in grey."""
        footer, reference = shown(self.reply.footer, _NOTE), shown(self.reply.reference, _WORD)
        if reference and reference not in footer:
            said = self.wording.say(phrase("Reference: %(reference)s"), reference=reference)
            footer = f"{footer} · {said}" if footer else said
        return coloured(footer, "comment")

    def tail(self) -> str:
        """Return what stands where lines had to be left out."""
        said = self.wording.say(phrase("… the rest did not fit into WeCom's messages."))
        return coloured(escape(said), "comment")

    def call(self, person: Person) -> str:
        """Return the sentence that calls a person, by name."""
        return self.wording.say(phrase("%(person)s, please look at this."), person=one_line(person.name))

    def _is_bare(self) -> bool:
        """Tell whether the reply is one sentence, like a good day or the answer to a mistake."""
        return not (self.reply.text or self.reply.figures or self.reply.table or self.reply.notes)

    def _cause(self, word: str) -> Iterator[str]:
        """Yield the text, its first line bold behind the judgement's word."""
        lines = [piece for line in self.reply.text.splitlines() for piece in shown_in_pieces(line, _TEXT_LINE)]
        first = f"**{lines[0].strip()}**" if lines else ""
        yield "　".join(part for part in (word, first) if part)
        yield from lines[1:]

    def _figure(self, figure: Figure) -> str:
        mark = MARKS[figure.tone]
        word = coloured(_word(figure.judgement), COLOURS[figure.tone]) or tone_word(figure.tone, self.wording)
        judged = f"{mark} {word}".strip() if word else ""
        head = f"**{_word(figure.name) or _EMPTY}** {_word(figure.value) or _EMPTY}"
        moved = " ".join(part for part in (_word(figure.change), judged) if part)
        reading = "　".join(part for part in (head, moved) if part)
        return "｜".join(part for part in (reading, _word(figure.target), _word(figure.note)) if part)

    def _links(self) -> str:
        links = [link(self.wording.say(phrase("Details")), self.page_url)] if self.page_url else []
        links += [link(cut(button.label, _CELL), button.url) for button in self.reply.buttons]
        return "　".join([one for one in links if one and size_of(one) <= _LINK][:_MOST_LINKS])


def _word(text: str, limit: int = _WORD) -> str:
    return shown(text, limit)


def _table(table: Table) -> Iterator[str]:
    """Yield a line for each row: webhook markdown has no tables, and its table dialect no colours and no mentions."""
    if table.caption.strip():
        yield f"**{_word(table.caption)}**"
    yield coloured(_cells(table.columns), "comment")
    for row in table.rows:
        if row:
            yield f"> **{_word(row[0], _CELL) or _EMPTY}**　{_cells(row[1:])}".rstrip("　")


def _cells(row: tuple[str, ...]) -> str:
    return " · ".join(_word(cell, _CELL) or _EMPTY for cell in row[:_MOST_CELLS])
