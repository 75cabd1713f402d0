"""The command table: what people may type, who answers it, and the help text written from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.messages import Reply, Request
from handlers.ports import Work

Answer = Callable[[Work, Request], Reply]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `name` with its slash, a one-line `summary` and `examples`, both English msgids.

    One that `writes` is answered inside a writing unit of work; the others never wait for an import.
    """

    name: str
    summary: str
    examples: tuple[str, ...]
    answer: Answer
    writes: bool = False


def find_command(text: str, commands: tuple[Command, ...]) -> Command | None:
    """Return the command a text begins with ("/kpi …", "／kpi …", "kpi …"), or None."""
    first = text.strip().lower().replace("／", "/", 1).split(maxsplit=1)
    if not first:
        return None
    word = first[0] if first[0].startswith("/") else f"/{first[0]}"
    return next((command for command in commands if command.name == word), None)
