"""What people of a journey write, as their platform would deliver it: WeCom's words are read by its own doors."""

from __future__ import annotations

from datetime import datetime

from bot.simulation.journey import Says
from bot.wecom.addresses import ROBOT_CHATS
from bot.wecom.callbacks import written_of
from bot.wecom.robot_messages import Asked, told
from handlers.messages import Arrival
from kpi.engagements import Platform

ROBOT = "Vigia"
"""What the robot of every group is called."""


def arrival_of(says: Says, at: datetime) -> Arrival:
    """Return the arrival of somebody's words; `at` is on Vigia's clock."""
    handle = says.person.handle_on(says.room.platform) or ""
    event = f"journey/{says.at.isoformat()}/{says.person.id}/{says.text}"
    heard = _in_wecom(says, handle, event, at) if says.room.platform is Platform.WECOM else None
    return heard or Arrival(
        says.room.platform, says.room.address, handle, says.text, at, event, is_direct=says.room.is_direct
    )


def _in_wecom(says: Says, handle: str, event: str, at: datetime) -> Arrival | None:
    if says.room.is_direct:
        written = written_of({"FromUserName": handle, "MsgType": "text", "MsgId": event, "Content": says.text}, at)
        return written.arrival if written else None
    asked = told(
        {
            "msgtype": "text",
            "msgid": event,
            "chattype": "group",
            "chatid": says.room.heard_at.removeprefix(ROBOT_CHATS),
            "from": {"userid": handle},
            "text": {"content": says.text},
        },
        at,
        ROBOT,
    )
    return asked.arrival if isinstance(asked, Asked) and says.room.heard_at else None
