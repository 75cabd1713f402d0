"""The self-audit as the event loop runs it: audit, repair, heartbeat, and what `/healthz` and Prometheus say of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.heartbeat import Heartbeat
from bot.telemetry import Telemetry
from handlers.audits.self_audit import AuditReport, audit_self, repair
from handlers.ports import Clock, UnitOfWork
from kpi.audits.audit import AUDIT_LATE_AFTER, Fault, oldest_since, told_codes

AUDIT_LATE = "audit_late"
"""The code of what no audit can find: that none has run for too long."""

_LOG = structlog.get_logger("vigia.audit")


@dataclass(frozen=True, slots=True)
class Health:
    """Whether all is well, the codes of what is not, and how old the last audit is."""

    faults: tuple[str, ...]
    audit_age_seconds: int

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong that a repair did not end."""
        return not self.faults


class SelfWatch:
    """Audits, and remembers what the last audit of this process saw.

    `mend` repairs what only the edge can: messages of dead processes, which their platform is asked for. Until the
    first audit the start counts as one.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        clock: Clock,
        telemetry: Telemetry,
        mend: Callable[[], Awaitable[None]],
        heartbeat: Heartbeat | None,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._telemetry = telemetry
        self._mend = mend
        self._heartbeat = heartbeat
        self._seen_at = clock()
        self._standing: Sequence[Fault] = ()
        telemetry.audited_ago(self._age_seconds)

    async def audit(self) -> None:
        """Audit once, repair what is new, and call the heartbeat when nothing was found."""
        now = self._clock()
        report = await asyncio.to_thread(audit_self, self._unit_of_work, now)
        self._remember(report, now)
        if report.to_repair:
            await asyncio.to_thread(repair, self._unit_of_work, report.to_repair, now)
            await self._mend()
        if report.is_mine and report.is_clean and self._heartbeat is not None:
            await self._heartbeat.beat()

    def health(self) -> Health:
        """Return how things stand."""
        age = self._age_seconds()
        late = (AUDIT_LATE,) if age > AUDIT_LATE_AFTER.total_seconds() else ()
        return Health((*told_codes(self._standing), *late), int(age))

    def _age_seconds(self) -> float:
        return max(0.0, (self._clock() - self._seen_at).total_seconds())

    def _remember(self, report: AuditReport, now: datetime) -> None:
        self._seen_at, self._standing = now, report.standing
        oldest = oldest_since(report.standing)
        self._telemetry.found(report.standing, (now - oldest).total_seconds() if oldest else 0.0)
        for fault in report.standing if report.is_mine else ():
            _LOG.warning(
                "fault",
                kind=fault.kind.value,
                engagement=fault.engagement,
                count=fault.count,
                subjects=fault.subjects,
                since=fault.since.isoformat(),
                is_told=fault.is_told,
            )
