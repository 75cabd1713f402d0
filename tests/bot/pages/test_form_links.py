"""Links to forms: what one stands for, and that no link of another kind, person or page opens it."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.pages.form_links import LINK_LASTS, FormLinks
from bot.pages.links import PageLinks
from handlers.messages import Arrival
from kpi.engagements import Platform
from kpi.errors import NotFoundError
from tests.bot.pages.test_links import ROOM
from tests.twins.clock import FakeClock

HOME = "https://vigia.acme.com.br/"
OLD, NEW = SecretStr("a" * 32), SecretStr("b" * 40)
LONGEST_LINK = 600
"""Bytes of a link that bot/wecom/renderer.py still shows, with its label."""


def arrival(address: str = "app:ana") -> Arrival:
    """Return what Ana wrote alone."""
    return Arrival(Platform.WECOM, address, "ana", "/incident plan 1001", FakeClock()(), "event", is_direct=True)


def sealed(url: str) -> str:
    """Return the part of an address that is the link."""
    return url.rpartition("/")[2]


def test_a_link_says_who_writes_what_where_and_until_when() -> None:
    """And each is one event, however often its form is sent."""
    made = FormLinks(HOME, [OLD], FakeClock())
    url, until = made.url(arrival(), "/incident @lumina plan 1001")
    assert url.startswith("https://vigia.acme.com.br/pages/forms/")
    ticket = made.read(sealed(url))
    assert ticket.until == until == FakeClock()() + LINK_LASTS
    said = ticket.arrival(until, {"cause": "x"})
    assert (said.platform, said.address, said.handle, said.is_direct) == (Platform.WECOM, "app:ana", "ana", True)
    assert (said.text, said.values, said.event_id) == ("/incident @lumina plan 1001", {"cause": "x"}, ticket.event)
    other = made.read(sealed(made.url(arrival(), "/incident @lumina plan 1001")[0]))
    assert other.event != ticket.event


def test_a_link_says_nothing_to_whoever_sees_it_and_fits_a_message() -> None:
    """With the longest ids WeCom gives."""
    long = arrival(f"robot:wr{'x' * 30}")
    url, _ = FormLinks(HOME, [OLD], FakeClock()).url(long, "/incident @lumina alert lumina-ml-br-conversion-2026-11-22")
    assert "lumina" not in url
    assert "ana" not in url.removeprefix(HOME)[:20]
    assert len(url.encode()) < LONGEST_LINK


def test_links_of_pages_and_of_forms_do_not_open_each_other() -> None:
    """A link that only shows, which a whole group has, never becomes one that writes."""
    pages, forms = PageLinks(HOME, [OLD], FakeClock()), FormLinks(HOME, [OLD], FakeClock())
    with pytest.raises(NotFoundError):
        forms.read(sealed(pages.url(ROOM, ("/incident plan 1001",))))
    with pytest.raises(NotFoundError):
        pages.read(sealed(forms.url(arrival(), "/incident plan 1001")[0]))


def test_a_mark_belongs_to_one_link() -> None:
    """Also after a new secret, as long as the old one opens its links."""
    old = FormLinks(HOME, [OLD], FakeClock())
    one, other = (old.read(sealed(old.url(arrival(), "/incident new")[0])) for _ in range(2))
    mark = old.mark(one)
    assert old.is_marked(one, mark)
    assert FormLinks(HOME, [NEW, OLD], FakeClock()).is_marked(one, mark)
    for wrong in ("", "é", mark[:-1], old.mark(other)):
        assert not old.is_marked(one, wrong)
    assert not FormLinks(HOME, [NEW], FakeClock()).is_marked(one, mark)
