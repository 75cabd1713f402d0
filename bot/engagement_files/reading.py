"""Reads an engagement file: all mistakes at once with their lines, or the engagement, targets and rates it says."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.engagement_files.lines import LineMap, map_lines
from bot.engagement_files.rows import AlertsRow, FileRows, PersonRow, RoomRow, StoreRow, TargetRow
from bot.engagement_files.rule_rows import rule_mistakes, rule_of
from kpi.alert_rules import AlertRule
from kpi.alerts.detection.signals import Preset
from kpi.days import Period
from kpi.engagements import Engagement, Person, Platform, Role, Room, Seller, Store
from kpi.errors import ConfigurationError
from kpi.markets import BEIJING, MARKETS
from kpi.metrics.metric import Direction
from kpi.phrases import phrase
from kpi.rates import Rate
from kpi.targets import Target, require_measurable

RULES = "alerts.rules"
LARGEST_FILE = 1_000_000
"""Bytes; an engagement file is written by hand."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend: where and what."""

    line: int
    text: str


class EngagementFileError(ConfigurationError):
    """An engagement file with mistakes; `mistakes` holds all of them in line order."""

    def __init__(self, path: Path, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.line))
        super().__init__(
            phrase("%(file)s has %(count)s mistakes; nothing was changed:\n%(mistakes)s"),
            file=path.name,
            count=len(self.mistakes),
            mistakes="\n".join(f"  line {mistake.line}: {mistake.text}" for mistake in self.mistakes),
        )


@dataclass(frozen=True, slots=True)
class Agreement:
    """What an engagement file says."""

    engagement: Engagement
    targets: tuple[Target, ...]
    rates: tuple[Rate, ...]


def read_engagement_file(path: Path) -> Agreement:
    """Return what the file says; raises ConfigurationError when it cannot be read, EngagementFileError for mistakes."""
    text = _text_of(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            phrase("%(file)s is not valid TOML: %(problem)s"), file=path.name, problem=error
        ) from error
    lines = map_lines(text)
    try:
        rows = FileRows.model_validate(data)
    except ValidationError as error:
        raise EngagementFileError(path, [_mistake(detail, lines) for detail in error.errors()]) from error
    mistakes = list(_contradictions(rows, lines))
    agreement = _agreement(rows)
    mistakes.extend(_unmeasurable(agreement, lines))
    if mistakes:
        raise EngagementFileError(path, mistakes)
    return agreement


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ConfigurationError(
                phrase("%(file)s is larger than an engagement file can be (1 MB)."), file=path.name
            )
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            phrase("%(file)s cannot be opened: %(problem)s."), file=path.name, problem=error.strerror or error
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(phrase("%(file)s is not UTF-8 text; save it as UTF-8."), file=path.name) from error


def _mistake(detail: ErrorDetails, lines: LineMap) -> Mistake:
    place = _flat(detail["loc"])
    words = [part for part in place if isinstance(part, str)]
    index = next((part for part in place if isinstance(part, int)), 0)
    sentence = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        sentence = "unknown key (misspelt?)"
    if detail["type"] == "missing":
        sentence = "is missing"
    if detail["type"].startswith("union_tag"):
        sentence = 'give kind = "limit", "pace" or "red_line"'
    return Mistake(lines.line_of_path(words, index), f"{'.'.join(words)}: {sentence}")


def _flat(place: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Return the place of a mistake; a rule's table stands under [alerts], and its kind is no key of the file."""
    match place:
        case ("alerts", "rules", int() as index, str(), *rest):
            return (RULES, index, *rest)
        case ("alerts", "rules", int() as index):
            return (RULES, index)
        case _:
            return place


def _contradictions(rows: FileRows, lines: LineMap) -> Iterator[Mistake]:
    for section, ids in (
        ("stores", [store.id for store in rows.stores]),
        ("people", [person.id for person in rows.people]),
        ("rooms", [room.id for room in rows.rooms]),
    ):
        yield from _repeated(section, ids, lines)
    places = Counter((room.platform, place) for room in rows.rooms for place in (room.address, room.heard_at) if place)
    for index, room in enumerate(rows.rooms):
        for key, place in (("address", room.address), ("robot", room.heard_at)):
            if places[room.platform, place] > 1:
                yield Mistake(lines.line_of("rooms", index, key), f"rooms.{key}: “{place}” is used twice")
    for index, key, sentence in rule_mistakes(_rules(rows.alerts), tuple(map(_store, rows.stores))):
        yield Mistake(lines.line_of(RULES, index, key), f"{RULES}.{key}: {sentence}")
    yield from _unknown_names(rows, lines)


def _unknown_names(rows: FileRows, lines: LineMap) -> Iterator[Mistake]:
    """Yield what names a store or person that the file does not have."""
    people = {person.id for person in rows.people}
    for index, person in enumerate(rows.people):
        if person.backup and (person.backup not in people or person.backup == person.id):
            yield Mistake(
                lines.line_of("people", index, "backup"), f"people.backup: nobody else is called “{person.backup}”"
            )
    for index, room in enumerate(rows.rooms):
        if room.forward_by and (sentence := _why_not_forwarded(room.forward_by, rows.people)):
            yield Mistake(lines.line_of("rooms", index, "forward_by"), f"rooms.forward_by: {sentence}")
    stores = {store.id for store in rows.stores}
    for index, target in enumerate(rows.targets):
        for store in target.stores:
            if store not in stores:
                yield Mistake(
                    lines.line_of("targets", index, "stores"), f"targets.stores: no store is called “{store}”"
                )
        if target.owner and target.owner not in people:
            yield Mistake(lines.line_of("targets", index, "owner"), f"targets.owner: nobody is called “{target.owner}”")


def _why_not_forwarded(name: str, people: Iterable[PersonRow]) -> str:
    """Return why somebody cannot pass on what a room is told, or ""."""
    person = next((one for one in people if one.id == name), None)
    if person is None:
        return f"nobody is called “{name}”"
    if person.role is Role.SELLER:
        return f"“{name}” is the seller's: somebody of the operator's side forwards"
    return "" if person.wecom else f"“{name}” has no user id in WeCom, where the app hands over what to forward"


def _repeated(section: str, ids: list[str], lines: LineMap) -> Iterator[Mistake]:
    seen: set[str] = set()
    for index, one in enumerate(ids):
        if one in seen:
            yield Mistake(lines.line_of(section, index, "id"), f"{section}.id: “{one}” is used twice")
        seen.add(one)


def _unmeasurable(agreement: Agreement, lines: LineMap) -> Iterator[Mistake]:
    for index, target in enumerate(agreement.targets):
        try:
            require_measurable(target)
        except ConfigurationError as error:
            yield Mistake(lines.line_of("targets", index), str(error))


def _agreement(rows: FileRows) -> Agreement:
    head, stores = rows.engagement, tuple(map(_store, rows.stores))
    engagement = Engagement(
        id=head.id,
        name=head.name,
        seller=Seller(head.seller.id, head.seller.name),
        stores=stores,
        people=tuple(map(_person, rows.people)),
        rooms=tuple(_room(head.id, room) for room in rows.rooms),
        shown_currencies=head.shown_currencies,
        alert_presets=_presets(rows.alerts),
        alert_rules=_rules(rows.alerts),
        has_red_lines=rows.alerts.red_lines,
        incident_rules=rows.incidents.rules(stores[0].zone if stores else BEIJING),
    )
    return Agreement(
        engagement,
        tuple(_target(head.id, number, row) for number, row in enumerate(rows.targets, start=1)),
        tuple(Rate(row.date, row.base, row.quote, row.rate, row.source) for row in rows.rates),
    )


def _presets(row: AlertsRow) -> tuple[tuple[str, str], ...]:
    """Return what differs from the normal preset, the one for all metrics first."""
    named = {"": row.preset, **row.metrics}
    return tuple((metric, preset.value) for metric, preset in named.items() if preset is not Preset.NORMAL or metric)


def _rules(row: AlertsRow) -> tuple[AlertRule, ...]:
    return tuple(map(rule_of, row.rules))


def _store(row: StoreRow) -> Store:
    market = MARKETS[row.market]
    zone = ZoneInfo(row.zone) if row.zone else market.zone
    return Store(row.id, row.name, row.marketplace, row.market, row.kind, row.currency or market.currency, zone)


def _person(row: PersonRow) -> Person:
    handles = (
        (Platform.SLACK, row.slack),
        (Platform.WECOM, row.wecom.lower()),
        (Platform.CONSOLE, row.console or row.id),
    )
    return Person(
        row.id,
        row.name,
        row.role,
        row.language,
        ZoneInfo(row.zone),
        tuple((where, who) for where, who in handles if who),
        row.hours.hours(ZoneInfo(row.zone)) if row.hours else None,
        row.backup,
        tuple(away.absence() for away in row.away),
    )


def _room(engagement: str, row: RoomRow) -> Room:
    return Room(
        row.id,
        engagement,
        row.platform,
        row.address or f"forwarded:{engagement}/{row.id}",
        row.audience,
        row.language,
        ZoneInfo(row.zone),
        row.digest_at,
        row.digest_deadline_minutes,
        row.quiet_from,
        row.quiet_until,
        row.heard_at,
        row.forward_by,
        row.workspace,
    )


def _target(engagement: str, number: int, row: TargetRow) -> Target:
    if row.month:
        period = Period.month_of(date.fromisoformat(f"{row.month}-01"))
    else:
        period = Period(row.first or date.min, row.last or date.max)
    value = row.at_least if row.at_least is not None else row.at_most
    scope = "+".join(row.stores) or "all"
    return Target(
        id=f"{row.metric}/{scope}/{period.first.isoformat()}/{number}",
        engagement=engagement,
        metric=row.metric,
        stores=row.stores,
        period=period,
        direction=Direction.UP if row.at_least is not None else Direction.DOWN,
        value=value if value is not None else Decimal("NaN"),
        currency=row.currency,
        source=row.source,
        owner=row.owner,
    )
