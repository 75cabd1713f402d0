"""A journey in the web console: every room is a console room, and people's words hang in it beside Vigia's."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.console.board import Board, new_picture_id
from bot.console.limits import Limits
from bot.console.messages import Entry, Kind
from bot.console.messenger import ConsoleMessenger
from bot.messengers import Messenger, Parcel, Receipt
from bot.reliving import MOST_MESSAGES, VirtualClock
from bot.simulation.journey import Journey, Says, Weather
from bot.simulation.living import Life, Onlooker
from bot.simulation.platforms import refusal
from bot.simulation.sales import learnt_in
from handlers.messages import Reply
from handlers.ports import Clock
from handlers.watch.past_mornings import for_the_console
from kpi.engagements import Platform, Room
from storage.database import Database


def on_the_console(journey: Journey) -> Journey:
    """Return the journey with all its rooms and people on the console.

    Nobody has a conversation of their own there: what they write in one stands in the first room of their side.
    """
    engagement = replace(for_the_console(journey.engagement), name=journey.engagement.name)
    people = {one.id: one for one in engagement.people}
    rooms = {one.id: one for one in engagement.rooms}
    of_side = {room.audience: room for room in reversed(engagement.rooms)}

    def in_room(one: Says) -> Says:
        room = rooms.get(one.room.id) or of_side[one.person.audience]
        return replace(one, person=people[one.person.id], room=room)

    said = tuple(map(in_room, journey.said))
    weather = tuple(
        replace(one, rooms=tuple(rooms[room.id] for room in one.rooms if room.id in rooms)) for one in journey.weather
    )
    return replace(journey, engagement=engagement, said=said, weather=weather)


def show(journey: Journey, database: Database) -> tuple[Board, VirtualClock]:
    """Live through a journey of console rooms over an empty database; return their board, and the clock at the end."""
    stage = _Stage(journey)
    life = Life(journey, database, stage.messengers, stage, learnt_in(journey))
    life.settle_in()
    asyncio.run(life.live())
    return stage.board, life.clock


class _Stage(Onlooker):
    """Hangs into the board what people say, and keeps the time of the weather."""

    def __init__(self, journey: Journey) -> None:
        self.board = Board(Limits(messages=MOST_MESSAGES))
        self.journey, self.at = journey, journey.starts_at
        self._question = ""

    def messengers(self, clock: Clock) -> Mapping[Platform, Messenger]:
        return {Platform.CONSOLE: _InTheWeather(ConsoleMessenger(self.board, clock), self)}

    def weather_of(self, room: Room) -> Weather | None:
        return self.journey.weather_of(room, self.at)

    def moves_on(self, at: datetime) -> None:
        self.at = at

    def hears(self, says: Says) -> None:
        entry = Entry(Kind.QUESTION, self.at, author=says.person, text=says.text)
        self._question = self.board.add(says.room, entry).id

    def answers(self, says: Says, reply: Reply | None) -> None:
        if reply is None:
            return
        picture = new_picture_id() if reply.picture else ""
        author = says.person if reply.is_private else None
        entry = Entry(Kind.ANSWER, self.at, author=author, reply=reply, picture=picture, answers=self._question)
        self.board.add(says.room, entry)


class _InTheWeather:
    """A messenger that reaches its rooms only in good weather."""

    def __init__(self, messenger: Messenger, stage: _Stage) -> None:
        self._messenger, self._stage = messenger, stage

    async def post(self, parcel: Parcel) -> Receipt:
        weather = self._stage.weather_of(parcel.room)
        if weather is not None and weather is not Weather.ANSWERS_LOST:
            raise refusal(parcel.room, weather)
        return await self._messenger.post(parcel)

    async def find(self, parcel: Parcel, since: datetime) -> str | None:
        return await self._messenger.find(parcel, since)
