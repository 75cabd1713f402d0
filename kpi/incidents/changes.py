"""What came of an event: an incident after it with the lines to record, or the reason it was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kpi.incidents.incident import Actor, EntryKind, Incident, TimelineEntry, Visibility
from kpi.languages import Language


class Refusal(StrEnum):
    """Why an event changes nothing."""

    NOT_ALLOWED = "not_allowed"
    """This side may not do this."""
    CLOSED = "closed"
    """It is over; `detail` is its status."""
    NOT_NOW = "not_now"
    """Not in this status; `detail` is the status."""
    ALREADY_HELD = "already_held"
    """`detail` has it."""
    NOT_DUE = "not_due"
    STALE = "stale"
    """The step was planned for an earlier state."""
    NEEDS_PLAN = "needs_plan"
    NEEDS_TEXT = "needs_text"
    NEEDS_CAUSE = "needs_cause"
    NEEDS_REASON = "needs_reason"
    NEEDS_WHY_MILDER = "needs_why_milder"
    """It becomes milder only with a reason."""
    NO_REMINDER_DUE = "no_reminder_due"
    """Nobody is asked before then anyway."""
    CRITICAL = "critical"
    """Not while it is critical."""
    NEEDS_LATER_REVIEW = "needs_later_review"
    """The review lies in the past."""
    NOTHING_CHANGED = "nothing_changed"
    ASKED_ALREADY = "asked_already"
    ALL_CALLED = "all_called"
    """The highest level has been told."""
    NOTHING_TO_REOPEN = "nothing_to_reopen"
    """It was a drill."""
    NOT_ONE_INCIDENT = "not_one_incident"
    """The two cannot be merged: one of them is over, they are the same, or belong to two sellers."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing changed."""

    reason: Refusal
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """People to be told now: `number` counts the calls of an incident, so that none is made twice.

    `level` is an index of the policy's levels; without `people` only the operations room is told.
    """

    incident: str
    number: int
    level: int
    people: tuple[str, ...]
    at: datetime

    @property
    def key(self) -> str:
        """The once-only key of the call's deliveries."""
        return f"incident/{self.incident}/call/{self.number}"


@dataclass(frozen=True, slots=True)
class Changed:
    """An incident after an event, what is recorded of it, who is called, and the incident that follows a closed one.

    An incident that was only just opened has the number 0 until it is stored, and its own first line then.
    """

    incident: Incident
    entries: tuple[TimelineEntry, ...]
    call: Call | None = None
    opened: Incident | None = None


Outcome = Changed | Refused


@dataclass(frozen=True, slots=True)
class Moment:
    """Who did something, and when: what every line of the timeline says."""

    by: Actor
    at: datetime

    def entry(
        self,
        incident: Incident,
        kind: EntryKind,
        body: str = "",
        language: Language | None = None,
        visibility: Visibility = Visibility.SELLER,
        **params: object,
    ) -> TimelineEntry:
        """Return a line of the timeline."""
        said = tuple((name, str(value)) for name, value in params.items())
        return TimelineEntry(incident.id, kind, self.by, self.at, self.at, visibility, body, language, said)
