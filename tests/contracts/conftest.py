"""The same tests over the twin, SQLite and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from tests.storage.postgresql import running_postgresql
from tests.twins.books import Books, MemoryDatabase

ENGINES = ("twin", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """Start a PostgreSQL server of our own and return the address of its database."""
    with running_postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def _postgresql(postgresql_url: str) -> Iterator[Database]:
    database = Database(postgresql_url)
    database.migrate()
    yield database
    database.close()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    """Give an empty, migrated database of each kind."""
    if request.param == "twin":
        yield MemoryDatabase()
        return
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path}/vigia.sqlite")
        made.migrate()
        yield made
        made.close()
        return
    shared: Database = request.getfixturevalue("_postgresql")
    yield shared
    with shared.engine.begin() as connection:
        names = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'")
        ).scalars()
        connection.execute(text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE"))
