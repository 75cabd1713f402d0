"""Slack put together: one gateway for answers and outbox, the door, the app, and what the doctor asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

import httpx
from slack_bolt.async_app import AsyncApp

from bot.afterwork import AfterWork
from bot.kept_events import KeptEvents
from bot.messengers import NotSentError
from bot.slack.access import SlackAccess
from bot.slack.answers import Draw, Intake
from bot.slack.app import SlackDoor, create_app, create_door
from bot.slack.departures import Depart, Departure, is_gone
from bot.slack.ears import Hearing
from bot.slack.errors import CALL_ERRORS, LIMITED_CODES, code_of, send_error
from bot.slack.files import SlackFiles
from bot.slack.forms import FormSource
from bot.slack.gateway import Gateway, create_gateway, slack_client
from bot.slack.home_tab import HomeTab, Look
from bot.slack.manifest import SCOPES
from bot.slack.response_urls import ResponseUrls
from bot.slack.seen import Claim
from bot.slack.workspace_tokens import WorkspaceTokens
from handlers.ports import Clock
from handlers.rooms.workspace_losses import WorkspaceLoss
from kpi.engagements import Platform
from kpi.errors import ConfigurationError
from kpi.phrases import phrase

GRANTED_HEADER = "x-oauth-scopes"
"""Every answer of the Web API names in it what the token may do (https://docs.slack.dev/authentication)."""


@dataclass(frozen=True, slots=True)
class SlackSide:
    """Slack, ready to be served."""

    access: SlackAccess
    gateway: Gateway
    door: SlackDoor
    app: AsyncApp


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind Slack: who answers, draws, knows the forms, hears what is not addressed, shows homes.

    `inbox` keeps what comes in until it is done; `tell_loss` has it told that Vigia was taken out of a workspace.
    """

    intake: Intake
    draw: Draw
    forms: FormSource
    hearing: Hearing
    look: Look
    inbox: KeptEvents
    tell_loss: Callable[[WorkspaceLoss], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class OneOfMany:
    """What makes a side that of one of several workspaces: its token, who erases it, and what all sides share.

    Where both sides of a shared channel installed Vigia, one memory of events (`claim`) makes them one. `http` carries
    the pictures of all: each such client reads all certificates, which takes a fifth of a second.
    """

    workspace: str
    tokens: WorkspaceTokens
    leave: Depart
    claim: Claim
    work: AfterWork
    http: httpx.AsyncClient
    response_urls: ResponseUrls


def assemble_slack(access: SlackAccess, behind: Behind, clock: Clock, one: OneOfMany | None = None) -> SlackSide:
    """Return Slack over these parts; no connection is opened."""
    gateway = create_gateway(access, tokens=one.tokens, http=one.http) if one else create_gateway(access)
    if one is not None:
        gateway.response_urls = one.response_urls
    forms = replace(behind.forms, files=SlackFiles(access, one.tokens.current if one else None))
    door = create_door(behind.intake, gateway, clock, draw=behind.draw, forms=forms, hearing=behind.hearing)
    leave = one.leave if one else partial(_leave_home, gateway, behind)
    door = replace(
        door,
        home=HomeTab(behind.look, door.answers, gateway),
        inbox=behind.inbox,
        leave=leave,
        claim=one.claim if one else door.claim,
        work=one.work if one else door.work,
        workspace=one.workspace if one else "",
    )
    return SlackSide(access, gateway, door, create_app(access, door))


async def _leave_home(gateway: Gateway, behind: Behind, departure: Departure) -> None:
    """Have it told that the token of the settings is good for nothing any more."""
    if await is_gone(departure, gateway.client):
        names = frozenset({""})
        await behind.tell_loss(WorkspaceLoss(Platform.SLACK, names, departure.at, departure.event_id))


@dataclass(frozen=True, slots=True)
class Installed:
    """Whom Slack takes the token for, and the permissions of the manifest it does not have."""

    name: str
    missing: tuple[str, ...]


async def installed_as(access: SlackAccess) -> Installed:
    """Return what Slack says of the token; raises ConfigurationError with what to do."""
    try:
        answer = await slack_client(access, token=access.bot_token).auth_test()
    except CALL_ERRORS as error:
        raise _not_asked(error) from error
    granted = {one.strip() for one in str(answer.headers.get(GRANTED_HEADER, "")).split(",")}
    return Installed(f"{answer['user']}, {answer['team']}", tuple(sorted(set(SCOPES) - granted)))


def _not_asked(error: Exception) -> ConfigurationError:
    """Return what to do where Slack says nothing of the token: it refuses it, or is itself out of reach."""
    code = code_of(error)
    if code and isinstance(send_error(error), NotSentError) and code not in LIMITED_CODES:
        return ConfigurationError(
            phrase("Slack refuses the token (%(code)s); install the app again and copy its new token."), code=code
        )
    return ConfigurationError(
        phrase("Slack cannot be reached (%(problem)s); check the network and VIGIA_SLACK_API_URL."),
        problem=code or type(error).__name__,
    )
