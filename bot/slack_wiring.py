"""Slack, chosen and put together: the side of the token in the settings, and those of workspaces that have the link."""

from __future__ import annotations

from functools import partial

from bot.errands import Errands
from bot.kept_events import KeptEvents
from bot.messengers import Messenger
from bot.platform_access import slack_access, slack_link, slack_link_access
from bot.platform_parts import SlackParts
from bot.settings import Settings
from bot.slack.answers import Draw
from bot.slack.ears import Hearing
from bot.slack.forms import FormSource
from bot.slack.link import SlackLink, assemble_link, token_care
from bot.slack.messenger import SlackMessenger
from bot.slack.side import Behind, SlackSide, assemble_slack
from bot.slack.ways import SlackWays
from handlers.ports import Clock
from kpi.engagements import Platform
from storage.database import Database


def slack_parts(
    settings: Settings, database: Database, errands: Errands, draw: Draw, inbox: KeptEvents, clock: Clock
) -> SlackParts:
    """Return what the settings say; no connection is opened."""
    home, link = _slack(settings, database, _behind_slack(errands, draw, inbox), clock)
    return SlackParts(home, link, _into_slack(home, link, errands))


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


def _behind_slack(errands: Errands, draw: Draw, inbox: KeptEvents) -> Behind:
    forms = FormSource(errands.opened, errands.checked, partial(errands.rooms_of, Platform.SLACK))
    heard = (errands.overhear, errands.twin_of, errands.evidence_for, errands.room_changed)
    hearing = Hearing(*heard, watch=errands.watch, follow=errands.follow)
    return Behind(errands.answer, draw, forms, hearing, errands.home, inbox, errands.workspace_lost)
