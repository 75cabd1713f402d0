"""Links: nobody makes one, nobody changes one, and a secret can be replaced without breaking what was sent."""

from __future__ import annotations

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.pages.links import LINK_DAYS, PageLinks
from kpi.engagements import Audience, Platform, Room
from kpi.errors import ConfigurationError, NotFoundError
from kpi.languages import Language
from tests.twins.clock import FakeClock

ROOM = Room(
    *("lumina-group", "lumina", Platform.WECOM, "group", Audience.SELLER, Language.ZH),
    ZoneInfo("Asia/Shanghai"),
    time(11, 37),
)
OLD, NEW = SecretStr("a" * 32), SecretStr("b" * 40)


def links(*secrets: SecretStr, url: str = "https://vigia.acme.com.br/") -> PageLinks:
    """Return links of an installation with these secrets."""
    return PageLinks(url, secrets or (OLD,), FakeClock())


def sealed(url: str) -> str:
    """Return the part of an address that is the link."""
    return url.rpartition("/")[2]


def test_a_link_says_room_questions_and_until_when() -> None:
    """And its address is the installation's own, without a doubled slash."""
    made = links()
    url = made.url(ROOM, ("/incident show 1001", "/kpi 转化率"))
    assert url.startswith("https://vigia.acme.com.br/pages/")
    question = made.read(sealed(url))
    assert (question.room, question.commands) == ("lumina-group", ("/incident show 1001", "/kpi 转化率"))
    assert question.until == FakeClock()() + LINK_DAYS
    assert timedelta(days=7) < LINK_DAYS


def test_a_link_says_nothing_to_whoever_sees_it() -> None:
    """It may stand in a proxy's log: no room, no number, no question can be read from it."""
    url = links().url(ROOM, ("/incident show 1001",))
    assert "lumina" not in url
    assert "1001" not in url


def test_after_a_new_secret_older_links_still_open() -> None:
    """And once the old one is gone, they no longer do."""
    before = sealed(links(OLD).url(ROOM, ("/kpi",)))
    assert links(NEW, OLD).read(before).room == "lumina-group"
    with pytest.raises(NotFoundError):
        links(NEW).read(before)


@given(st.text(max_size=80))
def test_what_vigia_did_not_make_opens_nothing(text: str) -> None:
    """One sentence, whatever stands in the address."""
    with pytest.raises(NotFoundError, match="not complete"):
        links().read(text)


@given(st.integers(0, 10_000), st.integers(1, 127))
def test_a_link_that_was_changed_opens_nothing(place: int, shift: int) -> None:
    """Not a single letter."""
    link = sealed(links().url(ROOM, ("/kpi",))).rstrip("=")
    index = place % len(link)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = letters[(letters.index(link[index]) + shift % 63 + 1) % 64]
    changed = link[:index] + other + link[index + 1 :]
    is_last = index == len(link) - 1  # its lowest bits may be padding that nobody reads
    if changed != link and not is_last:
        with pytest.raises(NotFoundError):
            links().read(changed)


@pytest.mark.parametrize("secrets", [(), (SecretStr("b" * 31),), (OLD, SecretStr(""))])
def test_a_secret_that_can_be_guessed_is_refused(secrets: tuple[SecretStr, ...]) -> None:
    """At the start, with what to do."""
    with pytest.raises(ConfigurationError, match="openssl rand -hex 32"):
        PageLinks("https://vigia.acme.com.br", secrets, FakeClock())


def test_an_address_nobody_can_open_is_refused() -> None:
    """A name alone is no address."""
    with pytest.raises(ConfigurationError, match="https://"):
        links(url="vigia.acme.com.br")
