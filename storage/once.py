"""Once-only keys: a row is added, or it was there already; two writers never both add it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, literal
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import SQLModel


def insert_once(connection: Connection, table: type[SQLModel], values: dict[str, Any]) -> bool:
    """Insert a row unless one of its unique keys exists; return whether it was inserted."""
    # What comes back tells; an INSERT's row count is -1 on PostgreSQL whether or not it inserted.
    inserted = literal(value=1)
    if connection.dialect.name == "sqlite":
        made = sqlite_insert(table).values(**values).on_conflict_do_nothing().returning(inserted)
        return connection.execute(made).first() is not None
    added = postgresql_insert(table).values(**values).on_conflict_do_nothing().returning(inserted)
    return connection.execute(added).first() is not None


def insert_or_replace(connection: Connection, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows in one go; a row whose primary key exists replaces the one that is there."""
    if not rows:
        return
    make = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    statement = make(table)
    columns = table.__table__.columns  # type: ignore[attr-defined]
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[column.name for column in columns if column.primary_key],
            set_={column.name: statement.excluded[column.name] for column in columns if not column.primary_key},
        ),
        rows,
    )
