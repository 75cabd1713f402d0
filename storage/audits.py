"""What Vigia knows of its own health: when sweeps ran, the faults that stand, and what people were told of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from kpi.audits.audit import Fault, FaultKind
from kpi.audits.notices import AuditNotice
from storage.audit_tables import AuditNoticeRow, FaultRow, SweepRunRow
from storage.bodies import Body
from storage.once import insert_once, insert_or_replace

AUDIT = "audit"
"""The name under which audits are among the sweeps."""

_RUNS = SweepRunRow.__table__  # type: ignore[attr-defined]
_FAULTS = FaultRow.__table__  # type: ignore[attr-defined]
_NOTICES = AuditNoticeRow.__table__  # type: ignore[attr-defined]
_NOTICE = Body(AuditNotice)


class StoredAudits:
    """Fits `handlers.books.audits.AuditBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self, now: datetime, apart: timedelta) -> bool:
        """Begin an audit unless one began less than `apart` ago; the row is held until this unit of work ends."""
        if insert_once(self._connection, SweepRunRow, {"name": AUDIT, "ran_at": now}):
            return True
        # A time far ahead was written by a clock that was wrong: waiting for it could take years.
        is_free = or_(_RUNS.c.ran_at <= now - apart, _RUNS.c.ran_at > now + apart)
        taken = self._connection.execute(update(_RUNS).where(_RUNS.c.name == AUDIT, is_free).values(ran_at=now))
        return bool(taken.rowcount)

    def last_audit(self) -> datetime | None:
        """Return when the last audit began, or None."""
        return self._connection.scalar(select(_RUNS.c.ran_at).where(_RUNS.c.name == AUDIT))

    def ran(self, sweep: str, at: datetime) -> None:
        """Remember when a sweep ended well."""
        insert_or_replace(self._connection, SweepRunRow, [{"name": sweep, "ran_at": at}])

    def runs(self) -> Mapping[str, datetime]:
        """Return when each sweep last ended well."""
        rows = self._connection.execute(select(_RUNS).where(_RUNS.c.name != AUDIT).order_by(_RUNS.c.name))
        return {row.name: row.ran_at for row in rows}

    def standing(self) -> tuple[Fault, ...]:
        """Return the faults that stand, ordered by kind and engagement."""
        return tuple(
            map(_fault, self._connection.execute(select(_FAULTS).order_by(_FAULTS.c.kind, _FAULTS.c.engagement)))
        )

    def keep(self, faults: Iterable[Fault]) -> None:
        """Make these the faults that stand."""
        self._connection.execute(delete(_FAULTS))
        rows = [_values(fault) for fault in faults]
        if rows:
            self._connection.execute(insert(_FAULTS), rows)

    def freeze_notice(self, notice: AuditNotice) -> bool:
        """Store what is said unless its id exists; return whether it was stored."""
        values = {"id": notice.id, "made_at": notice.made_at, "body": _NOTICE.write(notice)}
        return insert_once(self._connection, AuditNoticeRow, values)

    def notice(self, notice_id: str) -> AuditNotice | None:
        """Return what was said, or None."""
        body = self._connection.scalar(select(_NOTICES.c.body).where(_NOTICES.c.id == notice_id))
        return None if body is None else _NOTICE.read(body)


def _values(fault: Fault) -> dict[str, Any]:
    return {
        "kind": fault.kind.value,
        "engagement": fault.engagement,
        "subjects": json.dumps(fault.subjects),
        "total": fault.count,
        "since": fault.since,
        "found_at": fault.found_at,
        "seen_at": fault.seen_at,
        "told_at": fault.told_at,
    }


def _fault(row: Row[Any]) -> Fault:
    return Fault(
        FaultKind(row.kind),
        row.engagement,
        tuple(json.loads(row.subjects)),
        row.total,
        row.since,
        row.found_at,
        row.seen_at,
        row.told_at,
    )
