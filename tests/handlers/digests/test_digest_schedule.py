"""When each room's digest is due: its own clock, the stores' newest closed day, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.digests.schedule import LOOK_BACK, PLAN_AHEAD, next_slot, plan_digests, posting_time, slots_between
from kpi.days import ONE_DAY
from kpi.digests import DigestSlot
from kpi.engagements import Engagement, Platform, Room
from kpi.markets import Market, Marketplace
from tests.handlers.world import NOW, World, north
from tests.twins.book_samples import a_store

NORTH = north()
OPS, SELLER = NORTH.rooms


def due(engagement: Engagement, room: Room, start: datetime, days: int) -> list[DigestSlot]:
    """Return the slots of some days."""
    return list(slots_between(engagement, room, start, start + days * ONE_DAY))


def test_a_slot_is_due_at_the_rooms_own_clock_and_waits_until_its_deadline() -> None:
    """08:30 in São Paulo and 20:37 in Beijing are 11:30 and 12:37 UTC; both are of Thursday."""
    slots = [next_slot(NORTH, room, NOW) for room in (OPS, SELLER)]
    assert slots == [
        DigestSlot(
            f"digest/north/2026-08-27/{room}",
            "north",
            room,
            date(2026, 8, 27),
            datetime(2026, 8, 28, 11, 30, tzinfo=UTC) + late,
            datetime(2026, 8, 28, 12, 30, tzinfo=UTC) + late,
        )
        for room, late in (("north-ops", timedelta()), ("north-seller", timedelta(minutes=67)))
    ]


def test_the_data_day_is_the_newest_one_that_is_over_in_every_stores_zone() -> None:
    """At 13:30 in Beijing it is 23:30 in Mexico: Brazil has closed Thursday, Mexico has not."""
    early = replace(SELLER, digest_at=time(13, 30))
    assert [slot.day for slot in due(NORTH, early, NOW, 1)] == [date(2026, 8, 27)]
    brazil = replace(NORTH, stores=NORTH.stores[:1])
    assert [slot.day for slot in due(brazil, early, NOW, 1)] == [date(2026, 8, 28)]


@pytest.mark.parametrize(
    ("platform", "at", "posted"),
    [
        (Platform.WECOM, time(8, 30), time(8, 37)),
        (Platform.WECOM, time(8, 0), time(8, 7)),
        (Platform.WECOM, time(8, 29), time(8, 29)),
        (Platform.WECOM, time(23, 30), time(23, 37)),
        (Platform.SLACK, time(8, 30), time(8, 30)),
        (Platform.WECOM, None, None),
    ],
)
def test_wecom_is_never_posted_to_at_a_crowded_minute(platform: Platform, at: time | None, posted: time | None) -> None:
    """On the hour and on the half hour everybody posts."""
    assert posting_time(replace(OPS, platform=platform, digest_at=at)) == posted


def test_a_room_without_a_digest_time_and_an_engagement_without_stores_owe_nothing() -> None:
    """Nothing to plan, no error."""
    assert next_slot(NORTH, replace(OPS, digest_at=None), NOW) is None
    assert next_slot(replace(NORTH, stores=()), OPS, NOW) is None


def test_the_hours_stay_the_same_when_the_clocks_change() -> None:
    """Santiago puts its clocks forward on 6 September 2026: 08:30 is 12:30 UTC before and 11:30 after."""
    room = replace(OPS, zone=ZoneInfo("America/Santiago"))
    hours = [slot.due_at.hour for slot in due(NORTH, room, datetime(2026, 9, 4, tzinfo=UTC), 4)]
    assert hours == [12, 12, 11, 11]


@given(
    minute=st.integers(0, 1439),
    minutes=st.integers(0, 700 * 1440),
    zone=st.sampled_from(("America/Sao_Paulo", "America/Mexico_City", "Asia/Shanghai")),
)
def test_every_day_has_one_slot_and_no_slot_is_missed_between_two_plannings(
    minute: int, minutes: int, zone: str
) -> None:
    """Wherever a plan is cut in two, both halves together are the whole, each day once and in order."""
    room = replace(OPS, zone=ZoneInfo(zone), digest_at=time(minute // 60, minute % 60))
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    middle, end = start + timedelta(hours=31), start + 5 * ONE_DAY
    whole = list(slots_between(NORTH, room, start, end))
    assert [*slots_between(NORTH, room, start, middle), *slots_between(NORTH, room, middle, end)] == whole
    assert len(whole) == len({slot.day for slot in whole}) == 5
    assert all(start <= slot.due_at < end for slot in whole)
    assert [slot.day for slot in whole] == [whole[0].day + number * ONE_DAY for number in range(5)]


@pytest.mark.parametrize("start", [datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC)])
def test_no_data_day_is_lost_or_doubled_when_a_stores_clock_jumps_over_midnight(start: datetime) -> None:
    """11:45 in Beijing is 23:45 in Santiago's winter and 00:45 in its summer."""
    chile = replace(NORTH, stores=(a_store("north-cl", Marketplace.MERCADO_LIBRE, Market.CL),))
    days = [slot.day for slot in due(chile, replace(SELLER, digest_at=time(11, 45)), start, 10)]
    assert days == [days[0] + number * ONE_DAY for number in range(len(days))]
    assert len(days) in {9, 11}


def test_a_new_room_owes_nothing_for_the_time_before_it_was_bound() -> None:
    """Bound at 11:00 UTC: this morning's slot at 11:30 is owed, yesterday's is not."""
    world = World(NORTH)
    with world.books.work() as work:
        assert plan_digests(work, NOW) == 4
        assert work.digests.first_due("north", "north-ops") == datetime(2026, 8, 28, 11, 30, tzinfo=UTC)
        assert plan_digests(work, NOW) == 0


def test_after_a_night_off_the_slots_of_the_last_day_are_planned_too() -> None:
    """A process that was down finds what it owes, and no more than a day of it."""
    world = World(NORTH)
    with world.books.work() as work:
        plan_digests(work, NOW)
        later = NOW + 9 * ONE_DAY
        plan_digests(work, later)
        due_slots = work.digests.claim_due(later + PLAN_AHEAD, later)
    ops = [slot.due_at for slot in due_slots if slot.room == "north-ops" and slot.due_at > NOW + 3 * ONE_DAY]
    assert min(ops) >= later - LOOK_BACK
    assert len(ops) == 3


def test_a_room_that_moves_to_another_hour_is_still_told_each_day_once() -> None:
    """The key is the day, not the hour."""
    world = World(NORTH)
    with world.books.work() as work:
        plan_digests(work, NOW)
    world.agree(replace(NORTH, rooms=(replace(OPS, digest_at=time(9, 45)), SELLER)))
    with world.books.work() as work:
        assert plan_digests(work, NOW) == 0
