"""The only place that chooses real things: which storage, platforms, studio and clock a running bot has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.clock import now
from bot.console.board import Board
from bot.console.console import Console, Doors
from bot.console.forms import FormDoors
from bot.console.messenger import ConsoleMessenger
from bot.drawing import Painter, PictureStudio
from bot.errands import Errands
from bot.form_side import form_links
from bot.heartbeat import Heartbeat
from bot.kept_events import KeptEvents
from bot.loading import load
from bot.messengers import Messenger
from bot.opening import open_intake
from bot.outbox import Outbox
from bot.pages.form_links import FormLinks
from bot.pages.invitation_links import InvitationLinks
from bot.pages.links import PageLinks
from bot.platform_access import uses_slack, uses_wecom, wecom_app_access
from bot.platform_parts import Links, SlackParts, WeComParts
from bot.self_watch import SelfWatch
from bot.settings import Settings
from bot.telemetry import Telemetry
from handlers.invitations.inviting import LinkTo, no_page
from handlers.ports import Clock
from handlers.replays import composing
from kpi.engagements import Platform
from kpi.invitations import Invitation
from storage.database import Database

if TYPE_CHECKING:
    from bot.slack.link import SlackLink
    from bot.slack.side import SlackSide
    from bot.wecom.app_door import AppDoor
    from bot.wecom.app_messenger import AppMessenger
    from bot.wecom.robot import Robot
    from bot.wecom.webhook import GroupWebhooks

SLACK = "bot.slack_wiring"
WECOM = "bot.wecom_wiring"
"""What puts a platform together; loaded where the settings want it (`bot.platform_parts` says why)."""


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
    invitations: InvitationLinks | None
    wecom_people: AppMessenger | None
    wecom_door: AppDoor | None
    wecom_robot: Robot | None
    forms: FormLinks | None
    slack_link: SlackLink | None
    slack_inbox: KeptEvents


def assemble(settings: Settings, database: Database, clock: Clock = now, board: Board | None = None) -> Vigia:
    """Return a bot over these settings; nothing runs and no connection is opened yet.

    `board` is what hangs in the console's rooms already (None: nothing).
    """
    telemetry = Telemetry()
    studio = PictureStudio(Painter(font_files=tuple(settings.font_files)))
    invitations = invitation_links(settings, clock)
    links = Links(page_links(settings, clock), form_links(settings, clock))
    link_to = _links_to(invitations, has_wecom_app=wecom_app_access(settings) is not None)
    intake = open_intake(database.work, database.view, link_to)
    errands = Errands(database, intake, clock, telemetry)
    board = board or Board()
    inbox = KeptEvents(database.work, Platform.SLACK, clock)
    slack, wecom = SlackParts(), WeComParts()
    if uses_slack(settings):
        slack = load(SLACK).slack_parts(settings, database, errands, studio.draw, inbox, clock)
    if uses_wecom(settings):
        wecom = load(WECOM).wecom_parts(settings, database, errands, studio.draw, links, clock)
    messengers: dict[Platform, Messenger] = {}
    if settings.console:
        messengers[Platform.CONSOLE] = ConsoleMessenger(board, clock)
    if slack.messenger is not None:
        messengers[Platform.SLACK] = slack.messenger
    if wecom.messenger is not None:
        messengers[Platform.WECOM] = wecom.messenger
    compose = composing(intake, link_to)
    outbox = Outbox(database.work, compose, studio.draw, messengers, clock, view=database.view)
    outbox.report_to(telemetry.delivered)
    errands.nudge_after_acts(outbox.nudge)
    heartbeat = Heartbeat(settings.heartbeat_url) if settings.heartbeat_url else None
    watch = SelfWatch(database.work, clock, telemetry, outbox.recover, heartbeat)
    console = _console(board, errands, studio, outbox.nudge, clock) if settings.console else None
    return Vigia(
        settings,
        database,
        studio,
        outbox,
        errands,
        watch,
        telemetry,
        clock,
        console,
        slack.home,
        wecom.webhooks,
        links.pages,
        invitations,
        wecom.people,
        wecom.door,
        wecom.robot,
        links.forms,
        slack.link,
        inbox,
    )


def page_links(settings: Settings, clock: Clock) -> PageLinks | None:
    """Return how to link to pages, or None without an address; raises ConfigurationError for half a set."""
    return PageLinks(settings.public_url, settings.page_secrets, clock) if settings.public_url else None


def invitation_links(settings: Settings, clock: Clock) -> InvitationLinks | None:
    """Return how to link to pages on which strangers say who they are, or None without an address."""
    return InvitationLinks(settings.public_url, settings.page_secrets, clock) if settings.public_url else None


def _links_to(invitations: InvitationLinks | None, *, has_wecom_app: bool) -> LinkTo:
    """Return where a stranger says who they are: in WeCom a link reaches them by the app alone."""
    if invitations is None:
        return no_page

    def link_to(invitation: Invitation) -> str:
        is_reached = invitation.platform is not Platform.WECOM or has_wecom_app
        return invitations.url(invitation) if is_reached else ""

    return link_to


def _console(board: Board, errands: Errands, studio: PictureStudio, nudge: Callable[[], None], clock: Clock) -> Console:
    async def send_digest_now(engagement: str) -> str:
        sentence = await errands.send_digest_now(engagement)
        nudge()
        return sentence

    doors = Doors(
        errands.engagements,
        errands.answer,
        studio.draw,
        send_digest_now,
        errands.records,
        FormDoors(errands.opened, errands.checked, partial(errands.file, Platform.CONSOLE)),
    )
    return Console(board, doors, clock)
