"""Whether the workspaces that installed Vigia by its link still take its tokens, and whether rooms are in one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.health import Health
from bot.platform_access import slack_link, slack_link_access
from bot.settings import Settings
from bot.slack.link_access import LinkAccess
from bot.slack.side import installed_as
from bot.slack.token_seal import TokenPair, TokenSeal
from bot.slack.workspace_tokens import RENEW_BEFORE
from kpi.engagements import Room
from kpi.errors import ConfigurationError
from kpi.workspaces import Workspace

Found = tuple[str, Health, str]
"""What was looked at, how it is, and a sentence."""


def check_workspaces(settings: Settings, workspaces: Sequence[Workspace], now: datetime) -> Iterator[Found]:
    """Yield how the link and each workspace are; Slack is asked with the tokens as they are stored."""
    try:
        link = slack_link(settings)
        if link is None:
            return
        seal = TokenSeal(link.secrets)
        slack_link_access(settings)
    except ConfigurationError as error:
        yield "slack link", Health.BAD, str(error)
        return
    if not workspaces:
        yield "slack link", Health.LOOK, f"no workspace has installed Vigia yet: open {link.install_url}"
    for workspace in workspaces:
        name, pair = f"slack {workspace.name}", seal.open(workspace.id, workspace.tokens)
        if pair is None:
            sentence = f"no secret of VIGIA_SLACK_TOKEN_SECRETS opens its tokens; {_again(link)}"
            yield name, Health.BAD, sentence
        elif workspace.expires_at is not None and workspace.expires_at <= now:
            yield name, Health.BAD, f"{_over(workspace)}; vigia run renews it, or else {_again(link)}"
        else:
            yield from _as_slack_says(settings, link, workspace, pair, now)


def _as_slack_says(
    settings: Settings, link: LinkAccess, workspace: Workspace, pair: TokenPair, now: datetime
) -> Iterator[Found]:
    name, access = f"slack {workspace.name}", replace(slack_link_access(settings), bot_token=pair.access)
    try:
        installed = asyncio.run(installed_as(access))
    except ConfigurationError as error:
        yield name, Health.BAD, f"{error} ({workspace.id}: {_again(link)})"
        return
    yield name, *_age(workspace, installed.name, link, now)
    if installed.missing:
        lacking = f"the app lacks {', '.join(installed.missing)}: update its manifest, then {_again(link)}"
        yield f"{name} permissions", Health.BAD, lacking


def _age(workspace: Workspace, speaks_as: str, link: LinkAccess, now: datetime) -> tuple[Health, str]:
    """Return how old a token is and what comes of it."""
    said = f"speaks as {speaks_as} ({workspace.id})"
    if workspace.expires_at is None:
        return Health.OK, f"{said}; its token does not end"
    until = f"{workspace.expires_at:%Y-%m-%d %H:%M} UTC"
    said = f"{said}; its token is of {workspace.renewed_at:%Y-%m-%d %H:%M} UTC and good until {until}"
    if workspace.trouble:
        return Health.BAD, f"{said}, but was not renewed ({workspace.trouble}): before it ends, {_again(link)}"
    if workspace.expires_at - RENEW_BEFORE <= now:
        return Health.LOOK, f"{said}; it should have been renewed: is vigia run running?"
    return Health.OK, said


def _over(workspace: Workspace) -> str:
    trouble = f" ({workspace.trouble})" if workspace.trouble else ""
    return f"{workspace.id}: its token ended at {workspace.expires_at:%Y-%m-%d %H:%M} UTC{trouble}"


def _again(link: LinkAccess) -> str:
    return f"open {link.install_url} there and install Vigia again"


def slack_room(room: Room, settings: Settings, workspaces: Sequence[Workspace]) -> tuple[Health, str] | None:
    """Return what keeps messages from a Slack room and what to do, or None."""
    has_home, has_link = settings.slack_bot_token is not None, settings.slack_client_id is not None
    if not has_home and not has_link:
        return Health.BAD, "is in Slack, but VIGIA_SLACK_BOT_TOKEN is not set"
    if room.workspace and room.workspace not in {one.id for one in workspaces}:
        return Health.BAD, f"is in the workspace {room.workspace}, which has not installed Vigia by its link"
    if not room.workspace and not has_home and len(workspaces) > 1:
        return Health.BAD, 'names no workspace, and there are several: vigia slack workspaces, then workspace = "T…"'
    return None
