"""Queueing what is said of Vigia itself: once per notice and room, at any hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.audits.audience import whom_to_tell
from handlers.new_deliveries import new_delivery
from handlers.ports import Work
from kpi.audits.audit import Fault
from kpi.audits.drills import Drill, DrillReport
from kpi.audits.notices import AuditNotice, FaultNotice, fault_notice_id
from kpi.deliveries import CauseKind, DeliveryState, Placing, Settlement
from kpi.engagements import Engagement, Room


def tell_of_fault(work: Work, fault: Fault, now: datetime, *, is_over: bool) -> None:
    """Tell whom it concerns that a fault stands, or answer that message when it is over."""
    notice = AuditNotice(fault_notice_id(fault, is_over=is_over), now, FaultNotice(fault, is_over))
    _tell(work, notice, fault.engagement, fault_notice_id(fault, is_over=False) if is_over else "")


def tell_unheard(work: Work, fault: Fault, now: datetime) -> None:
    """Send again the messages that failed of a fault that still stands: whoever was not reached heard of nothing."""
    for one in whom_to_tell(work.engagements.all(), fault.engagement):
        told = work.deliveries.by_key(_key(fault_notice_id(fault, is_over=False), one.engagement, one.room))
        if told is not None and told.state is DeliveryState.FAILED:
            reason = f"sent again, as the fault still stands, after: {told.reason}"
            again = Settlement(DeliveryState.PENDING, reason, now, retry_at=now, is_repeat=told.is_repeat)
            work.deliveries.settle(told.id, again)


def tell_of_drill(work: Work, drill: Drill, report: DrillReport) -> None:
    """Tell the operations rooms of an engagement how a drill went."""
    _tell(work, AuditNotice(drill.key, report.ended_at, report), drill.engagement)


def _tell(work: Work, notice: AuditNotice, concerned: str, answers: str = "") -> None:
    """Queue a notice for everybody it concerns; one that `answers` another is sent in answer to it."""
    if not work.audits.freeze_notice(notice):
        return
    for one in whom_to_tell(work.engagements.all(), concerned):
        key = _key(notice.id, one.engagement, one.room)
        delivery = new_delivery(key, CauseKind.AUDIT, notice.id, one.engagement, one.room, notice.made_at)
        anchor = _key(answers, one.engagement, one.room)
        work.deliveries.add(replace(delivery, placing=Placing.REPLY, anchor=anchor) if answers else delivery)


def _key(notice_id: str, engagement: Engagement, room: Room) -> str:
    return f"audit/{notice_id}/{engagement.id}/{room.id}"
