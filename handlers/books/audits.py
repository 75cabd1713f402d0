"""What self-audits and drills need from the outside, by shape; part of `handlers/ports.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from kpi.audits.audit import Fault
from kpi.audits.drills import Drill
from kpi.audits.notices import AuditNotice


class AuditBook(Protocol):
    """What Vigia knows of its own health."""

    def take_turn(self, now: datetime, apart: timedelta) -> bool:
        """Begin an audit unless one began less than `apart` ago; nobody else begins one in this unit of work."""

    def last_audit(self) -> datetime | None:
        """Return when the last audit began, or None."""

    def ran(self, sweep: str, at: datetime) -> None:
        """Remember when a sweep ended well."""

    def runs(self) -> Mapping[str, datetime]:
        """Return when each sweep last ended well."""

    def standing(self) -> tuple[Fault, ...]:
        """Return the faults that stand, ordered by kind and engagement."""

    def keep(self, faults: Iterable[Fault]) -> None:
        """Make these the faults that stand."""

    def freeze_notice(self, notice: AuditNotice) -> bool:
        """Store what is said unless its id exists; return whether it was stored."""

    def notice(self, notice_id: str) -> AuditNotice | None:
        """Return what was said, or None."""


class DrillBook(Protocol):
    """Drills, planned, running and over."""

    def plan(self, drill: Drill) -> bool:
        """Add a drill unless its key exists; return whether it was added."""

    def due(self, now: datetime) -> tuple[Drill, ...]:
        """Return the drills whose time has come and that were not opened, oldest first."""

    def running(self) -> tuple[Drill, ...]:
        """Return the drills that were opened and have not ended, oldest first."""

    def hold(self, key: str) -> Drill | None:
        """Return a drill that nobody else changes before this unit of work ends, or None."""

    def save(self, drill: Drill) -> None:
        """Store what became of a drill that is held."""
