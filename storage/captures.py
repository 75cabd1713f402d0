"""Captured messages: one row each, which is written over when something of them may not be kept any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, select

from kpi.incidents.captured_messages import Capture
from storage.bodies import Body
from storage.incident_tables import CaptureRow
from storage.once import insert_once, insert_or_replace

_CAPTURES = CaptureRow.__table__  # type: ignore[attr-defined]
_CAPTURE = Body(Capture)


class StoredCaptures:
    """Fits `handlers.books.captures.CaptureBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, capture: Capture) -> bool:
        """Store a capture unless its message is known; return whether it was stored."""
        return insert_once(self._connection, CaptureRow, _values(capture))

    def get(self, engagement_id: str, room_id: str, message: str) -> Capture | None:
        """Return what is known of a message, or None."""
        return self._one(_of_message(engagement_id, room_id, message))

    def hold(self, engagement_id: str, room_id: str, message: str) -> Capture | None:
        """Return what is known of a message, which nobody else changes before this unit of work ends, or None."""
        return self._one(_of_message(engagement_id, room_id, message).with_for_update())

    def save(self, capture: Capture) -> None:
        """Store a capture in the place of what was known of its message."""
        insert_or_replace(self._connection, CaptureRow, [_values(capture)])

    def of_incident(self, incident: str) -> tuple[Capture, ...]:
        """Return the captures of an incident, by the instant they were taken and their message."""
        bodies = self._connection.scalars(
            select(_CAPTURES.c.body)
            .where(_CAPTURES.c.incident == incident)
            .order_by(_CAPTURES.c.pointed_at, _CAPTURES.c.message)
        )
        return tuple(map(_CAPTURE.read, bodies))

    def forget(self, before: datetime) -> int:
        """Drop messages that were pointed at before an instant and are in no timeline; return how many."""
        is_old = (_CAPTURES.c.incident.is_(None), _CAPTURES.c.pointed_at < before)
        return self._connection.execute(delete(_CAPTURES).where(*is_old)).rowcount

    def _one(self, statement: Select[Any]) -> Capture | None:
        body = self._connection.scalar(statement)
        return None if body is None else _CAPTURE.read(body)


def _values(capture: Capture) -> dict[str, Any]:
    return {
        "engagement": capture.engagement,
        "room": capture.room,
        "message": capture.message,
        "incident": capture.incident or None,
        "pointed_at": capture.at,
        "body": _CAPTURE.write(capture),
    }


def _of_message(engagement_id: str, room_id: str, message: str) -> Select[Any]:
    return select(_CAPTURES.c.body).where(
        _CAPTURES.c.engagement == engagement_id, _CAPTURES.c.room == room_id, _CAPTURES.c.message == message
    )
