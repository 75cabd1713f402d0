"""What may happen to an incident. Each event is an order; `kpi.incidents.transitions.apply` may refuse it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kpi.alerts.alert import Phase
from kpi.incidents.capture_events import CaptureFile, CaptureMessage, ChangeCaptured, DeleteCaptured, TakeOutCaptured
from kpi.incidents.escalation_policies import Contact, EscalationPolicy
from kpi.incidents.incident import Analysis, Incident, Onset, Plan, Sighting, Visibility
from kpi.languages import Language
from kpi.promises import Promise
from kpi.severities import Severity


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Somebody takes it: calls stop, the other two clocks go on."""


@dataclass(frozen=True, slots=True)
class Unacknowledge:
    """Its owner gives it back: calls go on at the level they had reached."""


@dataclass(frozen=True, slots=True)
class KeepAcknowledgement:
    """Its owner says that they still have it."""


@dataclass(frozen=True, slots=True)
class RemindOwner:
    """The acknowledgement is old: its owner is asked whether it still holds."""


@dataclass(frozen=True, slots=True)
class Snooze:
    """Its owner wants to be asked later whether it is still theirs, and may say why."""

    wait: timedelta
    reason: str = ""
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class StopReminders:
    """Its owner does not want to be asked whether it is still theirs."""


@dataclass(frozen=True, slots=True)
class ExpireAcknowledgement:
    """The owner did not answer: nobody has it any more."""


@dataclass(frozen=True, slots=True)
class Reassign:
    """Somebody else takes it from its owner."""

    to: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Somebody leaves: `heir` takes their place in the line of people, and what they had."""

    leaver: str
    heir: Contact


@dataclass(frozen=True, slots=True)
class RecordAnalysis:
    """The first analysis, or a better one."""

    analysis: Analysis


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """The plan, or a better one."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class PostUpdate:
    """News from the operator's side: it shows that somebody is at work."""

    text: str
    language: Language
    visibility: Visibility = Visibility.SELLER


@dataclass(frozen=True, slots=True)
class Comment:
    """Something anybody says; it keeps no acknowledgement alive."""

    text: str
    language: Language
    visibility: Visibility = Visibility.SELLER


@dataclass(frozen=True, slots=True)
class Publish:
    """An internal note is shown to the seller, as a new line; the note itself stays where it is.

    `note` is its number among the internal notes, `author` who wrote it.
    """

    note: int
    author: str
    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class AddEvidence:
    """Something to look at: an order, a listing, or the name of a stored `file` (its id)."""

    reference: str
    visibility: Visibility = Visibility.SELLER
    file: str = ""


@dataclass(frozen=True, slots=True)
class ReportAgain:
    """Somebody reports what is already open."""

    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class JoinAlert:
    """An alert tells of what is already open; what the incident does not know yet, it has from the alert."""

    alert: str
    severity: Severity
    sighting: Sighting | None = None
    onset: Onset | None = None


@dataclass(frozen=True, slots=True)
class JoinAlike:
    """Alerts of other stores that moved alike, the worst of them this severe: lines for the operator's team."""

    alerts: tuple[str, ...]
    severity: Severity


@dataclass(frozen=True, slots=True)
class EndAlert:
    """The incident's alert is over; `since` is the first day back to usual, where it is."""

    alert: str
    phase: Phase
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """The metric was read again."""

    sighting: Sighting


@dataclass(frozen=True, slots=True)
class StartWatching:
    """What the plan says was done: the metric is read again at its review."""


class Verdict(StrEnum):
    """What the review found."""

    IMPROVED = "improved"
    NOT_IMPROVED = "not_improved"
    TOO_EARLY = "too_early"
    UNMEASURABLE = "unmeasurable"
    """No metric can say it: its owner has to."""


@dataclass(frozen=True, slots=True)
class Review:
    """The metric was read at the time the plan named; one that is TOO_EARLY is looked at again at `again_at`."""

    verdict: Verdict
    sighting: Sighting | None
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConfirmFixed:
    """The seller's side says that it is fine again."""


@dataclass(frozen=True, slots=True)
class Resolve:
    """A person ends it; before a review has said anything, only with a reason."""

    cause: str
    action: str
    language: Language
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EndDrill:
    """A drill is over: somebody took it, or it has lasted long enough."""


@dataclass(frozen=True, slots=True)
class Reopen:
    """It is back, or was never gone: a new incident follows this one, under the policy of its own day."""

    text: str
    language: Language
    policy: EscalationPolicy


@dataclass(frozen=True, slots=True)
class Merge:
    """It is the same as another one, which goes on."""

    into: Incident


@dataclass(frozen=True, slots=True)
class TakeIn:
    """The other half of a merge: this one goes on for both, with the clocks of the older."""

    other: Incident


@dataclass(frozen=True, slots=True)
class ChangeSeverity:
    """It is worse or milder than thought."""

    severity: Severity
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CorrectOnset:
    """A person knows better when it began."""

    onset: Onset


@dataclass(frozen=True, slots=True)
class RequestEscalation:
    """Somebody wants the next level to hear of it now; once per level."""


@dataclass(frozen=True, slots=True)
class MissPromise:
    """A promise was due and not kept."""

    promise: Promise


@dataclass(frozen=True, slots=True)
class LoseDelivery:
    """A message of it did not reach its room and never will; `call` is the number of the call nobody heard (0: none).

    `remedy` is the room that is tried instead.
    """

    delivery: str
    room: str
    reason: str
    call: int = 0
    remedy: str = ""


Event = (
    Acknowledge
    | Unacknowledge
    | KeepAcknowledgement
    | RemindOwner
    | Snooze
    | StopReminders
    | ExpireAcknowledgement
    | Reassign
    | HandOver
    | RecordAnalysis
    | RecordPlan
    | PostUpdate
    | Comment
    | Publish
    | AddEvidence
    | CaptureMessage
    | CaptureFile
    | ChangeCaptured
    | DeleteCaptured
    | TakeOutCaptured
    | ReportAgain
    | JoinAlert
    | JoinAlike
    | EndAlert
    | Measure
    | StartWatching
    | Review
    | ConfirmFixed
    | Resolve
    | EndDrill
    | Reopen
    | Merge
    | TakeIn
    | ChangeSeverity
    | CorrectOnset
    | RequestEscalation
    | MissPromise
    | LoseDelivery
)
