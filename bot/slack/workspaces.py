"""All workspaces Vigia speaks with: the one whose token is in the settings, and those that installed it by its link.

Each has a side of its own (doors, gateway, app), made when it is first needed. A request finds its side in memory: of
a workspace nobody asked for yet, the database is asked once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from slack_bolt.async_app import AsyncApp

from bot.messengers import NotSentError
from bot.slack.app import SlackDoor
from bot.slack.departures import Departure, is_gone
from bot.slack.errors import NotInstalledError
from bot.slack.gateway import Gateway
from bot.slack.shelves import on_shelves
from bot.slack.side import SlackSide
from bot.slack.workspace_tokens import TokenCare, WorkspaceTokens
from handlers.rooms.workspace_losses import WorkspaceLoss
from kpi.engagements import Platform, Room
from kpi.phrases import phrase
from kpi.workspaces import Workspace

ABSENT_FOR = timedelta(minutes=1)
"""How long a workspace that is not installed is believed to be so; an installation here is seen at once."""

_NOWHERE = phrase("Vigia is not installed in the Slack workspace of this room. Install it again by its link.")
_UNNAMED = phrase("Vigia is in several Slack workspaces. Write the workspace of this room into the engagement file.")

_LOG = structlog.get_logger(__name__)

OpenSide = Callable[[str, WorkspaceTokens], SlackSide]
"""Makes the side of a workspace; no connection is opened."""
TellLoss = Callable[[WorkspaceLoss], Awaitable[None]]


class Workspaces:
    """Belongs to the event loop. `home` is the side of the token in the settings, if there is one."""

    def __init__(self, care: TokenCare, home: SlackSide | None, open_side: OpenSide, tell_loss: TellLoss) -> None:
        self._care = care
        self._home = home
        self._open_side = open_side
        self._tell_loss = tell_loss
        self._sides: dict[str, tuple[SlackSide, WorkspaceTokens]] = {}
        self._absent: dict[str, datetime] = {}

    async def app_of(self, workspace: str) -> AsyncApp | None:
        """Return the app of a workspace that installed Vigia by its link, or None."""
        side = await self._side(workspace) if workspace else None
        return side.app if side else None

    async def door_of(self, workspace: str) -> SlackDoor | None:
        """Return the door of a workspace ("": that of the token in the settings), or None where it is not installed."""
        side = await self._side(workspace) if workspace else self._home
        return side.door if side else None

    async def gateway_of(self, room: Room) -> Gateway:
        """Return the way into the workspace of a room; raises NotInstalledError, or NotSentError when it names none."""
        if not room.workspace and self._home is not None:
            return self._home.gateway
        side = await self._side(room.workspace or await self._only_one())
        if side is None:
            raise NotInstalledError(f"{room.workspace}: {_NOWHERE}" if room.workspace else _NOWHERE)
        return side.gateway

    def installed(self, workspace: str) -> None:
        """Take note that a workspace has just installed Vigia: what was believed of it is over."""
        self._absent.pop(workspace, None)
        if workspace in self._sides:
            self._sides[workspace][1].forget()

    async def departed(self, workspace: str, departure: Departure) -> None:
        """Erase a workspace that uninstalled Vigia and have its people told, unless it installed it again since."""
        known = await on_shelves(self._care.view, lambda shelves: shelves.workspaces.all())
        found = next((one for one in known if one.id == workspace), None)
        if found is None or not await self._is_left(found, departure):
            return
        _LOG.warning("slack_workspace_left", workspace=workspace)
        is_only_one = self._home is None and len(known) == 1
        names = frozenset({workspace, *([""] if is_only_one else ())})
        await self._tell_loss(WorkspaceLoss(Platform.SLACK, names, departure.at, departure.event_id))
        await on_shelves(self._care.shelves, lambda shelves: shelves.workspaces.erase(workspace))
        self._sides.pop(workspace, None)

    async def sweep(self) -> None:
        """Renew the tokens whose time has come, and drop the sides of workspaces that another replica erased."""
        known = await on_shelves(self._care.view, lambda shelves: shelves.workspaces.all())
        self._absent.clear()
        for workspace in self._sides.keys() - {one.id for one in known}:
            del self._sides[workspace]
        for one in known:
            side = await self._side(one.id)
            if side is not None:
                await self._renew(one.id)

    async def _renew(self, workspace: str) -> None:
        tokens = self._sides[workspace][1]
        tokens.forget()
        try:
            await tokens.current()
        except NotSentError as error:
            _LOG.error("slack_token_missing", workspace=workspace, reason=error.reason)

    async def _side(self, workspace: str) -> SlackSide | None:
        if workspace in self._sides:
            return self._sides[workspace][0]
        now = self._care.clock()
        if not workspace or self._absent.get(workspace, now) > now:
            return None
        found = await on_shelves(self._care.view, lambda shelves: shelves.workspaces.get(workspace))
        if found is None:
            self._absent[workspace] = now + ABSENT_FOR
            return None
        if workspace not in self._sides:  # somebody else may have asked meanwhile
            tokens = WorkspaceTokens(workspace, self._care)
            self._sides[workspace] = (self._open_side(workspace, tokens), tokens)
        return self._sides[workspace][0]

    async def _only_one(self) -> str:
        """Return the only workspace there is, or "" without any; raises NotSentError when there are several."""
        known = await on_shelves(self._care.view, lambda shelves: shelves.workspaces.all())
        if len(known) > 1:
            raise NotSentError(_UNNAMED)
        return known[0].id if known else ""

    async def _is_left(self, workspace: Workspace, departure: Departure) -> bool:
        """Tell whether a departure is of this installation: Slack counts in seconds, and may tell late."""
        side = await self._side(workspace.id)
        if side is None or departure.at < workspace.installed_at.replace(microsecond=0):
            return False
        return await is_gone(departure, side.gateway.client)
