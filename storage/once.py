"""Once-only keys: a row is added, or it was there already; two writers never both add it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import SQLModel


def insert_once(connection: Connection, table: type[SQLModel], values: dict[str, Any]) -> bool:
    """Insert a row unless one of its unique keys exists; return whether it was inserted."""
    if connection.dialect.name == "sqlite":
        statement = sqlite_insert(table).values(**values).on_conflict_do_nothing()
        return bool(connection.execute(statement).rowcount)
    return bool(connection.execute(postgresql_insert(table).values(**values).on_conflict_do_nothing()).rowcount)
