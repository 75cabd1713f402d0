"""A journey of a WeCom group and a Slack room for tests, with weather that is put in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.messengers import Parcel
from bot.samples.engagements import sample_engagements
from bot.simulation.journey import Happens, Journey, Weather
from bot.simulation.platforms import Chats
from handlers.messages import Reply
from kpi.deliveries import Placing
from kpi.engagements import Engagement, Platform, Room
from kpi.languages import Language
from kpi.markets import BEIJING

STARTS = datetime(2026, 9, 14, 12, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=8)


def engagement() -> Engagement:
    """Return the sample, its seller in a WeCom group and its operations in Slack."""
    lumina = sample_engagements()[0]
    seller, operations = lumina.rooms
    rooms = replace(seller, platform=Platform.WECOM), replace(operations, platform=Platform.SLACK)
    return replace(lumina, rooms=rooms)


SELLER, OPERATIONS = engagement().rooms
IN_SLACK = replace(OPERATIONS, id="direct/ana/slack", address="U024ANA")
IN_WECOM = replace(OPERATIONS, id="direct/ana/wecom", address="ana.souza", platform=Platform.WECOM)
"""Somebody's own conversations with Vigia."""


def journey(*weather: Happens) -> Journey:
    """Return a journey in which nobody says anything."""
    return Journey("A day", engagement(), STARTS, ENDS, BEIJING, (), (), weather)


def happens(weather: Weather, *rooms: Room, hours: int = 1) -> Happens:
    """Return weather from the start on."""
    return Happens(STARTS, weather, STARTS + timedelta(hours=hours), rooms)


def said(words: str) -> Reply:
    """Return a message."""
    return Reply(words, Language.EN)


def parcel(delivery: str, room: Room, placing: Placing = Placing.POST, anchor: str = "") -> Parcel:
    """Return a parcel that says the name of its delivery."""
    return Parcel(delivery, room, said(delivery), None, placing=placing, anchor=anchor)


def seen(chats: Chats) -> list[tuple[str, str]]:
    """Return how each line came and what it says."""
    return [(line.seen.value, line.reply.headline if line.reply else line.text) for line in chats.lines]
