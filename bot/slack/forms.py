"""Forms in Slack: opened within the three seconds Slack allows, checked before they close, answered like commands."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.evidence_files import too_large
from bot.slack.arrivals import Call
from bot.slack.errors import CALL_ERRORS, code_of
from bot.slack.files import SlackFiles
from bot.slack.gateway import Gateway
from bot.slack.limits import ACKNOWLEDGE_SECONDS, TRIGGER_SECONDS
from bot.slack.message_words import with_words_filled_in
from bot.slack.views import ROOM_VIEW, Origin, View, faults_for, view_of
from handlers.form_replies import unknown_anywhere, unopened_form
from handlers.messages import Arrival, Form, Reply
from kpi.incidents.evidence_files import LARGEST_FILE
from kpi.wording.wording import Wording

CHECK_SECONDS = ACKNOWLEDGE_SECONDS - 1
"""The longest a check may keep a modal open; the rest is for the way there and back."""

_LOG = structlog.get_logger(__name__)

FormOf = Callable[[Arrival], Awaitable[Form | Reply | None]]
RoomsOf = Callable[[str], Awaitable[Form | None]]


async def no_form(_arrival: Arrival) -> Form | Reply | None:
    """Open no form."""
    return None


async def no_room(_person: str) -> Form | None:
    """Know no room."""
    return None


@dataclass(frozen=True, slots=True)
class FormSource:
    """Where forms come from: the one a command opens, what is wrong with a filled-in one, whose rooms there are.

    `files` fetches what people put into them.
    """

    opened: FormOf = no_form
    checked: FormOf = no_form
    rooms: RoomsOf = no_room
    files: SlackFiles | None = None


NO_FORMS = FormSource()


class Forms:
    """Shows forms to people; one instance serves all doors and keeps no state between calls."""

    def __init__(self, source: FormSource, gateway: Gateway) -> None:
        self._source = source
        self._gateway = gateway

    async def open(self, call: Call, trigger_id: str) -> Form | Reply | None:
        """Open the form a call asks for, if it asks for one.

        Return the form that is open now, a reply to show instead, or None: the call is to be answered as usual.
        """
        try:
            form = await self._source.opened(call.arrival)
        except Exception:  # noqa: BLE001 - the edge: whatever is wrong with a form, the command may still be answered
            _LOG.exception("slack_form_failed")
            return None
        if isinstance(form, Form):
            form = await with_words_filled_in(self._gateway.client, call, form)
        if not isinstance(form, Form):
            return form
        place = call.place
        origin = Origin(form.command, place.channel, place.response_url, form.language, call.files)
        return form if await self._show(view_of(form, origin), trigger_id) else unopened_form(form)

    async def open_outside(self, person: str, trigger_id: str, arrive: Callable[[str], Call]) -> Reply | None:
        """Open the report's form for somebody outside of any room; return a reply where that cannot be done.

        `arrive` makes the call from a room's address. Who speaks in several rooms is asked which one it is.
        """
        try:
            choice = await self._source.rooms(person)
        except Exception:  # noqa: BLE001 - the edge: nobody's shortcut may end in silence
            _LOG.exception("slack_rooms_failed")
            choice = None
        if choice is None:
            return unknown_anywhere()
        options = choice.fields[0].options
        if len(options) == 1:
            shown = await self.open(arrive(options[0][0]), trigger_id)
            return shown if isinstance(shown, Reply) else None
        is_shown = await self._show(
            view_of(choice, Origin(choice.command, language=choice.language), ROOM_VIEW), trigger_id
        )
        return None if is_shown else unopened_form(choice)

    async def view_in_room(self, call: Call) -> View | None:
        """Return the modal that takes the place of the question in which room; None: there is none in time."""
        form = await self._in_time(self._source.opened, call.arrival)
        if not isinstance(form, Form):
            return None
        return view_of(form, Origin(form.command, call.place.channel, language=form.language))

    async def faults_of(self, call: Call, view: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with a submitted modal by block; nothing where that is not known in time.

        What is wrong is then found when the form is taken, and said with all that was typed.
        """
        found = await self._in_time(self._source.checked, call.arrival)
        large = next((one for one in call.files if one.size > LARGEST_FILE), None)
        faults = {"files": Wording(call.language).sentence(too_large(large.name))} if large else {}
        if isinstance(found, Form):
            return faults_for(view, {**faults, **found.faults})
        return faults_for(view, {**faults, **({"": found.headline} if found else {})})

    async def _in_time(self, form_of: FormOf, arrival: Arrival) -> Form | Reply | None:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return await form_of(arrival)
        except Exception:  # noqa: BLE001 - the edge: a person waits, and a check that fails must not keep their form
            _LOG.exception("slack_form_not_checked")
            return None

    async def _show(self, view: View, trigger_id: str) -> bool:
        try:
            async with asyncio.timeout(TRIGGER_SECONDS):
                await self._gateway.client.views_open(trigger_id=trigger_id, view=view)
        except CALL_ERRORS as error:
            _LOG.warning("slack_form_not_opened", reason=code_of(error) or type(error).__name__)
            return False
        return True
