"""Runs Alembic from Python: there is no alembic.ini to find or to forget."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select

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
    with engine.connect() as connection:
        if current_revision(connection) == newest_revision():
            return
    with engine.connect().execution_options(vigia_writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        command.upgrade(migration_config(connection), "head")


def current_revision(connection: Connection) -> str | None:
    """Return the revision the database is at, or None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Return the newest revision there is."""
    return ScriptDirectory.from_config(migration_config()).get_current_head()
