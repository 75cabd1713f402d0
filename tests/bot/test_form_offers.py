"""Links to forms in a chat: to one person alone, never to a group, and once for an event."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.form_offers import FormOffers, Tell
from bot.messengers import AnswerLostError, NotSentError
from bot.samples.engagements import sample_engagements
from handlers.messages import Arrival, Field, Form, Reply, Request
from kpi.engagements import Platform
from kpi.languages import Language
from tests.twins.clock import FakeClock

NOW = FakeClock()()
ALONE = Arrival(Platform.WECOM, "app:ana", "ana", "/incident plan 1001", NOW, "event 1", is_direct=True)
GROUP = replace(ALONE, address="robot:wrChat", is_direct=False)
FORM = Form(
    "Plan · #1001", "/incident plan 1001", "Submit", (Field("cause", "Cause"),), Language.EN, "/incident plan 1"
)


class Chat:
    """A chat whose people can be told something alone, or not."""

    def __init__(self) -> None:
        self.opened: Form | Reply | None = FORM
        self.is_known = True
        self.seen: set[str] = set()
        self.links: list[str] = []
        self.told: list[tuple[str, Reply]] = []
        self.failure: Exception | None = None

    def offers(self, tell: Tell | None = None) -> FormOffers:
        """Return offers; without `tell` nobody can be reached alone."""
        return FormOffers(self._opened, self._request_of, self._is_first, self._link_to, tell)

    async def tell(self, person: str, reply: Reply, _task: str) -> None:
        """Take what is said to somebody alone."""
        if self.failure is not None:
            raise self.failure
        self.told.append((person, reply))

    async def _opened(self, _arrival: Arrival) -> Form | Reply | None:
        return self.opened

    async def _request_of(self, arrival: Arrival) -> Request | None:
        lumina = sample_engagements()[0]
        ana = lumina.person("ana")
        assert ana is not None
        return Request(lumina, lumina.rooms[1], ana, arrival.text, Language.EN, arrival.at) if self.is_known else None

    async def _is_first(self, arrival: Arrival) -> bool:
        is_first = arrival.event_id not in self.seen
        self.seen.add(arrival.event_id)
        return is_first

    def _link_to(self, _arrival: Arrival, command: str) -> tuple[str, datetime]:
        self.links.append(command)
        return "https://vigia.test/pages/forms/abc", NOW + timedelta(hours=2)


@pytest.fixture
def chat() -> Chat:
    """Return a chat."""
    return Chat()


async def test_who_writes_alone_gets_the_link_once(chat: Chat) -> None:
    """WeCom delivers the same message four times."""
    said = [await chat.offers().offer(ALONE) for _ in range(4)]
    assert said[0] is not None
    assert (said[0].headline, said[0].buttons[0].url) == ("Plan · #1001", "https://vigia.test/pages/forms/abc")
    assert "/incident plan 1" in said[0].notes[0]
    assert said[1:] == [None, None, None]
    assert chat.links == ["/incident plan 1001"]


async def test_a_group_never_reads_a_link(chat: Chat) -> None:
    """Whoever has it would write in its person's name."""
    said = await chat.offers(chat.tell).offer(GROUP)
    assert said is not None
    assert "vigia.test" not in repr(said)
    assert "Ana" in said.headline
    ((person, linked),) = chat.told
    assert (person, linked.buttons[0].url) == ("ana", "https://vigia.test/pages/forms/abc")


@pytest.mark.parametrize("failure", [NotSentError("81013"), AnswerLostError("timeout")])
async def test_who_cannot_be_written_to_alone_reads_the_one_line(chat: Chat, failure: Exception) -> None:
    """With or without an app."""
    chat.failure = failure
    for tell in (chat.tell, None):
        said = await chat.offers(tell).offer(replace(GROUP, event_id=repr(tell)))
        assert said is not None
        assert "vigia.test" not in repr(said)
        assert "/incident plan 1" in said.text


async def test_what_cannot_be_opened_is_said(chat: Chat) -> None:
    """And what opens nothing is left to the intake, unclaimed."""
    chat.opened = Reply("It is over.", Language.EN)
    assert await chat.offers().offer(ALONE) == chat.opened
    chat.opened = None
    assert await chat.offers().offer(replace(ALONE, event_id="event 2")) is None
    assert chat.seen == {"event 1"}


async def test_nobody_known_gets_no_link(chat: Chat) -> None:
    """Even where a form was opened a moment ago."""
    chat.is_known = False
    assert await chat.offers().offer(ALONE) is None
    assert chat.links == []
