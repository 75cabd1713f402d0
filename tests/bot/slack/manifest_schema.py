"""What Slack takes as a manifest, as far as Vigia's goes: the same keys, lengths and counts as Slack's own JSON schema.

It holds every key Vigia names and refuses any other. Source: schemas/manifest.schema.2.0.0.json of
https://github.com/slackapi/manifest-schema
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "integer"}


def _text(most: int, least: int = 1, pattern: str = "") -> Schema:
    return {"type": "string", "minLength": least, "maxLength": most, **({"pattern": pattern} if pattern else {})}


def _address(most: int) -> Schema:
    return _text(most, pattern="^https?://")


def _some(one: Schema, most: int, least: int = 0, *, is_unique: bool = False) -> Schema:
    return {"type": "array", "minItems": least, "maxItems": most, "items": one, "uniqueItems": is_unique}


def _object(*required: str, **properties: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


SHORTCUT = _object(
    *("name", "type", "callback_id", "description"),
    name=_text(24),
    type={"enum": ["message", "global"]},
    callback_id=_text(255),
    description=_text(150),
)
COMMAND = _object(
    *("command", "description"),
    command=_text(32, 2, "^/"),
    url=_address(3000),
    description=_text(2000),
    usage_hint=_text(1000),
    should_escape=FLAG,
)
FEATURES = _object(
    app_home=_object(home_tab_enabled=FLAG, messages_tab_enabled=FLAG, messages_tab_read_only_enabled=FLAG),
    bot_user=_object("display_name", display_name=_text(80), always_online=FLAG),
    shortcuts=_some(SHORTCUT, 10, 1),
    slash_commands=_some(COMMAND, 50, 1),
)
OAUTH = _object(
    redirect_urls=_some(_text(2500), 1000, is_unique=True),
    scopes=_object(bot=_some(_text(50), 255)),
)
SETTINGS = _object(
    event_subscriptions=_object(request_url=_address(3500), bot_events=_some(_text(50), 100, is_unique=True)),
    interactivity=_object("is_enabled", is_enabled=FLAG, request_url=_address(3500)),
    org_deploy_enabled=FLAG,
    socket_mode_enabled=FLAG,
    token_rotation_enabled=FLAG,
)
MANIFEST: Schema = _object(
    "display_information",
    _metadata=_object(major_version=NUMBER, minor_version=NUMBER),
    display_information=_object(
        "name",
        name=_text(35),
        description=_text(140),
        background_color=_text(7, 4, "^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$"),
    ),
    features=FEATURES,
    oauth_config=OAUTH,
    settings=SETTINGS,
)
