"""What the rooms of a lived journey saw, in order: moments with their rooms, messages numbered in each, as plain text.

Nothing in it depends on chance: what came in the same instant is put in an order of its own, and names Vigia makes up
(of alerts, of mistakes) are replaced by counted ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import SequenceMatcher
from itertools import groupby

from bot.console.plain_text import reply_as_text
from bot.console.text_width import padded, width_of
from bot.simulation.journey import Happens
from bot.simulation.platforms import Line, Seen
from bot.simulation.watching import Lived
from bot.wecom.cards import card_of, command_of
from bot.wecom.limits import APP_PART_BYTES
from bot.wecom.renderer import render
from handlers.messages import Reply
from kpi.engagements import Platform, Room

NEW, CHANGED, THREAD, WRITTEN, ANSWER = "●", "✎", "↳", "»", "«"
"""How a line begins: a new message, a changed one, an answer in a thread, a person's words, what they got for them."""
LEGEND = (
    f"{NEW}3 message 3 is new · {CHANGED}3 message 3 now reads differently (− before, + now) · "
    f"{THREAD}4 in 3: message 4 stands in the thread of 3 · {WRITTEN} a person writes or presses a button · "
    f"{ANSWER} the answer, which only they see (in a WeCom group everybody does)"
)

UNFOLDED = 100_000
"""Columns of a text whose lines are folded later: compared whole, a change of one word is one changed line."""

_FONT = re.compile(r"</?font[^>]*>")
_REFERENCE = re.compile(r"\b([A-Z]{3,})-[0-9a-f]{6}\b")
_ORDER = tuple(Seen)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one room saw in one moment, as lines of text."""

    room: Room
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A minute in which something was seen or happened; `weather` begins in it, `is_over` ends in it."""

    at: datetime
    cells: tuple[Cell, ...]
    weather: tuple[Happens, ...] = ()
    over: tuple[Happens, ...] = ()


def moments_of(lived: Lived) -> Iterator[Moment]:
    """Yield the moments of a journey in order."""
    pens = {room.id: _Pen(room, lived.ids) for room in places_of(lived)}
    at_minute = {at: list(lines) for at, lines in groupby(lived.lines, key=lambda line: _minute(line.at))}
    weather = lived.journey.weather
    for at in sorted({*at_minute, *(_minute(one.at) for one in weather), *(_minute(one.until) for one in weather)}):
        cells = tuple(
            Cell(pen.room, tuple(pen.written([line for line in at_minute.get(at, ()) if line.room == pen.room])))
            for pen in pens.values()
        )
        begins = tuple(one for one in weather if _minute(one.at) == at)
        ends = tuple(one for one in weather if _minute(one.until) == at and one.until < lived.journey.until)
        yield Moment(at, tuple(cell for cell in cells if cell.lines), begins, ends)


def places_of(lived: Lived) -> tuple[Room, ...]:
    """Return the engagement's rooms, then the conversations of people who were written to alone."""
    alone = {line.room.id: line.room for line in lived.lines if line.room.is_direct}
    return (*lived.journey.engagement.rooms, *(alone[name] for name in sorted(alone)))


def clock(at: datetime, room: Room) -> str:
    """Return an instant on a room's clock; seconds only where there are some."""
    local = at.astimezone(room.zone)
    return local.strftime("%m-%d %H:%M:%S" if local.second else "%m-%d %H:%M")


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


@dataclass(slots=True)
class _Pen:
    """Writes down what one room sees; it gives messages their numbers."""

    room: Room
    ids: tuple[str, ...]
    numbers: dict[int, int] = field(default_factory=dict)

    def written(self, lines: Sequence[Line]) -> Iterator[str]:
        """Yield what a room saw in one minute, an empty line between two messages."""
        is_first = True
        for _, together in groupby(lines, key=lambda line: line.at.replace(microsecond=0)):
            for line in _in_order(list(together), self.numbers):
                if is_first:
                    is_first = False
                else:
                    yield ""
                yield from self._one(line)

    def _one(self, line: Line) -> Iterator[str]:
        at, again = clock(line.at, self.room), " (sent again)" if line.is_repeat else ""
        match line.seen:
            case Seen.WRITTEN:
                yield f"{at} {WRITTEN} {line.author.name if line.author else ''}: {line.text}"
            case Seen.REPLIED:
                yield f"{at} {ANSWER}"
                yield from self._verdict(line.reply)
            case Seen.CHANGED:
                yield f"{at} {CHANGED}{self._number(line.number)}"
                yield from _changes(self._text(line.before), self._text(line.reply))
            case Seen.ANSWERED:
                yield f"{at} {THREAD}{self._number(line.number)} in {self._number(line.to)}{again}"
                yield from self._text(line.reply, is_repeat=line.is_repeat)
            case Seen.POSTED:
                yield f"{at} {NEW}{self._number(line.number)}{again}"
                yield from self._text(line.reply, is_repeat=line.is_repeat)

    def _number(self, message: int) -> int:
        return self.numbers.setdefault(message, len(self.numbers) + 1)

    def _text(self, reply: Reply | None, *, is_repeat: bool = False) -> list[str]:
        if reply is None:
            return []
        if self.room.platform is Platform.WECOM:
            text = self._in_wecom(reply, is_repeat=is_repeat)
        else:
            text = reply_as_text(reply, UNFOLDED)
        for number, alert in enumerate(self.ids, 1):
            text = text.replace(alert, f"{number:06d}")
        return _REFERENCE.sub(r"\1-000000", text).splitlines()

    def _in_wecom(self, reply: Reply, *, is_repeat: bool) -> str:
        """Return what a group or the app's person reads; buttons come by the app alone."""
        if not self.room.is_direct:
            return _plain(render(reply, is_repeat=is_repeat))
        card = card_of(reply, "") or {"template_card": {"button_list": ()}}
        buttons = [(one["text"], command_of(one["key"])[0]) for one in card["template_card"]["button_list"]]
        width = max((width_of(label) for label, _ in buttons), default=0)
        lines = (f"→ {padded(label, width)}  {command}" for label, command in buttons)
        return "\n".join((_plain(render(reply, is_repeat=is_repeat, part_bytes=APP_PART_BYTES)), *lines))

    def _verdict(self, reply: Reply | None) -> list[str]:
        """Return how an answer begins: the card it shows stands in the room already."""
        lines = self._text(reply)
        ends = 1 if self.room.platform is Platform.WECOM else lines.index("") if "" in lines else len(lines)
        return [*lines[:ends], "…"] if ends < len(lines) else lines


def _plain(parts: Iterable[str]) -> str:
    return _FONT.sub("", "\n".join(parts)).replace("**", "").removeprefix("## ")


def _in_order(lines: list[Line], numbers: dict[int, int]) -> list[Line]:
    """Return what came in one instant: people first, then by message; of several changes of one message the whole."""
    said = [line for line in lines if line.seen in {Seen.WRITTEN, Seen.REPLIED}]
    sent = [line for line in lines if line.seen not in {Seen.WRITTEN, Seen.REPLIED}]
    changed: dict[int, Line] = {}
    for line in sent:
        if line.seen is Seen.CHANGED:
            first = changed.get(line.number, line)
            changed[line.number] = replace(line, before=first.before)
    others = [line for line in sent if line.seen is not Seen.CHANGED]
    ordered = sorted((*others, *changed.values()), key=lambda line: _rank(line, numbers))
    return [*said, *(line for line in ordered if line.seen is not Seen.CHANGED or line.before != line.reply)]


def _rank(line: Line, numbers: dict[int, int]) -> tuple[int, int, str]:
    words = f"{line.reply.headline}\n{line.reply.text}" if line.reply else ""
    return _ORDER.index(line.seen), numbers.get(line.to or line.number, 0), words


def _changes(before: list[str], now: list[str]) -> Iterator[str]:
    """Yield the lines that changed: what stood there, and what stands there now."""
    for kind, first, last, new_first, new_last in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from (f"− {line}" for line in before[first:last] if line)
            yield from (f"+ {line}" for line in now[new_first:new_last] if line)
