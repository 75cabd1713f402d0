"""Slack's doors as one Bolt app: commands, mentions, messages, reactions and buttons, acknowledged before any work.

Nothing happens at import, and making an app opens no connection. HTTP and Socket Mode use the same app.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.afterwork import AfterWork
from bot.slack.access import SlackAccess
from bot.slack.answers import Answers, Draw, Intake
from bot.slack.arrivals import (
    COMMANDS,
    Call,
    Payload,
    call_of_command,
    call_of_direct_message,
    call_of_mention,
    call_of_press,
)
from bot.slack.buttons import COMMAND_ACTION, SHARE_ACTION
from bot.slack.departures import DEPARTURES, Depart, Departure, listen_to_departures
from bot.slack.ears import Ears, Hearing
from bot.slack.evidence import Evidence
from bot.slack.files import SlackFile, slack_files
from bot.slack.form_listeners import listen_to_forms
from bot.slack.forms import NO_FORMS, Forms, FormSource
from bot.slack.gateway import Gateway, slack_client
from bot.slack.guards import acknowledge_first
from bot.slack.hearing import reaction_of, remark_of_message
from bot.slack.home_tab import HomeTab, call_of_home_press, opened_home
from bot.slack.room_events import ROOM_EVENTS, room_change_of
from bot.slack.seen import Claim, SeenEvents
from handlers.listening.listening import Reaction, Remark
from handlers.messages import Arrival, Form
from handlers.ports import Clock
from handlers.rooms.room_changes import RoomChange

EVENTS = (
    *("app_mention", "message.channels", "message.groups", "message.im", "reaction_added", "app_home_opened"),
    *ROOM_EVENTS,
    *DEPARTURES,
)
"""The event subscriptions the listeners below need, as the manifest names them."""

_ANYTHING = re.compile(".*", re.DOTALL)
_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SlackDoor:
    """What stands behind the listeners. `claim` must not block: it runs before the acknowledgement is on its way."""

    answers: Answers
    work: AfterWork
    clock: Clock
    claim: Claim
    forms: Forms
    evidence: Evidence | None = None
    ears: Ears | None = None
    home: HomeTab | None = None
    leave: Depart | None = None

    def receive(self, call: Call | None, trigger_id: str = "") -> None:
        """Start the work for a call, unless nobody asked anything or it came in before.

        With the trigger of what somebody pressed or typed, a command that has a form opens it.
        """
        if call is None:
            return
        if self.claim(call.arrival.event_id):
            self.work.start(self._serve(call, trigger_id))
        else:
            _LOG.info("slack_event_repeated")

    def receive_outside(self, person: str, trigger_id: str, arrive: Callable[[str], Call]) -> None:
        """Start the work for somebody outside of any room."""
        self.work.start(self._serve_outside(person, trigger_id, arrive))

    async def _serve_outside(self, person: str, trigger_id: str, arrive: Callable[[str], Call]) -> None:
        reply = await self.forms.open_outside(person, trigger_id, arrive)
        if reply is not None:
            await self.answers.tell(person, reply)

    async def _serve(self, call: Call, trigger_id: str) -> None:
        shown = await self.forms.open(call, trigger_id) if trigger_id else None
        reply = None if isinstance(shown, Form) else await self.answers.answer(call, shown)
        if reply is not None and reply.attach_command and call.files and self.evidence is not None:
            await self.evidence.bring(replace(call, language=reply.language), reply.attach_command)

    def overhear(self, remark: Remark | None, files: tuple[SlackFile, ...] = ()) -> None:
        """Have a message with its files judged that was not addressed to Vigia, once."""
        if remark is not None and self.ears is not None and self.claim(remark.event_id):
            self.work.start(self.ears.overhear(remark, files))

    def react(self, reaction: Reaction | None) -> None:
        """Have a reaction understood, once."""
        if reaction is not None and self.ears is not None and self.claim(reaction.event_id):
            self.work.start(self.ears.react(reaction, self.clock()))

    def open_home(self, arrival: Arrival | None) -> None:
        """Show somebody their home, once per opening."""
        if arrival is not None and self.home is not None and self.claim(arrival.event_id):
            self.work.start(self.home.show(arrival))

    def receive_at_home(self, call: Call, trigger_id: str) -> None:
        """Start the work for a press in somebody's home, unless it came in before."""
        if self.home is not None and self.claim(call.arrival.event_id):
            self.work.start(self._serve_at_home(self.home, call, trigger_id))

    async def _serve_at_home(self, home: HomeTab, call: Call, trigger_id: str) -> None:
        shown = await self.forms.open(call, trigger_id) if trigger_id else None
        if not isinstance(shown, Form):
            await home.answer(call, shown)

    def notice(self, changed: RoomChange | None) -> None:
        """Have what happened to a channel followed, once."""
        if changed is not None and self.ears is not None and self.claim(changed.event_id):
            self.work.start(self.ears.notice(changed))

    def depart(self, departure: Departure | None) -> None:
        """Have it followed, once, that Vigia was taken out of its workspace."""
        if departure is not None and self.leave is not None and self.claim(departure.event_id):
            self.work.start(self.leave(departure))


def create_door(
    intake: Intake,
    gateway: Gateway,
    clock: Clock,
    *,
    draw: Draw | None = None,
    forms: FormSource = NO_FORMS,
    hearing: Hearing | None = None,
) -> SlackDoor:
    """Return what stands behind the listeners: `intake` answers, `draw` makes PNGs, `forms` knows those of commands.

    Without `hearing` only what is addressed to Vigia counts. The door remembers events of the last hour; the intake's
    inbox remembers for good.
    """
    answers = Answers(intake, gateway, draw)
    evidence = Evidence(forms.files, answers) if forms.files else None
    ears = Ears(hearing, answers, evidence) if hearing else None
    return SlackDoor(answers, AfterWork(), clock, SeenEvents(clock), Forms(forms, gateway), evidence, ears)


def create_app(access: SlackAccess, door: SlackDoor) -> AsyncApp:
    """Return the app of one workspace. Signatures are checked by the web route, on the raw bytes."""
    app = _bare_app(access)
    _listen_to_people(app, door)
    listen_to_forms(app, door)
    _listen_to_what_happens(app, door)
    listen_to_departures(app, door)
    _listen_to_the_rest(app)
    return app


def create_lobby(access: SlackAccess) -> AsyncApp:
    """Return the app of workspaces nobody knows: it acknowledges, says that the address is ours, and is silent."""
    app = _bare_app(access)
    _listen_to_the_rest(app)
    return app


def _bare_app(access: SlackAccess) -> AsyncApp:
    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # No call to Slack here: it would stand between every request and its acknowledgement.
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=access.bot_token)

    async def first(context: Any, next: Any, body: Payload) -> None:  # noqa: A002 - Bolt finds arguments by these names
        await acknowledge_first(context, next, is_form=body.get("type") == "view_submission")

    return AsyncApp(
        name="vigia",
        client=slack_client(access),
        authorize=authorize,
        signing_secret=access.signing_secret,
        request_verification_enabled=False,
        before_authorize=first,
    )


def _listen_to_people(app: AsyncApp, door: SlackDoor) -> None:
    async def on_command(ack: AsyncAck, body: Payload) -> None:
        await ack()
        door.receive(call_of_command(body, door.clock()), str(body.get("trigger_id", "")))

    async def on_mention(body: Payload) -> None:
        door.receive(call_of_mention(body, door.clock()))

    async def on_message(body: Payload) -> None:
        door.receive(call_of_direct_message(body, door.clock()))
        door.overhear(remark_of_message(body, door.clock()), slack_files((body.get("event") or {}).get("files")))

    async def on_press(ack: AsyncAck, body: Payload) -> None:
        await ack()
        trigger = str(body.get("trigger_id", ""))
        if (at_home := call_of_home_press(body, door.clock())) is not None:
            door.receive_at_home(at_home, trigger)
        else:
            door.receive(call_of_press(body, door.clock()), trigger)

    async def on_share(ack: AsyncAck, body: Payload) -> None:
        await ack()
        door.receive(call_of_press(body, door.clock(), is_shared=True))

    for command in COMMANDS:
        app.command(command)(on_command)
    app.event("app_mention")(on_mention)
    app.event("message")(on_message)
    app.action(re.compile(rf"^{COMMAND_ACTION}(/\d+)?$"))(on_press)
    app.action(SHARE_ACTION)(on_share)


def _listen_to_what_happens(app: AsyncApp, door: SlackDoor) -> None:
    async def on_reaction(body: Payload) -> None:
        door.react(reaction_of(body))

    async def on_home_opened(body: Payload) -> None:
        door.open_home(opened_home(body, door.clock()))

    async def on_room_event(body: Payload) -> None:
        door.notice(room_change_of(body, door.clock()))

    app.event("reaction_added")(on_reaction)
    app.event("app_home_opened")(on_home_opened)
    for name in ROOM_EVENTS:
        app.event(name)(on_room_event)


def _listen_to_the_rest(app: AsyncApp) -> None:
    """Acknowledge what needs no work: page buttons, other events, old buttons; else Slack would retry or warn."""

    async def on_anything(ack: AsyncAck) -> None:
        await ack()

    async def on_failure(error: Exception) -> None:
        _LOG.error("slack_listener_failed", exc_info=error)

    app.command(_ANYTHING)(on_anything)
    app.event(_ANYTHING)(on_anything)
    app.action(_ANYTHING)(on_anything)
    app.view(_ANYTHING)(on_anything)
    app.shortcut(_ANYTHING)(on_anything)
    app.error(on_failure)
