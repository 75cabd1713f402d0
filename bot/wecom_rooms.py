"""Whether and how a WeCom room can be written to and heard, as far as the settings tell."""

from __future__ import annotations

from bot.health import Health
from bot.settings import Settings
from bot.wecom.addresses import ROBOT_CHATS
from kpi.engagements import Room


def wecom_room(room: Room, settings: Settings) -> tuple[Health, str] | None:
    """Return what is wrong with a room and what to do, or None."""
    if room.forward_by:
        return _forwarded(room, settings)
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


def reached_by(room: Room) -> str:
    """Return which way words reach a WeCom room, and how it is heard."""
    if room.forward_by:
        return f"what {room.forward_by} forwards, who is sent it alone by the app; no bot enters an external group"
    return "its webhook; the robot hears it" if room.heard_at else "its webhook, one way"


def _forwarded(room: Room, settings: Settings) -> tuple[Health, str] | None:
    if settings.wecom_corp_id is not None:
        return None
    sentence = f"reads what {room.forward_by} forwards, but the WeCom app that hands it over is not set up"
    return Health.BAD, f"{sentence}: VIGIA_WECOM_CORP_ID, VIGIA_WECOM_AGENT_ID and VIGIA_WECOM_APP_SECRET"
