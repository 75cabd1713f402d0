"""Parcels for a WeCom group."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from bot.messengers import Parcel
from handlers.messages import Reply
from kpi.engagements import Audience, Person, Platform, Role, Room
from kpi.languages import Language

BEIJING = ZoneInfo("Asia/Shanghai")
ROOM = Room(
    "lumina-seller", "lumina", Platform.WECOM, "lumina-group", Audience.SELLER, Language.EN, BEIJING, time(11, 37)
)
ANA = Person("ana", "Ana Souza", Role.ACCOUNT_MANAGER, Language.PT, BEIJING, ((Platform.WECOM, "ana.souza"),))
STRANGER = Person("bo", "Bo", Role.OPERATIONS, Language.PT, BEIJING, ((Platform.SLACK, "U01"),))


def a_parcel(
    reply: Reply | None = None, *, picture: bytes | None = None, is_repeat: bool = False, room: Room = ROOM
) -> Parcel:
    """Return a parcel that says "All on target" unless told otherwise."""
    return Parcel("d-1", room, reply or Reply("All on target", Language.EN), picture, is_repeat)


def a_long_reply(lines: int = 120) -> Reply:
    """Return a reply that takes two messages."""
    return Reply("A long story", Language.EN, text="\n".join(f"Line {n} of a long story, 长故事" for n in range(lines)))
