"""Tokens under a seal: only who has the secret opens them, and only as those of their workspace."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.pages.links import _key as key_of_pages
from bot.slack.resealing import reseal_all
from bot.slack.token_seal import LEAST_SECRET, TokenPair, TokenSeal, _key
from kpi.errors import ConfigurationError
from tests.bot.slack.linked import LINK, TEAM, Linked
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
    assert _key(NEW) != key_of_pages(NEW)


@pytest.mark.parametrize("secrets", [(), (SecretStr("x" * (LEAST_SECRET - 1)),), (NEW, SecretStr("short"))])
def test_a_secret_somebody_may_guess_is_refused(secrets: tuple[SecretStr, ...]) -> None:
    """One character less than the least is too little."""
    with pytest.raises(ConfigurationError, match="VIGIA_SLACK_TOKEN_SECRETS"):
        TokenSeal(secrets)


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
