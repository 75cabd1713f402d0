"""The command table: what people may type, who answers it, and the help text written from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.messages import Form, Reply, Request
from handlers.ports import Work

Answer = Callable[[Work, Request], Reply]
OpenForm = Callable[[Work, Request], Form | None]
"""Returns the form of a command with the request's values in it, and what is wrong with them; None: it has none."""


def never(_text: str) -> bool:
    """Say that no text of a command changes anything."""
    return False


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `name` with its slash, a one-line `summary` and `examples`, both English msgids.

    A text that `writes` is answered inside a writing unit of work; the others never wait for an import. `opened` is
    the form of a command that leaves out what has to be said, `checked` the same form once it was filled in, where
    something is wrong with it; both only read, and only a text that `writes` has one.
    """

    name: str
    summary: str
    examples: tuple[str, ...]
    answer: Answer
    writes: Callable[[str], bool] = never
    opened: OpenForm | None = None
    checked: OpenForm | None = None


def find_command(text: str, commands: tuple[Command, ...]) -> Command | None:
    """Return the command a text begins with ("/kpi …", "／kpi …", "kpi …"), or None."""
    first = text.strip().lower().replace("／", "/", 1).split(maxsplit=1)
    if not first:
        return None
    word = first[0] if first[0].startswith("/") else f"/{first[0]}"
    return next((command for command in commands if command.name == word), None)
