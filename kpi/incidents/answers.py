"""What is said and seen while an incident is open: analysis, plan, news, evidence, readings, and when it began."""

from __future__ import annotations

from dataclasses import replace

from kpi.incidents.changes import Changed, Moment, Outcome, Refusal, Refused
from kpi.incidents.events import (
    AddEvidence,
    Comment,
    CorrectOnset,
    Measure,
    PostUpdate,
    Publish,
    RecordAnalysis,
    RecordPlan,
    ReportAgain,
)
from kpi.incidents.incident import EntryKind, Incident, Movement, Side, Sighting, Status, Visibility
from kpi.incidents.ownership import renewed


def record_analysis(incident: Incident, event: RecordAnalysis, moment: Moment) -> Outcome:
    """Record an analysis; the first one keeps the promise."""
    if not event.analysis.text.strip():
        return Refused(Refusal.NEEDS_TEXT)
    said = replace(incident, analysis=event.analysis, analysis_at=incident.analysis_at or moment.at)
    line = moment.entry(said, EntryKind.ANALYSED, event.analysis.text, event.analysis.language)
    return Changed(_less_owed(renewed(said, moment.at)), (line,))


def record_plan(incident: Incident, event: RecordPlan, moment: Moment) -> Outcome:
    """Record a plan; the first one keeps the promise, and each has a review of its own."""
    plan = event.plan
    if not plan.cause.strip() or not plan.action.strip():
        return Refused(Refusal.NEEDS_CAUSE)
    if plan.review_at <= moment.at:
        return Refused(Refusal.NEEDS_LATER_REVIEW)
    said = replace(incident, plan=plan, plan_at=incident.plan_at or moment.at, reviewed_at=None)
    if incident.status is Status.WATCHING:
        said = replace(said, review_due_at=plan.review_at)
    line = moment.entry(said, EntryKind.PLANNED, plan.action, plan.language, cause=plan.cause, owner=plan.owner)
    return Changed(_less_owed(renewed(said, moment.at)), (line,))


def _less_owed(incident: Incident) -> Incident:
    """Stop the calls about missed promises once none is left; a call the seller asked for is still made."""
    if incident.unkept or incident.keeping.is_single:
        return incident
    return replace(incident, keeping=incident.keeping.stopped())


def post_update(incident: Incident, event: PostUpdate, moment: Moment) -> Outcome:
    """Record news: somebody is at work."""
    if not event.text.strip():
        return Refused(Refusal.NEEDS_TEXT)
    line = moment.entry(incident, EntryKind.UPDATED, event.text, event.language, event.visibility)
    return Changed(renewed(incident, moment.at), (line,))


def comment(incident: Incident, event: Comment, moment: Moment) -> Outcome:
    """Record what somebody says. What the seller's side says, the seller's side may read."""
    if not event.text.strip():
        return Refused(Refusal.NEEDS_TEXT)
    visibility = Visibility.SELLER if moment.by.side is Side.SELLER else event.visibility
    return Changed(incident, (moment.entry(incident, EntryKind.COMMENTED, event.text, event.language, visibility),))


def publish(incident: Incident, event: Publish, moment: Moment) -> Outcome:
    """Record an internal note anew for the seller to read: somebody is at work."""
    line = moment.entry(incident, EntryKind.PUBLISHED, event.text, event.language, author=event.author, note=event.note)
    return Changed(renewed(incident, moment.at), (line,))


def add_evidence(incident: Incident, event: AddEvidence, moment: Moment) -> Outcome:
    """Record something to look at."""
    if not event.reference.strip():
        return Refused(Refusal.NEEDS_TEXT)
    visibility = Visibility.SELLER if moment.by.side is Side.SELLER else event.visibility
    line = moment.entry(
        incident, EntryKind.EVIDENCE_ADDED, visibility=visibility, reference=event.reference, file=event.file
    )
    return Changed(incident, (line,))


def report_again(incident: Incident, event: ReportAgain, moment: Moment) -> Outcome:
    """Record that somebody else saw it too."""
    return Changed(incident, (moment.entry(incident, EntryKind.REPORTED_AGAIN, event.text, event.language),))


def measure(incident: Incident, event: Measure, moment: Moment) -> Outcome:
    """Record the metric as it is now; what fired stays, and the worst value is remembered."""
    seen = event.sighting
    known = replace(
        incident,
        at_alert=incident.at_alert or seen,
        now=seen,
        worst=_worse(incident.worst or incident.at_alert, seen, incident.subject.movement),
    )
    line = moment.entry(
        known,
        EntryKind.MEASURED,
        value=seen.value,
        sample=seen.sample,
        day=seen.day,
        metric=incident.subject.metric,
    )
    return Changed(known, (line,)) if known != incident else Refused(Refusal.NOTHING_CHANGED)


def _worse(worst: Sighting | None, seen: Sighting, movement: Movement) -> Sighting:
    if worst is None:
        return seen
    is_worse = seen.value > worst.value if movement is Movement.RISE else seen.value < worst.value
    return seen if is_worse else worst


def correct_onset(incident: Incident, event: CorrectOnset, moment: Moment) -> Outcome:
    """Record when a person says it began; what was believed before stays in the timeline."""
    if event.onset == incident.onset:
        return Refused(Refusal.NOTHING_CHANGED)
    before = incident.onset
    corrected = replace(incident, onset=event.onset)
    line = moment.entry(
        corrected,
        EntryKind.ONSET_CORRECTED,
        began_from=event.onset.began_from.isoformat(),
        began_to=event.onset.began_to.isoformat(),
        before_from=before.began_from.isoformat() if before else "",
        before_to=before.began_to.isoformat() if before else "",
    )
    return Changed(renewed(corrected, moment.at), (line,))
