"""The Home tab: shown when somebody opens it and after each of their presses there, and at no other time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

import structlog

from bot.messengers import AnswerLostError, NotSentError
from bot.slack.answers import Answers
from bot.slack.arrivals import Call, Payload, Place, act_id, chosen_in
from bot.slack.errors import CALL_ERRORS, code_of
from bot.slack.gateway import Gateway
from bot.slack.home import render_home
from handlers.messages import Arrival, Reply
from handlers.rooms.home import Home
from kpi.engagements import Platform

Look = Callable[[Arrival], Awaitable[Home]]
"""Returns what somebody sees now."""

_HOME = "home"
_CONFLICT = "hash_conflict"
"""What Slack answers where a view has changed since: https://docs.slack.dev/reference/methods/views.publish#errors."""
_LOG = structlog.get_logger(__name__)


class HomeTab:
    """Shows homes and answers what is pressed there; one instance serves everybody and remembers nothing."""

    def __init__(self, look: Look, answers: Answers, gateway: Gateway) -> None:
        self._look = look
        self._answers = answers
        self._gateway = gateway

    async def show(self, arrival: Arrival, seen: str = "") -> None:
        """Show somebody their home as it is now; what goes wrong is one log line, and the earlier one stays.

        `seen` is Slack's mark of the one they pressed something in.
        """
        try:
            await self._publish(arrival, seen)
        except CALL_ERRORS as error:
            _LOG.warning("slack_home_not_shown", code=code_of(error) or type(error).__name__)
        except Exception:  # noqa: BLE001 - the edge: an earlier home stays in sight
            _LOG.exception("slack_home_not_made")

    async def _publish(self, arrival: Arrival, seen: str) -> None:
        """Publish over the home that was seen; where another one took its place meanwhile, look once more.

        Of two presses, the one whose look was earlier could otherwise be shown last.
        """
        try:
            await self._gateway.client.views_publish(
                user_id=arrival.handle, view=render_home(await self._look(arrival)), hash=seen or None
            )
        except CALL_ERRORS as error:
            if code_of(error) != _CONFLICT:
                raise
            view = render_home(await self._look(arrival))
            await self._gateway.client.views_publish(user_id=arrival.handle, view=view)

    async def answer(self, call: Call, reply: Reply | None = None) -> None:
        """Answer a press in the person's own conversation (with `reply`, if it is known), then show what came of it."""
        try:
            channel = await self._gateway.people.conversation(call.place.person)
        except (NotSentError, AnswerLostError) as error:
            _LOG.warning("slack_home_press_not_answered", reason=error.reason)
            return
        await self._answers.answer(replace(call, place=replace(call.place, channel=channel)), reply)
        await self.show(call.arrival, call.place.view_hash)


def opened_home(body: Payload, at: datetime) -> Arrival | None:
    """Return who opened their home; None for the tab of messages."""
    event = body.get("event") or {}
    person = str(event.get("user") or "")
    if event.get("tab") != _HOME or not person:
        return None
    return _arrival(person, "", at, f"slack/home/{person}/{event.get('event_ts') or body.get('event_id')}")


def call_of_home_press(body: Payload, at: datetime) -> Call | None:
    """Return what is pressed in a home; None for a press anywhere else, or of a button without a command."""
    if (body.get("view") or {}).get("type") != _HOME:
        return None
    action: Payload = next(iter(body.get("actions") or ()), {})
    command, person = chosen_in(action), str((body.get("user") or {}).get("id") or "")
    if not (command and person):
        return None
    arrival = _arrival(person, command, at, act_id(body))
    seen = str((body.get("view") or {}).get("hash") or "")
    return Call(arrival, Place(channel=person, person=person, is_direct=True, view_hash=seen))


def _arrival(person: str, text: str, at: datetime, event_id: str) -> Arrival:
    return Arrival(Platform.SLACK, person, person, text, at, event_id, is_direct=True)
