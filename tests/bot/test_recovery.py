"""After a crash or a lost answer: look, repeat by rule, or leave it to a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.messengers import AnswerLostError, NotSentError
from bot.recovery import ASKED_FOR, MOST_QUESTIONS, STUCK_AFTER
from kpi.deliveries import CauseKind, DeliveryState
from kpi.engagements import Platform
from kpi.errors import NotFoundError, QuestionError
from tests.twins.outbox_world import OutboxWorld

A_MOMENT = timedelta(seconds=1)
LOST = AnswerLostError("the answer was lost")
QUIET = [CauseKind.DIGEST, CauseKind.CORRECTION, CauseKind.NOTICE]
LOUD = [CauseKind.ALERT, CauseKind.INCIDENT, CauseKind.AUDIT]


async def _recover(world: OutboxWorld) -> None:
    await world.outbox.recover()
    await world.outbox.finish()


@pytest.mark.parametrize(
    ("age", "state"), [(STUCK_AFTER, DeliveryState.SENDING), (STUCK_AFTER + A_MOMENT, DeliveryState.UNKNOWN)]
)
async def test_a_dead_attempt_becomes_unknown(outbox_world: OutboxWorld, age: timedelta, state: DeliveryState) -> None:
    """Its process ended in the middle: nobody knows, and the row says so."""
    outbox_world.add("d1", Platform.WECOM)
    outbox_world.claim()
    outbox_world.clock.advance(age)
    await _recover(outbox_world)
    assert outbox_world.state("d1") is state
    if state is DeliveryState.UNKNOWN:
        assert "the process ended" in outbox_world.delivery("d1").reason


async def test_an_attempt_of_this_process_is_left_alone(outbox_world: OutboxWorld) -> None:
    """A slow call is no dead one."""
    outbox_world.add("d1")
    outbox_world.claim()
    outbox_world.clock.advance(STUCK_AFTER * 2)
    await outbox_world.outbox._recovery.recover({"d1"})
    assert outbox_world.state("d1") is DeliveryState.SENDING


@pytest.mark.parametrize("kind", list(CauseKind))
async def test_what_slack_shows_is_sent(outbox_world: OutboxWorld, kind: CauseKind) -> None:
    """The answer was lost, the message was not: found by the delivery's id, never sent again."""
    outbox_world.add("d1", kind=kind)
    outbox_world.slack.taken_but_lost = True
    outbox_world.slack.fail(LOST)
    await outbox_world.sweep()
    await _recover(outbox_world)
    found = outbox_world.delivery("d1")
    assert (found.state, found.platform_message) == (DeliveryState.SENT, "m1")
    assert found.reason == "found on slack after its answer was lost"
    assert len(outbox_world.slack.posted) == 1


@pytest.mark.parametrize("platform", [Platform.SLACK, Platform.WECOM])
@pytest.mark.parametrize("kind", QUIET)
async def test_a_digest_nobody_can_find_waits_for_a_person(
    outbox_world: OutboxWorld, platform: Platform, kind: CauseKind
) -> None:
    """Twice the same digest costs more trust than one that a person sends again."""
    outbox_world.add("d1", platform, kind=kind)
    outbox_world.slack.fail(LOST)
    outbox_world.wecom.fail(LOST)
    await outbox_world.sweep()
    for _ in range(3):
        await _recover(outbox_world)
        await outbox_world.sweep()
    assert outbox_world.state("d1") is DeliveryState.UNKNOWN
    assert outbox_world.slack.posted == outbox_world.wecom.posted == []


@pytest.mark.parametrize("kind", LOUD)
async def test_an_incident_wecom_cannot_be_asked_for_is_repeated_once_and_marked(
    outbox_world: OutboxWorld, kind: CauseKind
) -> None:
    """Missing it is worse than reading it twice; a second loss is left to a person."""
    way = outbox_world.wecom
    outbox_world.add("d1", Platform.WECOM, kind=kind)
    way.fail(LOST, LOST)
    await outbox_world.sweep()
    for _ in range(3):
        await _recover(outbox_world)
    assert outbox_world.state("d1") is DeliveryState.UNKNOWN
    first, second = way.doorbell.get_nowait(), way.doorbell.get_nowait()
    assert (first.is_repeat, second.is_repeat, way.doorbell.qsize()) == (False, True, 0)


@pytest.mark.parametrize("kind", LOUD)
async def test_an_incident_slack_never_had_is_sent_until_it_has_it(outbox_world: OutboxWorld, kind: CauseKind) -> None:
    """Two processes died over the same page: Slack says that it has it not, so that nothing comes twice."""
    outbox_world.add("d1", kind=kind)
    outbox_world.slack.fail(LOST, LOST)
    await outbox_world.sweep()
    for _ in range(3):
        await _recover(outbox_world)
    assert outbox_world.state("d1") is DeliveryState.SENT
    assert len(outbox_world.slack.posted) == 1
    assert len(outbox_world.slack.asked) <= MOST_QUESTIONS


async def test_a_platform_that_is_away_is_asked_again_before_anything_is_repeated(outbox_world: OutboxWorld) -> None:
    """It took the page and went away for two minutes: a repeat before it is back would be a page too many."""
    outbox_world.add("d1", kind=CauseKind.INCIDENT)
    outbox_world.slack.taken_but_lost = outbox_world.slack.is_away = True
    outbox_world.slack.fail(LOST)
    await outbox_world.sweep()
    for _ in range(2):
        await _recover(outbox_world)
    assert outbox_world.state("d1") is DeliveryState.UNKNOWN
    outbox_world.slack.is_away = False
    await _recover(outbox_world)
    assert outbox_world.state("d1") is DeliveryState.SENT
    assert len(outbox_world.slack.posted) == 1


async def test_a_page_does_not_wait_for_ever_for_a_platform_that_is_away(outbox_world: OutboxWorld) -> None:
    """After a few minutes it is sent once more and marked; and when the platform is back, it is still asked."""
    outbox_world.add("d1", kind=CauseKind.INCIDENT)
    outbox_world.slack.taken_but_lost = outbox_world.slack.is_away = True
    outbox_world.slack.fail(LOST, LOST)
    await outbox_world.sweep()
    for _ in range(MOST_QUESTIONS + 9):
        await _recover(outbox_world)
    assert [one.is_repeat for one in outbox_world.slack.posted] == [False, True]
    assert outbox_world.state("d1") is DeliveryState.UNKNOWN
    outbox_world.slack.is_away = False
    await _recover(outbox_world)
    assert outbox_world.state("d1") is DeliveryState.SENT


async def test_slack_is_not_asked_for_ever(outbox_world: OutboxWorld) -> None:
    """Some apps may look only once a minute; after a few questions, and after a day, a person decides."""
    outbox_world.add("d1")
    outbox_world.slack.fail(LOST)
    await outbox_world.sweep()
    for _ in range(MOST_QUESTIONS + 3):
        await _recover(outbox_world)
    assert len(outbox_world.slack.asked) == MOST_QUESTIONS
    outbox_world.outbox = outbox_world.new_outbox()
    outbox_world.clock.advance(ASKED_FOR + A_MOMENT)
    await _recover(outbox_world)
    assert len(outbox_world.slack.asked) == MOST_QUESTIONS


async def test_one_that_cannot_be_composed_does_not_hide_the_others(outbox_world: OutboxWorld) -> None:
    """Its failure is raised for the log; after a few rounds the others have their turn."""
    outbox_world.add("broken")
    outbox_world.add("whole")
    outbox_world.slack.taken_but_lost = True
    outbox_world.slack.fail(LOST, LOST)
    await outbox_world.sweep()

    def fail() -> None:
        raise RuntimeError("a bug")

    outbox_world.composing["broken"] = fail
    for _ in range(MOST_QUESTIONS):
        with pytest.raises(RuntimeError, match="a bug"):
            await _recover(outbox_world)
    await _recover(outbox_world)
    assert outbox_world.state("whole") is DeliveryState.SENT


async def test_a_lost_message_whose_room_is_gone_stays_unknown(outbox_world: OutboxWorld) -> None:
    """There is nobody left to ask."""
    outbox_world.add("d1")
    outbox_world.slack.fail(LOST)
    await outbox_world.sweep()
    outbox_world.composing["d1"] = lambda: None
    await _recover(outbox_world)
    assert outbox_world.state("d1") is DeliveryState.UNKNOWN
    assert outbox_world.slack.asked == []


async def test_a_person_sends_an_unknown_digest_again_and_it_is_marked(outbox_world: OutboxWorld) -> None:
    """The room may read it twice, and is told so."""
    outbox_world.add("d1", Platform.WECOM)
    outbox_world.wecom.fail(LOST)
    await outbox_world.sweep()
    await outbox_world.outbox.resend("d1")
    await outbox_world.outbox.finish()
    assert [parcel.is_repeat for parcel in outbox_world.wecom.posted] == [True]
    assert outbox_world.delivery("d1").is_repeat
    assert outbox_world.state("d1") is DeliveryState.SENT


async def test_a_failed_one_is_sent_again_unmarked_with_a_new_budget(outbox_world: OutboxWorld) -> None:
    """It surely never arrived; its earlier 150 seconds are over and do not count."""
    outbox_world.add("d1")
    outbox_world.slack.fail(NotSentError("429", timedelta(seconds=100)), NotSentError("429", timedelta(seconds=100)))
    await outbox_world.sweep()
    outbox_world.clock.advance(timedelta(seconds=100))
    await outbox_world.sweep()
    assert outbox_world.state("d1") is DeliveryState.FAILED
    outbox_world.clock.advance(timedelta(hours=1))
    outbox_world.slack.fail(NotSentError("429", timedelta(seconds=100)))
    await outbox_world.outbox.resend("d1")
    await outbox_world.outbox.finish()
    assert outbox_world.state("d1") is DeliveryState.PENDING
    outbox_world.clock.advance(timedelta(seconds=100))
    await outbox_world.sweep()
    assert [parcel.is_repeat for parcel in outbox_world.slack.posted] == [False]


async def test_a_repeat_stays_marked_through_a_retry(outbox_world: OutboxWorld) -> None:
    """429 on the repeat: the next attempt must still say that it is one."""
    outbox_world.add("d1")
    outbox_world.slack.fail(LOST, NotSentError("429", timedelta(seconds=10)))
    await outbox_world.sweep()
    await outbox_world.outbox.resend("d1")
    await outbox_world.outbox.finish()
    outbox_world.clock.advance(timedelta(seconds=10))
    await outbox_world.sweep()
    assert [parcel.is_repeat for parcel in outbox_world.slack.posted] == [True]


async def test_what_was_sent_is_not_sent_again_on_request(outbox_world: OutboxWorld) -> None:
    """The sentence says why; nothing changes."""
    outbox_world.add("d1")
    await outbox_world.sweep()
    with pytest.raises(QuestionError, match="Delivery d1 is sent; only a failed or unknown one"):
        await outbox_world.outbox.resend("d1")
    with pytest.raises(NotFoundError, match="There is no delivery “d2”"):
        await outbox_world.outbox.resend("d2")
    assert outbox_world.slack.said() == ["d1"]
