"""The lint itself: silent at each limit, and one past it as Slack would answer; else its silence proves nothing."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from bot.slack.renderer import Extras, render
from tests.bot.slack.block_lint import lint, lint_home
from tests.bot.slack.lint_rules import refusal
from tests.bot.slack.samples import digest_reply
from tests.bot.slack.view_lint import lint_view

Json = dict[str, Any]
GOOD = render(digest_reply(), "delivery-7", Extras(file_id="F000000001"))


def plain(text: str) -> Json:
    """Return plain text."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    """Return marked-up text."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def block(kind: str, **parts: Any) -> Json:
    """Return a block."""
    return {"type": kind, "block_id": "one", **parts}


def button(**parts: Any) -> Json:
    """Return a good button."""
    return {
        "type": "button",
        "action_id": "a",
        "text": plain("Go"),
        "value": "/kpi",
        "accessibility_label": "Go",
        **parts,
    }


def buttons(count: int, **parts: Any) -> Json:
    """Return a row of so many buttons."""
    return block("actions", elements=[button(action_id=str(number), **parts) for number in range(count)])


def confirm(**parts: str) -> Json:
    """Return a button that asks before it acts."""
    said = {"title": "Sure?", "text": "Really.", "confirm": "Yes", "deny": "No", **parts}
    return block("actions", elements=[button(confirm={name: plain(text) for name, text in said.items()})])


def select(count: int, **parts: Any) -> Json:
    """Return a menu of so many options."""
    options = [{"text": plain("x"), "value": str(number), **parts} for number in range(count)]
    return block("actions", elements=[{"type": "static_select", "action_id": "a", "options": options}])


def menu(kind: str, count: int) -> Json:
    """Return another menu of so many options."""
    options = [{"text": plain("x"), "value": str(number)} for number in range(count)]
    return block("actions", elements=[{"type": kind, "action_id": "a", "options": options}])


def table(rows: int = 2, columns: int = 2, kind: str = "table", text: str = "x", **parts: Any) -> Json:
    """Return a table."""
    return block(kind, rows=[[{"type": "raw_text", "text": text}] * columns] * rows, **parts)


def data_table(rows: int = 2, columns: int = 2, text: str = "x", **parts: Any) -> Json:
    """Return a sortable table."""
    return table(rows, columns, "data_table", text, **{"caption": "By store", **parts})


def chart(points: int = 3, series: int = 1, title: str = "GMV", name: str = "", **axis: Any) -> Json:
    """Return a line chart."""
    days = [f"day {number}" for number in range(points)]
    lines = [
        {"name": name or f"line {number}", "data": [{"label": day, "value": 1} for day in days]}
        for number in range(series)
    ]
    drawn = {"type": "line", "series": lines, "axis_config": {"categories": days, **axis}}
    return block("data_visualization", title=title, chart=drawn)


def pie(count: int, value: float = 1, label: str = "x") -> Json:
    """Return a pie chart."""
    segments = [{"label": label, "value": value}] * count
    return block("data_visualization", title="GMV", chart={"type": "pie", "segments": segments})


def several(one: Json, count: int) -> list[Json]:
    """Return a block so many times, each under an id of its own."""
    return [{**one, "block_id": str(number)} for number in range(count)]


SECTION = block("section", text=mrkdwn("x"))
IMAGE = block("image", alt_text="x", slack_file={"id": "F00000000"})

LIMITS: dict[str, tuple[int, Callable[[int], list[Json]], str]] = {
    "blocks": (50, lambda n: several(SECTION, n), "invalid_blocks"),
    "a header": (150, lambda n: [block("header", text=plain("x" * n))], "invalid_blocks"),
    "a section": (3000, lambda n: [block("section", text=mrkdwn("x" * n))], "invalid_blocks"),
    "fields": (10, lambda n: [block("section", fields=[mrkdwn("x")] * n)], "invalid_blocks"),
    "a field": (2000, lambda n: [block("section", fields=[mrkdwn("x" * n)])], "invalid_blocks"),
    "context": (10, lambda n: [block("context", elements=[mrkdwn("x")] * n)], "invalid_blocks"),
    "actions": (25, lambda n: [buttons(n)], "invalid_blocks"),
    "a button's words": (
        75,
        lambda n: [buttons(1, text=plain("x" * n), accessibility_label="x" * 75)],
        "invalid_blocks",
    ),
    "a button's value": (2000, lambda n: [buttons(1, value="x" * n)], "invalid_blocks"),
    "a label for screen readers": (
        75,
        lambda n: [buttons(1, accessibility_label="Go" + "x" * (n - 2))],
        "invalid_blocks",
    ),
    "a question's title": (100, lambda n: [confirm(title="x" * n)], "invalid_blocks"),
    "a question": (300, lambda n: [confirm(text="x" * n)], "invalid_blocks"),
    "a question's yes": (30, lambda n: [confirm(confirm="x" * n)], "invalid_blocks"),
    "a question's no": (30, lambda n: [confirm(deny="x" * n)], "invalid_blocks"),
    "options": (100, lambda n: [select(n)], "invalid_blocks"),
    "an option": (75, lambda n: [select(1, text=plain("x" * n))], "invalid_blocks"),
    "an option's value": (150, lambda n: [select(1, value="x" * n)], "invalid_blocks"),
    "an overflow menu": (5, lambda n: [menu("overflow", n)], "invalid_blocks"),
    "radio buttons": (10, lambda n: [menu("radio_buttons", n)], "invalid_blocks"),
    "checkboxes": (10, lambda n: [menu("checkboxes", n)], "invalid_blocks"),
    "words for a picture": (2000, lambda n: [{**IMAGE, "alt_text": "x" * n}], "invalid_blocks"),
    "a picture's title": (2000, lambda n: [{**IMAGE, "title": plain("x" * n)}], "invalid_blocks"),
    "a block's id": (255, lambda n: [{**SECTION, "block_id": "x" * n}], "invalid_blocks"),
    "an action's id": (255, lambda n: [buttons(1) | {"elements": [button(action_id="x" * n)]}], "invalid_blocks"),
    "a message": (4, lambda n: several(block("section", text=mrkdwn("x" * 3000)), n), "msg_blocks_too_long"),
    "markdown": (
        12_000,
        lambda n: [*several(block("markdown", text="x" * 6000), 1), block("markdown", text="x" * (n - 6000))],
        "msg_blocks_too_long",
    ),
    "tables": (1, lambda n: several(table(), n), "only_one_table_allowed"),
    "a table's rows": (100, lambda n: [table(rows=n)], "invalid_blocks"),
    "a table's columns": (20, lambda n: [table(columns=n)], "invalid_blocks"),
    "a sortable table's rows": (100, lambda n: [data_table(rows=n)], "invalid_blocks"),
    "a sortable table's columns": (20, lambda n: [data_table(columns=n)], "invalid_blocks"),
    "a sortable table's page": (100, lambda n: [data_table(page_size=n)], "invalid_blocks"),
    "a sortable table's named column": (1, lambda n: [data_table(row_header_column_index=n)], "invalid_blocks"),
    "charts": (2, lambda n: several(chart(), n), "invalid_blocks"),
    "a chart's title": (50, lambda n: [chart(title="x" * n)], "invalid_blocks"),
    "a chart's points": (20, lambda n: [chart(points=n)], "invalid_blocks"),
    "a chart's lines": (6, lambda n: [chart(series=n)], "invalid_blocks"),
    "a line's name": (20, lambda n: [chart(name="x" * n)], "invalid_blocks"),
    "an axis": (50, lambda n: [chart(y_label="x" * n)], "invalid_blocks"),
    "slices": (6, lambda n: [pie(n)], "invalid_blocks"),
    "a slice's name": (20, lambda n: [pie(1, label="x" * n)], "invalid_blocks"),
}
"""What is limited: how many fit, a message with so many, and what Slack answers to one more."""


@pytest.mark.parametrize("what", list(LIMITS))
def test_a_limit_is_kept_and_one_past_it_is_found(what: str) -> None:
    """Silent at the limit; past it, the error Slack would answer."""
    most, message, code = LIMITS[what]
    assert lint("x", message(most)) == []
    assert refusal(lint("x", message(most + 1))) == code


WRONG: dict[str, list[Json]] = {
    "no blocks": [],
    "an unknown block": [block("colour")],
    "a block only modals have": [block("alert", text=plain("x"))],
    "an unknown key": [{**SECTION, "colour": "red"}],
    "an id used twice": [SECTION, SECTION],
    "no id": [block("section", text=mrkdwn("x")) | {"block_id": ""}],
    "an action's id used twice": [buttons(1), {**buttons(1), "block_id": "two"}],
    "an empty section": [block("section")],
    "no fields": [block("section", fields=[])],
    "a blank header": [block("header", text=plain(" "))],
    "a formatted header": [block("header", text=mrkdwn("x"))],
    "emoji in mrkdwn": [block("section", text=mrkdwn("x") | {"emoji": True})],
    "an unknown key of a text": [block("header", text=plain("x") | {"size": 3})],
    "no context": [block("context", elements=[])],
    "no actions": [block("actions", elements=[])],
    "an unknown element": [block("actions", elements=[{"type": "slider", "action_id": "a"}])],
    "an input that is no action": [block("actions", elements=[{"type": "plain_text_input", "action_id": "a"}])],
    "an unknown style": [buttons(1, style="loud")],
    "half a question": [buttons(1, confirm={"title": plain("Sure?")})],
    "a choice that is not offered": [
        block(
            "actions",
            elements=[{**select(1)["elements"][0], "initial_option": {"text": plain("x"), "value": "elsewhere"}}],
        )
    ],
    "two pictures in one": [{**IMAGE, "image_url": "https://x"}],
    "no picture": [block("image", alt_text="x")],
    "a file's id that is none": [{**IMAGE, "slack_file": {"id": "F1"}}],
    "a picture without words": [{**IMAGE, "alt_text": " "}],
    "an empty table": [table(rows=0)],
    "an empty cell": [table(text="")],
    "rows of different widths": [block("table", rows=[[{"type": "raw_text", "text": "x"}], []])],
    "a number in a table": [block("table", rows=[[{"type": "raw_number", "value": 1}]])],
    "a sortable table without rows": [data_table(rows=1)],
    "a sortable table without caption": [data_table(caption=" ")],
    "a sortable table that is too large": [data_table(rows=100, text="x" * 101)],
    "a chart without points": [chart(points=0)],
    "a chart without lines": [chart(series=0)],
    "two lines of one name": [chart(series=2, name="x")],
    "a line that misses a point": [chart(categories=["elsewhere"])],
    "a slice of nothing": [pie(1, value=0)],
    "a chart of an unknown kind": [block("data_visualization", title="x", chart={"type": "sankey"})],
}


@pytest.mark.parametrize("what", list(WRONG))
def test_what_slack_refuses_is_found(what: str) -> None:
    """Each of these lost a whole message somewhere."""
    assert refusal(lint("x", WRONG[what]))


OURS: dict[str, tuple[tuple[str | int, ...], Any]] = {
    "a call to everybody": ((1, "text", "text"), "<!channel>"),
    "a link": ((1, "text", "text"), "<https://evil.example|Slack>"),
    "an unescaped ampersand": ((1, "text", "text"), "R&D"),
    "names that are looked for": ((1, "text", "verbatim"), False),
    "a text nobody sees": ((1, "text", "text"), "\u200b\u3164"),
    "a control character": ((1, "text", "text"), "a\u0007b"),
    "digits turned around": ((1, "text", "text"), "a\u202eb"),
    "a label for screen readers that says something else": ((7, "elements", 0, "accessibility_label"), "Delete"),
    "no label for screen readers": ((7, "elements", 0, "accessibility_label"), ""),
    "a command and a page": ((7, "elements", 0, "url"), "https://both.example"),
    "two primary actions": ((7, "elements", 1, "style"), "primary"),
    "a picture anybody can open": ((3,), block("image", alt_text="x", image_url="https://x.example/kpi.png")),
}


@pytest.mark.parametrize("what", list(OURS))
def test_what_slack_takes_and_people_would_not_is_found(what: str) -> None:
    """One change makes a good message bad."""
    path, value = OURS[what]
    changed: Any = deepcopy(GOOD.blocks)
    target = changed
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    assert lint(GOOD.text, GOOD.blocks) == []
    found = lint(GOOD.text, changed)
    assert found != []
    assert refusal(found) == ""


@pytest.mark.parametrize(
    ("text", "code"), [(" ", "no_text"), ("x" * 4001, "msg_too_long"), ("\u200b", ""), ("R&D", ""), ("<!here>", "")]
)
def test_the_text_beside_the_blocks_is_checked(text: str, code: str) -> None:
    """It is all a locked phone shows; 4000 characters are kept."""
    found = lint(text, [SECTION])
    assert found != []
    assert refusal(found) == code
    assert lint("x" * 4000, [SECTION]) == []


MODAL: Json = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("Report"),
    "submit": plain("Send"),
    "close": plain("Cancel"),
    "private_metadata": "{}",
    "blocks": [block("input", label=plain("What"), element={"type": "plain_text_input", "action_id": "a"})],
}
INPUT: Json = MODAL["blocks"][0]


def _input(**parts: Any) -> Json:
    return {"blocks": [INPUT | {"element": INPUT["element"] | parts}]}


VIEW_LIMITS: dict[str, tuple[int, Callable[[int], Json]]] = {
    "a title": (24, lambda n: {"title": plain("x" * n)}),
    "a word that sends": (24, lambda n: {"submit": plain("x" * n)}),
    "a word that closes": (24, lambda n: {"close": plain("x" * n)}),
    "what is carried unseen": (3000, lambda n: {"private_metadata": "x" * n}),
    "a callback's id": (255, lambda n: {"callback_id": "x" * n}),
    "an id of ours": (255, lambda n: {"external_id": "x" * n}),
    "blocks": (100, lambda n: {"blocks": several(INPUT, n)}),
    "a label": (2000, lambda n: {"blocks": [INPUT | {"label": plain("x" * n)}]}),
    "a hint": (2000, lambda n: {"blocks": [INPUT | {"hint": plain("x" * n)}]}),
    "an input": (3000, lambda n: _input(max_length=n)),
    "what is filled in": (3000, lambda n: _input(initial_value="x" * n)),
    "files": (
        10,
        lambda n: {"blocks": [INPUT | {"element": {"type": "file_input", "action_id": "a", "max_files": n}}]},
    ),
    "a placeholder": (150, lambda n: _input(placeholder=plain("x" * n))),
    "an alert": (200, lambda n: {"blocks": [block("alert", text=plain("x" * n))]}),
}


@pytest.mark.parametrize("what", list(VIEW_LIMITS))
def test_a_modals_limit_is_kept_and_one_past_it_is_found(what: str) -> None:
    """Slack answers `invalid_arguments` to whatever is wrong with a view."""
    most, change = VIEW_LIMITS[what]
    assert lint_view(MODAL | change(most)) == []
    assert refusal(lint_view(MODAL | change(most + 1))) == "invalid_arguments"


@pytest.mark.parametrize(
    "change",
    [
        {"type": "popup"},
        {"colour": "red"},
        {"title": mrkdwn("x")},
        {"blocks": []},
        {"blocks": [INPUT, INPUT]},
        {"blocks": [INPUT | {"element": button()}]},
        {"blocks": [table()]},
        {"blocks": [chart()]},
        {"blocks": [data_table()]},
    ],
)
def test_what_slack_refuses_of_a_modal_is_found(change: Json) -> None:
    """Tables and charts stand in messages alone."""
    assert refusal(lint_view(MODAL | change)) == "invalid_arguments"
    assert lint_view(MODAL) == []


def test_inputs_need_something_to_send_them_with() -> None:
    """Without the button nothing arrives."""
    assert refusal(lint_view({name: part for name, part in MODAL.items() if name != "submit"})) == "invalid_arguments"


def test_a_home_holds_a_hundred_blocks_and_no_tables() -> None:
    """Neither charts."""
    assert lint_home(several(SECTION, 100)) == []
    assert refusal(lint_home(several(SECTION, 101)))
    assert refusal(lint_home([table()]))
    assert refusal(lint_home([chart()]))
