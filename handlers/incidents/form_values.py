"""What was written into a form of an incident, as a declaration or an event.

Every value is read by itself: words that look like another part, a command or markup stay words of their own field.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from handlers.access import may_see
from handlers.filled_forms import Filled, said_words
from handlers.incidents.parts import aim_of, wait_of
from handlers.incidents.prefills import Prefill
from handlers.incidents.reports import declaration_of, movement_of
from handlers.messages import Request
from kpi.engagements import Audience
from kpi.errors import NotFoundError, QuestionError
from kpi.incidents.events import AddEvidence, Comment, Event, RecordAnalysis, RecordPlan, Resolve
from kpi.incidents.incident import Analysis, Incident, Movement, Plan, Subject, Visibility
from kpi.incidents.openings import Declaration
from kpi.metrics.catalogue import METRICS
from kpi.phrases import phrase
from kpi.severities import Severity

LONGEST_REFERENCE = 500
"""Characters of one piece of evidence that is named in words: an order, the address of a listing."""


def declaration_in(filled: Filled, prefill: Prefill | None) -> Declaration | None:
    """Return what a report's form declares; None where its words cannot be taken.

    What is chosen counts more than what the words name, and what was filled in beforehand stays where it was left.
    """
    request = filled.request
    said = filled.read("text", partial(_reported, request), None)
    severity = filled.read_choice("severity", _severity, Severity.S2)
    filled.words("evidence", LONGEST_REFERENCE)
    chosen = _subject(filled)
    if said is None:
        return None
    known = prefill.declared if prefill else None
    if known is not None and known.report_id:
        said = replace(said, report_id=known.report_id)
    if known is not None and chosen.store and _is_same(known.subject, chosen):
        if known.alert:  # a person may see it worse than its alert, not milder
            worse = severity if severity.is_worse_than(known.severity) else known.severity
            return replace(known, report=said.report, severity=worse)
        return replace(said, subject=known.subject, severity=severity, digest=known.digest)
    subject = chosen if chosen.store else said.subject
    return replace(said, subject=subject, severity=severity, digest=known.digest if known else "")


def _is_same(known: Subject, chosen: Subject) -> bool:
    return (known.store, known.metric) == (chosen.store, chosen.metric)


def _reported(request: Request, text: str) -> Declaration | None:
    return declaration_of(request, said_words(text))


def _subject(filled: Filled) -> Subject:
    store = filled.read_choice("store", partial(_store, filled.request), "")
    metric = filled.read_choice("metric", partial(_metric, filled.request), "")
    stores = filled.request.engagement.stores
    if metric and not store and not filled.choice("store"):
        if len(stores) != 1:
            filled.fault("store", QuestionError(phrase("Choose the store that this metric is of.")))
            return Subject()
        store = stores[0].id
    return Subject(store, metric, movement_of(metric, filled.text("text")) if metric and store else Movement.NONE)


def _store(request: Request, store: str) -> str:
    if store and request.engagement.store(store) is None:
        raise NotFoundError(
            phrase("There is no store “%(store)s” here. It knows: %(stores)s."),
            store=store[:80],
            stores=", ".join(one.name for one in request.engagement.stores),
        )
    return store


def _metric(request: Request, metric: str) -> str:
    if metric and (metric not in METRICS or not may_see(METRICS[metric], request)):
        raise NotFoundError(phrase("There is no metric “%(metric)s” here."), metric=metric[:80])
    return metric


def _severity(value: str) -> Severity:
    if value not in set(Severity):
        raise QuestionError(phrase("Choose how bad it is."))
    return Severity(value)


def analysis_in(filled: Filled, _incident: Incident) -> Event:
    """Return the analysis a form holds."""
    request = filled.request
    return RecordAnalysis(Analysis(filled.needed("text"), request.person.id, request.at, request.language))


def plan_in(filled: Filled, incident: Incident) -> Event:
    """Return the plan a form holds; its review is counted from now."""
    request = filled.request
    review = filled.read("review", wait_of, wait_of(""))
    plan = Plan(
        cause=filled.needed("cause"),
        action=filled.needed("action"),
        owner=filled.read_choice("owner", partial(_owner, request), request.person.id),
        metric=filled.read_choice("metric", partial(_metric, request), "") or incident.subject.metric,
        aim=filled.read("to", aim_of, None),
        review_at=request.at + review,
        by=request.person.id,
        at=request.at,
        language=request.language,
    )
    return RecordPlan(plan)


def _owner(request: Request, person: str) -> str:
    found = request.engagement.person(person or request.person.id)
    if found is None:
        raise NotFoundError(
            phrase("Nobody called “%(person)s” is in this engagement. It knows: %(people)s."),
            person=person[:80],
            people=", ".join(one.name for one in request.engagement.people),
        )
    return found.id


def resolution_in(filled: Filled, _incident: Incident) -> Event:
    """Return the ending a form holds."""
    cause, action = filled.needed("cause"), filled.needed("action")
    return Resolve(cause, action, filled.request.language, filled.words("reason"))


def note_in(filled: Filled, _incident: Incident) -> Event:
    """Return the note a form holds; one from the operations room stays there."""
    return Comment(filled.needed("text"), filled.request.language, visibility_here(filled.request))


def evidence_in(filled: Filled, _incident: Incident) -> Event | None:
    """Return the evidence a form names; None where it only has files, which follow by themselves."""
    if filled.text("files") and not filled.text("evidence"):
        return None
    return AddEvidence(filled.needed("evidence", LONGEST_REFERENCE), visibility_here(filled.request))


def visibility_here(request: Request) -> Visibility:
    """Return who may read what is written in a room: what is written in the operations room stays there."""
    return Visibility.INTERNAL if request.room.audience is Audience.OPERATIONS else Visibility.SELLER
