"""The manifest people create Slack's app from, made from what the code listens to: no permission without its reason.

Source of keys and limits: https://docs.slack.dev/reference/app-manifest.
"""

from __future__ import annotations

from typing import Any

from bot.slack.app import EVENTS
from bot.slack.arrivals import COMMANDS, MESSAGE_SHORTCUT
from bot.slack.captures import CAPTURE_SHORTCUT
from bot.slack.form_listeners import REPORT_SHORTCUT
from bot.slack.link_access import RETURN_PATH
from bot.slack.web import PATH

EXAMPLE_URL = "https://vigia.example.com"
"""Stands in the shipped manifest for the address an installation has."""

SCOPES: dict[str, str] = {
    "app_mentions:read": "`@Vigia …`: people of other workspaces cannot run slash commands",
    "channels:history": "notice trouble, read what is reported, follow what is taken in, look for a lost message",
    "channels:read": "follow a room whose channel is archived, shared, left or gets another id",
    "chat:write": "post and change messages",
    "commands": "`/kpi`, `/alert`, `/incident`, `/person`, `/room` and the shortcuts",
    "files:read": "read what is attached as evidence, wait until a picture is ready",
    "files:write": "upload pictures, documents and evidence",
    "groups:history": "as `channels:history`, in private channels",
    "groups:read": "as `channels:read`, in private channels",
    "im:history": "words written to Vigia directly",
    "im:write": "calls to one person alone, the picture of a private answer",
    "pins:write": "keep the welcome of a room in sight",
    "reactions:read": "🚨 reports, 👀 takes, ✅ confirms, 📌 takes a message into a timeline",
    "users:read": "whether an account is deactivated, so that somebody else is called",
}
"""Every permission Vigia asks for, and what needs it."""

HINTS: dict[str, tuple[str, str]] = {
    "/kpi": (
        "Ask for numbers: value, comparisons, target and a chart",
        "[metric] [market] [period], for example: conversion br 30d",
    ),
    "/alert": ("See alerts, acknowledge, snooze, mute, ask why", "[ack | expected | wrong | snooze | mute | why] [id]"),
    "/incident": ("Report a problem and see who answers for it", "[what happened]"),
    "/room": ("See the rooms, confirm one that another company reads", "[confirm] [room]"),
    "/person": ("Say who somebody is whom Vigia does not know yet", "[confirm | refuse | forget] [id]"),
}
"""What Slack shows while a command is typed: its description and what may follow it."""

SHORTCUTS: tuple[dict[str, str], ...] = (
    {
        "name": "Report a problem",
        "type": "global",
        "callback_id": REPORT_SHORTCUT,
        "description": "Report a problem of a store, from anywhere",
    },
    {
        "name": "Report to Vigia",
        "type": "message",
        "callback_id": MESSAGE_SHORTCUT,
        "description": "Report what this message says as a problem",
    },
    {
        "name": "Add to incident",
        "type": "message",
        "callback_id": CAPTURE_SHORTCUT,
        "description": "Take this message into the timeline of an incident",
    },
)
"""What Slack offers from anywhere, and on a message."""


def manifest(base_url: str = EXAMPLE_URL, *, has_socket: bool = False, has_link: bool = False) -> dict[str, Any]:
    """Return the manifest of an installation at `base_url`; with Socket Mode no address is in it.

    With a link other workspaces can install the app, and its tokens end after twelve hours.
    """
    door = {} if has_socket else {"url": f"{base_url.rstrip('/')}{PATH}"}
    request = {"request_url": door["url"]} if door else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Vigia",
            "description": "A lookout for marketplace sellers: KPI answers, daily digests, alerts and incidents.",
            "background_color": "#0072b2",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Vigia", "always_online": True},
            "shortcuts": [dict(one) for one in SHORTCUTS],
            "slash_commands": [_command(name) | door for name in COMMANDS],
        },
        "oauth_config": {
            **({"redirect_urls": [f"{base_url.rstrip('/')}{RETURN_PATH}"]} if has_link else {}),
            "scopes": {"bot": sorted(SCOPES)},
        },
        "settings": {
            "event_subscriptions": {**request, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": has_socket,
            "token_rotation_enabled": has_link,
        },
    }


def _command(name: str) -> dict[str, Any]:
    description, hint = HINTS[name]
    return {"command": name, "description": description, "usage_hint": hint, "should_escape": True}
