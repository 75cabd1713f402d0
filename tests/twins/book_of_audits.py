"""Self-audits and drills in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from kpi.audits.audit import Fault
from kpi.audits.drills import Drill
from kpi.audits.notices import AuditNotice
from tests.twins.book_state import BookState

AUDIT = "audit"


class MemoryAudits:
    """Fits `handlers.books.audits.AuditBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def take_turn(self, now: datetime, apart: timedelta) -> bool:
        """Begin an audit unless one began less than `apart` ago."""
        last = self.last_audit()
        if last is not None and now - apart < last <= now + apart:
            return False
        self._state.runs[AUDIT] = now
        return True

    def last_audit(self) -> datetime | None:
        """Return when the last audit began, or None."""
        return self._state.runs.get(AUDIT)

    def ran(self, sweep: str, at: datetime) -> None:
        """Remember when a sweep ended well."""
        self._state.runs[sweep] = at

    def runs(self) -> Mapping[str, datetime]:
        """Return when each sweep last ended well."""
        return {name: at for name, at in sorted(self._state.runs.items()) if name != AUDIT}

    def standing(self) -> tuple[Fault, ...]:
        """Return the faults that stand, ordered by kind and engagement."""
        return tuple(sorted(self._state.faults.values(), key=lambda fault: (fault.kind, fault.engagement)))

    def keep(self, faults: Iterable[Fault]) -> None:
        """Make these the faults that stand."""
        self._state.faults.clear()
        self._state.faults.update((fault.key, fault) for fault in faults)

    def freeze_notice(self, notice: AuditNotice) -> bool:
        """Store what is said unless its id exists; return whether it was stored."""
        if notice.id in self._state.audit_notices:
            return False
        self._state.audit_notices[notice.id] = notice
        return True

    def notice(self, notice_id: str) -> AuditNotice | None:
        """Return what was said, or None."""
        return self._state.audit_notices.get(notice_id)


class MemoryDrills:
    """Fits `handlers.books.audits.DrillBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def plan(self, drill: Drill) -> bool:
        """Add a drill unless its key exists; return whether it was added."""
        if drill.key in self._state.drills:
            return False
        self._state.drills[drill.key] = drill
        return True

    def due(self, now: datetime) -> tuple[Drill, ...]:
        """Return the drills whose time has come and that were not opened, oldest first."""
        return self._in_order(one for one in self._live() if not one.incident and one.due_at <= now)

    def running(self) -> tuple[Drill, ...]:
        """Return the drills that were opened and have not ended, oldest first."""
        return self._in_order(one for one in self._live() if one.incident)

    def hold(self, key: str) -> Drill | None:
        """Return a drill; there is one writer at a time."""
        return self._state.drills.get(key)

    def save(self, drill: Drill) -> None:
        """Store what became of a drill."""
        if drill.key in self._state.drills:
            self._state.drills[drill.key] = drill

    def _live(self) -> list[Drill]:
        return [one for one in self._state.drills.values() if one.ended_at is None]

    def _in_order(self, drills: Iterable[Drill]) -> tuple[Drill, ...]:
        return tuple(sorted(drills, key=lambda one: (one.due_at, one.key)))
