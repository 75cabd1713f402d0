"""Stamps of engagements: whatever changes what is read of one gives it another, so that every replica reads it anew."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, update

from storage.tables import EngagementRow


def new_stamp() -> str:
    """Return a stamp nobody has had."""
    return uuid4().hex


def stamp_anew(connection: Connection, which: ColumnElement[bool]) -> None:
    """Give these engagements a new stamp."""
    connection.execute(update(EngagementRow).where(which).values(stamp=new_stamp()))
