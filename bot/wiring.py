"""The only place that chooses real things: which storage, platforms, studio and clock a running bot has."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.clock import now
from bot.console.board import Board
from bot.console.console import Console, Doors
from bot.console.messenger import ConsoleMessenger
from bot.drawing import Painter, PictureStudio
from bot.errands import Errands
from bot.heartbeat import Heartbeat
from bot.messengers import Messenger
from bot.opening import open_intake
from bot.outbox import Outbox
from bot.pages.links import PageLinks
from bot.self_watch import SelfWatch
from bot.settings import Settings
from bot.slack.access import SlackAccess
from bot.slack.ears import Hearing
from bot.slack.messenger import SlackMessenger
from bot.slack.side import SlackSide, assemble_slack
from bot.telemetry import Telemetry
from bot.wecom.messenger import WeComMessenger
from bot.wecom.webhook import GroupWebhooks
from handlers.deliveries import compose_delivery
from handlers.ports import Clock
from kpi.engagements import Platform
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Vigia:
    """A bot ready to run."""

    settings: Settings
    database: Database
    studio: PictureStudio
    outbox: Outbox
    errands: Errands
    self_watch: SelfWatch
    telemetry: Telemetry
    clock: Clock
    console: Console | None
    slack: SlackSide | None
    webhooks: GroupWebhooks | None
    pages: PageLinks | None


def assemble(settings: Settings, database: Database, clock: Clock = now, board: Board | None = None) -> Vigia:
    """Return a bot over these settings; nothing runs and no connection is opened yet.

    `board` is what hangs in the console's rooms already (None: nothing).
    """
    telemetry = Telemetry()
    studio = PictureStudio(Painter(font_files=tuple(settings.font_files)))
    errands = Errands(database, open_intake(database.work, database.view), clock, telemetry)
    board = board or Board()
    access = slack_access(settings)
    hearing = Hearing(errands.overhear, errands.twin_of)
    slack = assemble_slack(access, errands.answer, studio.draw, clock, hearing) if access else None
    webhooks = GroupWebhooks(settings.wecom_api_url) if settings.wecom_webhook_keys else None
    pages = page_links(settings, clock)
    messengers: dict[Platform, Messenger] = {}
    if settings.console:
        messengers[Platform.CONSOLE] = ConsoleMessenger(board, clock)
    if slack is not None:
        messengers[Platform.SLACK] = SlackMessenger(slack.gateway)
    if webhooks is not None:
        messengers[Platform.WECOM] = WeComMessenger(
            webhooks, settings.wecom_webhook_keys, time.monotonic, asyncio.sleep, pages.url if pages else None
        )
    outbox = Outbox(database.work, compose_delivery, studio.draw, messengers, clock, report=telemetry.delivered)
    errands.nudge_after_acts(outbox.nudge)
    heartbeat = Heartbeat(settings.heartbeat_url) if settings.heartbeat_url else None
    watch = SelfWatch(database.work, clock, telemetry, outbox.recover, heartbeat)
    console = _console(board, errands, studio, outbox.nudge, clock) if settings.console else None
    return Vigia(settings, database, studio, outbox, errands, watch, telemetry, clock, console, slack, webhooks, pages)


def slack_access(settings: Settings) -> SlackAccess | None:
    """Return how to reach Slack, or None when no token is set; raises ConfigurationError for half a set."""
    if settings.slack_bot_token is None:
        return None
    secret, token = settings.slack_signing_secret, settings.slack_app_token
    return SlackAccess(
        secret.get_secret_value() if secret else "",
        settings.slack_bot_token.get_secret_value(),
        token.get_secret_value() if token else None,
        settings.slack_api_url,
    )


def page_links(settings: Settings, clock: Clock) -> PageLinks | None:
    """Return how to link to pages, or None without an address; raises ConfigurationError for half a set."""
    return PageLinks(settings.public_url, settings.page_secrets, clock) if settings.public_url else None


def _console(board: Board, errands: Errands, studio: PictureStudio, nudge: Callable[[], None], clock: Clock) -> Console:
    async def send_digest_now(engagement: str) -> str:
        sentence = await errands.send_digest_now(engagement)
        nudge()
        return sentence

    doors = Doors(errands.engagements, errands.answer, studio.draw, send_digest_now, errands.records)
    return Console(board, doors, clock)
