"""Slack's payloads as arrivals, and where each is to be answered. Pure: payload in, words and place out.

Slash command: `/kpi` and its text as one line. Mention: our own mention is taken out, and a leading `kpi` or
`incident` gets its slash, because people of another workspace cannot run our slash commands and type
"@Vigia kpi conversion". Button: its value, which is its text twin.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.slack.buttons import COMMAND_ACTION, SHARE_ACTION
from bot.slack.files import SlackFile, slack_files
from bot.slack.limits import INPUT_TEXT
from bot.slack.mrkdwn import cut, unescape
from bot.slack.views import files_of, origin_of, values_of
from handlers.messages import Arrival
from kpi.engagements import Platform
from kpi.languages import Language

COMMANDS = ("/kpi", "/alert", "/incident", "/person", "/room")
"""The slash commands Vigia registers."""

MESSAGE_SHORTCUT = "vigia_report_message"
"""Callback id of the shortcut on a message."""

Payload = Mapping[str, Any]

PEOPLES_SUBTYPES = frozenset({None, "", "file_share", "thread_broadcast"})
"""Message subtypes a person writes; edits, deletions, joins and other apps' messages have others."""

_BARE_COMMAND = re.compile(rf"^[/／]?({'|'.join(name.removeprefix('/') for name in COMMANDS)})(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer belongs.

    `is_private` answers show only to `person`, by `response_url` while Slack accepts it; `is_shared` answers go to the
    whole channel in the person's name. `is_direct` is a conversation of one person with Vigia.
    `view_hash` is Slack's mark of the home as it was when something was pressed in it.
    """

    channel: str
    person: str
    thread_ts: str | None = None
    response_url: str = ""
    is_private: bool = False
    is_shared: bool = False
    is_direct: bool = False
    view_hash: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """Words that arrived, the place where their sender waits for an answer, and files that came with them.

    `language` is the one a form was shown in, or its answer was given in.
    """

    arrival: Arrival
    place: Place
    files: tuple[SlackFile, ...] = ()
    language: Language = Language.EN


def call_in(body: Payload, at: datetime) -> Call | None:
    """Return what a request asks, whichever kind it is; None for one that asks nothing, and for a submitted form."""
    if "command" in body:
        return call_of_command(body, at) if body["command"] in COMMANDS else None
    match body.get("type"):
        case "event_callback" if (body.get("event") or {}).get("type") == "app_mention":
            return call_of_mention(body, at)
        case "event_callback" if (body.get("event") or {}).get("type") == "message":
            return call_of_direct_message(body, at)
        case "block_actions":
            return _call_of_action(body, at)
        case "message_action" if body.get("callback_id") == MESSAGE_SHORTCUT:
            return call_of_message_shortcut(body, at)
    return None


def _call_of_action(body: Payload, at: datetime) -> Call | None:
    """Return what a press in a channel asks; a press in somebody's home is not answered in a channel."""
    pressed: Payload = next(iter(body.get("actions") or ()), {})
    action = str(pressed.get("action_id") or "")
    if action == SHARE_ACTION:
        return call_of_press(body, at, is_shared=True)
    is_command = action.partition("/")[0] == COMMAND_ACTION and (body.get("container") or {}).get("type") != "view"
    return call_of_press(body, at) if is_command else None


def call_of_command(body: Payload, at: datetime) -> Call:
    """Return what a slash command asks; only its sender sees the answer until they share it."""
    channel, person = str(body.get("channel_id", "")), str(body.get("user_id", ""))
    text = f"{body.get('command', '')} {unescape(str(body.get('text', '')))}".strip()
    is_direct = _is_direct(channel)
    arrival = _arrival(channel, person, text, at, act_id(body), is_direct=is_direct)
    response_url = str(body.get("response_url") or "")
    return Call(arrival, Place(channel, person, response_url=response_url, is_private=True, is_direct=is_direct))


def call_of_mention(body: Payload, at: datetime) -> Call | None:
    """Return what a mention asks, answered in its thread; None for what no person wrote."""
    event = body.get("event") or {}
    if not is_by_person(event):
        return None
    call = _call_of_event(event, asked_words(str(event.get("text", "")), own_users(body)), at)
    return replace(call, place=replace(call.place, thread_ts=event.get("thread_ts") or event["ts"]))


def call_of_direct_message(body: Payload, at: datetime) -> Call | None:
    """Return what a direct message asks; None for other channels' messages and for what no person wrote."""
    event = body.get("event") or {}
    if event.get("channel_type") != "im" or not is_by_person(event):
        return None
    call = _call_of_event(event, asked_words(str(event.get("text", "")), own_users(body)), at)
    arrival = replace(call.arrival, is_direct=True)
    return replace(call, arrival=arrival, place=replace(call.place, is_direct=True))


def call_of_press(body: Payload, at: datetime, *, is_shared: bool = False) -> Call | None:
    """Return what a pressed button asks, or None when it carries no command.

    Under a private message the answer is private too; under a public one it goes into that message's thread, and in
    the person's own conversation below it.
    """
    action: Payload = next(iter(body.get("actions") or ()), {})
    command = chosen_in(action)
    container = body.get("container") or {}
    channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
    person = str((body.get("user") or {}).get("id") or "")
    if not (command and channel and person):
        return None
    is_private = bool(container.get("is_ephemeral")) and not is_shared
    is_direct = _is_direct(channel)
    in_thread = container.get("thread_ts") or (None if is_direct else container.get("message_ts"))
    place = Place(
        channel=channel,
        person=person,
        thread_ts=None if is_private or is_shared else in_thread,
        response_url=str(body.get("response_url") or ""),
        is_private=is_private,
        is_shared=is_shared,
        is_direct=is_direct,
    )
    event_id = act_id(body)
    return Call(_arrival(channel, person, command, at, event_id, is_direct=is_direct), place)


def chosen_in(action: Payload) -> str:
    """Return the command of a pressed button, or of what was chosen in a menu."""
    return str(action.get("value") or (action.get("selected_option") or {}).get("value") or "")


def call_of_submission(body: Payload, at: datetime) -> Call | None:
    """Return what a submitted form says, answered to its sender alone; None for a modal that is not ours."""
    view: Payload = body.get("view") or {}
    person, origin = str((body.get("user") or {}).get("id") or ""), origin_of(view)
    if origin is None or not person:
        return None
    values = values_of(view)
    channel = origin.channel or values.get("room", "")
    is_direct, event_id = _is_direct(channel), f"slack/{view.get('id', '')}/{view.get('hash', '')}"
    arrival = _arrival(channel, person, origin.command, at, event_id, is_direct=is_direct)
    place = Place(channel, person, response_url=origin.response_url, is_private=True, is_direct=is_direct)
    return Call(replace(arrival, values=values), place, files_of(view), origin.language)


def call_of_message_shortcut(body: Payload, at: datetime) -> Call:
    """Return the report that a shortcut on a message begins: its words, where it stands, and its files."""
    channel = str((body.get("channel") or {}).get("id", ""))
    message: Payload = body.get("message") or {}
    ts = str(message.get("ts") or body.get("message_ts") or "")
    domain = str((body.get("team") or {}).get("domain") or "")
    words = unescape(str(message.get("text") or "")).strip()
    link = f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}" if domain and ts else ""
    room = INPUT_TEXT - len(link) - 1
    call = call_in_room(body, channel, at)
    place = replace(call.place, response_url=str(body.get("response_url") or ""))
    arrival = replace(call.arrival, values={"text": "\n".join(part for part in (cut(words, room), link) if part)})
    return Call(arrival, place, slack_files(message.get("files")))


def call_in_room(body: Payload, channel: str, at: datetime) -> Call:
    """Return the wish to report something in a room, of who used a shortcut."""
    person = str((body.get("user") or {}).get("id", ""))
    is_direct, event_id = _is_direct(channel), act_id(body)
    arrival = _arrival(channel, person, "/incident new", at, event_id, is_direct=is_direct)
    return Call(arrival, Place(channel, person, is_private=True, is_direct=is_direct))


def asked_words(text: str, own: frozenset[str]) -> str:
    """Return what a person asked: without our mention, unescaped, a leading command word with its slash.

    Without known user ids of our own, a mention at the start is taken for ours.
    """
    mention = rf"<@(?:{'|'.join(map(re.escape, sorted(own)))})(?:\|[^>]*)?>" if own else r"^\s*<@\w+(?:\|[^>]*)?>"
    words = " ".join(unescape(re.sub(mention, " ", text)).split())
    return _BARE_COMMAND.sub(lambda found: f"/{found[1].lower()}", words, count=1)


def own_users(body: Payload) -> frozenset[str]:
    """Return the user ids under which Vigia received an event; Slack names them in every event."""
    granted = body.get("authorizations") or ()
    return frozenset(str(one["user_id"]) for one in granted if one.get("is_bot") and one.get("user_id"))


def _call_of_event(event: Payload, text: str, at: datetime) -> Call:
    channel, person = str(event["channel"]), str(event["user"])
    # One message can arrive as `app_mention` and as `message`, each with its own event id: its ts is the same.
    arrival = _arrival(channel, person, text, at, f"slack/{channel}/{event['ts']}")
    return Call(arrival, Place(channel, person, event.get("thread_ts")), slack_files(event.get("files")))


def is_by_person(event: Payload) -> bool:
    """Tell whether a person wrote a message: no bot, no edit, no deletion, nothing Slack says by itself."""
    if event.get("bot_id") or event.get("subtype") not in PEOPLES_SUBTYPES:
        return False
    return bool(event.get("user") and event.get("channel") and event.get("ts"))


def act_id(body: Payload) -> str:
    """Return the id of what somebody typed, pressed or chose: each act has a trigger of its own.

    Without one, what it says is its id: a copy of it counts once, and it never stands for somebody else's act.
    """
    trigger = str(body.get("trigger_id") or "")
    return f"slack/{trigger or hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]}"


def _is_direct(channel: str) -> bool:
    """Tell a conversation of two from a channel: by what Slack's ids begin with.

    A slash command may come from one between two people: its answer shows to who asked alone.
    """
    return channel.startswith("D")


def _arrival(channel: str, person: str, text: str, at: datetime, event_id: str, *, is_direct: bool = False) -> Arrival:
    return Arrival(Platform.SLACK, channel, person, text, at, event_id, is_direct)
