"""An outbox with a ledger of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.twins.clock import FakeClock
from tests.twins.outbox_world import OutboxWorld


@pytest.fixture
def outbox_world(database_url: str, clock: FakeClock) -> Iterator[OutboxWorld]:
    """Return an outbox between a real ledger and made-up platforms."""
    database = Database(database_url)
    yield OutboxWorld(database, clock)
    database.close()
