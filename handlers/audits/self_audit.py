"""Vigia looks at itself: finds what is overdue or lost, repairs it once, and tells people of what still stands."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from handlers.audits.findings import find_faults
from handlers.audits.notices import tell_of_fault, tell_unheard
from handlers.incidents.losses import follow_up
from handlers.ports import UnitOfWork, Work
from kpi.audits.audit import AUDITS_APART, Fault, FaultKind, Finding, judge
from kpi.deliveries import DeliveryState, Settlement

_OF_INCIDENTS = frozenset({FaultKind.OVERDUE_STEPS, FaultKind.ADRIFT_INCIDENTS})
_OF_MESSAGES = frozenset({FaultKind.UNDELIVERED_INCIDENTS, FaultKind.WAITING_MESSAGES})


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found: the faults that stand, and what is to be repaired.

    `is_mine` False: another replica has just audited, and this is what it left.
    """

    is_mine: bool
    standing: tuple[Fault, ...]
    to_repair: tuple[Finding, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing at all was found."""
        return not self.standing


def audit_self(unit_of_work: UnitOfWork, now: datetime) -> AuditReport:
    """Look for faults, store which stand, and tell of those that a repair did not end and of those that are over."""
    with unit_of_work() as work:
        if not work.audits.take_turn(now, AUDITS_APART):
            return AuditReport(is_mine=False, standing=work.audits.standing())
        judged = judge(work.audits.standing(), find_faults(work, now), now)
        work.audits.keep(judged.standing)
        for fault in judged.to_tell:
            tell_of_fault(work, fault, now, is_over=False)
        for fault in judged.standing:
            if fault.is_told:
                tell_unheard(work, fault, now)
        for fault in judged.over:
            tell_of_fault(work, fault, now, is_over=True)
    return AuditReport(is_mine=True, standing=judged.standing, to_repair=judged.to_repair)


def repair(unit_of_work: UnitOfWork, findings: Iterable[Finding], now: datetime) -> None:
    """Repair what can be repaired without asking a chat platform; each finding in a unit of work of its own.

    One that fails keeps no other one waiting: what it raised is raised again when all have had their turn.
    """

    def repair_one(finding: Finding) -> None:
        with unit_of_work() as work:
            _repair(work, finding, now)

    with ExitStack() as each:  # calls all of them, also after one has raised
        for finding in reversed(tuple(findings)):
            each.callback(repair_one, finding)


def _repair(work: Work, finding: Finding, now: datetime) -> None:
    if finding.kind in _OF_INCIDENTS:
        _plan_anew(work, finding.subject)
    elif finding.kind in _OF_MESSAGES:
        _move_on(work, finding.subject, now)
    elif finding.kind is FaultKind.UNSENT_DIGESTS:
        work.digests.release(finding.subject)


def _plan_anew(work: Work, incident: str) -> None:
    """Write down anew what is due of an incident, free from claims."""
    held = work.incidents.hold(incident)
    if held is not None:
        work.incidents.replan(held)


def _move_on(work: Work, delivery_id: str, now: datetime) -> None:
    """Let a lost message be followed up, and one whose process died be looked for on its platform."""
    delivery = work.deliveries.get(delivery_id)
    if delivery is None:
        return
    if delivery.state is DeliveryState.FAILED:
        follow_up(work, delivery, now)
    elif delivery.state is DeliveryState.SENDING:
        reason = "whoever was sending this is gone; it may have arrived"
        work.deliveries.settle(delivery.id, Settlement(DeliveryState.UNKNOWN, reason, now))
