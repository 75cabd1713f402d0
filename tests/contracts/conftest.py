"""The same tests over the twin, SQLite and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.storage.postgresql import make_empty, new_database
from tests.twins.books import Books, MemoryDatabase

ENGINES = ("twin", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


@pytest.fixture(scope="session")
def _postgresql(postgresql_url: str) -> Iterator[Database]:
    with new_database(postgresql_url, "contracts") as url:
        database = Database(url)
        database.migrate()
        yield database
        database.close()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> Iterator[Books]:
    """Give an empty, migrated database of each kind."""
    if request.param == "twin":
        yield MemoryDatabase()
        return
    if request.param == "sqlite":
        made = Database(request.getfixturevalue("database_url"))
        yield made
        made.close()
        return
    shared: Database = request.getfixturevalue("_postgresql")
    yield shared
    with shared.engine.begin() as connection:
        make_empty(connection)
