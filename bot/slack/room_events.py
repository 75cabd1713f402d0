"""What happens to channels, as Slack tells it. Pure: payload in, what changed out.

A rename changes nothing: rooms are known by their ids alone.
"""

from __future__ import annotations

from datetime import datetime

from bot.slack.arrivals import Payload, own_users
from handlers.rooms.room_changes import Change, RoomChange
from kpi.engagements import Platform

CHANGES: dict[str, Change] = {
    "channel_archive": Change.ARCHIVED,
    "group_archive": Change.ARCHIVED,
    "channel_unarchive": Change.UNARCHIVED,
    "group_unarchive": Change.UNARCHIVED,
    "channel_id_changed": Change.MOVED,
    "channel_shared": Change.SHARED,
    "channel_unshared": Change.UNSHARED,
    "channel_left": Change.LEFT,
    "group_left": Change.LEFT,
    "member_left_channel": Change.LEFT,
    "member_joined_channel": Change.JOINED,
}
"""Slack's names of what matters: https://docs.slack.dev/reference/events"""
RENAMES = ("channel_rename", "group_rename")
ROOM_EVENTS = (*CHANGES, *RENAMES)

_OF_A_MEMBER = frozenset({"member_left_channel", "member_joined_channel"})


def room_change_of(body: Payload, at: datetime) -> RoomChange | None:
    """Return what happened to a channel; None for renames and for who joins or leaves and is not Vigia.

    Where both sides of a shared channel have the app, each is told: channel and time make it one event.
    """
    event = body.get("event") or {}
    kind = str(event.get("type") or "")
    channel = str(event.get("old_channel_id") or event.get("channel") or "")
    if kind not in CHANGES or not channel:
        return None
    if kind in _OF_A_MEMBER and event.get("user") not in own_users(body):
        return None
    stamp = event.get("event_ts") or body.get("event_id") or ""
    return RoomChange(
        change=CHANGES[kind],
        platform=Platform.SLACK,
        address=channel,
        at=at,
        event_id=f"slack/room/{kind}/{channel}/{stamp}",
        moved_to=str(event.get("new_channel_id") or ""),
        handle=str(event.get("inviter") or ""),
        is_still_shared=bool(event.get("is_ext_shared")),
    )
