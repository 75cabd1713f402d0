"""Calls as text, to be kept in the inbox until they are answered, and back; and what dead processes left of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from pydantic import TypeAdapter

from bot.kept_events import Left
from bot.slack.arrivals import Call


@dataclass(frozen=True, slots=True)
class _Kept:
    workspace: str
    call: Call


_KEPT = TypeAdapter(_Kept)

Serve = Callable[[Call], None]
"""Starts the work for a call."""


def written(call: Call, workspace: str) -> str:
    """Return a call as text; `workspace` is the one whose app took it ("": that of the token in the settings)."""
    return _KEPT.dump_json(_Kept(workspace, call)).decode()


def marked(call: Call) -> Call:
    """Return a call that is kept in the inbox until its door strikes it off."""
    return replace(call, arrival=replace(call.arrival, is_kept=True))


async def left_call(serve_in: Callable[[str], Awaitable[Serve | None]], content: str) -> Left | None:
    """Return a call that was left behind; None: its workspace is not installed, as `serve_in` knows.

    Raises ValidationError for what another version wrote.
    """
    kept = _KEPT.validate_json(content)
    serve = await serve_in(kept.workspace)
    return None if serve is None else Left(kept.call.arrival.text, partial(serve, marked(kept.call)))
