"""Whether a WeCom room can be written to and heard, as far as the settings tell."""

from __future__ import annotations

from bot.health import Health
from bot.settings import Settings
from bot.wecom.addresses import ROBOT_CHATS
from kpi.engagements import Room


def wecom_room(room: Room, settings: Settings) -> tuple[Health, str] | None:
    """Return what is wrong with a room and what to do, or None."""
    is_heard = bool(room.heard_at) or room.address.startswith(ROBOT_CHATS)
    if is_heard and settings.wecom_robot_token is None:
        return Health.BAD, "names a robot's chat, but VIGIA_WECOM_ROBOT_TOKEN is not set"
    if room.address.startswith(ROBOT_CHATS):
        sentence = (
            "the robot answers here, but nothing is sent by itself: give the group a webhook, and its name as address"
        )
        return Health.LOOK, sentence
    if room.address not in settings.wecom_webhook_keys:
        return Health.BAD, f"VIGIA_WECOM_WEBHOOK_KEYS has no key called “{room.address}”"
    return None
