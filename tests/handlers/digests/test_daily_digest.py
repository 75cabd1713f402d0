"""Due slots become frozen digests and delivery rows: once, in time, with gaps named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.digests.composition import compose_digest
from handlers.digests.daily_digest import (
    CLAIM_FOR,
    LATEST_SEND,
    LOOK_AGAIN,
    SweepReport,
    newest_day,
    send_digest_now,
    sweep_digests,
)
from handlers.ports import Work
from kpi.deliveries import CauseKind, DeliveryState
from kpi.digests import CoverageState, Digest, DigestRoomState, DigestSlot
from kpi.engagements import Engagement
from kpi.errors import NotFoundError, QuestionError
from kpi.metrics.measures import SCALED
from kpi.tones import Tone
from tests.handlers.world import DAY, NOW, World, bad_thursday, north

OPS_DUE = datetime(2026, 8, 28, 11, 30, tzinfo=UTC)
SELLER_DUE = datetime(2026, 8, 28, 12, 37, tzinfo=UTC)
DEADLINE = OPS_DUE + timedelta(hours=1)
WEDNESDAY = DAY - timedelta(days=1)


def planned(world: World) -> World:
    """Plan the slots half an hour before the first is due, as a running bot does."""
    assert sweep(world, NOW).planned
    return world


def sweep(world: World, at: datetime) -> SweepReport:
    """Sweep at an instant."""
    world.clock.set(at)
    return sweep_digests(world.books.work, at)


def digests(world: World) -> tuple[Digest, ...]:
    """Return the snapshots of the data day."""
    with world.books.view() as work:
        return work.digests.of_day("north", DAY)


def slot_of(world: World, room: str = "north-ops") -> DigestSlot:
    """Return a room's slot of the data day."""
    return world.books.state.slots[f"digest/north/{DAY}/{room}"]


def lone(*stores: str) -> World:
    """Return a world with one engagement and two rooms, the ordinary days of these stores, and planned slots."""
    world = World(north())
    return planned(world.fill(*stores) if stores else world)


def quiet() -> World:
    """Return such a world after an ordinary day."""
    return lone("north-ml", "north-amz")


def test_nothing_is_sent_before_its_time() -> None:
    """A second early is early."""
    world = quiet()
    assert sweep(world, OPS_DUE - timedelta(seconds=1)).composed == 0
    assert world.deliveries() == ()


def test_one_snapshot_serves_every_room_and_each_room_is_written_to_once() -> None:
    """Two rooms, two deliveries, one digest; sweeping again changes nothing."""
    world = quiet()
    assert sweep(world, OPS_DUE).composed == 1
    assert sweep(world, SELLER_DUE).composed == 1
    for minutes in range(0, 90, 5):
        assert sweep(world, SELLER_DUE + timedelta(minutes=minutes)).composed == 0
    (digest,) = digests(world)
    assert (digest.id, digest.day, digest.composed_at) == ("D-20260827-01-north", DAY, OPS_DUE)
    assert [(one.key, one.cause, one.cause_kind, one.state, one.due_at) for one in world.deliveries()] == [
        (f"digest/north/{DAY}/{room}", digest.id, CauseKind.DIGEST, DeliveryState.PENDING, at)
        for room, at in (("north-ops", OPS_DUE), ("north-seller", SELLER_DUE))
    ]
    assert (slot_of(world).state, slot_of(world).digest) == (DigestRoomState.COMPOSED, digest.id)


def test_every_engagement_gets_its_own_digest() -> None:
    """The other seller's day is judged apart."""
    world = planned(bad_thursday())
    sweep(world, SELLER_DUE)
    with world.books.view() as work:
        (theirs,) = work.digests.of_day("south", DAY)
    (ours,) = digests(world)
    assert (ours.tone, theirs.tone) == (Tone.BAD, Tone.GOOD)
    assert {store for one in theirs.readings for store in one.scope.stores} == {"south-ml"}
    assert {one.cause for one in world.deliveries("south")} == {"D-20260827-01-south"}


def test_a_digest_waits_for_data_that_is_not_in_and_says_for_which() -> None:
    """It looks again every five minutes, and goes out whole as soon as the data is there."""
    world = lone("north-ml")
    world.fill("north-amz", last=WEDNESDAY)
    assert sweep(world, OPS_DUE).waiting == 1
    assert (slot_of(world).due_at, slot_of(world).reason) == (OPS_DUE + LOOK_AGAIN, "waiting for north-amz")
    assert sweep(world, OPS_DUE + LOOK_AGAIN - timedelta(seconds=1)).waiting == 0
    world.fill("north-amz")
    assert sweep(world, OPS_DUE + LOOK_AGAIN).composed == 1
    (digest,) = digests(world)
    assert not digest.is_partial
    assert {one.state for one in digest.coverage} == {CoverageState.COMPLETE}


def test_at_the_deadline_it_goes_out_with_its_gap_named() -> None:
    """A store without data is a gap with a reason, never a failed digest."""
    world = lone("north-ml")
    world.fill("north-amz", last=WEDNESDAY)
    at, reports = OPS_DUE, []
    while at < DEADLINE:
        reports.append(sweep(world, at))
        at += LOOK_AGAIN
    assert {report.composed for report in reports} == {0}
    assert slot_of(world).due_at == DEADLINE
    assert sweep(world, DEADLINE).composed == 1
    (digest,) = digests(world)
    ml, amazon = digest.coverage
    assert (digest.is_partial, digest.is_good_day) == (True, False)
    assert (ml.state, amazon.state, amazon.last_day) == (CoverageState.COMPLETE, CoverageState.MISSING, WEDNESDAY)
    assert amazon.missing == ("gmv_gross", "orders_paid")
    assert [one.value for one in digest.readings if one.metric == "gmv"].count(None) == 1


def test_traffic_and_ads_that_arrive_a_day_late_are_not_waited_for() -> None:
    """Visits of the data day are not expected the next morning."""
    world = lone("north-amz")
    world.fill("north-ml", last=WEDNESDAY)
    world.report("north-ml", {"orders_paid": 100, "gmv_gross": 5_000 * SCALED})
    assert sweep(world, OPS_DUE).composed == 1
    assert not digests(world)[0].is_partial


def test_a_later_room_gets_what_has_come_in_since_a_partial_digest_and_the_first_one_stays() -> None:
    """The first room was sent the gap; its snapshot is never written over."""
    world = lone("north-ml")
    world.fill("north-amz", last=WEDNESDAY)
    sweep(world, DEADLINE)
    world.fill("north-amz")
    sweep(world, SELLER_DUE)
    first, second = digests(world)
    assert (first.is_partial, second.is_partial) == (True, False)
    assert [one.cause for one in world.deliveries()] == [first.id, second.id]
    assert second.id == "D-20260827-02-north"


def test_a_partial_digest_is_not_frozen_again_when_nothing_has_come_in() -> None:
    """Two rooms, one gap, one snapshot."""
    world = lone("north-ml")
    world.fill("north-amz", last=WEDNESDAY)
    sweep(world, DEADLINE)
    sweep(world, SELLER_DUE + timedelta(hours=1))
    assert len(digests(world)) == 1
    assert [one.cause for one in world.deliveries()] == [digests(world)[0].id] * 2


def test_a_frozen_digest_does_not_move_with_the_facts() -> None:
    """The second room reads what the first one read, whatever was restated between."""
    world = planned(bad_thursday())
    sweep(world, OPS_DUE)
    (before,) = digests(world)
    world.report("north-ml", {"gmv_gross": 9_999 * SCALED})
    sweep(world, SELLER_DUE)
    assert digests(world) == (before,)


def test_no_data_at_all_is_a_digest_that_says_so() -> None:
    """Not silence, not an error."""
    world = lone()
    sweep(world, DEADLINE)
    (digest,) = digests(world)
    assert (digest.tone, digest.is_partial, digest.is_good_day) == (Tone.UNKNOWN, True, False)
    assert all(one.state is CoverageState.MISSING and one.last_day is None for one in digest.coverage)


@pytest.mark.parametrize("sent", [True, False])
def test_a_slot_missed_by_more_than_six_hours_is_a_notice_and_never_a_late_digest(*, sent: bool) -> None:
    """At the limit it is still sent; a second later the room is told that it will not follow."""
    world = quiet()
    at = DEADLINE + LATEST_SEND + timedelta(seconds=0 if sent else 1)
    world.clock.set(at)
    report = sweep_digests(world.books.work, at)
    (delivery,) = (one for one in world.deliveries() if one.room == "north-ops")
    kind = CauseKind.DIGEST if sent else CauseKind.NOTICE
    assert (delivery.cause_kind, delivery.key) == (kind, f"digest/north/{DAY}/north-ops")
    assert report.missed == (0 if sent else 1)


def test_a_room_that_left_is_missed_with_a_reason_and_nothing_is_sent() -> None:
    """The admin unbound it between planning and posting."""
    world = quiet()
    world.agree(replace(north(), rooms=(replace(north().rooms[0], digest_at=None),)))
    assert sweep(world, SELLER_DUE).missed == 2
    assert world.deliveries() == ()
    assert slot_of(world).reason == "the room no longer has a digest"


def test_an_engagement_whose_last_store_left_stops_nobody_elses_digest() -> None:
    """One engagement's end is its own affair."""
    world = planned(World().fill())
    world.agree(replace(north(), stores=()))
    report = sweep(world, SELLER_DUE)
    assert (report.composed, report.missed) == (2, 2)
    assert len(world.deliveries("south")) == 2
    assert world.deliveries() == ()


class _PowerCutError(Exception):
    """The process dies here."""


def test_a_crash_while_composing_sends_nothing_and_the_next_claim_makes_it_good() -> None:
    """The claim is committed, the work is not: after five minutes somebody else takes the slot, once."""
    world = quiet()
    opened = 0

    @contextmanager
    def dying() -> Iterator[Work]:
        nonlocal opened
        opened += 1
        with world.books.work() as work:
            yield work
            if opened == 3:  # planned, claimed, composed: and then the lights go out
                raise _PowerCutError

    with pytest.raises(_PowerCutError):
        sweep_digests(dying, OPS_DUE)
    assert (world.deliveries(), digests(world)) == ((), ())
    assert sweep(world, OPS_DUE + CLAIM_FOR - timedelta(seconds=1)).composed == 0
    assert sweep(world, OPS_DUE + CLAIM_FOR).composed == 1
    assert len(world.deliveries()) == 1


def test_a_crash_after_composing_sends_nothing_twice() -> None:
    """The delivery and the slot's end are one transaction; what was claimed for sending is the outbox's to explain."""
    world = quiet()
    sweep(world, OPS_DUE)
    with world.books.work() as work:
        (claimed,) = work.deliveries.claim(OPS_DUE, 9)
    sweep(world, OPS_DUE + timedelta(minutes=30))
    (delivery,) = world.deliveries()
    assert (delivery.id, delivery.state, delivery.attempts) == (claimed.id, DeliveryState.SENDING, 1)


def test_a_person_may_have_a_digest_sent_now_to_every_digest_room() -> None:
    """Also where the daily one went out already; its key names the snapshot."""
    world = quiet()
    sweep(world, SELLER_DUE)
    with world.books.work() as work:
        digest, queued = send_digest_now(work, "north", None, world.clock())
    assert (digest.id, digest.day, queued) == ("D-20260827-02-north", DAY, 2)
    assert {one.key for one in world.deliveries() if one.cause == digest.id} == {
        f"digest/north/{DAY}/{room}/{digest.id}" for room in ("north-ops", "north-seller")
    }


def test_the_newest_day_is_the_last_closed_one_with_data() -> None:
    """Wednesday while Thursday is not in; yesterday by the clock when nothing ever came."""
    world = World()
    with world.books.view() as work:
        assert newest_day(work, north(), NOW) == DAY
    world.fill("north-ml", last=WEDNESDAY)
    with world.books.view() as work:
        assert newest_day(work, north(), NOW) == WEDNESDAY
    world.fill("north-amz", last=DAY + timedelta(days=1))
    with world.books.view() as work:
        assert newest_day(work, north(), NOW) == WEDNESDAY


def test_an_unknown_engagement_is_named_with_those_there_are() -> None:
    """For the admin at the terminal."""
    with pytest.raises(NotFoundError, match="Known: north, south"), World().books.work() as work:
        send_digest_now(work, "nroth", None, NOW)


def test_a_digest_of_no_store_is_refused_with_a_sentence() -> None:
    """The engagement exists, its stores do not yet."""
    world = World(replace(north(), stores=()))
    with pytest.raises(QuestionError, match="No store of this engagement"), world.books.work() as work:
        send_digest_now(work, "north", None, NOW)


def test_a_room_without_a_digest_time_is_not_written_to_on_a_persons_word_either() -> None:
    """It asked for no digest."""
    world = World(replace(north(), rooms=(replace(north().rooms[0], digest_at=None), north().rooms[1]))).fill(
        "north-ml"
    )
    with world.books.work() as work:
        assert send_digest_now(work, "north", DAY, NOW)[1] == 1
    assert [one.room for one in world.deliveries()] == ["north-seller"]


def test_an_engagement_that_fails_keeps_no_other_one_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours in one seller's digest is raised for the log, after everybody else was served."""
    world = planned(World().fill())

    def fail_for_north(work: Work, engagement: Engagement, day: date, now: datetime) -> Digest:
        if engagement.id == "north":
            raise _PowerCutError
        return compose_digest(work, engagement, day, now)

    monkeypatch.setattr("handlers.digests.daily_digest.compose_digest", fail_for_north)
    world.clock.set(SELLER_DUE)
    with pytest.raises(_PowerCutError):
        sweep_digests(world.books.work, SELLER_DUE)
    assert len(world.deliveries("south")) == 2
    assert world.deliveries() == ()
    monkeypatch.undo()
    assert sweep(world, SELLER_DUE + CLAIM_FOR).composed == 2
    assert len(world.deliveries()) == 2
