"""Calls as text, to be kept in the inbox until they are answered, and back."""

from __future__ import annotations

from dataclasses import replace

from pydantic import TypeAdapter

from bot.slack.arrivals import Call

_CALL = TypeAdapter(Call)


def written(call: Call) -> str:
    """Return a call as text."""
    return _CALL.dump_json(call).decode()


def read(content: str) -> Call:
    """Return the call that was written; what was kept is marked so."""
    return marked(_CALL.validate_json(content))


def marked(call: Call) -> Call:
    """Return a call that is kept in the inbox until its door strikes it off."""
    return replace(call, arrival=replace(call.arrival, is_kept=True))
