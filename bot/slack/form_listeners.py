"""Slack's doors that lead through a form: shortcuts, and modals that were filled in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.arrivals import Call, Payload, call_in_room, call_of_submission
from bot.slack.forms import Forms
from bot.slack.views import FORM_VIEW, ROOM_VIEW, unreadable
from handlers.ports import Clock
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.wording.wording import Wording

REPORT_SHORTCUT = "vigia_report"
"""Callback id of the global shortcut, found by everybody from everywhere."""


class Door(Protocol):
    """What stands behind the listeners."""

    @property
    def forms(self) -> Forms:
        """Shows forms."""

    @property
    def clock(self) -> Clock:
        """Says what time it is."""

    async def receive(self, call: Call) -> None:
        """Keep a call and start its work."""

    def receive_outside(self, person: str, trigger_id: str, arrive: Callable[[str], Call]) -> None:
        """Start the work for somebody outside of any room."""


def listen_to_forms(app: AsyncApp, door: Door) -> None:
    """Register the listeners; a modal's one acknowledges by itself, after a look at what is in it."""

    async def on_submission(ack: AsyncAck, body: Payload) -> None:
        call = call_of_submission(body, door.clock())
        view: Payload = body.get("view") or {}
        faults = await door.forms.faults_of(call, view) if call else unreadable(view)
        if faults:
            await ack(response_action="errors", errors=faults)
            return
        if call is not None:
            await door.receive(call)
        await ack()

    async def on_room(ack: AsyncAck, body: Payload) -> None:
        call = call_of_submission(body, door.clock())
        view = await door.forms.view_in_room(call) if call else None
        if view is None:
            sentence = Wording(call.language if call else Language.EN).say(
                phrase("The form could not be opened. Please try again.")
            )
            await ack(response_action="errors", errors={"room": sentence})
            return
        await ack(response_action="update", view=view)

    async def on_shortcut(ack: AsyncAck, body: Payload) -> None:
        await ack()
        person, trigger_id = str((body.get("user") or {}).get("id") or ""), str(body.get("trigger_id", ""))
        if person:
            door.receive_outside(person, trigger_id, partial(call_in_room, body, at=door.clock()))

    app.view_submission(FORM_VIEW)(on_submission)
    app.view_submission(ROOM_VIEW)(on_room)
    app.global_shortcut(REPORT_SHORTCUT)(on_shortcut)
