"""What Slack refuses in a modal or a Home tab: a check over its raw JSON.

Source: https://docs.slack.dev/reference/views
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.bot.slack.block_lint import lint_blocks
from tests.bot.slack.lint_rules import Json, Problem, between, keys_of, text_of

TITLE = 24
METADATA, CALLBACK_ID, EXTERNAL_ID = 3000, 255, 255
COMMON = {"private_metadata", "callback_id", "external_id"}
MODAL = {"submit", "close", "clear_on_close", "notify_on_close"}


def lint_view(view: Json) -> list[Problem]:
    """Return everything wrong with a view; an empty list is a good one."""
    surface = str(view.get("type"))
    if surface not in {"modal", "home"}:
        return [Problem(f"a view of kind {surface}", "invalid_arguments")]
    found = [*(_modal(view) if surface == "modal" else keys_of(view, {"type", "blocks"}, COMMON)), *_unseen(view)]
    return [
        Problem(one.words, "invalid_arguments" if one.code else "")
        for one in (*found, *lint_blocks(view["blocks"], surface))
    ]


def _modal(view: Json) -> Iterator[Problem]:
    yield from keys_of(view, {"type", "title", "blocks"}, COMMON | MODAL)
    for name in ("title", "submit", "close"):
        if name in view:
            yield from text_of(view[name], "plain_text", TITLE)
    if "submit" not in view and any(block.get("type") == "input" for block in view["blocks"]):
        yield Problem("inputs and nothing to send them with")


def _unseen(view: Json) -> Iterator[Problem]:
    yield from between("private_metadata", len(view.get("private_metadata", "")), 0, METADATA)
    yield from between("callback_id", len(view.get("callback_id", "x")), 1, CALLBACK_ID)
    yield from between("external_id", len(view.get("external_id", "x")), 1, EXTERNAL_ID)
