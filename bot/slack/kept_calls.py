"""Calls as text, to be kept in the inbox until they are answered, and back; and what dead processes left of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import structlog
from pydantic import TypeAdapter, ValidationError

from bot.kept_events import KeptEvents
from bot.slack.arrivals import Call


@dataclass(frozen=True, slots=True)
class _Kept:
    workspace: str
    call: Call


_KEPT = TypeAdapter(_Kept)
_LOG = structlog.get_logger(__name__)

Serve = Callable[[Call], None]
"""Starts the work for a call."""


def written(call: Call, workspace: str) -> str:
    """Return a call as text; `workspace` is the one whose app took it ("": that of the token in the settings)."""
    return _KEPT.dump_json(_Kept(workspace, call)).decode()


def marked(call: Call) -> Call:
    """Return a call that is kept in the inbox until its door strikes it off."""
    return replace(call, arrival=replace(call.arrival, is_kept=True))


async def take_over(
    inbox: KeptEvents, serve_in: Callable[[str], Awaitable[Serve | None]], is_act: Callable[[str], bool]
) -> None:
    """Start the work for calls of processes that died before they had answered them.

    `serve_in` knows who serves a workspace, if it is installed; an act is done also when nobody waits for an answer.
    """
    for event in await inbox.left():
        try:
            kept = _KEPT.validate_json(event.content)
        except ValidationError:
            # Another version kept it: one that nobody can read must not hold up the others at every look.
            _LOG.error("slack_event_not_read", event_id=event.event_id)
            await inbox.done(event.event_id)
            continue
        serve = await serve_in(kept.workspace)
        if serve is None or not (inbox.is_waited_for(event) or is_act(kept.call.arrival.text)):
            await inbox.done(event.event_id)
        else:
            _LOG.info("slack_event_taken_over", event_id=event.event_id)
            serve(marked(kept.call))
