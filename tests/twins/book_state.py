"""What a database of the twins holds: plain dictionaries of frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from kpi.absences import Absence
from kpi.alerts.records import AlertEpisode, AlertNotice, ExpectedDays, Judgement, Mute, SeriesKey
from kpi.audits.audit import Fault
from kpi.audits.drills import Drill
from kpi.audits.notices import AuditNotice
from kpi.deliveries import Delivery
from kpi.digests import Digest, DigestSlot
from kpi.engagements import Engagement, Platform, Store
from kpi.facts import FactStatus, ImportedFile
from kpi.inbox import KeptEvent
from kpi.incidents.captured_messages import Capture
from kpi.incidents.escalations import Step, StepKind
from kpi.incidents.evidence_files import EvidenceFile
from kpi.incidents.incident import Incident, TimelineEntry
from kpi.incidents.notices import IncidentNotice
from kpi.invitations import Invitation
from kpi.rates import Rate
from kpi.service_records.record import MonthlyRecord, RecordSlot
from kpi.service_records.waiting_questions import WaitingQuestion
from kpi.target_changes import TargetChange
from kpi.targets import Target
from kpi.workspaces import Workspace

Place = tuple[str, tuple[str, str], str, date]
"""Store, part (its dimension and name), measure, day."""
WHOLE = ("", "")
"""The part that is the whole store."""


@dataclass(frozen=True, slots=True)
class OwnedStore:
    """A store and whose it is; one that left keeps its facts."""

    store: Store
    engagement: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A value as it was shown from `known_at` until the next version's."""

    value: int
    status: FactStatus
    source: str
    known_at: datetime


@dataclass(slots=True)
class BookState:
    """Everything; `facts` holds each place's versions, oldest first."""

    engagements: dict[str, Engagement] = field(default_factory=dict)
    absences: dict[tuple[str, str], Absence] = field(default_factory=dict)
    stores: dict[str, OwnedStore] = field(default_factory=dict)
    facts: dict[Place, tuple[Version, ...]] = field(default_factory=dict)
    files: dict[tuple[str, str], ImportedFile] = field(default_factory=dict)
    targets: dict[str, tuple[Target, ...]] = field(default_factory=dict)
    target_changes: dict[str, TargetChange] = field(default_factory=dict)
    rates: dict[tuple[str, str, date], Rate] = field(default_factory=dict)
    digests: dict[str, Digest] = field(default_factory=dict)
    slots: dict[str, DigestSlot] = field(default_factory=dict)
    slot_claims: dict[str, datetime] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    inbox: dict[str, datetime] = field(default_factory=dict)
    kept: dict[str, tuple[KeptEvent, datetime]] = field(default_factory=dict)
    form_uses: dict[str, tuple[datetime, tuple[str, ...]]] = field(default_factory=dict)
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    token_claims: dict[str, datetime] = field(default_factory=dict)
    robot_answers: dict[str, Any] = field(default_factory=dict)
    turns: dict[str, tuple[tuple[datetime, ...], datetime | None]] = field(default_factory=dict)
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    workspace_claims: dict[str, datetime] = field(default_factory=dict)
    install_states: dict[str, datetime] = field(default_factory=dict)
    judgements: dict[tuple[SeriesKey, date], Judgement] = field(default_factory=dict)
    alerts: dict[str, AlertEpisode] = field(default_factory=dict)
    notices: dict[str, AlertNotice] = field(default_factory=dict)
    mutes: dict[str, Mute] = field(default_factory=dict)
    expected: dict[tuple[str, str, date, date], ExpectedDays] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    steps: dict[tuple[str, StepKind], Step] = field(default_factory=dict)
    step_claims: dict[tuple[str, StepKind], datetime] = field(default_factory=dict)
    incident_notices: dict[str, IncidentNotice] = field(default_factory=dict)
    incident_files: dict[str, tuple[EvidenceFile, bytes]] = field(default_factory=dict)
    captures: dict[tuple[str, str, str], Capture] = field(default_factory=dict)
    runs: dict[str, datetime] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    audit_notices: dict[str, AuditNotice] = field(default_factory=dict)
    drills: dict[str, Drill] = field(default_factory=dict)
    record_slots: dict[str, RecordSlot] = field(default_factory=dict)
    record_claims: dict[str, datetime] = field(default_factory=dict)
    records: dict[str, MonthlyRecord] = field(default_factory=dict)
    timeline: dict[str, tuple[TimelineEntry, ...]] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    shared_places: dict[tuple[Platform, str], str] = field(default_factory=dict)
    """Who confirmed that a place may be shared; "" where nobody has."""
    waiting_questions: dict[tuple[str, str, str], WaitingQuestion] = field(default_factory=dict)

    def copied(self) -> BookState:
        """Return a state of its own: the values are frozen, so copying the dictionaries is enough."""
        return BookState(**{each.name: dict(getattr(self, each.name)) for each in fields(self)})
