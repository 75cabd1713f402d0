"""Reads a journey's file; a mistake is one sentence with the line it stands in."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.engagement_files.lines import LineMap, map_lines
from bot.engagement_files.reading import read_engagement_file
from bot.samples.engagements import sample_engagements
from bot.simulation.file_rows import FallRow, JourneyRows, Moment, StepRow
from bot.simulation.journey import OF_A_ROOM, Fall, Happens, Journey, Says, Weather
from kpi.days import ONE_DAY
from kpi.engagements import Engagement, Platform, Room
from kpi.errors import ConfigurationError
from kpi.phrases import phrase

LONGEST_DAYS = 40
"""More would be no journey but a history; `vigia replay` shows those."""


class _Mistake(Exception):  # noqa: N818 - it never leaves this file: `read_journey` turns it into a sentence
    def __init__(self, place: tuple[str, int, str], sentence: str) -> None:
        super().__init__(sentence)
        self.place = place


def read_journey(path: Path) -> Journey:
    """Return what the file says; raises ConfigurationError with the first mistake and its line."""
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        rows = JourneyRows.model_validate(tomllib.loads(text))
        return _Reader(rows, _engagement(rows.engagement, path.parent)).journey()
    except OSError as error:
        raise ConfigurationError(
            phrase("%(file)s cannot be opened: %(problem)s."), file=path.name, problem=error.strerror or error
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(phrase("%(file)s is not UTF-8 text; save it as UTF-8."), file=path.name) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            phrase("%(file)s is not valid TOML: %(problem)s"), file=path.name, problem=error
        ) from error
    except ValidationError as error:
        raise _sentence(path, map_lines(text), _of_details(error.errors())) from error
    except _Mistake as error:
        raise _sentence(path, map_lines(text), error) from error


def _sentence(path: Path, lines: LineMap, mistake: _Mistake) -> ConfigurationError:
    section, index, key = mistake.place
    return ConfigurationError(
        phrase("%(file)s, line %(line)s: %(mistake)s"),
        file=path.name,
        line=lines.line_of(section, index, key),
        mistake=f"{key}: {mistake}" if key else str(mistake),
    )


def _of_details(details: list[ErrorDetails]) -> _Mistake:
    """Return the first mistake; a misspelt key comes before the missing one it makes."""
    detail = min(details, key=lambda one: one["type"] != "extra_forbidden")
    words = [part for part in detail["loc"] if isinstance(part, str)]
    index = next((part for part in detail["loc"] if isinstance(part, int)), 0)
    sentence = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        sentence = "unknown key (misspelt?)"
    if detail["type"] == "missing":
        sentence = "is missing"
    if len(detail["loc"]) > 1 or isinstance(detail["input"], list):
        return _Mistake((words[0], index, words[1] if len(words) > 1 else ""), sentence)
    return _Mistake(("", 0, words[0]), sentence)


def _engagement(name: str, folder: Path) -> Engagement:
    samples = {one.id: one for one in sample_engagements()}
    if name in samples:
        return samples[name]
    if not (folder / name).is_file():
        known = ", ".join(samples)
        raise _Mistake(("", 0, "engagement"), f"“{name}” is neither a file beside this one nor a sample ({known})")
    return read_engagement_file(folder / name).engagement


@dataclass(frozen=True, slots=True)
class _Reader:
    """One file whose rows are well-formed: what remains is whether they name what there is, in order."""

    rows: JourneyRows
    engagement: Engagement

    def journey(self) -> Journey:
        zone = ZoneInfo(self.rows.zone)
        starts_at, until = (_instant(moment, zone) for moment in (self.rows.starts, self.rows.until))
        if not starts_at < until:
            raise _Mistake(("", 0, "until"), "the journey ends before it starts")
        if until - starts_at > LONGEST_DAYS * ONE_DAY:
            raise _Mistake(("", 0, "until"), f"a journey lasts at most {LONGEST_DAYS} days")
        steps = tuple(self._steps(zone, starts_at, until))
        weather = tuple(one for one in steps if isinstance(one, Happens))
        falls = tuple(self._fall(index, row) for index, row in enumerate(self.rows.falls))
        said = tuple(one for one in steps if isinstance(one, Says))
        journey = Journey(
            self.rows.title, self.engagement, starts_at, until, zone, falls, said, weather, self.rows.side_by_side
        )
        for index, step in enumerate(steps):
            if isinstance(step, Says) and journey.is_stopped(step.at):
                raise _Mistake(("steps", index, "at"), "nobody is answered while the process is down")
        return journey

    def _fall(self, index: int, row: FallRow) -> Fall:
        if self.engagement.store(row.store) is None:
            known = ", ".join(store.id for store in self.engagement.stores)
            raise _Mistake(("falls", index, "store"), f"no store is called “{row.store}”; there are: {known}")
        if row.last < row.first:
            raise _Mistake(("falls", index, "last"), "the fall ends before it begins")
        return Fall(row.store, row.first, row.last, row.conversion, row.listing)

    def _steps(self, zone: ZoneInfo, starts_at: datetime, until: datetime) -> Iterator[Says | Happens]:
        """Yield the steps; a time without a day is the next time a clock shows it."""
        before = starts_at
        for index, row in enumerate(self.rows.steps):
            at = _next_instant(row.at, before, zone)
            if at < before:
                raise _Mistake(("steps", index, "at"), "it lies before the step above it (or before the start)")
            if at > until:
                raise _Mistake(("steps", index, "at"), "it lies after the end of the journey")
            before = at
            yield self._says(index, row, at) if row.happens is None else self._happens(index, row, at, until)

    def _says(self, index: int, row: StepRow, at: datetime) -> Says:
        room, person = self.engagement.room(row.place), self.engagement.person(row.who)
        if room is None:
            raise _Mistake(("steps", index, "in"), f"no room is called “{row.place}”; there are: {self._rooms()}")
        if person is None:
            known = ", ".join(one.id for one in self.engagement.people)
            raise _Mistake(("steps", index, "who"), f"nobody is called “{row.who}”; there are: {known}")
        if person.handle_on(room.platform) is None:
            raise _Mistake(("steps", index, "who"), f"{row.who} has no user id on {room.platform}")
        if room.is_direct and room != self.engagement.direct_room(person.id, room.platform):
            raise _Mistake(("steps", index, "who"), f"{room.id} is somebody else's own conversation")
        if room.platform is Platform.WECOM and not (room.is_direct or room.heard_at):
            raise _Mistake(("steps", index, "in"), f"nobody is heard in {room.id}: it has no robot")
        return Says(at, person, room, row.says)

    def _happens(self, index: int, row: StepRow, at: datetime, until: datetime) -> Happens:
        weather = row.happens or Weather.STOPPED
        rooms = tuple(room for room in self._places() if row.place in {room.id, room.platform.value})
        if weather in OF_A_ROOM and not rooms:
            names = f"{self._rooms()}, {', '.join(Platform)}"
            raise _Mistake(("steps", index, "in"), f"no room or platform is called “{row.place}”; there are: {names}")
        if weather is Weather.UNREACHABLE and not rooms[0].is_direct:
            raise _Mistake(("steps", index, "in"), "name a person's own conversation, for example direct/ana/slack")
        ends_at = at + row.lasts if row.lasts is not None else until
        return Happens(at, weather, ends_at, _of(rooms, weather), row.by)

    def _places(self) -> Iterator[Room]:
        yield from self.engagement.rooms
        for person in self.engagement.people:
            yield from self.engagement.direct_rooms(person.id)

    def _rooms(self) -> str:
        return ", ".join(room.id for room in self.engagement.rooms)


def _of(rooms: tuple[Room, ...], weather: Weather) -> tuple[Room, ...]:
    return rooms if weather in OF_A_ROOM else ()


def _instant(moment: Moment, zone: ZoneInfo, day: date | None = None) -> datetime:
    return datetime.combine(moment[0] or day or date.min, moment[1], zone).astimezone(UTC)


def _next_instant(moment: Moment, before: datetime, zone: ZoneInfo) -> datetime:
    if moment[0] is not None:
        return _instant(moment, zone)
    today = before.astimezone(zone).date()
    at = _instant(moment, zone, today)
    return at if at >= before else _instant(moment, zone, today + ONE_DAY)
