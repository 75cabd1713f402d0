"""The question left hanging: who is reminded of what, when, and what ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from handlers.deliveries import compose_delivery
from handlers.listening.listening import Remark
from handlers.listening.waiting_questions import follow_questions, sweep_questions
from handlers.messages import Reply
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Settlement
from kpi.engagements import Audience, Platform
from kpi.promises import IncidentRules
from kpi.service_records.waiting_questions import WaitingQuestion
from tests.handlers.incident_world import IncidentWorld
from tests.handlers.world import World, north

ASKED_AT = datetime(2026, 8, 27, 2, tzinfo=UTC)
"""A Thursday, 10:00 in Beijing, where everybody of this world works from 09:00 to 18:00."""
QUESTION = "请问张三的包裹什么时候发货？"
HOUR = timedelta(hours=1)


def begun(world: World | None = None) -> World:
    """Return a world on a Thursday morning."""
    world = world or World()
    world.clock.set(ASKED_AT)
    return world


def write(
    world: World, text: str = QUESTION, handle: str = "wei", message: str = "m1", thread: str = "", place: str = ""
) -> None:
    """Let somebody write, in the seller's room unless another `place` is named."""
    address = place or "north-seller"
    remark = Remark(
        Platform.CONSOLE, address, handle, text, world.clock(), f"heard/{message}", message, thread or message
    )
    follow_questions(world.books.work, world.books.view, remark)


def waiting(world: World) -> list[WaitingQuestion]:
    """Return the questions nobody has answered."""
    with world.books.view() as work:
        found = work.waiting_questions.of_engagement("north", ASKED_AT - timedelta(days=9))
    return [one for one in found if one.answered_at is None]


def later(world: World, by: timedelta) -> list[Delivery]:
    """Let time pass, sweep as the schedule does, and return all reminders."""
    world.clock.advance(by)
    sweep_questions(world.books.work, world.clock())
    return [one for one in world.deliveries() if one.cause_kind is CauseKind.NUDGE]


def said(world: World, delivery: Delivery) -> Reply | None:
    """Return what a reminder says now."""
    with world.books.view() as work:
        composed = compose_delivery(work, delivery)
    return composed.reply if composed else None


def test_an_unanswered_question_reminds_the_account_manager_once() -> None:
    """After two working hours, in the operations room, by name, without a word of the question."""
    world = begun()
    write(world)
    assert later(world, 2 * HOUR - timedelta(seconds=1)) == []
    (nudge,) = later(world, timedelta(seconds=1))
    assert nudge.room == "north-ops"
    reply = said(world, nudge)
    assert reply is not None
    assert reply.mention is not None
    assert reply.mention.id == "north-ana"
    assert "waits for an answer" in reply.headline
    assert later(world, 48 * HOUR) == [nudge]
    assert not [word for word in ("张三", "发货", "包裹") if word in repr(world.books.state)]


def test_an_answer_of_the_operator_ends_it() -> None:
    """In its thread, or anywhere outside of threads."""
    for thread in ("m1", ""):
        world = begun()
        write(world)
        world.clock.advance(HOUR)
        write(world, "马上看", "bruno", "m2", thread)
        assert (waiting(world), later(world, 5 * HOUR)) == ([], [])


def test_what_others_write_is_no_answer() -> None:
    """The seller again, another thread, another room, a stranger."""
    world = begun()
    write(world)
    write(world, "有人吗", "wei", "m2", "m1")
    write(world, "here", "ana", "m3", "another thread")
    write(world, "here", "ana", "m4", place="north-ops")
    write(world, "here", "nobody", "m5")
    assert [one.thread for one in waiting(world)] == ["m1"]


def test_an_answered_thread_waits_no_more() -> None:
    """What follows in it is a conversation that somebody leads."""
    world = begun()
    write(world)
    write(world, "今天", "ana", "m2", "m1")
    write(world, "几点？", "wei", "m3", "m1")
    assert waiting(world) == []


def test_small_talk_staff_and_other_rooms_ask_nothing() -> None:
    """Greetings, thanks, the operator's own questions, the operator's own room, unbound places."""
    world = begun()
    for text in ("早上好", "谢谢！", "在吗？", "👍"):
        write(world, text)
    write(world, QUESTION, "ana")
    write(world, QUESTION, "ana", place="north-ops")
    write(world, QUESTION, "wei", place="nowhere")
    write(world, QUESTION, "nobody")
    assert waiting(world) == []


def test_nobody_is_reminded_while_they_sleep() -> None:
    """Asked at 17:00, due an hour into the next morning; a sweep that comes late waits for working hours too."""
    world = begun()
    world.clock.advance(7 * HOUR)
    write(world)
    (asked,) = waiting(world)
    assert asked.due_at == ASKED_AT + 24 * HOUR
    world.clock.set(asked.due_at)
    assert later(world, 12 * HOUR) == [], "22:00 in Beijing"
    world.clock.set(asked.due_at + timedelta(days=3))
    assert len(later(world, timedelta(0))) == 1, "Monday morning"


def test_an_answer_that_comes_while_the_reminder_waits_makes_it_pointless() -> None:
    """It is not sent."""
    world = begun()
    write(world)
    (nudge,) = later(world, 3 * HOUR)
    write(world, "今天发货", "ana", "m2", "m1")
    assert said(world, nudge) is None


def test_what_is_asked_below_an_incidents_card_has_its_own_clocks() -> None:
    """Its promises are watched already."""
    world = begun(IncidentWorld())
    world.hear("/incident conversion fell in North ML", "north-seller", "wei")
    with world.books.work() as work:
        for one in work.deliveries.claim(world.clock() + HOUR, 99):
            sent = Settlement(DeliveryState.SENT, "ok", world.clock(), platform_message=f"card in {one.room}")
            work.deliveries.settle(one.id, sent)
    write(world, message="m2", thread="card in north-seller")
    assert waiting(world) == []


def test_an_engagement_agrees_on_its_own_time_and_may_have_nobody_to_remind() -> None:
    """Without a manager the operations room is told; without such a room nobody can be."""
    rules = IncidentRules(answer_after=timedelta(minutes=30))
    world = begun(World(replace(north(), people=north().people[1:], incident_rules=rules)))
    world.clock.advance(5 * HOUR)
    write(world)
    (nudge,) = later(world, HOUR)
    reply = said(world, nudge)
    assert reply is not None
    assert reply.mention is None
    alone = begun(World(replace(north(), rooms=tuple(r for r in north().rooms if r.audience is Audience.SELLER))))
    write(alone)
    assert later(alone, 5 * HOUR) == []
