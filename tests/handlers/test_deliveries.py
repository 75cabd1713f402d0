"""What a delivery says, and when a person may have it sent again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.deliveries import compose_delivery, send_again
from handlers.digests.daily_digest import send_digest_now
from handlers.messages import Reply
from handlers.new_deliveries import new_delivery
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Settlement
from kpi.errors import NotFoundError, QuestionError
from kpi.languages import Language
from tests.handlers.world import DAY, NOW, World, north

OPS = north().rooms[0]


def queued(world: World) -> Delivery:
    """Queue the digest and return the first room's delivery."""
    with world.books.work() as work:
        send_digest_now(work, "north", DAY, NOW)
    return next(one for one in world.deliveries() if one.room == OPS.id)


def said(world: World, delivery: Delivery) -> Reply | None:
    """Return what a delivery says now."""
    with world.books.view() as work:
        composed = compose_delivery(work, delivery)
    return composed.reply if composed else None


def settled(world: World, delivery: Delivery, state: DeliveryState) -> None:
    """Claim everything and settle one delivery."""
    with world.books.work() as work:
        work.deliveries.claim(NOW, 99)
        work.deliveries.settle(delivery.id, Settlement(state, "because", NOW))


def test_a_digest_is_said_from_its_snapshot_and_never_from_todays_facts() -> None:
    """What was frozen is what is read, however late it is sent."""
    world = World().fill()
    delivery = queued(world)
    before = said(world, delivery)
    world.report("north-ml", {"gmv_gross": 1})
    assert said(world, delivery) == before
    assert before is not None


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        (Language.EN, "North: the digest of Thu 27 Aug was not sent in time and will not follow."),
        (Language.ZH, "08-27"),
        (Language.PT, "27/08"),
        (Language.ES, "27/08"),
    ],
)
def test_a_missed_digest_is_a_notice_with_the_question_that_replaces_it(language: Language, headline: str) -> None:
    """In the room's language, and the question works."""
    world = World(north(language)).fill("north-ml", "north-amz")
    key = f"digest/north/{DAY}/north-ops"
    notice = said(world, new_delivery(key, CauseKind.NOTICE, key, north(language), OPS, NOW))
    assert notice is not None
    assert headline in notice.headline
    assert f"/kpi {DAY}" in notice.text
    assert world.ask(f"/kpi {DAY}").figures


def test_a_delivery_whose_room_engagement_or_cause_is_gone_says_nothing() -> None:
    """The outbox skips it with a reason."""
    world = World().fill()
    delivery = queued(world)
    for lost in (
        replace(delivery, engagement="nobody"),
        replace(delivery, room="nowhere"),
        replace(delivery, cause="D-none"),
        replace(delivery, cause_kind=CauseKind.CORRECTION, cause="D-none→D-nothing"),
        replace(delivery, cause_kind=CauseKind.ALERT),
    ):
        assert said(world, lost) is None
    world.agree(replace(north(), rooms=north().rooms[1:]))
    assert said(world, delivery) is None


@pytest.mark.parametrize(("state", "is_repeat"), [(DeliveryState.FAILED, False), (DeliveryState.UNKNOWN, True)])
def test_what_failed_or_is_unknown_may_be_sent_again(state: DeliveryState, *, is_repeat: bool) -> None:
    """An unknown one may be in the room already: it is marked as a repeat."""
    world = World().fill()
    delivery = queued(world)
    settled(world, delivery, state)
    later = NOW + timedelta(hours=1)
    with world.books.work() as work:
        send_again(work, delivery.id, later)
        again = work.deliveries.get(delivery.id)
    assert again is not None
    assert (again.state, again.due_at, again.is_repeat) == (DeliveryState.PENDING, later, is_repeat)
    assert again.reason == "sent again on a person's word, after: because"


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.PENDING])
def test_nothing_else_is_sent_again(state: DeliveryState) -> None:
    """What is in the room, was left out on purpose, or is on its way."""
    world = World().fill()
    delivery = queued(world)
    settled(world, delivery, state)
    with pytest.raises(QuestionError, match=f"is {state}; only a failed or unknown one"), world.books.work() as work:
        send_again(work, delivery.id, NOW)


def test_a_delivery_there_is_not_cannot_be_sent_again() -> None:
    """A sentence for whoever mistyped."""
    with pytest.raises(NotFoundError, match="There is no delivery “d404”"), World().books.work() as work:
        send_again(work, "d404", NOW)
