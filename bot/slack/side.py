"""Slack put together: one gateway for answers and outbox, the door, the app, and what the doctor asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.kept_events import KeptEvents
from bot.slack.access import SlackAccess
from bot.slack.answers import Draw, Intake
from bot.slack.app import SlackDoor, create_app, create_door
from bot.slack.ears import Hearing
from bot.slack.files import SlackFiles
from bot.slack.forms import FormSource
from bot.slack.gateway import Gateway, create_gateway, slack_client
from bot.slack.home_tab import HomeTab, Look
from bot.slack.manifest import SCOPES
from handlers.ports import Clock
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

    `inbox` keeps what comes in until it is done, `is_act` tells an act from a question.
    """

    intake: Intake
    draw: Draw
    forms: FormSource
    hearing: Hearing
    look: Look
    inbox: KeptEvents
    is_act: Callable[[str], bool]


def assemble_slack(access: SlackAccess, behind: Behind, clock: Clock) -> SlackSide:
    """Return Slack over these parts; no connection is opened."""
    gateway = create_gateway(access)
    forms = replace(behind.forms, files=SlackFiles(access))
    door = create_door(behind.intake, gateway, clock, draw=behind.draw, forms=forms, hearing=behind.hearing)
    door = replace(door, home=HomeTab(behind.look, door.answers, gateway), inbox=behind.inbox, is_act=behind.is_act)
    return SlackSide(access, gateway, door, create_app(access, door))


@dataclass(frozen=True, slots=True)
class Installed:
    """Whom Slack takes the token for, and the permissions of the manifest it does not have."""

    name: str
    missing: tuple[str, ...]


async def installed_as(access: SlackAccess) -> Installed:
    """Return what Slack says of the token; raises ConfigurationError with what to do."""
    try:
        answer = await slack_client(access).auth_test()
    except SlackApiError as error:
        raise ConfigurationError(
            phrase("Slack refuses the token (%(code)s); install the app again and copy its new token."),
            code=error.response["error"],
        ) from error
    except (OSError, TimeoutError) as error:
        raise ConfigurationError(
            phrase("Slack cannot be reached (%(problem)s); check the network and VIGIA_SLACK_API_URL."),
            problem=type(error).__name__,
        ) from error
    granted = {one.strip() for one in str(answer.headers.get(GRANTED_HEADER, "")).split(",")}
    return Installed(f"{answer['user']}, {answer['team']}", tuple(sorted(set(SCOPES) - granted)))
