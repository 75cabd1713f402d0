"""Slack's doors as one Bolt app: commands, mentions, messages, reactions and buttons, kept and then acknowledged.

Nothing happens at import, and making an app opens no connection. HTTP and Socket Mode use the same app.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext

from bot.afterwork import AfterWork
from bot.kept_events import Kept, KeptEvents
from bot.slack.access import SlackAccess
from bot.slack.answers import Answers, Draw, Intake
from bot.slack.arrivals import COMMANDS, MESSAGE_SHORTCUT, Call, Payload, call_in
from bot.slack.buttons import COMMAND_ACTION, SHARE_ACTION
from bot.slack.captures import CAPTURE_SHORTCUT, Quotes, call_of_capture_shortcut, change_of_message
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
from bot.slack.kept_calls import marked, written
from bot.slack.room_events import ROOM_EVENTS, room_change_of
from bot.slack.seen import Claim, SeenEvents
from handlers.listening.captured_messages import MessageChange
from handlers.listening.listening import Reaction, Remark
from handlers.messages import Arrival, Form
from handlers.ports import Clock
from handlers.rooms.room_changes import RoomChange

EVENTS = (
    *("app_mention", "message.channels", "message.groups", "message.im", "reaction_added", "reaction_removed"),
    "app_home_opened",
    *ROOM_EVENTS,
    *DEPARTURES,
)
"""The event subscriptions the listeners below need, as the manifest names them."""

TAKEN = "vigia_taken"
"""Where the context of a request has its call, once the door has taken it."""
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
    inbox: KeptEvents | None = None
    quotes: Quotes | None = None
    leave: Depart | None = None
    workspace: str = ""

    async def receive(self, call: Call) -> None:
        """Take a call and start its work."""
        self.start(await self.take(call))

    async def take(self, call: Call) -> Call | None:
        """Return a call that is to be answered, kept as far as possible, or None for one that came in before.

        It is taken before it is acknowledged, so that no crash loses what was acknowledged.
        """
        kept = await self._keep(call) if self.claim(call.arrival.event_id) else None
        if kept is None:
            _LOG.info("slack_event_repeated")
        return kept

    def start(self, call: Call | None, trigger_id: str = "") -> None:
        """Start the work for a call that was taken.

        With the trigger of what somebody pressed or typed, a command that has a form opens it.
        """
        if call is not None:
            self.work.start(self._serve(call, trigger_id))

    async def _keep(self, call: Call) -> Call | None:
        """Return the call, marked as the inbox's, or None for one that came in before.

        One that could not be kept in time is the inbox's too: a busy database is not asked twice before the answer.
        """
        if self.inbox is None:
            return call
        kept = await self.inbox.keep(call.arrival.event_id, written(call, self.workspace))
        return None if kept is Kept.SEEN else marked(call)

    def receive_outside(self, person: str, trigger_id: str, arrive: Callable[[str], Call]) -> None:
        """Start the work for somebody outside of any room."""
        self.work.start(self._serve_outside(person, trigger_id, arrive))

    async def _serve_outside(self, person: str, trigger_id: str, arrive: Callable[[str], Call]) -> None:
        reply = await self.forms.open_outside(person, trigger_id, arrive)
        if reply is not None:
            await self.answers.tell(person, reply)

    async def _serve(self, call: Call, trigger_id: str) -> None:
        """Do what a call asks, and strike it off: only what a dying process leaves behind is done by another."""
        try:
            await self._do(call, trigger_id)
        except Exception:  # noqa: BLE001 - the edge: what failed here would fail again in every process
            _LOG.exception("slack_call_failed", event_id=call.arrival.event_id)
        if call.arrival.is_kept and self.inbox is not None:
            await self.inbox.done(call.arrival.event_id)

    async def _do(self, call: Call, trigger_id: str) -> None:
        call = await self.quotes.complete(call) if self.quotes else call
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

    def follow(self, change: MessageChange | None) -> None:
        """Have the change of a message followed; heard again, it is none."""
        if change is not None and self.ears is not None:
            self.work.start(self.ears.follow(change))

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
    quotes = Quotes(gateway.client, hearing.watch) if hearing else None
    ears = Ears(hearing, answers, evidence, quotes) if hearing else None
    shown, seen = Forms(forms, gateway), SeenEvents(clock)
    return SlackDoor(answers, AfterWork(), clock, seen, shown, evidence, ears, quotes=quotes)


def create_app(access: SlackAccess, door: SlackDoor) -> AsyncApp:
    """Return the app of one workspace. Signatures are checked by the web route, on the raw bytes."""

    async def take(context: Any, body: Payload) -> None:
        call = _asked(body, door.clock())
        if call is not None:
            context[TAKEN] = await door.take(call)

    app = _bare_app(access, take)
    _listen_to_people(app, door)
    listen_to_forms(app, door)
    _listen_to_what_happens(app, door)
    listen_to_departures(app, door)
    _listen_to_the_rest(app)
    return app


def create_lobby(access: SlackAccess) -> AsyncApp:
    """Return the app of workspaces nobody knows: it acknowledges, says that the address is ours, and is silent."""
    app = _bare_app(access, _take_nothing)
    _listen_to_the_rest(app)
    return app


async def _take_nothing(_context: Any, _body: Payload) -> None:
    """Take nothing."""


def _bare_app(access: SlackAccess, take: Callable[[Any, Payload], Awaitable[None]]) -> AsyncApp:
    """Return an app without listeners; `take` takes what a request asks before it is acknowledged."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # No call to Slack here: it would stand between every request and its acknowledgement.
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=access.bot_token)

    async def first(context: Any, next: Any, body: Payload) -> None:  # noqa: A002 - Bolt finds arguments by these names
        await take(context, body)
        await acknowledge_first(context, next, is_form=body.get("type") == "view_submission")

    return AsyncApp(
        name="vigia",
        client=slack_client(access),
        authorize=authorize,
        signing_secret=access.signing_secret,
        request_verification_enabled=False,
        before_authorize=first,
    )


def _asked(body: Payload, at: datetime) -> Call | None:
    """Return what a request asks, or None: it asks nothing."""
    if body.get("callback_id") == CAPTURE_SHORTCUT:
        return call_of_capture_shortcut(body, at)
    return call_in(body, at)


def _listen_to_people(app: AsyncApp, door: SlackDoor) -> None:
    async def on_call(context: AsyncBoltContext, body: Payload) -> None:
        door.start(context.get(TAKEN), str(body.get("trigger_id") or ""))

    async def on_message(context: AsyncBoltContext, body: Payload) -> None:
        door.start(context.get(TAKEN))
        door.follow(change_of_message(body, door.clock()))
        door.overhear(remark_of_message(body, door.clock()), slack_files((body.get("event") or {}).get("files")))

    async def on_press(context: AsyncBoltContext, body: Payload) -> None:
        if (at_home := call_of_home_press(body, door.clock())) is not None:
            door.receive_at_home(at_home, str(body.get("trigger_id") or ""))
        else:
            await on_call(context, body)

    for command in COMMANDS:
        app.command(command)(on_call)
    app.event("app_mention")(on_call)
    app.event("message")(on_message)
    app.action(re.compile(rf"^{COMMAND_ACTION}(/\d+)?$"))(on_press)
    app.action(SHARE_ACTION)(on_call)
    app.message_shortcut(MESSAGE_SHORTCUT)(on_call)
    app.message_shortcut(CAPTURE_SHORTCUT)(on_call)


def _listen_to_what_happens(app: AsyncApp, door: SlackDoor) -> None:
    async def on_reaction(body: Payload) -> None:
        door.react(reaction_of(body))

    async def on_home_opened(body: Payload) -> None:
        door.open_home(opened_home(body, door.clock()))

    async def on_room_event(body: Payload) -> None:
        door.notice(room_change_of(body, door.clock()))

    app.event("reaction_added")(on_reaction)
    app.event("reaction_removed")(on_reaction)
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
    app.view_closed(_ANYTHING)(on_anything)
    app.options(_ANYTHING)(on_anything)
    app.shortcut(_ANYTHING)(on_anything)
    app.error(on_failure)
