"""Many rooms at once, each room in order, and nothing lost when the bot stops."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.messengers import AnswerLostError, NotSentError
from bot.outbox import AT_ONCE, CLAIM_HOLDS
from kpi.deliveries import TRANSITIONS, DeliveryState
from kpi.engagements import Platform
from tests.twins.outbox_world import OutboxWorld

SOON = 5
"""Seconds a test waits at most for something that takes milliseconds."""


async def test_only_what_is_due_is_sent(outbox_world: OutboxWorld) -> None:
    """A message of tomorrow morning waits for tomorrow morning."""
    outbox_world.add("now")
    outbox_world.add("later", due_in=timedelta(seconds=1))
    await outbox_world.sweep()
    assert outbox_world.slack.said() == ["now"]
    outbox_world.clock.advance(timedelta(seconds=1))
    await outbox_world.sweep()
    assert outbox_world.slack.said() == ["now", "later"]


async def test_rooms_do_not_wait_for_each_other(outbox_world: OutboxWorld) -> None:
    """While a webhook is slow, Slack goes on; the sweep itself does not wait either."""
    outbox_world.add("slow", Platform.WECOM)
    outbox_world.add("quick")
    outbox_world.wecom.gate = asyncio.Event()
    await outbox_world.outbox.sweep()
    await asyncio.wait_for(outbox_world.slack.doorbell.get(), SOON)
    await asyncio.wait_for(outbox_world.wecom.doorbell.get(), SOON)
    assert outbox_world.wecom.posted == []
    outbox_world.wecom.gate.set()
    await outbox_world.outbox.finish()
    assert {outbox_world.state("slow"), outbox_world.state("quick")} == {DeliveryState.SENT}


async def test_one_room_hears_its_messages_in_order(outbox_world: OutboxWorld) -> None:
    """The second waits until the first has arrived."""
    for name in ("a", "b", "c"):
        outbox_world.add(name, room="one")
        outbox_world.clock.advance(timedelta(microseconds=1))
    outbox_world.slack.gate = asyncio.Event()
    await outbox_world.outbox.sweep()
    first = await asyncio.wait_for(outbox_world.slack.doorbell.get(), SOON)
    assert (first.delivery, outbox_world.slack.doorbell.qsize()) == ("a", 0)
    outbox_world.slack.gate.set()
    await outbox_world.outbox.finish()
    assert outbox_world.slack.said() == ["a", "b", "c"]


async def test_a_message_does_not_overtake_one_that_is_retried(outbox_world: OutboxWorld) -> None:
    """The room rests until the earlier message may be tried again; then both arrive in order."""
    for name in ("a", "b", "c"):
        outbox_world.add(name, room="one")
        outbox_world.clock.advance(timedelta(microseconds=1))
    outbox_world.add("other", Platform.WECOM, room="two")
    outbox_world.slack.fail(NotSentError("429", timedelta(seconds=30)))
    await outbox_world.sweep()
    assert (outbox_world.slack.said(), outbox_world.wecom.said()) == ([], ["other"])
    assert outbox_world.delivery("b").reason == "waits behind an earlier message of its room"
    outbox_world.add("d", room="one")
    await outbox_world.sweep()
    assert outbox_world.slack.said() == []
    outbox_world.clock.advance(timedelta(seconds=31))
    await outbox_world.sweep()
    assert outbox_world.slack.said() == ["a", "b", "c", "d"]


async def test_what_waits_behind_a_retry_stays_behind_it(outbox_world: OutboxWorld) -> None:
    """Also a message that was written earlier and is due later: the order is that of the due times."""
    outbox_world.add("second", room="one", due_in=timedelta(microseconds=2))
    outbox_world.clock.advance(timedelta(microseconds=1))
    outbox_world.add("first", room="one")
    outbox_world.clock.advance(timedelta(microseconds=1))
    outbox_world.slack.fail(NotSentError("429", timedelta(seconds=30)))
    await outbox_world.sweep()
    outbox_world.clock.advance(timedelta(seconds=31))
    await outbox_world.sweep()
    assert outbox_world.slack.said() == ["first", "second"]


async def test_waiting_behind_another_does_not_use_up_the_budget(outbox_world: OutboxWorld) -> None:
    """A message's own 150 seconds begin with its own first attempt."""
    outbox_world.add("a", room="one")
    outbox_world.clock.advance(timedelta(microseconds=1))
    outbox_world.add("b", room="one")
    outbox_world.slack.fail(*[NotSentError("429", timedelta(seconds=70))] * 3)
    for _ in range(3):
        await outbox_world.sweep()
        outbox_world.clock.advance(timedelta(seconds=71))
    assert outbox_world.state("a") is DeliveryState.FAILED
    await outbox_world.sweep()
    assert outbox_world.state("b") is DeliveryState.SENT


async def test_a_claim_that_grew_old_in_line_goes_back(outbox_world: OutboxWorld) -> None:
    """Another replica would soon take it for lost; it was surely not sent."""
    outbox_world.add("a", room="one")
    outbox_world.clock.advance(timedelta(microseconds=1))
    outbox_world.add("b", room="one")
    outbox_world.slack.gate = asyncio.Event()
    await outbox_world.outbox.sweep()
    await asyncio.wait_for(outbox_world.slack.doorbell.get(), SOON)
    outbox_world.clock.advance(CLAIM_HOLDS + timedelta(seconds=1))
    outbox_world.slack.gate.set()
    await outbox_world.outbox.finish()
    assert outbox_world.slack.said() == ["a"]
    assert outbox_world.state("b") is DeliveryState.PENDING
    await outbox_world.sweep()
    assert outbox_world.slack.said() == ["a", "b"]


async def test_no_more_are_claimed_than_there_are_places(outbox_world: OutboxWorld) -> None:
    """What is not being sent stays PENDING: a crash makes only the claimed ones unknown."""
    for number in range(AT_ONCE + 5):
        outbox_world.add(f"d{number:02}")
    outbox_world.slack.gate = asyncio.Event()
    await outbox_world.outbox.sweep()
    for _ in range(AT_ONCE):
        await asyncio.wait_for(outbox_world.slack.doorbell.get(), SOON)
    states = [outbox_world.state(f"d{number:02}") for number in range(AT_ONCE + 5)]
    assert states.count(DeliveryState.SENDING) == AT_ONCE
    assert states.count(DeliveryState.PENDING) == 5
    outbox_world.slack.gate.set()
    await outbox_world.outbox.finish()
    assert len(outbox_world.slack.posted) == AT_ONCE + 5


async def test_a_nudge_sends_without_waiting_for_the_clock(outbox_world: OutboxWorld) -> None:
    """Many nudges at once make one sweep more, not many."""
    outbox_world.add("d1")
    for _ in range(10):
        outbox_world.outbox.nudge()
    assert len(outbox_world.outbox._errands) == 1
    await outbox_world.outbox.finish()
    assert outbox_world.slack.said() == ["d1"]
    outbox_world.add("d2")
    outbox_world.outbox.nudge()
    await outbox_world.outbox.finish()
    assert outbox_world.slack.said() == ["d1", "d2"]


async def test_two_replicas_send_nothing_twice(outbox_world: OutboxWorld) -> None:
    """Both sweep at the same moment over the same ledger."""
    for number in range(20):
        outbox_world.add(f"d{number:02}")
    other = outbox_world.new_outbox()
    await asyncio.gather(outbox_world.outbox.sweep(), other.sweep())
    await asyncio.gather(outbox_world.outbox.finish(), other.finish())
    assert sorted(outbox_world.slack.said()) == [f"d{number:02}" for number in range(20)]


async def test_a_sweep_that_fails_is_logged_and_the_next_one_works(outbox_world: OutboxWorld) -> None:
    """The database was away for a moment."""
    outbox_world.add("d1")
    outbox_world.broken = ConnectionError("the database is away")
    with capture_logs() as lines:
        outbox_world.outbox.nudge()
        await outbox_world.outbox.finish()
    assert [line["event"] for line in lines] == ["outbox_sweep_failed"]
    outbox_world.broken = None
    outbox_world.outbox.nudge()
    await outbox_world.outbox.finish()
    assert outbox_world.state("d1") is DeliveryState.SENT


async def test_a_settlement_that_cannot_be_stored_stays_sending(outbox_world: OutboxWorld) -> None:
    """The message is out and the database is gone: the row must not say that it was not sent."""
    outbox_world.add("d1")
    outbox_world.slack.gate = asyncio.Event()
    with capture_logs() as lines:
        await outbox_world.outbox.sweep()
        await asyncio.wait_for(outbox_world.slack.doorbell.get(), SOON)
        outbox_world.broken = ConnectionError("the database is away")
        outbox_world.slack.gate.set()
        await outbox_world.outbox.finish()
    outbox_world.broken = None
    assert [line["event"] for line in lines] == ["delivery_not_settled"]
    assert outbox_world.state("d1") is DeliveryState.SENDING


async def test_closing_waits_for_what_is_on_the_way(outbox_world: OutboxWorld) -> None:
    """And takes nothing more."""
    outbox_world.add("d1")
    outbox_world.slack.gate = asyncio.Event()
    await outbox_world.outbox.sweep()
    await asyncio.wait_for(outbox_world.slack.doorbell.get(), SOON)
    outbox_world.add("d2")
    asyncio.get_running_loop().call_soon(outbox_world.slack.gate.set)
    await outbox_world.outbox.close()
    outbox_world.outbox.nudge()
    await outbox_world.sweep()
    assert outbox_world.state("d1") is DeliveryState.SENT
    assert outbox_world.state("d2") is DeliveryState.PENDING


async def test_closing_leaves_a_hanging_call_to_be_found_unknown(outbox_world: OutboxWorld) -> None:
    """The bot stops in time; the row says SENDING, which is the truth."""
    outbox_world.add("d1")
    outbox_world.slack.gate = asyncio.Event()
    await outbox_world.outbox.sweep()
    await asyncio.wait_for(outbox_world.slack.doorbell.get(), SOON)
    await outbox_world.outbox.close(seconds=0.01)
    assert outbox_world.state("d1") is DeliveryState.SENDING


OUTCOMES = st.sampled_from(["sent", "for now", "for good", "lost", "fault"])


def _failure(outcome: str) -> Exception | None:
    match outcome:
        case "for now":
            return NotSentError("429", timedelta(seconds=40))
        case "for good":
            return NotSentError("gone")
        case "lost":
            return AnswerLostError("lost")
        case "fault":
            return KeyError("ts")
    return None


@given(st.lists(OUTCOMES, max_size=30), st.lists(st.sampled_from(["one", "two"]), min_size=1, max_size=6))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
async def test_whatever_happens_every_delivery_ends_with_a_reason(
    outbox_world: OutboxWorld, outcomes: list[str], rooms: list[str]
) -> None:
    """Nothing is sent twice, nothing stays half way, and nothing ends without saying why."""
    world = OutboxWorld(outbox_world.database, outbox_world.clock)
    world.slack.fail(*map(_failure, outcomes))
    prefix = f"{world.clock.advance(timedelta(days=1)):%m%d}"
    names = [f"{prefix}-{number}" for number in range(len(rooms))]
    for name, room in zip(names, rooms, strict=True):
        world.add(name, room=room)
        world.clock.advance(timedelta(microseconds=1))
    ended = [world.delivery(name) for name in names]
    while any(one.state is DeliveryState.PENDING for one in ended):
        await world.sweep()
        world.clock.advance(timedelta(seconds=40))
        ended = [world.delivery(name) for name in names]
    assert {one.state for one in ended} <= {DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNKNOWN}
    assert all(one.reason for one in ended)
    assert len(world.slack.said()) == len(set(world.slack.said()))


@pytest.mark.parametrize("end", [DeliveryState.SENT, DeliveryState.SKIPPED])
def test_what_is_sent_or_skipped_stays_so(end: DeliveryState) -> None:
    """No rule and no person moves it on."""
    assert TRANSITIONS[end] == frozenset()
