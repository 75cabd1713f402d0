"""Requests as Slack sends them, with made-up ids, and their signatures."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from bot.slack.buttons import MENU_ACTION
from bot.slack.web import signature_of
from tests.twins.clock import A_SUNDAY_NOON

FORM = "application/x-www-form-urlencoded"
BOT_USER = "U0VIGIA001"
SECRET = "a-signing-secret"
CARD = "1795000000.000100"
"""The ts of a message reactions are put on."""


def command(text: str = "conversion", **changes: str) -> dict[str, str]:
    """Return a slash command."""
    return {
        "command": "/kpi",
        "text": text,
        "team_id": "T0HOME0001",
        "team_domain": "lumina",
        "channel_id": "C0OPS00001",
        "channel_name": "ops-lumina",
        "user_id": "U024ANA",
        "user_name": "ana",
        "trigger_id": "111.222.aaa",
        "response_url": "",
        **changes,
    }


def event(kind: str = "app_mention", event_id: str = "Ev0001", **changes: Any) -> dict[str, Any]:
    """Return an event as the Events API wraps it."""
    return {
        "type": "event_callback",
        "event_id": event_id,
        "team_id": "T0HOME0001",
        "authorizations": [{"team_id": "T0HOME0001", "user_id": BOT_USER, "is_bot": True}],
        "is_ext_shared_channel": True,
        "event": {
            "type": kind,
            "user": "U0SELLER01",
            "team": "T0OTHER001",
            "text": f"<@{BOT_USER}> kpi conversion",
            "channel": "C0SELLER01",
            "channel_type": "channel",
            "ts": "1795000100.000200",
            **changes,
        },
    }


def said(text: str = "sales crashed", **changes: Any) -> dict[str, Any]:
    """Return a person's message in a channel."""
    return event("message", text=text, **changes)


def reacted(reaction: str = "eyes", **changes: Any) -> dict[str, Any]:
    """Return a reaction somebody added."""
    body = event("reaction_added")
    body["event"] = {
        "type": "reaction_added",
        "user": "U0SELLER01",
        "reaction": reaction,
        "item": {"type": "message", "channel": "C0SELLER01", "ts": CARD},
        "item_user": "U024ANA",
        "event_ts": "1795000300.000100",
        **changes,
    }
    return body


def unreacted(reaction: str = "pushpin", **changes: Any) -> dict[str, Any]:
    """Return a reaction somebody took off again."""
    body = reacted(reaction, **changes)
    body["event"]["type"] = "reaction_removed"
    return body


def edited(ts: str, text: str, at: str, **changes: Any) -> dict[str, Any]:
    """Return the edit of a message, as it was made `at` a time of Slack's; "" is no edit: a preview was added."""
    message: dict[str, Any] = {"type": "message", "user": "U0SELLER01", "text": text, "ts": ts}
    message |= {"edited": {"user": "U0SELLER01", "ts": at}} if at else {"attachments": [{"title": "a page"}]}
    body = event("message")
    body["event"] = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": "C0SELLER01",
        "channel_type": "channel",
        "ts": "1795000400.000100",
        "event_ts": "1795000400.000100",
        "message": message | changes,
        "previous_message": {"type": "message", "user": "U0SELLER01", "text": "what it said before", "ts": ts},
    }
    return body


def deleted(ts: str, **changes: Any) -> dict[str, Any]:
    """Return the deletion of a message."""
    body = event("message")
    body["event"] = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "channel": "C0SELLER01",
        "channel_type": "channel",
        "deleted_ts": ts,
        "ts": "1795000500.000100",
        "event_ts": "1795000500.000100",
        **changes,
    }
    return body


def press(
    value: str | None = "/kpi targets", action_id: str = "vigia_command/0", response_url: str = "", **changes: Any
) -> dict[str, Any]:
    """Return a pressed button below a public message."""
    action = {"type": "button", "action_id": action_id, "block_id": "x/actions/0", "action_ts": "1795000200.1"}
    return {
        "type": "block_actions",
        "team": {"id": "T0HOME0001"},
        "user": {"id": "U0SELLER01", "team_id": "T0OTHER001"},
        "channel": {"id": "C0SELLER01"},
        "container": {"type": "message", "message_ts": "1795000000.000100", "is_ephemeral": False},
        "trigger_id": "333.444.bbb",
        "response_url": response_url,
        "actions": [{**action, "value": value} if value is not None else action],
        **changes,
    }


def chosen(value: str, **changes: Any) -> dict[str, Any]:
    """Return a choice in the menu at the end of a message's buttons."""
    option = {"text": {"type": "plain_text", "text": "x", "emoji": True}, "value": value}
    action = {"type": "overflow", "action_id": MENU_ACTION, "block_id": "x/actions/0", "action_ts": "1795000200.1"}
    return press(actions=[{**action, "selected_option": option}], **changes)


def submission(view: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Return an opened modal as Slack sends it back, with what was written into it."""
    state = {
        block["block_id"]: {
            block["element"]["action_id"]: _written(block["element"], values.get(block["block_id"], ""))
        }
        for block in view["blocks"]
    }
    return {
        "type": "view_submission",
        "team": {"id": "T0OTHER001"},
        "user": {"id": "U0SELLER01", "team_id": "T0OTHER001"},
        "trigger_id": "555.666.ccc",
        "view": {"id": "V0", "hash": "1", **view, "app_installed_team_id": "T0HOME0001"} | {"state": {"values": state}},
    }


def _written(element: dict[str, Any], value: Any) -> dict[str, Any]:
    if element["type"] == "file_input":
        return {"type": "file_input", "files": value or []}
    if element["type"] == "static_select":
        return {"type": "static_select", "selected_option": {"value": value} if value else None}
    if element["type"] == "datepicker":
        return {"type": "datepicker", "selected_date": value or None}
    return {"type": element["type"], "value": value or None}


def shortcut(callback_id: str = "vigia_report", **changes: Any) -> dict[str, Any]:
    """Return a global shortcut; with a channel and a message, one on a message."""
    return {
        "type": "message_action" if "message" in changes else "shortcut",
        "callback_id": callback_id,
        "team": {"id": "T0HOME0001", "domain": "lumina"},
        "user": {"id": "U024ANA"},
        "trigger_id": "777.888.ddd",
        **changes,
    }


def form_of(fields: dict[str, str]) -> bytes:
    """Return a slash command as the body of its request."""
    return urlencode(fields).encode()


def interaction_of(payload: dict[str, Any]) -> bytes:
    """Return a button press as the body of its request."""
    return urlencode({"payload": json.dumps(payload)}).encode()


def signed(body: bytes, content_type: str = FORM, at: datetime = A_SUNDAY_NOON, secret: str = SECRET) -> dict[str, str]:
    """Return the headers of a request that Slack signed at `at`."""
    stamp = str(int(at.timestamp()))
    return {
        "content-type": content_type,
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signature_of(secret, stamp, body),
    }
