"""A unit of work that only reads refuses to write: what it wrote would be lost without a word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from tests.twins.book_samples import NOON, an_engagement


def test_a_view_refuses_to_write_and_the_next_unit_of_work_may(empty: Database) -> None:
    """On the same connection of the pool."""
    empty.migrate()
    with pytest.raises(DBAPIError, match=r"readonly|read-only"), empty.view() as work:
        work.inbox.claim("slack/1", NOON)
    with empty.work() as work:
        assert work.inbox.claim("slack/1", NOON)
        work.engagements.save(an_engagement("north"), NOON)
    with empty.view() as work:
        assert work.engagements.get("north") == an_engagement("north")
    with empty.work() as work:
        assert work.inbox.forget(NOON + timedelta(days=1)) == 1
