"""An outbox with a ledger of its own for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.twins.clock import FakeClock
from tests.twins.outbox_world import OutboxWorld


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated database file to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("ledger") / "empty.sqlite"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture
def outbox_world(empty_ledger: Path, tmp_path: Path, clock: FakeClock) -> Iterator[OutboxWorld]:
    """Return an outbox between a real ledger and made-up platforms."""
    path = shutil.copy(empty_ledger, tmp_path / "ledger.sqlite")
    database = Database(f"sqlite:///{path}")
    yield OutboxWorld(database, clock)
    database.close()
