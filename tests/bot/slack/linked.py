"""Workspaces that installed Vigia, over a database in memory and a Slack that gives out tokens."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, cast

from pydantic import SecretStr

from bot.slack.access import SlackAccess
from bot.slack.gateway import slack_client
from bot.slack.link_access import LinkAccess
from bot.slack.renewal import Renewal
from bot.slack.shelves import OpenShelves
from bot.slack.token_seal import TokenPair, TokenSeal
from bot.slack.workspace_tokens import TokenCare, WorkspaceTokens
from kpi.workspaces import Workspace
from tests.bot.slack.payloads import SECRET
from tests.twins.books import MemoryDatabase
from tests.twins.clock import FakeClock
from tests.twins.naps import Naps
from tests.twins.slack_oauth import CLIENT_ID, CLIENT_SECRET, Team, TokenDesk
from tests.twins.slack_server import SlackServer

LINK = LinkAccess(CLIENT_ID, SecretStr(CLIENT_SECRET), (SecretStr("n" * 32), SecretStr("o" * 32)))
TEAM = "T0AURORA01"


class Linked:
    """A Slack with one workspace that has installed Vigia, and what the bot keeps of it."""

    def __init__(self, slack: SlackServer, clock: FakeClock, *, rotates: bool = True) -> None:
        self.slack, self.clock, self.naps = slack, clock, Naps()
        self.desk = slack.desk = TokenDesk(clock, rotates=rotates)
        self.database = MemoryDatabase()
        self.is_away = False
        self.access = SlackAccess(SECRET, None, api_url=slack.api_url)
        self.seal = TokenSeal(LINK.secrets)
        self.care = TokenCare(
            cast("OpenShelves", self._open),
            cast("OpenShelves", self.database.view),
            self.seal,
            Renewal(slack_client(self.access), LINK),
            clock,
            self.naps.sleep,
        )
        self.first = self.install(self.desk.team(TEAM, "Aurora", "C0SELLER01"))

    def _open(self) -> AbstractContextManager[Any]:
        if self.is_away:
            raise RuntimeError("the database is away")
        return self.database.work()

    def install(self, team: Team) -> str:
        """Install Vigia in a workspace; return its token."""
        given = self.desk.access(
            {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "code": self.desk.allow(team, "chat:write")}
        )
        pair, now = TokenPair(given["access_token"], given.get("refresh_token", "")), self.clock()
        ends_at = self.desk.given[pair.access].ends_at
        self.keep(Workspace(team.id, team.name, (), self.seal.seal(team.id, pair), now, now, ends_at))
        return pair.access

    def tokens(self) -> WorkspaceTokens:
        """Return the tokens as a process that has just started hands them out."""
        return WorkspaceTokens(TEAM, self.care)

    def stored(self) -> Workspace:
        """Return what is stored of the workspace."""
        found = self.shelves().get(TEAM)
        assert found is not None
        return cast("Workspace", found)

    def keep(self, workspace: Workspace) -> None:
        """Store a workspace."""
        with self.database.work() as work:
            work.workspaces.install(workspace)

    def shelves(self) -> Any:
        """Return the workspaces as they are now."""
        with self.database.view() as work:
            return work.workspaces

    def renewals(self) -> int:
        """Return how often Slack was asked for a renewal."""
        return len(self.slack.of("oauth.v2.access"))
