"""A Form as a Slack modal, and a submitted modal as values.

Everything in a modal is plain text: what a person typed can become no markup. Source:
https://docs.slack.dev/surfaces/modals
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.slack.files import SlackFile, slack_files
from bot.slack.limits import (
    FORM_FILES,
    INPUT_LABEL,
    INPUT_TEXT,
    OPTION_TEXT,
    OPTION_VALUE,
    OPTIONS,
    VIEW_BLOCKS,
    VIEW_LABEL,
    VIEW_METADATA,
)
from bot.slack.mrkdwn import cut, one_line
from handlers.messages import Field, FieldKind, Form
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.wording.wording import Wording

FORM_VIEW = "vigia_form"
"""Callback id of a form whose submission is a command."""
ROOM_VIEW = "vigia_room"
"""Callback id of the question in which room something is to be said."""
FILE_TYPES = ("png", "jpg", "jpeg", "webp", "pdf", "csv", "xlsx")
"""What Slack's own dialog offers; every file is judged by its content again."""
INPUT = "value"
"""Action id of every input; its block has the name of the field."""

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a form was asked for: its command and, as far as there is one, the place its answer goes to.

    `files` are those of the message it was asked for.
    """

    command: str
    channel: str = ""
    response_url: str = ""
    language: Language = Language.EN
    files: tuple[SlackFile, ...] = ()


def view_of(form: Form, origin: Origin, callback_id: str = FORM_VIEW) -> View:
    """Return the modal of a form."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": _plain(form.title, VIEW_LABEL),
        "submit": _plain(form.submit_label, VIEW_LABEL),
        "close": _plain(Wording(form.language).say(phrase("Cancel")), VIEW_LABEL),
        "private_metadata": _metadata(origin),
        "blocks": [_input(one) for one in form.fields[:VIEW_BLOCKS]],
    }


def origin_of(view: Mapping[str, Any]) -> Origin | None:
    """Return where a submitted modal was asked for, or None for one that is not ours."""
    try:
        said = json.loads(str(view.get("private_metadata") or ""))
        language = Language(said["language"])
        files = tuple(SlackFile(*one) for one in said["files"])
        return Origin(str(said["command"]), str(said["channel"]), str(said["response_url"]), language, files)
    except (ValueError, KeyError, TypeError):
        return None


def values_of(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what was written into a submitted modal, by the names of its fields."""
    state = (view.get("state") or {}).get("values") or {}
    return {str(name): _value(inputs.get(INPUT) or {}) for name, inputs in state.items()}


def files_of(view: Mapping[str, Any]) -> tuple[SlackFile, ...]:
    """Return the files of the message a modal was asked for, and those that were put into it."""
    state = (view.get("state") or {}).get("values") or {}
    inputs = (one.get(INPUT) or {} for one in state.values())
    origin = origin_of(view)
    put_in = tuple(file for element in inputs for file in slack_files(element.get("files")))
    return (*(origin.files if origin else ()), *put_in)


def faults_for(view: Mapping[str, Any], faults: Mapping[str, str]) -> dict[str, str]:
    """Return sentences by the blocks that can show them; Slack takes no others, so the first block shows the rest."""
    blocks = [str(block.get("block_id")) for block in view.get("blocks") or () if block.get("type") == "input"]
    shown = {name: sentence for name, sentence in faults.items() if name in blocks}
    rest = [sentence for name, sentence in faults.items() if name not in blocks]
    if rest and blocks:
        shown[blocks[0]] = " ".join([*rest, *([shown[blocks[0]]] if blocks[0] in shown else [])])
    return {name: cut(sentence, INPUT_LABEL) for name, sentence in shown.items()}


def unreadable(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what is said inside a modal of which nobody knows what it was for: closing it would lose what was typed.

    Its language is not known either: English.
    """
    sentence = phrase("This form cannot be read any more. Copy what you wrote, close it and open it again.")
    return faults_for(view, {"": Wording(Language.EN).say(sentence)})


def _metadata(origin: Origin) -> str:
    """Return what a modal carries unseen, without what it could be answered without where that is too much."""
    whole = {
        "command": origin.command,
        "channel": origin.channel,
        "response_url": origin.response_url,
        "language": origin.language.value,
        "files": [(one.id, one.name, one.url, one.size) for one in origin.files[:FORM_FILES]],
    }
    lighter: tuple[dict[str, object], ...] = ({}, {"files": []}, {"files": [], "response_url": ""})
    texts = (json.dumps(whole | less) for less in lighter)
    return next(text for text in texts if len(text) <= VIEW_METADATA)


def _input(one: Field) -> dict[str, Any]:
    block = {
        "type": "input",
        "block_id": one.name,
        "label": _plain(one.label, INPUT_LABEL),
        "optional": not one.is_required,
        "element": _element(one),
    }
    return block | ({"hint": _plain(one.hint, INPUT_LABEL)} if one.hint.strip() else {})


def _element(one: Field) -> dict[str, Any]:
    match one.kind:
        case FieldKind.CHOICE:
            return _choice(one)
        case FieldKind.DAY:
            return {"type": "datepicker", "action_id": INPUT} | (
                {"initial_date": one.value} if _is_day(one.value) else {}
            )
        case FieldKind.FILES:
            return {"type": "file_input", "action_id": INPUT, "filetypes": list(FILE_TYPES), "max_files": FORM_FILES}
        case _:
            return _text(one)


def _is_day(text: str) -> bool:
    """Tell whether Slack's calendar can begin on a text; it refuses the whole modal otherwise."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _text(one: Field) -> dict[str, Any]:
    element = {
        "type": "plain_text_input",
        "action_id": INPUT,
        "multiline": one.kind is FieldKind.TEXT,
        "max_length": INPUT_TEXT,
    }
    return element | ({"initial_value": cut(one.value, INPUT_TEXT)} if one.value else {})


def _choice(one: Field) -> dict[str, Any]:
    options = [_option(value, label) for value, label in one.options if 0 < len(value) <= OPTION_VALUE]
    element: dict[str, Any] = {"type": "static_select", "action_id": INPUT}
    if len(options) <= OPTIONS:
        element["options"] = options
    else:
        element["option_groups"] = _groups(options)
    chosen = next((option for option in options if option["value"] == one.value), None)
    return element | ({"initial_option": chosen} if chosen else {})


def _groups(options: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return more options than one list may have, in groups named after their first one."""
    parts = [options[start : start + OPTIONS] for start in range(0, len(options), OPTIONS)][:OPTIONS]
    return [{"label": _plain(f"{part[0]['text']['text']} …", OPTION_TEXT), "options": list(part)} for part in parts]


def _option(value: str, label: str) -> dict[str, Any]:
    return {"text": _plain(label, OPTION_TEXT), "value": value}


def _plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(one_line(text), limit) or "…", "emoji": True}


def _value(element: Mapping[str, Any]) -> str:
    if element.get("type") == "file_input":
        return "\n".join(one.name for one in slack_files(element.get("files")))
    if element.get("type") == "static_select":
        return str((element.get("selected_option") or {}).get("value") or "")
    return str(element.get("selected_date") or element.get("value") or "")
