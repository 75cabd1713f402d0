"""A lived journey as a page: what each room saw, minute by minute, and the figures; as plain text or Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest
from zoneinfo import ZoneInfo

from bot.console.text_width import padded, width_of, wrapped
from bot.simulation.figures import Figures, IncidentFigures, Page
from bot.simulation.journey import Fall, Happens, Journey
from bot.simulation.seen import LEGEND, Cell, Moment, clock, moments_of
from bot.simulation.watching import Lived
from kpi.engagements import Audience, Room

SIDE_BY_SIDE = 130
"""Columns from which on two rooms stand beside each other."""
PAGE_WIDTH = 92
_BAR = " │ "
_INDENT = "  "

Row = tuple[str, ...]


def as_text(lived: Lived, width: int) -> str:
    """Return the page for a terminal: two rooms side by side where they fit, else one below the other."""
    rooms = _rooms(lived.journey)
    is_wide = width >= SIDE_BY_SIDE and len(rooms) == len(Audience)
    column = (width - len(_BAR)) // 2 if is_wide else min(width, PAGE_WIDTH)
    lines = [lived.journey.title, "", *_about(lived.journey), "", *wrapped(LEGEND, width), ""]
    if is_wide:
        lines.append(_beside([_room_title(rooms[0])], [_room_title(rooms[1])], column)[0])
    for moment in moments_of(lived):
        lines.append(_ruler(moment, lived.journey.zone, width if is_wide else column))
        lines.extend(f"{_INDENT}⚠ {sentence}" for sentence in _weather(moment, lived.journey.zone))
        cells = [next((cell for cell in moment.cells if cell.room == room), Cell(room, ())) for room in rooms]
        folded = [_folded(cell.lines, column) for cell in cells]
        if is_wide:
            lines.extend(_beside(folded[0], folded[1], column))
        else:
            lines.extend(_below(rooms, folded))
        alone = [cell for cell in moment.cells if cell.room.is_direct]
        lines.extend(_below([cell.room for cell in alone], [_folded(cell.lines, column) for cell in alone]))
    return "\n".join((*lines, "", *_figures_as_text(lived))) + "\n"


def as_markdown(lived: Lived, made_by: str) -> str:
    """Return the page for `docs/`; `made_by` is the command that prints it."""
    journey = lived.journey
    lines = [f"<!-- Made by `{made_by}`: change its file or the code, not this page. -->", "", f"# {journey.title}", ""]
    lines.extend((*(f"- {line}" for line in _about(journey)), "", f"{LEGEND}.", ""))
    day = ""
    for moment in moments_of(lived):
        local = moment.at.astimezone(journey.zone)
        if day != (day := f"{local:%A} {local:%Y-%m-%d}"):
            lines.extend((f"## {day}", ""))
        for sentence in _weather(moment, journey.zone):
            lines.extend((f"**{local:%H:%M}** {sentence}", ""))
        for cell in moment.cells:
            lines.extend((f"{_room_title(cell.room)}:", "", "```text", *_folded(cell.lines, PAGE_WIDTH), "```", ""))
    lines.extend(("## Figures", "", *_markdown_tables(lived)))
    return "\n".join(lines)


def _about(journey: Journey) -> Iterator[str]:
    starts, ends = (at.astimezone(journey.zone).strftime("%Y-%m-%d %H:%M") for at in (journey.starts_at, journey.until))
    yield f"{journey.engagement.name}, {starts} to {ends} ({journey.zone})"
    yield from map(_room_title, _rooms(journey))
    for fall in journey.falls:
        yield _fall(fall, journey)


def _fall(fall: Fall, journey: Journey) -> str:
    store = journey.engagement.store(fall.store)
    listing = f", and listing {fall.listing} hardly sells" if fall.listing else ""
    name = store.name if store else fall.store
    return f"{name}: {fall.conversion:.0%} of its conversion is left from {fall.first} to {fall.last}{listing}"


def _rooms(journey: Journey) -> list[Room]:
    return sorted(journey.engagement.rooms, key=lambda room: room.audience is not Audience.SELLER)


def _room_title(room: Room) -> str:
    return f"{room.id} ({room.audience}, {room.platform}, {room.zone})"


def _ruler(moment: Moment, zone: ZoneInfo, width: int) -> str:
    said = f"── {moment.at.astimezone(zone):%a %Y-%m-%d %H:%M} "
    return said + "─" * max(0, width - width_of(said))


def _weather(moment: Moment, zone: ZoneInfo) -> Iterator[str]:
    yield from (f"{_place(one)}: it is over" for one in moment.over)
    yield from (f"{_place(one)}: {one.weather}{_extent(one, zone)}" for one in moment.weather)


def _place(happens: Happens) -> str:
    return ", ".join(room.id for room in happens.rooms) or "Vigia"


def _extent(happens: Happens, zone: ZoneInfo) -> str:
    by = f" by {_length(happens.by)}" if happens.by else ""
    return f"{by} until {happens.until.astimezone(zone):%m-%d %H:%M}"


def _folded(lines: Sequence[str], width: int) -> list[str]:
    return [piece for line in lines for piece in (wrapped(line, width, _INDENT) if line else [""])]


def _beside(left: Sequence[str], right: Sequence[str], column: int) -> list[str]:
    pairs = zip_longest(left, right, fillvalue="")
    return [f"{padded(one, column)}{_BAR}{two}".rstrip() for one, two in pairs]


def _below(rooms: Sequence[Room], folded: Sequence[Sequence[str]]) -> Iterator[str]:
    for room, lines in zip(rooms, folded, strict=True):
        if lines:
            yield f"[{room.id}]"
            yield from lines


def _figures_as_text(lived: Lived) -> Iterator[str]:
    for title, columns, rows in _tables(lived):
        widths = [max(width_of(row[index]) for row in (columns, *rows)) for index in range(len(columns))]
        yield title
        for row in (columns, *rows):
            yield _INDENT + "  ".join(padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        yield ""
    yield _summary(lived.figures)


def _markdown_tables(lived: Lived) -> Iterator[str]:
    for title, columns, rows in _tables(lived):
        yield from (f"**{title}**", "", f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}")
        yield from (f"| {' | '.join(row)} |" for row in rows)
        yield ""
    yield from (_summary(lived.figures), "")


def _tables(lived: Lived) -> Iterator[tuple[str, Row, list[Row]]]:
    engagement = lived.journey.engagement
    pages = [
        _page_row(page, room)
        for page in lived.figures.pages
        if (room := engagement.room(page.delivery.room)) is not None
    ]
    yield "Calls", ("incident", "call", "whom", "room", "due", "settled", "late by", "how"), pages
    promises = [row for one in lived.figures.incidents for row in _promise_rows(one, lived.journey.zone)]
    yield "Promises", ("incident", "promise", "due", "kept", "after", "how"), promises


def _page_row(page: Page, room: Room) -> Row:
    one = page.delivery
    settled = clock(one.settled_at, room) if one.settled_at else "–"
    how = f"{one.state}, repeated" if one.is_repeat else str(one.state)
    late = _length(page.late_by)
    return f"#{page.incident}", str(page.call), page.person, room.id, clock(page.due_at, room), settled, late, how


def _promise_rows(figures: IncidentFigures, zone: ZoneInfo) -> Iterator[Row]:
    incident = figures.incident
    name = f"#{incident.number}"
    for one in figures.promises:
        after = _length(one.kept_at - incident.opened_at) if one.kept_at else "–"
        yield name, str(one.promise), _at(one.due_at, zone), _at(one.kept_at, zone), after, one.state.replace("_", " ")
    ended = incident.resolved_at
    yield name, "end", "–", _at(ended, zone), _length(ended - incident.opened_at) if ended else "–", incident.status


def _at(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%m-%d %H:%M}" if at else "–"


def _length(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    hours, minutes = divmod(seconds // 60, 60)
    if seconds < timedelta(minutes=1).total_seconds():
        return f"{sign}{seconds} s"
    return f"{sign}{hours} h {minutes:02d} min" if hours else f"{sign}{minutes} min {seconds % 60:02d} s"


def _summary(figures: Figures) -> str:
    middle, worst = figures.overdue()
    return (
        f"{len(figures.pages)} calls; from due to settled {_length(middle)} in the middle, {_length(worst)} at worst."
    )
