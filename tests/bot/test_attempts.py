"""How one attempt ends, and what the ledger says about it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import attempts
from bot.attempts import BUDGET
from bot.drawing import NotDrawnError
from bot.messengers import AnswerLostError, NotSentError, UnreachableError
from bot.wecom.errors import RETRY_BUSY_AFTER
from kpi.deliveries import DeliveryState, Placing
from kpi.engagements import Platform
from kpi.errors import ConfigurationError
from tests.twins.documents import DOCUMENT
from tests.twins.outbox_world import OutboxWorld


async def test_a_delivery_is_sent_and_its_proof_is_stored(outbox_world: OutboxWorld) -> None:
    """The platform's id, the instant and a reason; the metrics hear of it."""
    outbox_world.add("d1")
    await outbox_world.sweep()
    sent = outbox_world.delivery("d1")
    assert outbox_world.slack.said() == ["d1"]
    assert (sent.state, sent.platform_message, sent.reason) == (DeliveryState.SENT, "m1", "taken by slack")
    assert sent.settled_at == outbox_world.clock()
    assert outbox_world.reports == [("d1", DeliveryState.SENT)]


async def test_a_picture_travels_with_its_message(outbox_world: OutboxWorld) -> None:
    """Drawn once, before the call."""
    outbox_world.add("d1")
    outbox_world.with_picture("d1")
    await outbox_world.sweep()
    assert [parcel.picture for parcel in outbox_world.slack.posted] == [b"png"]
    assert len(outbox_world.drawn) == 1


async def test_a_document_travels_beside_its_message(outbox_world: OutboxWorld) -> None:
    """Printed once, before the call."""
    outbox_world.add("d1")
    outbox_world.with_document("d1")
    await outbox_world.sweep()
    assert [parcel.document for parcel in outbox_world.slack.posted] == [b"png"]
    assert outbox_world.drawn == [DOCUMENT]


async def test_a_document_that_cannot_be_printed_never_blocks_the_text(outbox_world: OutboxWorld) -> None:
    """The ledger says that it is missing."""
    outbox_world.add("d1")
    outbox_world.with_document("d1")
    outbox_world.drawing = _not_drawn
    await outbox_world.sweep()
    sent = outbox_world.delivery("d1")
    assert sent.state is DeliveryState.SENT
    assert sent.reason == "taken by slack; without its document: no such panel"


def _not_drawn() -> bytes:
    raise NotDrawnError("no such panel")


async def test_a_failed_picture_never_blocks_the_text(outbox_world: OutboxWorld) -> None:
    """The text is sent, and the ledger says what is missing, together with what the platform lost."""
    outbox_world.add("d1")
    outbox_world.with_picture("d1")
    outbox_world.drawing = _not_drawn
    outbox_world.slack.remark = "mention not sent"
    await outbox_world.sweep()
    sent = outbox_world.delivery("d1")
    assert sent.state is DeliveryState.SENT
    assert sent.reason == "taken by slack; without its picture: no such panel; mention not sent"


async def test_a_message_without_cause_is_skipped_and_not_failed(outbox_world: OutboxWorld) -> None:
    """Its room was unbound, say: nothing is wrong, and nothing is sent."""
    outbox_world.add("d1")
    outbox_world.composing["d1"] = lambda: None
    await outbox_world.sweep()
    skipped = outbox_world.delivery("d1")
    assert (skipped.state, skipped.reason) == (DeliveryState.SKIPPED, "its room or its cause no longer exists")
    assert outbox_world.slack.posted == []


async def test_a_platform_that_is_not_set_up_fails_with_its_name(outbox_world: OutboxWorld) -> None:
    """An engagement file may bind a room of a platform nobody turned on."""
    outbox_world.add("d1", Platform.CONSOLE)
    await outbox_world.sweep()
    failed = outbox_world.delivery("d1")
    assert (failed.state, failed.reason) == (DeliveryState.FAILED, "console is not set up in this installation")


async def test_a_refusal_for_good_fails_at_once_with_its_reason(outbox_world: OutboxWorld) -> None:
    """No second attempt, also not in a later sweep."""
    outbox_world.add("d1")
    outbox_world.slack.fail(NotSentError("is_archived: unarchive it"))
    await outbox_world.sweep()
    outbox_world.clock.advance(timedelta(hours=1))
    await outbox_world.sweep()
    failed = outbox_world.delivery("d1")
    assert (failed.state, failed.reason, failed.attempts) == (DeliveryState.FAILED, "is_archived: unarchive it", 1)


async def test_somebody_who_cannot_be_reached_is_told_apart_in_the_ledger(outbox_world: OutboxWorld) -> None:
    """Whoever follows it up may not rely on their name in a room of that platform."""
    outbox_world.slack.fail(UnreachableError("user_disabled: gone"), NotSentError("is_archived: no"))
    for name in ("d1", "d2"):
        outbox_world.add(name)
    await outbox_world.sweep()
    ended = [outbox_world.delivery(name) for name in ("d1", "d2")]
    assert [one.state for one in ended] == [DeliveryState.FAILED] * 2
    assert sorted(one.is_unreachable for one in ended) == [False, True]


async def test_a_refusal_for_now_waits_in_the_ledger(outbox_world: OutboxWorld) -> None:
    """PENDING with a due time survives a restart; the next attempt sends it once."""
    outbox_world.add("d1")
    outbox_world.slack.fail(NotSentError("429", timedelta(seconds=30)))
    await outbox_world.sweep()
    waiting = outbox_world.delivery("d1")
    assert (waiting.state, waiting.reason) == (DeliveryState.PENDING, "429")
    assert waiting.due_at == outbox_world.clock() + timedelta(seconds=30)
    outbox_world.outbox = outbox_world.new_outbox()
    outbox_world.clock.advance(timedelta(seconds=29))
    await outbox_world.sweep()
    assert outbox_world.slack.posted == []
    outbox_world.clock.advance(timedelta(seconds=1))
    await outbox_world.sweep()
    assert outbox_world.state("d1") is DeliveryState.SENT
    assert outbox_world.delivery("d1").attempts == 2


@pytest.mark.parametrize(
    ("retry_after", "state"),
    [(BUDGET, DeliveryState.PENDING), (BUDGET + timedelta(microseconds=1), DeliveryState.FAILED)],
)
async def test_a_retry_fits_into_the_budget_or_is_not_made(
    outbox_world: OutboxWorld, retry_after: timedelta, state: DeliveryState
) -> None:
    """150 seconds after the first attempt is the last chance; one moment later is too late."""
    outbox_world.add("d1")
    outbox_world.slack.fail(NotSentError("429", retry_after))
    await outbox_world.sweep()
    assert outbox_world.state("d1") is state


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=20)])
async def test_a_busy_wecom_is_retried_three_times_at_most(outbox_world: OutboxWorld, late: timedelta) -> None:
    """The pause of 45 seconds and the budget of 150 allow no fourth retry, however late the sweeps come."""
    outbox_world.add("d1", Platform.WECOM)
    outbox_world.wecom.fail(*[NotSentError("-1: WeCom is busy.", RETRY_BUSY_AFTER)] * 9)
    for _ in range(9):
        await outbox_world.sweep()
        outbox_world.clock.advance(RETRY_BUSY_AFTER + late)
    failed = outbox_world.delivery("d1")
    assert failed.state is DeliveryState.FAILED
    assert failed.attempts <= 4
    assert failed.reason == f"-1: WeCom is busy.; given up after {failed.attempts} attempts"


async def test_a_lost_answer_is_unknown_and_never_sent_again_by_itself(outbox_world: OutboxWorld) -> None:
    """It may be in the room."""
    outbox_world.add("d1")
    outbox_world.slack.taken_but_lost = True
    outbox_world.slack.fail(AnswerLostError("the answer was lost: ReadError"))
    await outbox_world.sweep()
    outbox_world.clock.advance(timedelta(hours=1))
    await outbox_world.sweep()
    unknown = outbox_world.delivery("d1")
    assert (unknown.state, unknown.attempts) == (DeliveryState.UNKNOWN, 1)
    assert unknown.reason == "the answer was lost: ReadError; it may have arrived"


async def test_a_platform_that_never_answers_is_unknown(
    outbox_world: OutboxWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A messenger that hangs must not hold its place for ever."""
    monkeypatch.setattr(attempts, "POST_SECONDS", 0.0)
    outbox_world.slack.gate = asyncio.Event()
    outbox_world.add("d1")
    await outbox_world.sweep()
    assert outbox_world.state("d1") is DeliveryState.UNKNOWN
    assert "no answer within 0 seconds" in outbox_world.delivery("d1").reason


async def test_drawing_that_takes_too_long_costs_only_the_picture(
    outbox_world: OutboxWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many pictures may wait for the one process."""
    monkeypatch.setattr(attempts, "DRAW_SECONDS", 0.0)
    outbox_world.add("d1")
    outbox_world.with_picture("d1")

    async def never(_picture: object) -> bytes:
        raise TimeoutError

    monkeypatch.setattr(outbox_world, "draw", never)
    outbox_world.outbox = outbox_world.new_outbox()
    await outbox_world.sweep()
    assert outbox_world.delivery("d1").reason == "taken by slack; without its picture: drawing took too long"


def _raise(error: Exception) -> None:
    raise error


async def test_a_message_that_cannot_be_composed_says_why(outbox_world: OutboxWorld) -> None:
    """A mistake a person can mend fails with its sentence; nothing was sent."""
    outbox_world.add("d1")
    outbox_world.composing["d1"] = lambda: _raise(ConfigurationError("Store %(id)s has no rate.", id="mx"))
    await outbox_world.sweep()
    assert outbox_world.state("d1") is DeliveryState.FAILED
    assert outbox_world.delivery("d1").reason == "not composed: Store mx has no rate."


async def test_a_fault_before_the_call_is_tried_again(outbox_world: OutboxWorld) -> None:
    """A database that was busy for a moment; other deliveries are not held up."""
    outbox_world.add("d1")
    outbox_world.add("d2")
    outbox_world.composing["d1"] = lambda: _raise(RuntimeError("database is locked"))
    await outbox_world.sweep()
    assert outbox_world.state("d1") is DeliveryState.PENDING
    assert outbox_world.delivery("d1").reason == "not composed: RuntimeError"
    assert outbox_world.state("d2") is DeliveryState.SENT
    del outbox_world.composing["d1"]
    outbox_world.clock.advance(timedelta(seconds=15))
    await outbox_world.sweep()
    assert outbox_world.state("d1") is DeliveryState.SENT


async def test_a_fault_in_the_call_is_unknown(outbox_world: OutboxWorld) -> None:
    """A messenger with a bug may have sent before it failed."""
    outbox_world.add("d1")
    outbox_world.slack.fail(KeyError("ts"))
    await outbox_world.sweep()
    assert outbox_world.state("d1") is DeliveryState.UNKNOWN
    assert outbox_world.delivery("d1").reason == "fault in the call: KeyError; it may have arrived"


@pytest.mark.parametrize(("anchor", "state"), [("", DeliveryState.SKIPPED), ("m1", DeliveryState.SENT)])
async def test_a_change_needs_a_message_that_was_sent(
    outbox_world: OutboxWorld, anchor: str, state: DeliveryState
) -> None:
    """What never arrived cannot be changed, and a change is no message of its own."""
    outbox_world.add("d1", placing=Placing.EDIT)
    message = replace(outbox_world.message(outbox_world.delivery("d1")), anchor=anchor)
    outbox_world.composing["d1"] = lambda: message
    await outbox_world.sweep()
    assert outbox_world.state("d1") is state
    assert [(one.placing, one.anchor) for one in outbox_world.slack.posted] == [(Placing.EDIT, "m1")] * bool(anchor)


async def test_an_answer_to_what_was_never_sent_is_a_message_of_its_own(outbox_world: OutboxWorld) -> None:
    """People must hear that it is over, wherever."""
    outbox_world.add("d1", placing=Placing.REPLY)
    await outbox_world.sweep()
    (parcel,) = outbox_world.slack.posted
    assert (parcel.placing, parcel.anchor) == (Placing.POST, "")
