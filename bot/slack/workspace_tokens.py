"""The token of one workspace, for requests and for what is sent by itself: renewed in time, by one replica.

A refresh token is good for one renewal. So whoever renews claims the row of exactly the tokens they read; everybody
else goes on with the old access token, which stays good until it ends.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.slack.errors import NotInstalledError, NoTokenError
from bot.slack.link_access import INSTALL_PATH
from bot.slack.pace import Sleep
from bot.slack.renewal import NotRenewedError, Renew
from bot.slack.shelves import OpenShelves, Shelves, on_shelves
from bot.slack.token_seal import TokenPair, TokenSeal
from handlers.ports import Clock
from kpi.phrases import phrase
from kpi.workspaces import Workspace

RENEW_BEFORE = timedelta(hours=2)
"""How long before its end a token is renewed: time to notice and act when that fails."""
RENEWING_TAKES = timedelta(minutes=1)
"""Longer than a renewal can take: whoever claimed it then is dead."""
TRY_AGAIN_AFTER = timedelta(minutes=1)
"""Slack was not reached, or takes no more for a while."""
REFUSED_FOR = timedelta(hours=1)
"""Slack said that it will not renew these tokens: asking again helps nobody."""
LOOK_AGAIN_AFTER = timedelta(minutes=1)
"""How long a token is used without a look at the database once it should have been renewed."""
PAUSES = (0.5, 1.0, 2.0)
"""Seconds before each further look while another replica renews a token that is no longer good."""

_NOT_INSTALLED = phrase("Vigia is not installed in this Slack workspace any more. Install it again by its link.")
_NOT_OPENED = phrase("No secret of VIGIA_SLACK_TOKEN_SECRETS opens this workspace's token. Put back the one it needs.")
_NOT_RENEWED = phrase("Slack's token of this workspace is over and was not renewed. Install Vigia again by its link.")

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    access: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class TokenCare:
    """What all workspaces' tokens are kept with; `view` opens the shelves for reading, which waits for no writer."""

    shelves: OpenShelves
    view: OpenShelves
    seal: TokenSeal
    renew: Renew
    clock: Clock
    sleep: Sleep = asyncio.sleep


class WorkspaceTokens:
    """Hands out the token of a workspace; belongs to one event loop."""

    def __init__(self, workspace: str, care: TokenCare) -> None:
        self._workspace = workspace
        self._care = care
        self._lock = asyncio.Lock()
        self._known: _Known | None = None
        self._renewing: asyncio.Task[_Known | None] | None = None

    def forget(self) -> None:
        """Look into the database before the token is used again."""
        self._known = None

    async def current(self, stale: str = "") -> str:
        """Return the token, another one than `stale` if there is one; raises NoTokenError, NotInstalledError.

        As long as it is good, neither the database nor Slack is asked.
        """
        async with self._lock:
            known, now = self._known, self._care.clock()
            if known is None or known.access == stale or (known.until is not None and known.until <= now):
                known = self._known = await self._found(stale)
            return known.access

    async def _found(self, stale: str) -> _Known:
        for pause in (*PAUSES, None):
            workspace, pair = await self._read()
            now, ends_at = self._care.clock(), workspace.expires_at
            if ends_at is None or (pair.access != stale and now < ends_at - RENEW_BEFORE):
                return _Known(pair.access, ends_at - RENEW_BEFORE if ends_at else None)
            if await self._claim(workspace, now):
                # Whoever waits for it may give up; half a renewal would cost the workspace its tokens.
                self._renewing = asyncio.create_task(self._renewed(workspace, pair))
                renewed = await asyncio.shield(self._renewing)
                if renewed is not None:
                    return renewed
                workspace, pair = await self._read()
            if pair.access != stale and now < ends_at:
                return _Known(pair.access, min(now + LOOK_AGAIN_AFTER, ends_at))
            if pause is None or workspace.trouble:
                break
            await self._care.sleep(pause)
        raise NoTokenError(_NOT_RENEWED, LOOK_AGAIN_AFTER)

    async def _read(self) -> tuple[Workspace, TokenPair]:
        workspace = await on_shelves(self._care.view, lambda shelves: shelves.workspaces.get(self._workspace))
        if workspace is None:
            raise NotInstalledError(_NOT_INSTALLED)
        pair = self._care.seal.open(workspace.id, workspace.tokens)
        if pair is None:
            raise NoTokenError(_NOT_OPENED)
        return workspace, pair

    async def _claim(self, workspace: Workspace, now: datetime) -> bool:
        """Take the right to renew these tokens; False while somebody else does, did, or was refused lately."""
        return await on_shelves(
            self._care.shelves, lambda shelves: shelves.workspaces.claim(workspace, now, now + RENEWING_TAKES)
        )

    async def _renewed(self, workspace: Workspace, pair: TokenPair) -> _Known | None:
        care = self._care
        try:
            renewed = await care.renew(pair.refresh)
        except NotRenewedError as error:
            await self._note(workspace, error)
            return None
        now = care.clock()
        ends_at, tokens = now + renewed.lasts, care.seal.seal(workspace.id, renewed.pair)
        if not await self._kept(workspace, tokens, now, ends_at):  # installed anew or erased meanwhile
            return None
        _LOG.info("slack_token_renewed", workspace=workspace.id, good_until=ends_at.isoformat())
        return _Known(renewed.pair.access, ends_at - RENEW_BEFORE)

    async def _kept(self, workspace: Workspace, tokens: str, now: datetime, ends_at: datetime) -> bool:
        """Keep renewed tokens, trying again where the database is away for a moment: they are nowhere else."""

        def keep(shelves: Shelves) -> bool:
            return shelves.workspaces.keep(workspace, tokens, now, ends_at)

        for pause in PAUSES:
            try:
                return await on_shelves(self._care.shelves, keep)
            except Exception:  # noqa: BLE001 - the edge: Slack does not give out the same tokens twice
                _LOG.exception("slack_token_not_kept", workspace=workspace.id)
                await self._care.sleep(pause)
        return await on_shelves(self._care.shelves, keep)

    async def _note(self, workspace: Workspace, error: NotRenewedError) -> None:
        until = self._care.clock() + (REFUSED_FOR if error.is_lasting else TRY_AGAIN_AFTER)
        trouble = error.trouble or workspace.trouble  # not to have reached Slack says nothing of what it took before
        await on_shelves(self._care.shelves, lambda shelves: shelves.workspaces.fail(workspace, trouble, until))
        ends_at = workspace.expires_at.isoformat() if workspace.expires_at else ""
        if not error.trouble:
            _LOG.warning("slack_token_not_renewed", workspace=workspace.id, good_until=ends_at, trouble="not reached")
            return
        advice = f"if it is not renewed by then, open {INSTALL_PATH} and install Vigia there again"
        _LOG.error(
            "slack_token_not_renewed", workspace=workspace.id, good_until=ends_at, trouble=error.trouble, advice=advice
        )
