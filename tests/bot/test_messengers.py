"""The same expectations of every way out: the twin the outbox is tested with, and WeCom on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.messengers import AnswerLostError, Messenger, NotSentError
from bot.wecom.messenger import WeComMessenger
from bot.wecom.webhook import GroupWebhooks
from tests.bot.wecom.samples import a_parcel
from tests.twins.clock import A_SUNDAY_NOON
from tests.twins.messengers import TwinMessenger
from tests.twins.naps import Naps
from tests.twins.wecom_server import KEY, Trouble, WeComServer


@dataclass
class Way:
    """A messenger, what it delivered, and how to make it fail."""

    messenger: Messenger
    arrived: Callable[[], int]
    refuse_for_now: Callable[[], None]
    refuse: Callable[[], None]
    lose_the_answer: Callable[[], None]


def _twin() -> Way:
    twin = TwinMessenger(can_be_asked=False)

    def lose() -> None:
        twin.taken_but_lost = True
        twin.fail(AnswerLostError("lost"))

    return Way(
        twin,
        lambda: len(twin.posted),
        lambda: twin.fail(NotSentError("busy", timedelta(seconds=45))),
        lambda: twin.fail(NotSentError("the room is gone")),
        lose,
    )


@pytest.fixture(params=["twin", "wecom"])
async def way(request: pytest.FixtureRequest) -> AsyncIterator[Way]:
    """Return each way out in turn."""
    if request.param == "twin":
        yield _twin()
        return
    naps = Naps()
    server = WeComServer(naps.seconds)
    await server.start()
    webhooks = GroupWebhooks(server.url)
    yield Way(
        WeComMessenger(webhooks, {"lumina-group": KEY}, naps.seconds, naps.sleep),
        lambda: len(server.posted),
        lambda: server.fail(Trouble(errcode=-1)),
        lambda: server.fail(Trouble(errcode=93008)),
        lambda: server.fail(Trouble(is_dropped=True, is_taken=True)),
    )
    await webhooks.close()
    await server.stop()


async def test_a_parcel_arrives_once(way: Way) -> None:
    """The receipt comes after the platform took it."""
    receipt = await way.messenger.post(a_parcel())
    assert receipt.remark == ""
    assert way.arrived() == 1


async def test_refused_for_now_says_when_to_try_again(way: Way) -> None:
    """Nothing arrived; the next attempt may work."""
    way.refuse_for_now()
    with pytest.raises(NotSentError) as failure:
        await way.messenger.post(a_parcel())
    assert failure.value.retry_after == timedelta(seconds=45)
    assert way.arrived() == 0
    await way.messenger.post(a_parcel())
    assert way.arrived() == 1


async def test_refused_for_good_says_never(way: Way) -> None:
    """A room that is gone is not tried again."""
    way.refuse()
    with pytest.raises(NotSentError) as failure:
        await way.messenger.post(a_parcel())
    assert failure.value.retry_after is None
    assert failure.value.reason
    assert way.arrived() == 0


async def test_a_lost_answer_is_its_own_failure(way: Way) -> None:
    """The message is there, and nobody knows: it must not look like "not sent"."""
    way.lose_the_answer()
    with pytest.raises(AnswerLostError) as failure:
        await way.messenger.post(a_parcel())
    assert failure.value.reason
    assert way.arrived() == 1
    assert await way.messenger.find(a_parcel(), A_SUNDAY_NOON) is None
