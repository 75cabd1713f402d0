"""From the ledger into a WeCom group and back: what the row says is what the group saw."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.outbox import Outbox
from bot.wecom.messenger import WeComMessenger
from bot.wecom.webhook import GroupWebhooks
from kpi.deliveries import CauseKind, DeliveryState
from kpi.engagements import Platform
from tests.twins.naps import Naps
from tests.twins.outbox_world import OutboxWorld
from tests.twins.wecom_server import KEY, Trouble, WeComServer


@pytest.fixture
def world(outbox_world: OutboxWorld, webhooks: GroupWebhooks, naps: Naps) -> OutboxWorld:
    """Return an outbox whose WeCom rooms are real webhooks of the WeCom on loopback."""
    keys = {f"address-room-{name}": KEY for name in ("d1", "d2")}
    messenger = WeComMessenger(webhooks, keys, naps.seconds, naps.sleep)
    ways = {Platform.WECOM: messenger}
    outbox_world.outbox = Outbox(outbox_world.work, outbox_world.compose, outbox_world.draw, ways, outbox_world.clock)
    return outbox_world


async def _pass(world: OutboxWorld, naps: Naps, seconds: int, sweeps: int = 1) -> None:
    for _ in range(sweeps):
        world.clock.advance(timedelta(seconds=seconds))
        naps.now += seconds
        await world.sweep()


async def test_a_busy_wecom_hears_from_us_four_times_and_no_more(
    world: OutboxWorld, wecom: WeComServer, naps: Naps
) -> None:
    """-1 for ever: one attempt and three retries within 150 seconds, then the row says failed and why."""
    wecom.fail(*[Trouble(errcode=-1)] * 99)
    world.add("d1", Platform.WECOM)
    await world.sweep()
    await _pass(world, naps, 5, sweeps=60)
    assert wecom.calls == 4
    assert world.state("d1") is DeliveryState.FAILED
    assert world.delivery("d1").reason == "-1: WeCom is busy.; given up after 4 attempts"


async def test_too_many_messages_wait_a_minute_and_arrive_once(
    world: OutboxWorld, wecom: WeComServer, naps: Naps
) -> None:
    """45009: nobody calls during the block, also not for another room's message through the same webhook."""
    wecom.fail(Trouble(errcode=45009))
    world.add("d1", Platform.WECOM)
    await world.sweep()
    world.add("d2", Platform.WECOM)
    await _pass(world, naps, 10, sweeps=5)
    assert wecom.calls == 1
    await _pass(world, naps, 10, sweeps=3)
    assert sorted(wecom.texts()) == ["d1", "d2"]
    assert {world.state("d1"), world.state("d2")} == {DeliveryState.SENT}


@pytest.mark.parametrize(("kind", "texts"), [(CauseKind.DIGEST, 1), (CauseKind.INCIDENT, 2)])
async def test_a_lost_answer_is_repeated_for_an_incident_only(
    world: OutboxWorld, wecom: WeComServer, kind: CauseKind, texts: int
) -> None:
    """WeCom took it and could not say so: a digest stays unknown, an incident comes again and says that it does."""
    wecom.fail(Trouble(is_dropped=True, is_taken=True))
    world.add("d1", Platform.WECOM, kind=kind)
    await world.sweep()
    assert world.state("d1") is DeliveryState.UNKNOWN
    await world.outbox.recover()
    await world.outbox.finish()
    assert wecom.texts() == ["d1", "(sent again) d1"][:texts]
    assert world.state("d1") is (DeliveryState.SENT if texts == 2 else DeliveryState.UNKNOWN)


async def test_a_picture_reaches_the_group_behind_its_text(world: OutboxWorld, wecom: WeComServer) -> None:
    """And the row is sent, with no remark."""
    world.add("d1", Platform.WECOM)
    world.with_picture("d1")
    await world.sweep()
    assert wecom.kinds() == ["markdown", "image"]
    assert world.delivery("d1").reason == "taken by wecom"
