"""Bolt's OAuth flow over our own shelves: single-use states, sealed tokens, nothing of the installer but their browser.

Bolt checks that the browser which comes back is the one that began (a Secure cookie), then the state, then the code.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import CALL_ERRORS, code_of
from bot.slack.link_access import INSTALL_PATH, RETURN_PATH, SLACK_URL, LinkAccess
from bot.slack.manifest import SCOPES
from bot.slack.shelves import OpenShelves, on_shelves
from bot.slack.token_grants import ask_for_tokens
from bot.slack.token_seal import TokenPair, TokenSeal
from handlers.ports import Clock
from kpi.workspaces import Workspace

STATE_LASTS = timedelta(minutes=10)
"""How long somebody may take to allow an installation."""

_LOG = structlog.get_logger(__name__)


class NotOneWorkspaceError(BoltError):
    """Somebody installed Vigia for a whole organisation, or without its bot: no room of it would be a workspace's."""


class States(AsyncOAuthStateStore):
    """Installations that were begun; the database knows digests only."""

    def __init__(self, shelves: OpenShelves, clock: Clock) -> None:
        self._shelves = shelves
        self._clock = clock

    async def async_issue(self, *_args: Any, **_kwargs: Any) -> str:
        """Begin an installation and return its secret."""
        state, now = secrets.token_urlsafe(32), self._clock()
        await on_shelves(
            self._shelves, lambda shelves: shelves.install_states.keep(_digest(state), now, now + STATE_LASTS)
        )
        return state

    async def async_consume(self, state: str) -> bool:
        """End an installation; False when it is over, unknown, or was ended before."""
        now = self._clock()
        return await on_shelves(self._shelves, lambda shelves: shelves.install_states.take(_digest(state), now))


class Installations(AsyncInstallationStore):
    """Keeps what an installation brings; `installed` hears of each workspace."""

    def __init__(self, shelves: OpenShelves, seal: TokenSeal, clock: Clock, installed: Callable[[str], None]) -> None:
        self.states = States(shelves, clock)
        self.clock = clock
        self._shelves = shelves
        self._seal = seal
        self._installed = installed

    async def async_save(self, installation: Installation) -> None:
        """Keep a workspace with its sealed tokens."""
        workspace = self._workspace(installation)
        await on_shelves(self._shelves, lambda shelves: shelves.workspaces.install(workspace))
        self._installed(workspace.id)
        _LOG.info("slack_workspace_installed", workspace=workspace.id)

    def _workspace(self, installation: Installation) -> Workspace:
        team, now, ends = installation.team_id or "", self.clock(), installation.bot_token_expires_at
        pair = TokenPair(installation.bot_token or "", installation.bot_refresh_token or "")
        return Workspace(
            id=team,
            name=installation.team_name or team,
            scopes=tuple(installation.bot_scopes or ()),
            tokens=self._seal.seal(team, pair),
            installed_at=now,
            renewed_at=now,
            expires_at=datetime.fromtimestamp(ends, UTC) if ends and pair.refresh else None,
        )


class InstallFlow(AsyncOAuthFlow):
    """Bolt's flow, without its question who the bot is, and without codes in the log."""

    def __init__(self, client: AsyncWebClient, settings: AsyncOAuthSettings, link: LinkAccess, clock: Clock) -> None:
        super().__init__(client=client, settings=settings)
        self._link = link
        self._clock = clock

    async def run_installation(self, code: str) -> Installation | None:
        """Exchange the code of an installation; None when Slack refuses it or cannot be asked."""
        try:
            answer = await ask_for_tokens(self.client, self._link, code=code, redirect_uri=self._link.redirect_uri)
        except CALL_ERRORS as error:
            reason = code_of(error) if isinstance(error, SlackApiError) else type(error).__name__
            _LOG.warning("slack_installation_refused", reason=reason)
            return None
        team: dict[str, str] = answer.get("team") or {}
        seconds = int(answer.get("expires_in") or 0)
        return Installation(
            user_id="",
            team_id=team.get("id"),
            team_name=team.get("name"),
            bot_token=answer.get("access_token"),
            bot_scopes=str(answer.get("scope") or ""),
            bot_refresh_token=answer.get("refresh_token"),
            is_enterprise_install=bool(answer.get("is_enterprise_install")),
            bot_token_expires_at=int(self._clock().timestamp()) + seconds if seconds else None,
        )

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        """Keep an installation; one that is not of a bot in one workspace is given back and refused."""
        if installation.is_enterprise_install or not (installation.team_id and installation.bot_token):
            await self._give_back(installation.bot_token)
            raise NotOneWorkspaceError("not an installation of a bot in one workspace")
        await super().store_installation(request, installation)

    async def _give_back(self, token: str | None) -> None:
        if not token:
            return
        try:
            await AsyncWebClient(token, self.client.base_url, self.client.timeout, retry_handlers=[]).auth_revoke()
        except CALL_ERRORS as error:
            _LOG.warning("slack_token_not_given_back", reason=code_of(error) or type(error).__name__)


def create_flow(
    link: LinkAccess, client: AsyncWebClient, installations: Installations, pages: AsyncCallbackOptions
) -> InstallFlow:
    """Return the flow of one Slack app; no connection is opened."""
    settings = AsyncOAuthSettings(
        client_id=link.client_id,
        client_secret=link.client_secret.get_secret_value(),
        scopes=sorted(SCOPES),
        user_scopes=[],
        redirect_uri=link.redirect_uri,
        install_path=INSTALL_PATH,
        install_page_rendering_enabled=False,
        redirect_uri_path=RETURN_PATH,
        callback_options=pages,
        authorization_url=f"{SLACK_URL}/oauth/v2/authorize",
        installation_store=installations,
        state_store=installations.states,
        state_expiration_seconds=int(STATE_LASTS.total_seconds()),
    )
    return InstallFlow(client, settings, link, installations.clock)


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
