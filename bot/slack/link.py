"""Slack for every workspace that installs Vigia by its link, put together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import httpx
from slack_bolt.async_app import AsyncApp

from bot.afterwork import AfterWork
from bot.slack.access import SlackAccess
from bot.slack.app import create_lobby
from bot.slack.gateway import slack_client
from bot.slack.install_flow import Installations, InstallFlow, create_flow
from bot.slack.install_pages import create_pages
from bot.slack.link_access import LinkAccess
from bot.slack.renewal import Renewal
from bot.slack.response_urls import ResponseUrls
from bot.slack.seen import SeenEvents
from bot.slack.shelves import OpenShelves
from bot.slack.side import Behind, OneOfMany, SlackSide, assemble_slack
from bot.slack.token_seal import TokenSeal
from bot.slack.uploads import POST_SECONDS
from bot.slack.workspace_tokens import TokenCare, WorkspaceTokens
from bot.slack.workspaces import Workspaces
from handlers.ports import Clock


@dataclass(frozen=True, slots=True)
class SlackLink:
    """Ready to be served: `lobby` is the app for workspaces nobody knows; all sides share what follows it."""

    access: SlackAccess
    workspaces: Workspaces
    flow: InstallFlow
    lobby: AsyncApp
    work: AfterWork
    http: httpx.AsyncClient
    response_urls: ResponseUrls

    async def close(self) -> None:
        """End the work that goes on, then close what is kept open."""
        await self.work.finish()
        await self.http.aclose()
        await self.response_urls.close()


def token_care(
    access: SlackAccess, link: LinkAccess, shelves: OpenShelves, view: OpenShelves, clock: Clock
) -> TokenCare:
    """Return what the tokens of all workspaces are kept with."""
    renew = Renewal(slack_client(access), link)
    return TokenCare(shelves, view, TokenSeal(link.secrets), renew, clock)


def assemble_link(
    access: SlackAccess, link: LinkAccess, behind: Behind, care: TokenCare, home: SlackSide | None
) -> SlackLink:
    """Return it over these parts; no connection is opened. `home` is the side of the token in the settings."""
    claim = home.door.claim if home else SeenEvents(care.clock)
    work, http, response_urls = AfterWork(), httpx.AsyncClient(timeout=POST_SECONDS), ResponseUrls()

    def open_side(workspace: str, tokens: WorkspaceTokens) -> SlackSide:
        one = OneOfMany(workspace, tokens, partial(workspaces.departed, workspace), claim, work, http, response_urls)
        return assemble_slack(access, behind, care.clock, one)

    workspaces = Workspaces(care, home, open_side, behind.tell_loss)
    installations = Installations(care.shelves, care.seal, care.clock, workspaces.installed)
    flow = create_flow(link, slack_client(access), installations, create_pages())
    return SlackLink(access, workspaces, flow, create_lobby(access), work, http, response_urls)
