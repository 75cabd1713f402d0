"""Instants in the database: aware UTC in, aware UTC out, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_micros(at: datetime) -> int:
    """Return whole microseconds since 1970 of an aware instant; raises ValueError for a naive one."""
    if at.tzinfo is None:
        msg = "instants are aware; a naive one has no place on the time line"
        raise ValueError(msg)
    return (at - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the aware UTC instant."""
    return EPOCH + micros * MICROSECOND


class Instant(TypeDecorator[datetime]):
    """An instant as microseconds since 1970: exact, sortable, and the same on SQLite and PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware instant into microseconds."""
        del dialect
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Turn microseconds into an aware instant."""
        del dialect
        return None if value is None else from_micros(value)
