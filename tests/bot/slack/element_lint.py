"""What Slack refuses of interactive elements: buttons, menus and inputs, wherever they stand.

Source: https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.bot.slack.lint_rules import Json, Problem, between, is_blank, keys_of, ours, repeated, text_of, unreadable

ACTION_ID = 255
MENU_OPTIONS, MENU_GROUPS, OVERFLOW_OPTIONS, BOX_OPTIONS = 100, 100, 5, 10
OPTION_TEXT, OPTION_VALUE, OPTION_DESCRIPTION = 75, 150, 75
BUTTON_TEXT, BUTTON_VALUE, BUTTON_URL = 75, 2000, 3000
PLACEHOLDER, INPUT_TEXT, INPUT_FILES = 150, 3000, 10
CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
BUTTON_KEYS = {"value", "url", "style", "accessibility_label", "confirm"}
CHOICE_KEYS = {"options", "option_groups", "initial_option", "initial_options", "placeholder", "confirm"}
TEXT_KEYS = {"multiline", "min_length", "max_length", "initial_value", "placeholder", "focus_on_load"}


def element(one: Json) -> Iterator[Problem]:
    """Yield what is wrong with an element."""
    kind = str(one.get("type"))
    if kind not in _CHECKS:
        yield Problem(f"unknown element {kind}")
        return
    yield from between("action_id", len(one.get("action_id", "")), 1, ACTION_ID)
    yield from _CHECKS[kind](one)
    if "confirm" in one:
        yield from _confirm(one["confirm"])
    if "placeholder" in one:
        yield from text_of(one["placeholder"], "plain_text", PLACEHOLDER)


def _button(one: Json) -> Iterator[Problem]:
    yield from keys_of(one, {"type", "text", "action_id"}, BUTTON_KEYS)
    yield from text_of(one["text"], "plain_text", BUTTON_TEXT)
    yield from between("a button's value", len(one.get("value", "x")), 1, BUTTON_VALUE)
    yield from between("a button's address", len(one.get("url", "x")), 1, BUTTON_URL)
    if one.get("style", "primary") not in {"primary", "danger"}:
        yield Problem(f"a button in the style {one['style']}")
    label = one.get("accessibility_label", "")
    if len(label) > BUTTON_TEXT:
        yield Problem("a label for screen readers that is too long")
    if is_blank(label) or not label.startswith(one["text"]["text"][: len(label) - 1]):
        yield ours(f"a button without a label for screen readers that begins like the one people see: {label!r}")
    yield from unreadable(label)
    if ("value" in one) == ("url" in one):
        yield ours("a button must either run a command or open a page")


def _confirm(one: Json) -> Iterator[Problem]:
    yield from keys_of({"type": "confirm", **one}, {"type", *CONFIRM}, {"style"})
    for name, limit in CONFIRM.items():
        yield from text_of(one.get(name), ("plain_text", "mrkdwn") if name == "text" else "plain_text", limit)


def _choice(one: Json) -> Iterator[Problem]:
    yield from keys_of(one, {"type", "action_id"}, CHOICE_KEYS)
    if ("options" in one) == ("option_groups" in one):
        yield Problem("options and groups, or neither")
    groups = one.get("option_groups", [])
    yield from between("groups", len(groups), 0, MENU_GROUPS)
    for group in groups:
        yield from text_of(group["label"], "plain_text", OPTION_TEXT)
    lists = [group["options"] for group in groups] or [one.get("options", [])]
    for options in lists:
        yield from _options(options, MENU_OPTIONS)
    yield from _chosen(one, [option for options in lists for option in options])


def _boxes(one: Json) -> Iterator[Problem]:
    yield from keys_of(one, {"type", "action_id", "options"}, {"initial_option", "initial_options", "confirm"})
    yield from _options(one["options"], BOX_OPTIONS)
    yield from _chosen(one, one["options"])


def _overflow(one: Json) -> Iterator[Problem]:
    yield from keys_of(one, {"type", "action_id", "options"}, {"confirm"})
    yield from _options(one["options"], OVERFLOW_OPTIONS)


def _options(options: list[Json], most: int) -> Iterator[Problem]:
    yield from between("options", len(options), 1, most)
    yield from repeated("the option", (option["value"] for option in options))
    for option in options:
        yield from keys_of({"type": "option", **option}, {"type", "text", "value"}, {"description", "url"})
        yield from text_of(option["text"], ("plain_text", "mrkdwn"), OPTION_TEXT)
        yield from between("an option's value", len(option["value"]), 1, OPTION_VALUE)
        if "description" in option:
            yield from text_of(option["description"], ("plain_text", "mrkdwn"), OPTION_DESCRIPTION)


def _chosen(one: Json, options: list[Json]) -> Iterator[Problem]:
    chosen = [*([one["initial_option"]] if "initial_option" in one else ()), *one.get("initial_options", [])]
    if any(option not in options for option in chosen):
        yield Problem("a choice that cannot be chosen")


def _text(one: Json) -> Iterator[Problem]:
    yield from keys_of(one, {"type", "action_id"}, TEXT_KEYS)
    yield from between("the longest input", one.get("max_length", INPUT_TEXT), 1, INPUT_TEXT)
    yield from between("what is filled in", len(one.get("initial_value", "")), 0, one.get("max_length", INPUT_TEXT))


def _number(one: Json) -> Iterator[Problem]:
    own = {"is_decimal_allowed", "initial_value", "min_value", "max_value", "placeholder", "focus_on_load"}
    yield from keys_of(one, {"type", "action_id", "is_decimal_allowed"}, own)


def _files(one: Json) -> Iterator[Problem]:
    yield from keys_of(one, {"type", "action_id"}, {"filetypes", "max_files"})
    yield from between("files", one.get("max_files", 1), 1, INPUT_FILES)


def _day(one: Json) -> Iterator[Problem]:
    own = {"initial_date", "initial_time", "initial_date_time", "placeholder", "confirm", "timezone"}
    yield from keys_of(one, {"type", "action_id"}, own)


_CHECKS: dict[str, Callable[[Json], Iterator[Problem]]] = {
    "button": _button,
    "static_select": _choice,
    "multi_static_select": _choice,
    "radio_buttons": _boxes,
    "checkboxes": _boxes,
    "overflow": _overflow,
    "plain_text_input": _text,
    "number_input": _number,
    "file_input": _files,
    "datepicker": _day,
    "timepicker": _day,
    "datetimepicker": _day,
}
INPUTS = frozenset(_CHECKS) - {"button", "overflow"}
ACTIONS = frozenset(_CHECKS) - {"plain_text_input", "number_input", "file_input"}
