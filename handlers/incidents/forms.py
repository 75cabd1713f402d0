"""The forms of `/incident`: which command opens one, what stands in it, and what is wrong with what was written.

A form is another way to say a command: its submission is the command with values, and goes the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from handlers.filled_forms import Filled, filled_in, with_faults
from handlers.grammar.incident_words import REPORT_A_PROBLEM, Verb
from handlers.grammar.verbs import WORD
from handlers.incidents.asked import find_incident
from handlers.incidents.desk import actor_of
from handlers.incidents.form_fields import (
    analysis_fields,
    evidence_fields,
    note_fields,
    plan_fields,
    report_fields,
    resolution_fields,
)
from handlers.incidents.form_values import (
    analysis_in,
    declaration_in,
    evidence_in,
    note_in,
    plan_in,
    resolution_in,
)
from handlers.incidents.parsing import NUMBER, verb_of, words_of
from handlers.incidents.prefills import PREFILLS, Prefill
from handlers.incidents.refusals import refusal_error
from handlers.incidents.reports import example_store
from handlers.incidents.snoozes import snooze_fields, snooze_in
from handlers.messages import Button, Field, Form, Reply, Request
from handlers.ports import Work
from kpi.incidents.changes import Refusal, Refused
from kpi.incidents.events import (
    AddEvidence,
    Comment,
    Event,
    RecordAnalysis,
    RecordPlan,
    Resolve,
    Snooze,
)
from kpi.incidents.incident import Incident
from kpi.incidents.transitions import apply, refusal_of
from kpi.phrases import phrase
from kpi.wording.wording import Wording


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of form about an incident: its title and example, its fields, and the event it says."""

    title: str
    example: str
    event: type[Event]
    fields: Callable[[Request, Incident], tuple[Field, ...]]
    read: Callable[[Filled, Incident], Event | None]


FORMS: dict[Verb, _Kind] = {
    Verb.ANALYSIS: _Kind(phrase("Analysis"), "…", RecordAnalysis, analysis_fields, analysis_in),
    Verb.PLAN: _Kind(phrase("Plan"), "cause: … action: … owner: … to: … review: 48h", RecordPlan, plan_fields, plan_in),
    Verb.RESOLVE: _Kind(phrase("End it"), "cause: … action: … reason: …", Resolve, resolution_fields, resolution_in),
    Verb.NOTE: _Kind(phrase("Note"), "…", Comment, note_fields, note_in),
    Verb.SNOOZE: _Kind(phrase("Ask me later"), "2h", Snooze, snooze_fields, snooze_in),
    Verb.EVIDENCE: _Kind(phrase("Evidence"), "…", AddEvidence, evidence_fields, evidence_in),
}
"""What can be said of an incident in a form."""
_FIELD_OF_REFUSAL: dict[Refusal, str] = {Refusal.NEEDS_REASON: "reason", Refusal.NEEDS_LATER_REVIEW: "review"}
"""Where a refusal is said; any other one concerns the whole form."""


def opened_form(work: Work, request: Request) -> Form | None:
    """Return the form of a command that leaves out what has to be said; None for any other command.

    Raises VigiaError where nothing can be said any more, so that nobody fills in a form in vain.
    """
    verb, rest = verb_of(words_of(request.text))
    if verb is Verb.NEW and not rest:
        return _report_form(request, None, "/incident new")
    if verb in PREFILLS and rest and WORD.fullmatch(rest):
        return _report_form(request, PREFILLS[verb](work, request, rest), f"/incident {verb} {rest}")
    number = NUMBER.fullmatch(rest)
    if verb not in FORMS or number is None:
        return None
    incident = find_incident(work, request, number.group(1))
    refused = refusal_of(incident, FORMS[verb].event, actor_of(request).side)
    if refused is not None:
        raise refusal_error(refused, incident.number, request)
    return _form(request, verb, incident)


def checked_form(work: Work, request: Request) -> Form | None:
    """Return a filled-in form with what is wrong beside its fields, or None where nothing is."""
    verb, rest = verb_of(words_of(request.text))
    number = NUMBER.fullmatch(rest)
    if verb not in FORMS or number is None:
        return _faulty_report(work, request, verb, rest)
    incident = find_incident(work, request, number.group(1))
    filled = Filled(request)
    event = FORMS[verb].read(filled, incident)
    outcome = apply(incident, event, actor_of(request), request.at) if event and not filled.faults else None
    form = _form(request, verb, incident)
    if isinstance(outcome, Refused):
        sentence = Wording(request.language).sentence(refusal_error(outcome, incident.number, request))
        field = _FIELD_OF_REFUSAL.get(outcome.reason, "")
        return with_faults(form, {field: sentence}) if field else replace(form, fault=sentence)
    return with_faults(form, filled.faults) if filled.faults else None


def _faulty_report(work: Work, request: Request, verb: Verb | None, rest: str) -> Form | None:
    prefill = PREFILLS[verb](work, request, rest) if verb in PREFILLS else None
    filled = Filled(request)
    declaration_in(filled, prefill)
    return with_faults(_report_form(request, prefill, request.text), filled.faults) if filled.faults else None


def _report_form(request: Request, prefill: Prefill | None, command: str) -> Form:
    wording = Wording(request.language)
    return Form(
        title=wording.say(REPORT_A_PROBLEM),
        command=command,
        submit_label=wording.say(phrase("Report")),
        fields=filled_in(report_fields(request, prefill), request.values),
        language=request.language,
        twin=f"{command} …",
    )


def _form(request: Request, verb: Verb, incident: Incident) -> Form:
    kind, wording = FORMS[verb], Wording(request.language)
    command = f"/incident {verb} {incident.number}"
    return Form(
        title=f"{wording.say(kind.title)} · #{incident.number}",
        command=command,
        submit_label=wording.say(phrase("Submit")),
        fields=filled_in(kind.fields(request, incident), request.values),
        language=request.language,
        twin=f"{command} {kind.example}",
    )


def asked_for_words(request: Request) -> Reply:
    """Return how to report where a report says nothing: in one line or, where there are forms, in one."""
    wording = Wording(request.language)
    return Reply(
        headline=wording.say(
            phrase("Say what you see, for example `/incident conversion fell in %(store)s since yesterday`."),
            store=example_store(request),
        ),
        language=request.language,
        buttons=(Button(wording.say(REPORT_A_PROBLEM), "/incident new"),),
        is_private=True,
    )
