"""What Vigia finds wrong with itself: faults, when something counts as one, and what is said of it how often.

A fault is all that is wrong in one way in one engagement. What is found is repaired once; what still stands at the next
audit is told, once while it lasts, and its end as well. Pure: `handlers/audits/self_audit.py` looks, repairs and tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class FaultKind(StrEnum):
    """What is wrong; the value is the code in logs, metrics and `/healthz`."""

    OVERDUE_STEPS = "overdue_steps"
    """Steps of incidents are long due, and nobody takes them: a call may not have been made."""
    ADRIFT_INCIDENTS = "adrift_incidents"
    """Incidents are open, and nothing is due of them: they would be forgotten."""
    UNDELIVERED_INCIDENTS = "undelivered_incidents"
    """Messages of incidents do not get out, and nothing else is tried instead."""
    UNSENT_DIGESTS = "unsent_digests"
    """Digests are past their deadline, or failed, or nobody knows whether they arrived."""
    WAITING_MESSAGES = "waiting_messages"
    """Messages of other kinds do not get out."""
    CLOSED_ROOMS = "closed_rooms"
    """A platform takes nothing for rooms any more: their webhook or robot was removed. Only people can mend it."""
    LATE_SWEEPS = "late_sweeps"
    """What looks for due work has not ended well for too long; of the whole installation."""


class Sweep(StrEnum):
    """What runs at intervals and leaves behind when it last ended well."""

    DIGESTS = "digests"
    ALERTS = "alerts"
    ESCALATIONS = "escalations"
    CORRECTIONS = "corrections"
    DRILLS = "drills"


AUDIT_EVERY = timedelta(minutes=5)
"""Peers look every 5 to 13 minutes; the shortest usual promise is 30."""
AUDITS_APART = timedelta(minutes=4)
"""Of several replicas one audits: nobody begins sooner than this after the last audit. Ticks are not exact."""
AUDIT_LATE_AFTER = 3 * AUDIT_EVERY
"""One audit may be slow and one may fail; without three of them nobody watches any more."""

STEP_LATE_AFTER = timedelta(minutes=5)
"""Steps are looked for every 15 seconds, and a dead claim is free after a minute."""
CALL_LATE_AFTER = timedelta(minutes=5)
"""A message is tried for two and a half minutes at most, and a lost one is followed up within seconds."""
MESSAGE_LATE_AFTER = timedelta(minutes=15)
"""Many digests at one time go out at their platform's pace; none of them is as urgent as an incident."""
DEAD_AFTER = timedelta(minutes=15)
"""A process that died while it sent is found out after ten minutes, and its message looked for within one more."""
DIGEST_LATE_AFTER = timedelta(minutes=15)
"""Data is looked for every five minutes, the last time at the deadline."""
DIGEST_FAULTS_LAST = timedelta(days=1)
"""The next digest is out by then: nobody sends yesterday's any more."""
CLOSED_ROOMS_LAST = timedelta(days=7)
"""A room nothing was sent to for a week is nobody's worry: it left its engagement, or is not used."""
SWEEP_LATE_AFTER: Mapping[Sweep, timedelta] = {
    Sweep.DIGESTS: timedelta(minutes=10),
    Sweep.ALERTS: timedelta(minutes=40),
    Sweep.ESCALATIONS: timedelta(minutes=5),
    Sweep.CORRECTIONS: timedelta(minutes=60),
    Sweep.DRILLS: timedelta(minutes=10),
}
"""Four runs of the slow ones, more of the quick ones."""

MOST_SUBJECTS = 20
"""Things of one fault that are remembered by name, the oldest first; the others are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong since an instant: an incident, a message, a digest's key or a sweep.

    `engagement` is empty for what concerns the whole installation.
    """

    kind: FaultKind
    engagement: str
    subject: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Fault:
    """All that is wrong in one way in one engagement, `since` the oldest of it.

    `found_at` is the audit that saw it first, `seen_at` the one that saw it last. `told_at` None: the repair was tried,
    and nobody was told yet.
    """

    kind: FaultKind
    engagement: str
    subjects: tuple[str, ...]
    count: int
    since: datetime
    found_at: datetime
    seen_at: datetime
    told_at: datetime | None = None

    @property
    def key(self) -> str:
        """What makes two findings the same fault."""
        return f"{self.kind}/{self.engagement}"

    @property
    def is_told(self) -> bool:
        """Whether the repair did not help, so that people were told."""
        return self.told_at is not None


@dataclass(frozen=True, slots=True)
class Judged:
    """What follows from an audit's findings: what stands now, what to repair, what to tell, and what is over."""

    standing: tuple[Fault, ...] = ()
    to_repair: tuple[Finding, ...] = ()
    to_tell: tuple[Fault, ...] = ()
    over: tuple[Fault, ...] = ()


def judge(before: Iterable[Fault], findings: Iterable[Finding], now: datetime) -> Judged:
    """Return what follows from what stood before and what is found now.

    A finding is repaired when it is new. It is told when the audit before this one saw and repaired it already; one
    that was seen longer ago than audits may be apart is new again: nothing ran meanwhile that the repair could help.
    """
    known = {fault.key: fault for fault in before}
    found = _grouped(findings, now)
    standing: list[Fault] = []
    to_repair: list[Finding] = []
    to_tell: list[Fault] = []
    for key, (fault, parts) in found.items():
        earlier = known.get(key)
        seen = _subjects_seen(earlier, now)
        to_repair.extend(part for part in parts if part.subject not in seen)
        kept = replace(fault, found_at=earlier.found_at, told_at=earlier.told_at) if earlier else fault
        if not kept.is_told and not seen.isdisjoint(fault.subjects):
            kept = replace(kept, told_at=now)
            to_tell.append(kept)
        standing.append(kept)
    over = tuple(fault for key, fault in known.items() if key not in found and fault.is_told)
    return Judged(tuple(standing), tuple(to_repair), tuple(to_tell), over)


def _subjects_seen(earlier: Fault | None, now: datetime) -> frozenset[str]:
    if earlier is None or now - earlier.seen_at > AUDIT_LATE_AFTER:
        return frozenset()
    return frozenset(earlier.subjects)


def _grouped(findings: Iterable[Finding], now: datetime) -> dict[str, tuple[Fault, tuple[Finding, ...]]]:
    groups: dict[tuple[FaultKind, str], dict[str, Finding]] = {}
    for finding in sorted(findings, key=lambda one: (one.kind, one.engagement, one.since, one.subject)):
        groups.setdefault((finding.kind, finding.engagement), {}).setdefault(finding.subject, finding)
    made = (
        (_fault(kind, engagement, parts, now), tuple(parts.values())) for (kind, engagement), parts in groups.items()
    )
    return {fault.key: (fault, parts) for fault, parts in made}


def _fault(kind: FaultKind, engagement: str, parts: Mapping[str, Finding], now: datetime) -> Fault:
    since = min(part.since for part in parts.values())
    return Fault(kind, engagement, tuple(parts)[:MOST_SUBJECTS], len(parts), since, found_at=now, seen_at=now)


def told_codes(faults: Iterable[Fault]) -> tuple[str, ...]:
    """Return the kinds of the faults that a repair did not end, each once."""
    return tuple(sorted({fault.kind.value for fault in faults if fault.is_told}))


def oldest_since(faults: Iterable[Fault]) -> datetime | None:
    """Return since when the oldest of some faults stands, or None without any."""
    return min((fault.since for fault in faults), default=None)
