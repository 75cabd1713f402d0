"""Tokens under a seal: only who has the secret opens them, and only as those of their workspace."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.pages.links import _PURPOSE as PAGES
from bot.sealing import LEAST_SECRET, key_of
from bot.slack.resealing import reseal_all
from bot.slack.shelves import Shelves
from bot.slack.token_seal import _PURPOSE, TokenPair, TokenSeal
from kpi.errors import ConfigurationError
from kpi.workspaces import Workspace
from tests.bot.slack.linked import LINK, TEAM, Linked
from tests.twins.book_of_workspaces import MemoryWorkspaces
from tests.twins.book_state import BookState
from tests.twins.clock import FakeClock
from tests.twins.slack_server import SlackServer

OLD, NEW = SecretStr("o" * LEAST_SECRET), SecretStr("n" * LEAST_SECRET)
PAIR = TokenPair("xoxb-made-up", "xoxe-1-made-up")


def test_what_was_sealed_is_opened_for_its_workspace_alone() -> None:
    """Whoever can write into the database cannot give one workspace another's token."""
    seal = TokenSeal((NEW,))
    sealed = seal.seal(TEAM, PAIR)
    assert seal.open(TEAM, sealed) == PAIR
    assert seal.open("T0OTHER001", sealed) is None
    assert "made-up" not in f"{sealed}{PAIR}"


@given(owner=st.text(), other=st.text(), access=st.text(), refresh=st.text())
def test_whatever_a_workspace_and_its_tokens_are_called_only_it_gets_them(
    owner: str, other: str, access: str, refresh: str
) -> None:
    """Any texts."""
    seal, pair = TokenSeal((NEW,)), TokenPair(access, refresh)
    sealed = seal.seal(owner, pair)
    assert seal.open(owner, sealed) == pair
    assert seal.open(other, sealed) == (pair if other == owner else None)


@pytest.mark.parametrize("sealed", ["", "xoxb-made-up", TokenSeal((OLD,)).seal(TEAM, PAIR)])
def test_what_no_secret_opens_is_no_token(sealed: str) -> None:
    """Nothing raises: the workspace is told to install again."""
    assert TokenSeal((NEW,)).open(TEAM, sealed) is None
    assert TokenSeal((NEW,)).renewed(sealed) is None


def test_an_older_secret_opens_and_the_newest_one_seals() -> None:
    """Until everything is under the newest one."""
    both, sealed = TokenSeal((NEW, OLD)), TokenSeal((OLD,)).seal(TEAM, PAIR)
    assert both.open(TEAM, sealed) == PAIR
    renewed = both.renewed(sealed)
    assert renewed is not None
    assert TokenSeal((NEW,)).open(TEAM, renewed) == PAIR
    assert TokenSeal((OLD,)).open(TEAM, renewed) is None


def test_the_same_secret_for_pages_opens_no_token() -> None:
    """Each purpose has keys of its own."""
    assert key_of(_PURPOSE, NEW) != key_of(PAGES, NEW)


@pytest.mark.parametrize("secrets", [(), (SecretStr("x" * (LEAST_SECRET - 1)),), (NEW, SecretStr("short"))])
def test_a_secret_somebody_may_guess_is_refused(secrets: tuple[SecretStr, ...]) -> None:
    """One character less than the least is too little."""
    with pytest.raises(ConfigurationError, match="VIGIA_SLACK_TOKEN_SECRETS"):
        TokenSeal(secrets)


class Racing(MemoryWorkspaces):
    """Workspaces whose tokens are renewed between the first look at them and the first change."""

    def __init__(self, state: BookState) -> None:
        super().__init__(state)
        self._is_first = True

    def reseal(self, workspace: Workspace, tokens: str) -> bool:
        """Let somebody be faster, once."""
        if self._is_first:
            self._is_first = False
            renewed = TokenSeal(LINK.secrets[1:]).seal(workspace.id, TokenPair("renewed"))
            assert self.keep(workspace, renewed, workspace.renewed_at + timedelta(hours=9), None)
        return super().reseal(workspace, tokens)


async def test_tokens_renewed_meanwhile_are_put_under_the_newest_secret_too(
    slack: SlackServer, clock: FakeClock
) -> None:
    """They are not lost, and not left under the older one."""
    linked = Linked(slack, clock)
    with linked.database.work() as work:
        work.workspaces = Racing(linked.database.state)
        assert reseal_all(lambda: nullcontext(cast("Shelves", work)), TokenSeal(LINK.secrets)).count == 1
        (stored,) = work.workspaces.all()
    assert TokenSeal(LINK.secrets[:1]).open(TEAM, stored.tokens) == TokenPair("renewed")


async def test_all_tokens_are_put_under_the_newest_secret(slack: SlackServer, clock: FakeClock) -> None:
    """Those nothing opens are named; a renewal that came between is taken as it is then."""
    linked = Linked(slack, clock)
    linked.install(linked.desk.team("T0BOREAL01", "Boreal"))
    before = linked.stored().tokens
    turned = TokenSeal((SecretStr("x" * 32), *LINK.secrets))
    assert reseal_all(linked.care.shelves, turned).count == 2
    assert linked.stored().tokens != before
    alone = TokenSeal((SecretStr("x" * 32),))
    assert alone.open(TEAM, linked.stored().tokens) is not None
    unopened = reseal_all(linked.care.shelves, TokenSeal((SecretStr("y" * 32),)))
    assert (unopened.count, [one.name for one in unopened.unopened]) == (0, ["Aurora", "Boreal"])
