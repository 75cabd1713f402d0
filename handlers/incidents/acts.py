"""What people do with an incident by command: take it, answer it, watch it, end it."""

from __future__ import annotations

from handlers.grammar.grammar import MetricName, mentioned
from handlers.grammar.incident_words import Part, Verb
from handlers.incidents.asked import Act, Asked, let_happen, person_named, require_may
from handlers.incidents.handovers import require_present
from handlers.incidents.parts import aim_of, parts_of, wait_of
from handlers.messages import Reply, Request
from handlers.ports import Work
from kpi.errors import QuestionError
from kpi.incidents.escalation_policies import policy_of
from kpi.incidents.events import (
    Acknowledge,
    ConfirmFixed,
    KeepAcknowledgement,
    Reassign,
    RecordAnalysis,
    RecordPlan,
    Reopen,
    RequestEscalation,
    Resolve,
    StartWatching,
    Unacknowledge,
)
from kpi.incidents.incident import Analysis, Plan, Status
from kpi.phrases import phrase


def _ack(work: Work, request: Request, asked: Asked) -> Reply:
    """Take it; of its owner, say that they still have it."""
    is_mine = asked.incident.status is Status.ACKNOWLEDGED and asked.incident.owner == request.person.id
    return let_happen(work, request, asked, KeepAcknowledgement() if is_mine else Acknowledge())


def _release(work: Work, request: Request, asked: Asked) -> Reply:
    return let_happen(work, request, asked, Unacknowledge())


def _assign(work: Work, request: Request, asked: Asked) -> Reply:
    """Give it to somebody of the operator's side."""
    require_may(request, asked, Reassign)
    if not asked.text:
        raise QuestionError(phrase("Say to whom: `/incident assign %(number)s Ana`."), number=asked.incident.number)
    if asked.incident.status is Status.OPEN:
        raise QuestionError(
            phrase(
                "Nobody has incident #%(number)s yet. Whoever takes it says so: `/incident ack %(number)s`; then it "
                "can be given on."
            ),
            number=asked.incident.number,
        )
    heir = person_named(request, asked.text)
    require_present(request.engagement, heir, request.at)
    return let_happen(work, request, asked, Reassign(heir.id))


def _analysis(work: Work, request: Request, asked: Asked) -> Reply:
    analysis = Analysis(asked.text, request.person.id, request.at, request.language)
    return let_happen(work, request, asked, RecordAnalysis(analysis))


def _plan(work: Work, request: Request, asked: Asked) -> Reply:
    require_may(request, asked, RecordPlan)
    parts = parts_of(asked.text)
    owner = parts.get(Part.OWNER, "")
    plan = Plan(
        cause=parts.get(Part.CAUSE, ""),
        action=parts.get(Part.ACTION, ""),
        owner=(person_named(request, owner) if owner else request.person).id,
        metric=_metric(request, asked, parts.get(Part.METRIC, "")),
        aim=aim_of(parts.get(Part.AIM, "")),
        review_at=request.at + wait_of(parts.get(Part.REVIEW, "")),
        by=request.person.id,
        at=request.at,
        language=request.language,
    )
    if not plan.cause or not plan.action:
        raise QuestionError(
            phrase("Write the plan as `/incident plan %(number)s cause: … action: … owner: … to: … review: 48h`."),
            number=asked.incident.number,
        )
    return let_happen(work, request, asked, RecordPlan(plan))


def _metric(request: Request, asked: Asked, text: str) -> str:
    named = (one.id for one in mentioned(text, request.engagement.stores) if isinstance(one, MetricName))
    return next(named, asked.incident.subject.metric)


def _done(work: Work, request: Request, asked: Asked) -> Reply:
    return let_happen(work, request, asked, StartWatching())


def _fixed(work: Work, request: Request, asked: Asked) -> Reply:
    return let_happen(work, request, asked, ConfirmFixed())


def _escalate(work: Work, request: Request, asked: Asked) -> Reply:
    return let_happen(work, request, asked, RequestEscalation())


def _resolve(work: Work, request: Request, asked: Asked) -> Reply:
    """End it; what is not said of cause and action is what the plan says."""
    parts, plan = parts_of(asked.text), asked.incident.plan
    event = Resolve(
        parts.get(Part.CAUSE, plan.cause if plan else ""),
        parts.get(Part.ACTION, plan.action if plan else ""),
        request.language,
        parts.get(Part.REASON, ""),
    )
    return let_happen(work, request, asked, event)


def _reopen(work: Work, request: Request, asked: Asked) -> Reply:
    store = request.engagement.store(asked.incident.subject.store)
    return let_happen(work, request, asked, Reopen(asked.text, request.language, policy_of(request.engagement, store)))


ACTS: dict[Verb, Act] = {
    Verb.ACK: _ack,
    Verb.RELEASE: _release,
    Verb.ASSIGN: _assign,
    Verb.ANALYSIS: _analysis,
    Verb.PLAN: _plan,
    Verb.DONE: _done,
    Verb.FIXED: _fixed,
    Verb.ESCALATE: _escalate,
    Verb.RESOLVE: _resolve,
    Verb.REOPEN: _reopen,
}
