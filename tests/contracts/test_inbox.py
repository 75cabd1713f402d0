"""What came in is kept until it is done, once, whoever does it."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import hypothesis.strategies as st
from hypothesis import given

from kpi.engagements import Platform
from kpi.inbox import HELD_FOR, KeptEvent
from tests.twins.book_samples import NOON
from tests.twins.books import Books, MemoryDatabase

MOMENT = timedelta(microseconds=1)


def _event(name: str = "slack/1", platform: Platform = Platform.SLACK, after: timedelta = timedelta(0)) -> KeptEvent:
    return KeptEvent(name, platform, f"what {name} said", NOON + after)


def test_an_event_is_kept_once_and_done_once(database: Books) -> None:
    """Whoever sends it again, and whoever does it."""
    with database.work() as work:
        assert work.inbox.keep(_event())
        assert not work.inbox.keep(_event())
    with database.work() as work:
        assert work.inbox.claim("slack/1", NOON)
    with database.work() as work:
        assert not work.inbox.claim("slack/1", NOON)
        assert not work.inbox.keep(_event())


def test_what_is_being_done_is_nobody_elses(database: Books) -> None:
    """It is taken over only when its time is over, and then for as long again."""
    with database.work() as work:
        work.inbox.keep(_event())
        assert list(work.inbox.left(Platform.SLACK, NOON + HELD_FOR - MOMENT)) == []
    with database.work() as work:
        assert list(work.inbox.left(Platform.SLACK, NOON + HELD_FOR)) == [_event()]
    with database.work() as work:
        assert list(work.inbox.left(Platform.SLACK, NOON + HELD_FOR)) == []
        assert list(work.inbox.left(Platform.SLACK, NOON + 2 * HELD_FOR)) == [_event()]


def test_what_is_done_is_never_left(database: Books) -> None:
    """Not even where the one who did it never said so otherwise."""
    with database.work() as work:
        work.inbox.keep(_event())
        work.inbox.claim("slack/1", NOON)
        assert list(work.inbox.left(Platform.SLACK, NOON + timedelta(days=1))) == []


def test_what_somebody_still_works_on_is_nobody_elses_however_long_it_takes(database: Books) -> None:
    """Who says so in time keeps it; what was done meanwhile, or never came in, stays so."""
    later = NOON + timedelta(minutes=1)
    with database.work() as work:
        for name in ("slack/1", "slack/2", "slack/3"):
            work.inbox.keep(_event(name))
        work.inbox.claim("slack/3", NOON)
        work.inbox.hold(["slack/1", "slack/3", "slack/unknown"], later)
        work.inbox.hold([], later)
    with database.work() as work:
        assert [one.event_id for one in work.inbox.left(Platform.SLACK, later + HELD_FOR - MOMENT)] == ["slack/2"]
        assert [one.event_id for one in work.inbox.left(Platform.SLACK, later + HELD_FOR)] == ["slack/1"]
        assert not work.inbox.claim("slack/3", later)
        assert work.inbox.claim("slack/unknown", later)


def test_two_processes_that_look_at_once_share_out_what_was_left(database: Books) -> None:
    """Six looks in the same moment: each event is taken by one of them."""
    names = {f"slack/{number}" for number in range(20)}
    with database.work() as work:
        for name in names:
            work.inbox.keep(_event(name))
    found: list[str] = []

    def look() -> None:
        with database.work() as work:
            found.extend(one.event_id for one in work.inbox.left(Platform.SLACK, NOON + HELD_FOR))

    threads = [Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(names)


def test_each_platform_takes_its_own_oldest_first(database: Books) -> None:
    """A door can read what it kept, and no other's."""
    with database.work() as work:
        work.inbox.keep(_event("slack/2", after=timedelta(seconds=2)))
        work.inbox.keep(_event("slack/1", after=timedelta(seconds=1)))
        work.inbox.keep(_event("wecom/1", Platform.WECOM))
        found = work.inbox.left(Platform.SLACK, NOON + timedelta(hours=1))
        assert [one.event_id for one in found] == ["slack/1", "slack/2"]


def test_what_is_old_is_forgotten_done_or_not(database: Books) -> None:
    """Nothing of what people said stays for good."""
    with database.work() as work:
        work.inbox.keep(_event())
        assert work.inbox.forget(NOON + timedelta(days=2)) == 1
        assert list(work.inbox.left(Platform.SLACK, NOON + timedelta(days=2))) == []


ACTS = st.lists(st.tuples(st.sampled_from(["keep", "claim", "left"]), st.sampled_from("abc"), st.integers(0, 300)))


@given(ACTS)
def test_in_whatever_order_no_event_is_done_twice_and_none_is_lost(acts: list[tuple[str, str, int]]) -> None:
    """Kept, not done and over its time: it is left. Done: it is not."""
    database = MemoryDatabase()
    kept: set[str] = set()
    done: set[str] = set()
    for act, name, seconds in acts:
        with database.work() as work:
            if act == "keep":
                assert work.inbox.keep(_event(name)) is (name not in kept | done)
                kept |= {name} - done
            elif act == "claim":
                assert work.inbox.claim(name, NOON) is (name not in done)
                done.add(name)
                kept.discard(name)
            else:
                found = {one.event_id for one in work.inbox.left(Platform.SLACK, NOON + timedelta(seconds=seconds))}
                assert found <= kept
    with database.work() as work:
        found = {one.event_id for one in work.inbox.left(Platform.SLACK, NOON + timedelta(days=1))}
        assert found == kept
