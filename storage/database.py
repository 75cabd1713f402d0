"""The database: one engine for SQLite or PostgreSQL, units of work, migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import StaticPool

from kpi.errors import ConfigurationError
from kpi.phrases import phrase
from storage.known_engagements import KnownEngagements
from storage.revisions import current_revision, newest_revision
from storage.work import StoredWork

MIGRATING = "storage.migrating"
"""Loaded when a database has to be migrated: Alembic is heavy, and most starts find it current."""
KEPT_OPEN = 16
"""Connections a process keeps: one for each thread that may ask at a time. One more is opened and closed for each unit
of work, and a new one reads the whole schema first."""
BUSY_MILLISECONDS = 10_000
"""How long a SQLite writer waits for another one."""


class Database:
    """Opens units of work. `work()` is one writing transaction, `view()` one that only reads.

    On SQLite a writing transaction takes the write lock at once (BEGIN IMMEDIATE): claims then never race, and a
    transaction that reads before it writes never fails half way. Readers go on beside it (WAL).
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._known = KnownEngagements()
        self._is_sqlite = self._engine.dialect.name == "sqlite"

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, for migrations and benchmarks."""
        return self._engine

    @contextmanager
    def work(self) -> Iterator[StoredWork]:
        """Open a writing unit of work: committed when its block ends well, rolled back when it raises."""
        with self._engine.connect() as plain:
            connection = plain.execution_options(vigia_writes=True)
            with connection.begin():
                yield StoredWork(connection, self._known)

    @contextmanager
    def view(self) -> Iterator[StoredWork]:
        """Open a unit of work that only reads; it never waits for a writer on SQLite. A write in it raises."""
        with self._engine.connect() as plain:
            connection = plain.execution_options(vigia_writes=False, postgresql_readonly=True)
            with connection.begin() as transaction:
                yield StoredWork(connection, self._known)
                transaction.rollback()

    def migrate(self) -> None:
        """Bring the schema to the newest revision; raises ConfigurationError when the database cannot be opened."""
        try:
            if not self._is_current():
                import_module(MIGRATING).upgrade(self._engine)
        except OperationalError as error:
            raise _unreachable(error) from error

    def is_current(self) -> bool:
        """Tell whether the schema is at the newest revision; raises ConfigurationError when it cannot be opened."""
        try:
            return self._is_current()
        except OperationalError as error:
            raise _unreachable(error) from error

    def _is_current(self) -> bool:
        with self._engine.connect() as connection:
            return current_revision(connection) == newest_revision()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _unreachable(error: OperationalError) -> ConfigurationError:
    return ConfigurationError(
        phrase("The database cannot be opened (%(problem)s); check VIGIA_DATABASE_URL and its server."),
        problem=str(error.orig).splitlines()[0][:120],
    )


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError(
            phrase("VIGIA_DATABASE_URL is not a database address; write sqlite:///vigia.sqlite or postgresql://…")
        ) from error
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_size=KEPT_OPEN, pool_pre_ping=True)
    if parsed.get_backend_name() != "sqlite":
        raise ConfigurationError(
            phrase("VIGIA_DATABASE_URL names a database Vigia does not use; write sqlite:///… or postgresql://…")
        )
    options: dict[str, Any] = {"pool_size": KEPT_OPEN}
    if parsed.database in {None, "", ":memory:"}:
        options = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    engine = create_engine(parsed, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions itself
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    is_writing = connection.get_execution_options().get("vigia_writes")
    # A view that wrote would lose it without a word when it is rolled back.
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if is_writing is False else 'OFF'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
