"""A lived journey as a page: what each room saw, minute by minute, and the figures; as plain text or Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.console.text_width import padded, width_of, wrapped
from bot.simulation.figures import Figures, IncidentFigures, Page
from bot.simulation.journey import Fall, Happens, Journey
from bot.simulation.seen import LEGEND, Moment, clock, moments_of
from bot.simulation.two_sides import beside, column_of, folded, table_head, table_rows, text_rows
from bot.simulation.watching import Lived
from kpi.deliveries import DeliveryState
from kpi.engagements import Audience, Room

SIDE_BY_SIDE = 120
"""Columns from which on the two sides stand beside each other."""
PAGE_WIDTH = 92
_INDENT = "  "

Row = tuple[str, ...]


def as_text(lived: Lived, width: int) -> str:
    """Return the page for a terminal: the two sides beside each other where they fit, else room below room."""
    first = _first_rooms(lived.journey)
    is_wide = width >= SIDE_BY_SIDE and len(first) == len(Audience)
    column = column_of(width) if is_wide else min(width, PAGE_WIDTH)
    lines = [lived.journey.title, "", *_about(lived.journey), "", *wrapped(LEGEND, width), ""]
    if is_wide:
        left, right = (wrapped(title, column) for title in _titles(first))
        lines.extend(beside(left, right, column))
    for moment in moments_of(lived):
        lines.append(_ruler(moment, lived.journey.zone, width if is_wide else column))
        lines.extend(f"{_INDENT}⚠ {sentence}" for sentence in _weather(moment, lived.journey.zone))
        lines.extend(text_rows(moment, first, column) if is_wide else _below(moment, column))
    return "\n".join((*lines, "", *_figures_as_text(lived))) + "\n"


def as_markdown(lived: Lived, made_by: str) -> str:
    """Return the page for `docs/`; `made_by` is the command that prints it."""
    journey = lived.journey
    lines = [f"<!-- Made by `{made_by}`: change its file or the code, not this page. -->", "", f"# {journey.title}", ""]
    lines.extend((*(f"- {line}" for line in _about(journey)), "", f"{LEGEND}.", ""))
    first = _first_rooms(journey)
    is_beside = journey.is_side_by_side and len(first) == len(Audience)
    for day, moments in groupby(moments_of(lived), lambda moment: moment.at.astimezone(journey.zone).date()):
        lines.extend((f"## {day:%A} {day}", ""))
        of_day = list(moments)
        lines.extend(_as_table(of_day, first, journey.zone) if is_beside else _as_blocks(of_day, journey.zone))
    lines.extend(("## Figures", "", *_markdown_tables(lived)))
    return "\n".join(lines)


def _as_blocks(moments: Iterable[Moment], zone: ZoneInfo) -> Iterator[str]:
    for moment in moments:
        for sentence in _weather(moment, zone):
            yield from (f"**{_clock(moment, zone)}** {sentence}", "")
        for cell in moment.cells:
            yield from (f"{_room_title(cell.room)}:", "", "```text", *folded(cell.lines, PAGE_WIDTH), "```", "")


def _as_table(moments: Iterable[Moment], first: Sequence[Room], zone: ZoneInfo) -> Iterator[str]:
    yield from table_head(*_titles(first))
    for moment in moments:
        weather = [f"⚠ {_clock(moment, zone)} {sentence}" for sentence in _weather(moment, zone)]
        yield from table_rows(moment, weather, first)
    yield from ("</table>", "")


def _clock(moment: Moment, zone: ZoneInfo) -> str:
    return f"{moment.at.astimezone(zone):%H:%M}"


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


def _first_rooms(journey: Journey) -> list[Room]:
    """Return the first room of each side that has one, the seller's first."""
    rooms = _rooms(journey)
    sides = (next((room for room in rooms if room.audience is audience), None) for audience in Audience)
    return [room for room in sides if room is not None]


def _titles(first: Sequence[Room]) -> tuple[str, str]:
    seller, operations = map(_room_title, first)
    return seller, f"{operations}, and people alone"


def _room_title(room: Room) -> str:
    return f"{room.id} ({room.audience}, {room.platform}, {room.zone})"


def _ruler(moment: Moment, zone: ZoneInfo, width: int) -> str:
    said = f"── {moment.at.astimezone(zone):%a %Y-%m-%d %H:%M} "
    return said + "─" * max(0, width - width_of(said))


def _weather(moment: Moment, zone: ZoneInfo) -> Iterator[str]:
    yield from (f"{_place(one)}: it is over" for one in moment.over)
    yield from (f"{_place(one)}: {one.weather}{_extent(one, zone)}" for one in moment.weather)


def _place(happens: Happens) -> str:
    bound = [room.id for room in happens.rooms if not room.is_direct]
    return ", ".join(bound or [room.id for room in happens.rooms]) or "Vigia"


def _extent(happens: Happens, zone: ZoneInfo) -> str:
    by = f" by {_length(happens.by)}" if happens.by else ""
    return f"{by} until {happens.until.astimezone(zone):%m-%d %H:%M}"


def _below(moment: Moment, width: int) -> Iterator[str]:
    for cell in moment.cells:
        yield f"[{cell.room.id}]"
        yield from folded(cell.lines, width)


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
    if one.state is DeliveryState.FAILED:
        how += f": {one.reason.partition(': ')[0]}"
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
