"""Replicas that renew one workspace's token at the same time: threads of their own, one database, one call to Slack."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any, cast

import pytest

from bot.slack.renewal import NotRenewedError, Renewed
from bot.slack.shelves import OpenShelves
from bot.slack.token_seal import TokenPair, TokenSeal
from bot.slack.workspace_tokens import RENEW_BEFORE, TokenCare, WorkspaceTokens
from kpi.workspaces import Workspace
from tests.bot.slack.linked import LINK, TEAM
from tests.twins.book_samples import HOUR, NOON
from tests.twins.books import Books
from tests.twins.clock import FakeClock

REPLICAS = 4
LASTS = timedelta(hours=12)
WAIT_SECONDS = 30


class Replicas:
    """Processes as threads: each has an event loop and tokens of its own."""

    def __init__(self, database: Books) -> None:
        self.clock = FakeClock(NOON)
        self.seal = TokenSeal(LINK.secrets)
        self.asked: list[str] = []
        self._database = database
        self._together = Barrier(REPLICAS)
        self._is_renewed = Event()
        pair = TokenPair("access 1", "refresh 1")
        workspace = Workspace(TEAM, "Aurora", (), self.seal.seal(TEAM, pair), NOON, NOON, NOON + LASTS)
        with database.work() as work:
            cast("Any", work).workspaces.install(workspace)

    def ask_at(self, after: timedelta) -> list[str]:
        """Let all replicas ask for the token at the same moment; return what each got."""
        self.clock.set(NOON + after)
        with ThreadPoolExecutor(REPLICAS) as pool:
            return list(pool.map(lambda _number: asyncio.run(self._ask()), range(REPLICAS)))

    async def _ask(self) -> str:
        care = TokenCare(*self._shelves(), self.seal, self._renew, self.clock, self._nap)
        tokens = WorkspaceTokens(TEAM, care)
        self._together.wait(WAIT_SECONDS)
        access = await tokens.current()
        self._is_renewed.set()
        return access

    def _shelves(self) -> tuple[OpenShelves, OpenShelves]:
        return cast("OpenShelves", self._database.work), cast("OpenShelves", self._database.view)

    async def _renew(self, refresh: str) -> Renewed:
        """Answer as Slack does: a refresh token is good once."""
        if refresh in self.asked:
            raise NotRenewedError("invalid_refresh_token", is_lasting=True)
        self.asked.append(refresh)
        number = len(self.asked) + 1
        return Renewed(TokenPair(f"access {number}", f"refresh {number}"), LASTS)

    async def _nap(self, _seconds: float) -> None:
        """Wait until somebody has renewed it."""
        await asyncio.to_thread(self._is_renewed.wait, WAIT_SECONDS)


@pytest.mark.parametrize("after", [LASTS - RENEW_BEFORE, LASTS - RENEW_BEFORE + HOUR])
def test_replicas_that_find_a_token_due_renew_it_once(database: Books, after: timedelta) -> None:
    """The others go on with the one that is still good."""
    replicas = Replicas(database)
    assert set(replicas.ask_at(after)) <= {"access 1", "access 2"}
    assert replicas.asked == ["refresh 1"]
    assert set(replicas.ask_at(after)) == {"access 2"}
    assert replicas.asked == ["refresh 1"]


def test_replicas_that_find_a_token_over_renew_it_once(database: Books) -> None:
    """The others wait for it."""
    replicas = Replicas(database)
    assert set(replicas.ask_at(LASTS + HOUR)) == {"access 2"}
    assert replicas.asked == ["refresh 1"]
