"""The fields of the forms of incidents: few, and filled in with what is known."""

from __future__ import annotations

from decimal import Decimal

from handlers.access import OPERATOR_ROLES, visible_metrics
from handlers.filled_forms import NOTHING_CHOSEN
from handlers.incidents.card import SEVERITY_NAMES
from handlers.incidents.prefills import Prefill
from handlers.incidents.readers import is_operations
from handlers.messages import Field, FieldKind, Request
from kpi.incidents.evidence_files import LARGEST_FILE
from kpi.incidents.incident import Incident, Subject
from kpi.phrases import phrase
from kpi.severities import Severity
from kpi.wording.wording import Wording

USUAL_REVIEW_WORDS = "48h"
"""What stands in a plan's form as the time of its review."""


def report_fields(request: Request, prefill: Prefill | None) -> tuple[Field, ...]:
    """Return what a report asks: first the one thing nobody but its writer knows."""
    say = Wording(request.language).say
    known = prefill.declared.subject if prefill else Subject()
    severity = prefill.declared.severity if prefill else Severity.S2
    sentence = prefill.sentence if prefill else ""
    return (
        Field("text", say(phrase("What do you see?")), FieldKind.TEXT, sentence, is_required=True),
        _stores(request, known.store),
        _metrics(request, known.metric, say(phrase("no metric, or not known"))),
        Field(
            "severity",
            say(phrase("How bad is it?")),
            FieldKind.CHOICE,
            severity.value,
            is_required=True,
            options=tuple((one.value, say(name)) for one, name in SEVERITY_NAMES.items()),
        ),
        _evidence(request),
        _files(request),
    )


def analysis_fields(request: Request, incident: Incident) -> tuple[Field, ...]:
    """Return what an analysis asks; a better one begins with what was said."""
    say = Wording(request.language).say
    before = incident.analysis.text if incident.analysis else ""
    hint = say(phrase("The seller reads this."))
    return (Field("text", say(phrase("What do you see so far?")), FieldKind.TEXT, before, is_required=True, hint=hint),)


def plan_fields(request: Request, incident: Incident) -> tuple[Field, ...]:
    """Return what a plan asks; a better one begins with what was planned."""
    say, plan = Wording(request.language).say, incident.plan
    owner = plan.owner if plan else request.person.id
    metric = plan.metric if plan else incident.subject.metric
    seller_reads = say(phrase("The seller reads this."))
    example = Wording(request.language).share(Decimal("0.022"))
    return (
        Field(
            "cause",
            say(phrase("Cause")),
            FieldKind.TEXT,
            plan.cause if plan else "",
            is_required=True,
            hint=seller_reads,
        ),
        Field(
            "action", say(phrase("What will be done")), FieldKind.TEXT, plan.action if plan else "", is_required=True
        ),
        _people(request, owner),
        _metrics(request, metric, say(phrase("no metric, or not known"))),
        Field("to", say(phrase("Up to which value")), hint=say(phrase("For example %(share)s or 120."), share=example)),
        Field(
            "review",
            say(phrase("Look again after")),
            value=USUAL_REVIEW_WORDS,
            is_required=True,
            hint=say(phrase("Hours or days: 48h, 3d.")),
        ),
    )


def resolution_fields(request: Request, incident: Incident) -> tuple[Field, ...]:
    """Return what an ending asks; what the plan said is filled in."""
    say, plan = Wording(request.language).say, incident.plan
    needs_reason = incident.reviewed_at is None
    hint = say(phrase("Nothing was measured yet: say why it can end now.")) if needs_reason else ""
    return (
        Field("cause", say(phrase("Cause")), FieldKind.TEXT, plan.cause if plan else "", is_required=True),
        Field("action", say(phrase("What was done")), FieldKind.TEXT, plan.action if plan else "", is_required=True),
        Field("reason", say(phrase("Reason to end it")), FieldKind.TEXT, hint=hint),
    )


def note_fields(request: Request, _incident: Incident) -> tuple[Field, ...]:
    """Return what a note asks, and who will read it."""
    say = Wording(request.language).say
    return (Field("text", say(phrase("Note")), FieldKind.TEXT, is_required=True, hint=_readers(request)),)


def evidence_fields(request: Request, _incident: Incident) -> tuple[Field, ...]:
    """Return what evidence asks, and who will see it."""
    return (_evidence(request, hint=_readers(request)), _files(request))


def _readers(request: Request) -> str:
    say = Wording(request.language).say
    return say(
        phrase("Only the operations team sees this.") if is_operations(request) else phrase("Both sides see this.")
    )


def _evidence(request: Request, hint: str = "") -> Field:
    say = Wording(request.language).say
    return Field("evidence", say(phrase("Order id or link of a listing")), hint=hint)


def _files(request: Request) -> Field:
    say = Wording(request.language).say
    hint = say(phrase("Pictures, PDF, CSV or XLSX, at most %(limit)s MB each."), limit=LARGEST_FILE // 2**20)
    return Field("files", say(phrase("Screenshots and files")), FieldKind.FILES, hint=hint)


def _stores(request: Request, chosen: str) -> Field:
    say = Wording(request.language).say
    stores = tuple((one.id, one.name) for one in request.engagement.stores)
    options = ((NOTHING_CHOSEN, say(phrase("several stores, or none"))), *stores)
    only = stores[0][0] if len(stores) == 1 else ""
    return Field("store", say(phrase("Store")), FieldKind.CHOICE, chosen or only or NOTHING_CHOSEN, options=options)


def _metrics(request: Request, chosen: str, nothing: str) -> Field:
    say = Wording(request.language).say
    metrics = tuple((one.id, say(one.name)) for one in visible_metrics(request))
    options = ((NOTHING_CHOSEN, nothing), *metrics)
    return Field("metric", say(phrase("Metric")), FieldKind.CHOICE, chosen or NOTHING_CHOSEN, options=options)


def _people(request: Request, chosen: str) -> Field:
    staff = tuple((one.id, one.name) for one in request.engagement.people if one.role in OPERATOR_ROLES)
    label = Wording(request.language).say(phrase("Who does it"))
    return Field("owner", label, FieldKind.CHOICE, chosen, is_required=True, options=staff)
