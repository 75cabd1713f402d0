"""What a page shows when it loads, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from bot.console.board import Board
from bot.console.chrome import LANGUAGE_NAMES, ROLE_NAMES, ROOM_NAMES, hint_list, page_words, room_words
from bot.console.messages import MessageJson, message_as_json
from kpi.engagements import Audience, Engagement, Person, Platform, Role, Room, Store
from kpi.wording.wording import Wording

Records = Mapping[str, Sequence[str]]
"""How good the alerts were, as sentences in a room's language, by the room's id."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands behind a page: the board, the record of each room's alerts, and what time it is."""

    board: Board
    records: Records
    now: datetime


class SpeakerJson(TypedDict):
    """Somebody who may be chosen to speak in a room; `role` is in the room's language."""

    id: str
    name: str
    role: str


class RoomJson(TypedDict):
    """One room; `words` are its labels in its language, `zone` an IANA name, `digest_at` "HH:MM" there or "".

    `record` says how good its alerts were, a sentence a line.
    """

    address: str
    audience: str
    title: str
    language: str
    language_name: str
    zone: str
    city: str
    digest_at: str
    words: Mapping[str, str]
    hints: list[dict[str, str]]
    record: list[str]
    people: list[SpeakerJson]
    messages: list[MessageJson]


class StoreJson(TypedDict):
    """One store, for the line under the engagement's name."""

    name: str
    marketplace: str
    market: str


class EngagementJson(TypedDict):
    """The engagement on show."""

    id: str
    name: str
    seller: str
    stores: list[StoreJson]
    rooms: list[RoomJson]


class PageJson(TypedDict):
    """A whole page; `last_event` is the event after which the stream continues what is shown here.

    `now` is the server's time, ISO 8601: a replay's stands still, and a reader's clock may be wrong.
    """

    language: str
    words: Mapping[str, str]
    engagements: list[dict[str, str]]
    engagement: EngagementJson | None
    last_event: str
    now: str


def page_as_json(
    engagements: Sequence[Engagement], chosen: Engagement | None, shown: Shown, wording: Wording
) -> PageJson:
    """Return the page: every engagement by name, the chosen one with its rooms and what hangs in them."""
    return PageJson(
        language=_tag(wording.language.value),
        words=page_words(wording),
        engagements=[{"id": one.id, "name": one.name} for one in engagements],
        engagement=_engagement_as_json(chosen, shown) if chosen else None,
        last_event=shown.board.stream.last_id,
        now=shown.now.isoformat(),
    )


def _engagement_as_json(engagement: Engagement, shown: Shown) -> EngagementJson:
    rooms = [room for room in engagement.rooms if room.platform is Platform.CONSOLE]
    rooms.sort(key=lambda room: room.audience is not Audience.SELLER)
    return EngagementJson(
        id=engagement.id,
        name=engagement.name,
        seller=engagement.seller.name,
        stores=[_store_as_json(store) for store in engagement.stores],
        rooms=[_room_as_json(engagement, room, shown) for room in rooms],
    )


def _store_as_json(store: Store) -> StoreJson:
    return StoreJson(name=store.name, marketplace=store.marketplace.value, market=store.market.value)


def _room_as_json(engagement: Engagement, room: Room, shown: Shown) -> RoomJson:
    wording = Wording(room.language)
    return RoomJson(
        address=room.address,
        audience=room.audience.value,
        title=wording.say(ROOM_NAMES[room.audience]),
        language=_tag(room.language.value),
        language_name=LANGUAGE_NAMES[room.language.value],
        zone=room.zone.key,
        city=wording.city(room.zone),
        digest_at=room.digest_at.strftime("%H:%M") if room.digest_at else "",
        words=room_words(wording),
        hints=hint_list(wording),
        record=list(shown.records.get(room.id, ())),
        people=[_speaker_as_json(person, wording) for person in _speakers(engagement, room)],
        messages=[message_as_json(message) for message in shown.board.messages(room.address)],
    )


def _speakers(engagement: Engagement, room: Room) -> list[Person]:
    """Return who can be chosen to speak: everybody with a handle here, those the room is for first.

    A seller's people do not sit in an operations room, so they are not offered there.
    """
    known = [person for person in engagement.people if person.handle_on(Platform.CONSOLE) is not None]
    if room.audience is Audience.OPERATIONS:
        return [person for person in known if person.role is not Role.SELLER]
    return sorted(known, key=lambda person: person.role is not Role.SELLER)


def _speaker_as_json(person: Person, wording: Wording) -> SpeakerJson:
    return SpeakerJson(id=person.id, name=person.name, role=wording.say(ROLE_NAMES[person.role]))


def _tag(language: str) -> str:
    return language.replace("_", "-")
