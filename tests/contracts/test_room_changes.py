"""What happens to a channel is told once, however many replicas hear of it at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

from bot.samples.engagements import sample_engagements
from handlers.rooms.room_changes import Change, RoomChange, note_room_change
from handlers.rooms.welcome import queue_welcomes
from kpi.deliveries import CauseKind
from kpi.engagements import Engagement, Platform
from tests.twins.books import Books

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def in_slack() -> Engagement:
    """Return the sample engagement with its rooms in Slack."""
    lumina = sample_engagements()[0]
    rooms = tuple(replace(one, platform=Platform.SLACK, address=f"C0{one.id.upper()}") for one in lumina.rooms)
    return replace(lumina, rooms=rooms)


SELLER = next(one for one in in_slack().rooms if one.id == "lumina-seller")
LEFT = RoomChange(Change.LEFT, Platform.SLACK, SELLER.address, NOW, "left/0")


def note_all(database: Books, changes: list[RoomChange]) -> int:
    """Let eight replicas hear of changes at the same time; return how many messages they queued."""
    with database.work() as work:
        work.engagements.save(in_slack(), NOW)
    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(lambda changed: note_room_change(database.work, changed), changes))


def told(database: Books) -> int:
    """Return how many messages about rooms are stored."""
    with database.view() as work:
        return sum(one.cause_kind is CauseKind.ROOM for one in work.deliveries.of_engagement("lumina", 99))


def test_the_same_event_at_two_replicas_is_told_once(database: Books) -> None:
    """Slack sends its retry to whichever replica answers."""
    assert note_all(database, [LEFT] * 8) == told(database) == 1


def test_one_loss_in_two_events_at_once_is_told_once(database: Books) -> None:
    """`channel_left` and `member_left_channel` are the same."""
    changes = [replace(LEFT, event_id=f"left/{number}") for number in range(8)]
    assert note_all(database, changes) == told(database) == 1


def test_a_room_that_follows_its_channel_is_found_at_its_new_place_alone(database: Books) -> None:
    """By every replica, at once, with everything else of the engagement as it was."""
    moved = replace(LEFT, change=Change.MOVED, moved_to="C0NEW")
    assert note_all(database, [moved] * 4) == told(database)
    with database.view() as work:
        found = work.engagements.at_address(Platform.SLACK, "C0NEW")
        assert work.engagements.at_address(Platform.SLACK, SELLER.address) is None
    assert found is not None
    engagement, room = found
    assert room == replace(SELLER, address="C0NEW")
    assert replace(engagement, rooms=()) == replace(in_slack(), rooms=())
    assert {one.id for one in engagement.rooms} == {one.id for one in in_slack().rooms}


def test_the_welcome_of_a_room_is_queued_once(database: Books) -> None:
    """Two terminals that apply the same file at the same time."""

    def apply(_number: int) -> int:
        with database.work() as work:
            return len(queue_welcomes(work, in_slack(), NOW))

    with database.work() as work:
        work.engagements.save(in_slack(), NOW)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(apply, range(8))) == len(in_slack().rooms)
