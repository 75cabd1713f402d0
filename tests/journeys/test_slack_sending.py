"""What Vigia sends by itself, from the ledger to a Slack that is busy, loses answers, or takes no picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.slack.limits import SECONDS_BETWEEN_MESSAGES
from bot.slack.pace import Pace
from bot.slack.uploads import READY_PAUSES
from kpi.deliveries import Delivery, DeliveryState
from kpi.engagements import Platform
from tests.journeys.sent_world import BEFORE_THE_SLOTS, MANAGER, World
from tests.journeys.slack_bot import SlackBot
from tests.twins.naps import Naps
from tests.twins.slack_rules import Rules
from tests.twins.slack_server import Trouble
from tests.twins.slack_transports import OverHttp

OPERATIONS = "C0OPS00001"
POST = "chat.postMessage"
AT = BEFORE_THE_SLOTS + timedelta(minutes=31)
"""Slack's slot is due, WeCom's is not."""


@pytest.fixture
def naps(world: World) -> Iterator[Naps]:
    """Let the gateway keep its pace without time passing, and Slack count by the same clock."""
    made = Naps()
    assert world.vigia.slack is not None
    gateway = world.vigia.slack.gateway
    gateway._pace, gateway.uploads._sleep = Pace(made.seconds, made.sleep), made.sleep
    world.slack.rules = Rules(made.seconds)
    world.slack.begins_at = int(AT.timestamp())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.slack.pace.SECONDS_BETWEEN_MESSAGES", SECONDS_BETWEEN_MESSAGES)
        patch.setattr("bot.slack.uploads.READY_PAUSES", READY_PAUSES)
        yield made


async def _digest_is_due(world: World) -> Delivery:
    world.fill()
    await world.sweep()
    world.clock.set(AT)
    await world.sweep()
    return _digest(world)


def _digest(world: World) -> Delivery:
    (digest,) = [one for one in world.ledger() if one.platform is Platform.SLACK]
    return digest


async def test_a_busy_slack_is_written_to_when_it_said(world: World, naps: Naps) -> None:
    """Not a second before, and once."""
    world.slack.plan(POST, Trouble(status=429, code="ratelimited", retry_after="30"))
    refused = await _digest_is_due(world)
    assert (refused.state, refused.due_at) == (DeliveryState.PENDING, AT + timedelta(seconds=30))
    world.clock.advance(timedelta(seconds=29))
    await world.sweep()
    assert len(world.slack.of(POST)) == 1
    world.clock.advance(timedelta(seconds=1))
    await world.sweep()
    assert _digest(world).state is DeliveryState.SENT
    assert len(world.slack.messages[OPERATIONS]) == 1


async def test_a_message_whose_answer_was_lost_is_looked_for_and_not_sent_again(world: World, naps: Naps) -> None:
    """The id of its delivery travels with it."""
    world.slack.plan(POST, Trouble(is_dropped=True, is_done=True))
    assert (await _digest_is_due(world)).state is DeliveryState.UNKNOWN
    await world.vigia.outbox.recover()
    await world.vigia.outbox.finish()
    found = _digest(world)
    (posted,) = world.slack.messages[OPERATIONS]
    assert (found.state, found.platform_message) == (DeliveryState.SENT, posted["ts"])
    assert len(world.slack.of(POST)) == 1


async def test_a_picture_that_is_never_ready_costs_no_word(world: World, naps: Naps) -> None:
    """The digest goes out with Slack's own chart, and the picture into its thread; the ledger says so."""
    world.slack.never_ready = True
    digest = await _digest_is_due(world)
    assert digest.state is DeliveryState.SENT
    assert "stands in the thread" in digest.reason
    (posted,) = world.slack.messages[OPERATIONS]
    kinds = [block["type"] for block in posted["blocks"]]
    assert ("image" in kinds, "data_visualization" in kinds) == (False, True)
    assert (OPERATIONS, posted["ts"]) in [share for file in world.slack.files.values() for share in file.shares]


async def test_an_archived_channel_is_said_once_with_what_to_do(world: World, naps: Naps) -> None:
    """It is not tried for ever."""
    world.slack.archived.add(OPERATIONS)
    digest = await _digest_is_due(world)
    assert digest.state is DeliveryState.FAILED
    assert digest.reason.startswith("is_archived: This Slack channel is archived.")
    world.clock.advance(timedelta(hours=1))
    await world.sweep()
    assert len(world.slack.of(POST)) == 1


async def test_a_wave_into_one_channel_keeps_to_a_message_a_second(world: World, naps: Naps) -> None:
    """Slack counts, and refuses none of them."""
    bot = SlackBot(world, OverHttp())
    await bot.open()
    for number in range(5):
        reported = f"new severity: S2 store: lumina-ml-br: listing {number} is down"
        await bot.command(reported, command="/incident", trigger_id=f"{number}.{number}", user_id=MANAGER)
    await bot.close()
    assert len(world.slack.messages[OPERATIONS]) >= 5
    assert {one.attempts for one in world.ledger() if one.state is DeliveryState.SENT} == {1}
    assert len(naps.taken) >= 4
    assert world.slack.problems == []
