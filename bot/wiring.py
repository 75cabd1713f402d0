"""The only place that chooses real things: which storage, platforms, studio and clock a running bot has."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from pydantic import SecretStr

from bot.afterwork import AfterWork
from bot.clock import now
from bot.console.board import Board
from bot.console.console import Console, Doors
from bot.console.forms import FormDoors
from bot.console.messenger import ConsoleMessenger
from bot.drawing import Painter, PictureStudio
from bot.errands import Errands
from bot.form_side import form_links, form_offers
from bot.heartbeat import Heartbeat
from bot.kept_events import KeptEvents
from bot.messengers import Messenger
from bot.opening import open_intake
from bot.outbox import Outbox
from bot.pages.form_links import FormLinks
from bot.pages.invitation_links import InvitationLinks
from bot.pages.links import PageLinks
from bot.self_watch import SelfWatch
from bot.settings import Settings
from bot.slack.access import SlackAccess
from bot.slack.ears import Hearing
from bot.slack.forms import FormSource
from bot.slack.link import SlackLink, assemble_link, token_care
from bot.slack.link_access import LinkAccess
from bot.slack.messenger import SlackMessenger
from bot.slack.side import Behind, SlackSide, assemble_slack
from bot.slack.ways import SlackWays
from bot.telemetry import Telemetry
from bot.wecom.app import CallbackCrypto, WeComApp
from bot.wecom.app_access import AppAccess
from bot.wecom.app_door import AppDoor, Draw
from bot.wecom.app_messenger import AppMessenger
from bot.wecom.forwarding import Forwarders
from bot.wecom.messenger import Aids, WeComMessenger
from bot.wecom.pace import TO_A_PERSON
from bot.wecom.robot import Robot
from bot.wecom.robot_answers import RobotAnswers
from bot.wecom.robot_returns import RobotReturns
from bot.wecom.shared_pace import SharedPace
from bot.wecom.tokens import Tokens
from bot.wecom.user_ids import UserIds
from bot.wecom.ways import WeComWays
from bot.wecom.webhook import GroupWebhooks
from handlers.invitations.inviting import LinkTo, no_page
from handlers.ports import Clock
from handlers.replays import composing
from kpi.engagements import Platform
from kpi.errors import ConfigurationError
from kpi.invitations import Invitation
from kpi.phrases import phrase
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
    pages = page_links(settings, clock)
    people = _wecom_people(settings, database, clock, pages)
    link_to = _links_to(invitations, people)
    intake = open_intake(database.work, database.view, link_to)
    errands = Errands(database, intake, clock, telemetry)
    board = board or Board()
    inbox = KeptEvents(database.work, Platform.SLACK, clock)
    slack, link = _slack(settings, database, _behind_slack(errands, studio, inbox), clock)
    webhooks = GroupWebhooks(settings.wecom_api_url) if settings.wecom_webhook_keys else None
    messengers: dict[Platform, Messenger] = {}
    if settings.console:
        messengers[Platform.CONSOLE] = ConsoleMessenger(board, clock)
    in_slack = _into_slack(slack, link, errands)
    if in_slack is not None:
        messengers[Platform.SLACK] = in_slack
    forms = form_links(settings, clock)
    offers = form_offers(forms, errands, people)
    if webhooks is not None or people is not None:
        turns = SharedPace(database.work, clock, asyncio.sleep)
        aids = Aids(pages.url if pages else None, turns, studio.draw, errands.forms_among)
        forwarders = Forwarders(people, aids.page_url) if people else None
        messengers[Platform.WECOM] = WeComWays(_wecom_groups(settings, webhooks, aids), people, forwarders)
    door = _wecom_door(settings, database, errands, studio.draw, clock, people)
    robot = _wecom_robot(settings, database, errands, studio.draw, clock, people)
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
        slack,
        webhooks,
        pages,
        invitations,
        people,
        replace(door, forms=offers) if door else None,
        replace(robot, forms=offers) if robot else None,
        forms,
        link,
        inbox,
    )


def _slack(
    settings: Settings, database: Database, behind: Behind, clock: Clock
) -> tuple[SlackSide | None, SlackLink | None]:
    """Return the side of the token in the settings, and that of all workspaces that install Vigia by its link."""
    access, link = slack_access(settings), slack_link(settings)
    home = assemble_slack(access, behind, clock) if access is not None else None
    if link is None:
        return home, None
    shared = slack_link_access(settings)
    care = token_care(shared, link, database.work, database.view, clock)
    return home, assemble_link(shared, link, behind, care, home)


def _into_slack(home: SlackSide | None, link: SlackLink | None, errands: Errands) -> Messenger | None:
    """Return the way into Slack's rooms: with a link, that of each room's workspace."""
    files = partial(errands.file, Platform.SLACK)
    if link is not None:
        return SlackWays(link.workspaces.gateway_of, files)
    return SlackMessenger(home.gateway, files) if home is not None else None


def _behind_slack(errands: Errands, studio: PictureStudio, inbox: KeptEvents) -> Behind:
    forms = FormSource(errands.opened, errands.checked, partial(errands.rooms_of, Platform.SLACK))
    heard = (errands.overhear, errands.twin_of, errands.evidence_for, errands.room_changed)
    hearing = Hearing(*heard, watch=errands.watch, follow=errands.follow)
    return Behind(errands.answer, studio.draw, forms, hearing, errands.home, inbox, errands.workspace_lost)


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


def slack_link(settings: Settings) -> LinkAccess | None:
    """Return how to be installed by a link, or None when nothing of it is set; raises ConfigurationError for a part."""
    client_id, secret, secrets = (
        settings.slack_client_id,
        settings.slack_client_secret,
        tuple(settings.slack_token_secrets),
    )
    if client_id is None and secret is None and not secrets:
        return None
    if settings.slack_app_token is not None:
        raise ConfigurationError(
            phrase("To be installed by a link, Vigia needs a public address: leave VIGIA_SLACK_APP_TOKEN empty.")
        )
    return LinkAccess(client_id or "", secret or SecretStr(""), secrets, settings.public_url)


def slack_link_access(settings: Settings) -> SlackAccess:
    """Return how to reach Slack for workspaces with tokens of their own; raises ConfigurationError without a secret."""
    secret = settings.slack_signing_secret
    return SlackAccess(secret.get_secret_value() if secret else "", None, None, settings.slack_api_url)


def page_links(settings: Settings, clock: Clock) -> PageLinks | None:
    """Return how to link to pages, or None without an address; raises ConfigurationError for half a set."""
    return PageLinks(settings.public_url, settings.page_secrets, clock) if settings.public_url else None


def invitation_links(settings: Settings, clock: Clock) -> InvitationLinks | None:
    """Return how to link to pages on which strangers say who they are, or None without an address."""
    return InvitationLinks(settings.public_url, settings.page_secrets, clock) if settings.public_url else None


def _links_to(invitations: InvitationLinks | None, people: AppMessenger | None) -> LinkTo:
    """Return where a stranger says who they are: in WeCom a link reaches them by the app alone."""
    if invitations is None:
        return no_page

    def link_to(invitation: Invitation) -> str:
        is_reached = invitation.platform is not Platform.WECOM or people is not None
        return invitations.url(invitation) if is_reached else ""

    return link_to


def wecom_app_access(settings: Settings) -> AppAccess | None:
    """Return how to speak as the WeCom app, or None when nothing of it is set; raises ConfigurationError for a part."""
    corp_id, agent_id, secret = settings.wecom_corp_id, settings.wecom_agent_id, settings.wecom_app_secret
    if corp_id is None and agent_id is None and secret is None:
        return None
    return AppAccess(corp_id or "", agent_id or 0, secret or SecretStr(""), settings.wecom_api_url)


def wecom_app(access: AppAccess, database: Database, clock: Clock) -> WeComApp:
    """Return the app; its token is shared through the database."""
    return WeComApp(access, Tokens(access, database.work, clock))


def _wecom_people(settings: Settings, database: Database, clock: Clock, pages: PageLinks | None) -> AppMessenger | None:
    access = wecom_app_access(settings)
    if access is None:
        return None
    turns = SharedPace(database.work, clock, asyncio.sleep, TO_A_PERSON, f"turns of people: {access.name}")
    page_url = pages.url if pages else None
    return AppMessenger(wecom_app(access, database, clock), turns, hears=_has_callback(settings), page_url=page_url)


def wecom_robot_crypto(settings: Settings) -> CallbackCrypto | None:
    """Return how the robot's callbacks are read, or None without a robot; raises ConfigurationError for half a set."""
    token, key = settings.wecom_robot_token, settings.wecom_robot_key
    if token is None and key is None:
        return None
    return CallbackCrypto("", token or SecretStr(""), key or SecretStr(""), "ROBOT")


def _has_callback(settings: Settings) -> bool:
    return settings.wecom_callback_token is not None or settings.wecom_callback_key is not None


def wecom_crypto(settings: Settings) -> CallbackCrypto | None:
    """Return how the app's callbacks are read, or None when it has none; raises ConfigurationError for half a set."""
    if not _has_callback(settings):
        return None
    token, key = settings.wecom_callback_token, settings.wecom_callback_key
    return CallbackCrypto(settings.wecom_corp_id or "", token or SecretStr(""), key or SecretStr(""))


def _wecom_door(
    settings: Settings, database: Database, errands: Errands, draw: Draw, clock: Clock, people: AppMessenger | None
) -> AppDoor | None:
    crypto = wecom_crypto(settings)
    if crypto is None or people is None:
        return None
    inbox = KeptEvents(database.work, Platform.WECOM, clock)
    return AppDoor(crypto, errands.answer, people, draw, clock, AfterWork(), inbox=inbox, is_act=errands.is_act)


def _wecom_robot(
    settings: Settings,
    database: Database,
    errands: Errands,
    draw: Draw,
    clock: Clock,
    people: AppMessenger | None,
) -> Robot | None:
    crypto = wecom_robot_crypto(settings)
    if crypto is None or settings.wecom_robot_key is None:
        return None
    return Robot(
        crypto,
        settings.wecom_robot_name,
        errands.answer,
        errands.answer_again,
        errands.owes,
        draw,
        UserIds(people.user_id if people else None),
        RobotAnswers(database.work, settings.wecom_robot_key),
        RobotReturns(settings.wecom_api_url),
        clock,
        AfterWork(),
    )


def _wecom_groups(settings: Settings, webhooks: GroupWebhooks | None, aids: Aids) -> WeComMessenger | None:
    if webhooks is None:
        return None
    return WeComMessenger(webhooks, settings.wecom_webhook_keys, time.monotonic, asyncio.sleep, aids)


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
