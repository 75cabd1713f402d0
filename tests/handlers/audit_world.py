"""A world that audits itself every five minutes, beside everything else the schedule does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.audits.drills import DrillSweep, sweep_drills
from handlers.audits.self_audit import AuditReport, audit_self, repair
from kpi.audits.audit import AUDIT_EVERY, Fault, Sweep
from kpi.deliveries import CauseKind, Delivery, DeliveryState
from kpi.engagements import Engagement
from tests.handlers.call_world import CallWorld, Sent

DEAD = timedelta(hours=9)
"""A claim of a process that died and whose claims do not end by themselves."""


class AuditWorld(CallWorld):
    """`deaf` sweeps do not end well; while `is_asleep` nothing but the audit runs."""

    def __init__(self, engagement: Engagement | None = None) -> None:
        super().__init__(engagement)
        self.deaf: set[Sweep] = set()
        self.is_asleep = False
        self.drilled: list[DrillSweep] = []

    def audit(self) -> AuditReport:
        """Audit now, as one replica does, and repair what is new."""
        report = audit_self(self.books.work, self.clock())
        repair(self.books.work, report.to_repair, self.clock())
        return report

    def audit_later(self, by: timedelta = AUDIT_EVERY) -> AuditReport:
        """Let what runs at intervals run, and audit at the end."""
        self.clock.advance(by)
        self.tick()
        report = self.audit()
        self.tick()
        return report

    def tick(self) -> None:
        """Do what the schedule does at one tick."""
        with self.books.work() as work:
            for sweep in set(Sweep) - self.deaf:
                work.audits.ran(sweep, self.clock())
        if not self.is_asleep:
            self.drilled.append(sweep_drills(self.books.work, self.clock()))
            self.sweep()

    def let_be(self, delivery: Delivery, state: DeliveryState) -> None:
        """Let a delivery have ended like this just now, whatever became of it really."""
        self.books.state.deliveries[delivery.id] = replace(delivery, state=state, settled_at=self.clock())

    def standing(self) -> tuple[Fault, ...]:
        """Return the faults that stand."""
        with self.books.view() as work:
            return work.audits.standing()

    def told(self) -> list[Sent]:
        """Return what was said of Vigia itself."""
        keys = {one.id for one in self.deliveries() if one.cause_kind is CauseKind.AUDIT}
        return [one for one in self.sent if one.delivery in keys]
