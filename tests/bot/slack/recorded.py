"""One of everything Slack sends to Vigia, and what becomes of it when a part is missing or of another kind."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.slack.arrivals import MESSAGE_SHORTCUT
from bot.slack.buttons import SHARE_ACTION
from bot.slack.views import ROOM_VIEW, Origin, view_of
from handlers.messages import Field, FieldKind, Form
from kpi.languages import Language
from tests.bot.slack.payloads import command, event, press, reacted, said, shortcut, submission
from tests.bot.slack.test_home import home_press, opened
from tests.bot.slack.test_room_events import happened
from tests.twins.slack_transports import COMMAND, EVENT, INTERACTION

Step = str | int
Path = tuple[Step, ...]
"""The way to one value inside a payload."""

A_FORM = Form(
    "Plan",
    "/incident plan 1001",
    "Submit",
    (
        Field("cause", "Cause", FieldKind.TEXT),
        Field("owner", "Who", FieldKind.CHOICE, options=(("ana", "Ana"),)),
        Field("files", "Files", FieldKind.FILES),
    ),
    Language.EN,
    "/incident plan 1001 cause: …",
)
A_FILE = {"id": "F1", "name": "shot.png", "size": 3, "url_private": "https://files.slack.com/shot.png"}
HIDDEN = {"type": "message", "message_ts": "1.2", "channel_id": "C0OPS00001", "is_ephemeral": True}


@dataclass(frozen=True)
class Recorded:
    """A payload of a kind."""

    name: str
    kind: str
    payload: dict[str, Any]


def _modal(callback_id: str, **values: Any) -> dict[str, Any]:
    origin = Origin("/incident plan 1001", "C0OPS00001")
    return submission({"id": "V1", "hash": "1.a", **view_of(A_FORM, origin, callback_id)}, **values)


RECORDED = (
    Recorded("command", COMMAND, command()),
    Recorded("command alone", COMMAND, command(channel_id="D0PERSON01")),
    Recorded("mention", EVENT, event()),
    Recorded("mention in a thread", EVENT, event(thread_ts="1795000050.000100")),
    Recorded("message", EVENT, said()),
    Recorded("message alone", EVENT, said(channel="D0PERSON01", channel_type="im")),
    Recorded("message with a file", EVENT, said(subtype="file_share", files=[A_FILE])),
    Recorded("reaction", EVENT, reacted()),
    Recorded("home opened", EVENT, opened()),
    Recorded("somebody joined", EVENT, happened("member_joined_channel", inviter="U024ANA")),
    Recorded("channel moved", EVENT, happened("channel_id_changed")),
    Recorded("channel renamed", EVENT, happened("channel_rename")),
    Recorded("channel archived", EVENT, happened("channel_archive")),
    Recorded("press", INTERACTION, press()),
    Recorded("press below a private answer", INTERACTION, press(container=HIDDEN)),
    Recorded("share", INTERACTION, press(action_id=SHARE_ACTION, container=HIDDEN)),
    Recorded("press at home", INTERACTION, home_press()),
    Recorded("form", INTERACTION, _modal("vigia_form", cause="the ads", owner="ana", files=[A_FILE])),
    Recorded("room chosen", INTERACTION, _modal(ROOM_VIEW, cause="x")),
    Recorded("shortcut", INTERACTION, shortcut()),
    Recorded(
        "message shortcut",
        INTERACTION,
        shortcut(MESSAGE_SHORTCUT, channel={"id": "C0OPS00001"}, message={"text": "x", "ts": "1.2", "files": [A_FILE]}),
    ),
)


def paths_of(payload: Any, before: Path = ()) -> Iterator[Path]:
    """Yield the way to everything inside a payload that has a key."""
    steps: Iterator[tuple[Step, Any]] = iter(())
    if isinstance(payload, dict):
        steps = iter(payload.items())
    elif isinstance(payload, list):
        steps = iter(enumerate(payload))
    for step, value in steps:
        yield (*before, step)
        yield from paths_of(value, (*before, step))


def without(payload: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return a payload in which one thing is missing."""
    changed = copy.deepcopy(payload)
    holder: Any = changed
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return changed


def with_value(payload: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """Return a payload in which one thing is another; a form holds text only."""
    changed = copy.deepcopy(payload)
    holder: Any = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed
