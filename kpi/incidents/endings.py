"""How an incident ends: watched until its metric is read again, ended by a person, merged, or followed by a new one."""

from __future__ import annotations

from dataclasses import replace

from kpi.incidents.changes import Changed, Moment, Outcome, Refusal, Refused
from kpi.incidents.events import ConfirmFixed, EndDrill, Merge, Reopen, Resolve, Review, StartWatching, TakeIn, Verdict
from kpi.incidents.incident import Closing, EntryKind, Incident, Status
from kpi.incidents.openings import Declaration, open_incident
from kpi.incidents.ownership import renewed
from kpi.incidents.reviews import reviewed_metric
from kpi.incidents.urgency import graded
from kpi.incidents.views import is_for_sellers

_ENTRY_OF_VERDICT = {
    Verdict.IMPROVED: EntryKind.IMPROVED,
    Verdict.NOT_IMPROVED: EntryKind.NOT_IMPROVED,
    Verdict.TOO_EARLY: EntryKind.TOO_EARLY,
    Verdict.UNMEASURABLE: EntryKind.UNMEASURABLE,
}


def start_watching(incident: Incident, _event: StartWatching, moment: Moment) -> Outcome:
    """Wait for the review of the plan, whose action was done."""
    plan = incident.plan
    if plan is None:
        return Refused(Refusal.NEEDS_PLAN)
    if plan.review_at <= moment.at:
        return Refused(Refusal.NEEDS_LATER_REVIEW)
    watched = replace(incident, status=Status.WATCHING, review_due_at=plan.review_at)
    return Changed(watched, (moment.entry(watched, EntryKind.WATCHED, review_at=plan.review_at.isoformat()),))


def review(incident: Incident, event: Review, moment: Moment) -> Outcome:
    """Act on what the review found: end it, give it back to its owner, or look again later."""
    plan = incident.plan
    if plan is None or incident.review_due_at is None or moment.at < incident.review_due_at:
        return Refused(Refusal.NOT_DUE)
    metric = reviewed_metric(incident)
    is_subject = metric == incident.subject.metric
    seen = replace(incident, now=event.sighting or incident.now) if is_subject else incident
    if event.verdict is Verdict.TOO_EARLY:
        if event.again_at is None or event.again_at <= moment.at:
            return Refused(Refusal.NEEDS_LATER_REVIEW)
        reviewed = replace(seen, review_due_at=event.again_at)
    elif event.verdict is Verdict.IMPROVED:
        ended = replace(seen, reviewed_at=moment.at, closing=Closing(plan.cause, plan.action, "", ""))
        reviewed = replace(_silent(ended), status=Status.RESOLVED, resolved_at=moment.at)
    else:
        measured_at = moment.at if event.verdict is Verdict.NOT_IMPROVED else None
        back = replace(seen, status=Status.ACKNOWLEDGED, reviewed_at=measured_at, review_due_at=None)
        reviewed = renewed(back, moment.at)
    kind, value = _ENTRY_OF_VERDICT[event.verdict], event.sighting.value if event.sighting else ""
    before = incident.at_alert.value if incident.at_alert and is_subject else ""
    return Changed(reviewed, (moment.entry(reviewed, kind, before=before, value=value, metric=metric),))


def _silent(incident: Incident) -> Incident:
    return replace(incident, answering=incident.answering.stopped(), keeping=incident.keeping.stopped())


def confirm_fixed(incident: Incident, _event: ConfirmFixed, moment: Moment) -> Outcome:
    """Record that the seller's side sees it as fixed; ending it is still somebody's decision."""
    if incident.confirmed_at is not None:
        return Refused(Refusal.NOTHING_CHANGED)
    confirmed = replace(incident, confirmed_at=moment.at)
    return Changed(confirmed, (moment.entry(confirmed, EntryKind.SELLER_CONFIRMED),))


def resolve(incident: Incident, event: Resolve, moment: Moment) -> Outcome:
    """End it on a person's word: with cause and action, and with a reason where no review and no seller said so."""
    if not event.cause.strip() or not event.action.strip():
        return Refused(Refusal.NEEDS_CAUSE)
    if incident.reviewed_at is None and incident.confirmed_at is None and not event.reason.strip():
        return Refused(Refusal.NEEDS_REASON)
    ended = replace(
        _silent(incident),
        status=Status.RESOLVED,
        resolved_at=moment.at,
        closing=Closing(event.cause, event.action, event.reason, moment.by.person),
    )
    line = moment.entry(ended, EntryKind.RESOLVED, event.action, event.language, cause=event.cause, reason=event.reason)
    return Changed(ended, (line,))


def end_drill(incident: Incident, _event: EndDrill, moment: Moment) -> Outcome:
    """End a drill: it was taken, or has lasted long enough."""
    if not incident.is_drill:
        return Refused(Refusal.NOT_ALLOWED)
    ended = replace(_silent(incident), status=Status.RESOLVED, resolved_at=moment.at)
    return Changed(ended, (moment.entry(ended, EntryKind.DRILL_ENDED),))


def reopen(incident: Incident, event: Reopen, moment: Moment) -> Outcome:
    """Let a new incident follow; the one that ended stays ended."""
    if incident.is_drill:  # what follows would be no part of the drill and never end
        return Refused(Refusal.NOTHING_TO_REOPEN)
    again = Declaration(
        engagement=incident.engagement,
        subject=incident.subject,
        severity=incident.severity,
        report=event.text.strip() or incident.report,
        language=event.language,
        reported_at=moment.at,
        alert=incident.alert,
        previous=incident.id,
    )
    follower = replace(open_incident(again, event.policy, moment.by, moment.at), key=incident.key)
    return Changed(incident, (moment.entry(incident, EntryKind.REOPENED, event.text, event.language),), opened=follower)


def merge(incident: Incident, event: Merge, moment: Moment) -> Outcome:
    """End it as the same thing as another one; the caller lets that one take this one in."""
    into = event.into
    is_other = into.id != incident.id and into.engagement == incident.engagement
    # What the seller may not hear of and what they may stay apart: a merge would show the one or hide the other.
    is_alike = (is_for_sellers(into), into.is_drill) == (is_for_sellers(incident), incident.is_drill)
    if into.is_closed or not is_other or not is_alike:
        return Refused(Refusal.NOT_ONE_INCIDENT, into.id)
    merged = replace(_silent(incident), status=Status.MERGED, merged_into=into.id)
    return Changed(merged, (moment.entry(merged, EntryKind.MERGED, into=into.id),))


def take_in(incident: Incident, event: TakeIn, moment: Moment) -> Outcome:
    """Go on for both: the older one's clocks, the worse severity, and whatever was already said."""
    other = event.other
    if other.merged_into != incident.id:
        return Refused(Refusal.NOT_ONE_INCIDENT, other.id)
    joined = replace(
        incident,
        clocks_from=min(incident.clocks_from, other.clocks_from),
        at_alert=incident.at_alert or other.at_alert,
        analysis=incident.analysis or other.analysis,
        analysis_at=incident.analysis_at or other.analysis_at,
        plan=incident.plan or other.plan,
        plan_at=incident.plan_at or other.plan_at,
    )
    if other.severity.is_worse_than(incident.severity):
        joined = graded(joined, other.severity, moment.at)
    return Changed(joined, (moment.entry(joined, EntryKind.TOOK_IN, other=other.id),))
