"""An empty database of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.storage.postgresql import new_database

ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/without-tables.sqlite"
        return
    with new_database(request.getfixturevalue("postgresql_url"), "without_tables") as url:
        yield url


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    """Give a database without any table."""
    database = Database(empty_url)
    yield database
    database.close()
