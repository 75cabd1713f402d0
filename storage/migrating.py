"""Runs Alembic from Python: there is no alembic.ini to find or to forget."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import IntegrityError

MIGRATION_LOCK = 7_165_119_472
"""PostgreSQL's advisory lock for migrations: any number that nothing else in the database uses."""


def migration_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration; `connection` is the one migrations run on."""
    config = Config()
    config.set_main_option("script_location", str(files("storage") / "migrations"))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest revision in one transaction; replicas that start together take turns."""
    with migrating(engine) as connection:
        command.upgrade(migration_config(connection), "head")


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """Open the one transaction in which migrations run; replicas that start together take turns.

    SQLite changes a table by making it anew, which its foreign keys forbid while they are enforced: they are off
    meanwhile, and what they protect is checked before the commit (https://sqlite.org/lang_altertable.html#otheralter).
    """
    with engine.connect().execution_options(vigia_writes=True) as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            _enforce(connection, is_on=False)
        try:
            with connection.begin():
                if not is_sqlite:
                    connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
                yield connection
                if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                    raise IntegrityError("PRAGMA foreign_key_check", None, ValueError(f"dangling row: {tuple(broken)}"))
        finally:
            if is_sqlite:
                _enforce(connection, is_on=True)


def _enforce(connection: Connection, *, is_on: bool) -> None:
    """Switch SQLite's foreign keys, outside of any transaction: inside one it has no effect."""
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA foreign_keys={'ON' if is_on else 'OFF'}")
