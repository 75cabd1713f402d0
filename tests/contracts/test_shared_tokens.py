"""Tokens that replicas share: one fetches, the others wait for what it kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.twins.book_samples import HOUR, NOON
from tests.twins.books import Books

MINUTE = timedelta(minutes=1)


def tokens(work: Any) -> Any:
    """Return the shelf of a unit of work; no use case needs it, so `Work` does not name it."""
    return work.tokens


def test_of_two_who_want_to_fetch_one_may(database: Books) -> None:
    """The other may when the first one has died."""
    with database.work() as work:
        assert tokens(work).read("app") is None
        assert tokens(work).claim("app", NOON, NOON + MINUTE)
    with database.work() as work:
        assert not tokens(work).claim("app", NOON, NOON + MINUTE)
        assert tokens(work).claim("another", NOON, NOON + MINUTE)
        assert tokens(work).read("app") is None
    with database.work() as work:
        assert tokens(work).claim("app", NOON + MINUTE, NOON + HOUR)


def test_what_was_kept_is_read_by_all_and_ends_the_claim(database: Books) -> None:
    """Until somebody keeps a newer one."""
    for number in range(2):
        with database.work() as work:
            assert tokens(work).claim("app", NOON, NOON + MINUTE)
            tokens(work).keep("app", f"sealed {number}", NOON + HOUR)
        with database.view() as work:
            assert tokens(work).read("app") == (f"sealed {number}", NOON + HOUR)


def test_a_fetch_that_failed_leaves_the_old_one_and_lets_the_next_try(database: Books) -> None:
    """At once, without waiting for the claim to end."""
    with database.work() as work:
        tokens(work).claim("app", NOON, NOON + MINUTE)
        tokens(work).keep("app", "sealed", NOON + HOUR)
        tokens(work).claim("app", NOON, NOON + MINUTE)
        tokens(work).release("app")
    with database.work() as work:
        assert tokens(work).claim("app", NOON, NOON + MINUTE)
        assert tokens(work).read("app") == ("sealed", NOON + HOUR)
