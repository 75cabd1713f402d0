"""What people are told of Vigia itself, frozen: faults, their end, and how a drill went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kpi.audits.audit import Fault
from kpi.audits.drills import DrillReport


@dataclass(frozen=True, slots=True)
class FaultNotice:
    """A fault stands, or (`is_over`) stands no more."""

    fault: Fault
    is_over: bool


@dataclass(frozen=True, slots=True)
class AuditNotice:
    """One thing to say, under an id that is the same whoever says it."""

    id: str
    made_at: datetime
    said: FaultNotice | DrillReport


def fault_notice_id(fault: Fault, *, is_over: bool) -> str:
    """Return the once-only id of what is said of a fault while it stands, or of its end."""
    began = f"{fault.key}/{fault.found_at:%Y%m%dT%H%M%S}"
    return f"{began}/over" if is_over else began
