"""The `/incident` use case: report, see, take, answer and end incidents, in words of four languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from handlers.access import may_see
from handlers.commands import Command
from handlers.grammar import MetricName, mentioned, normalise
from handlers.incident_card import SEVERITY_NAMES, STATUS_WORDS, incident_card, name_of, what
from handlers.incident_desk import actor_of, declare, happen
from handlers.incident_parts import aim_of, parts_of, wait_of
from handlers.incident_pictures import incident_picture
from handlers.incident_prefills import Prefill, asked_words, prefill_of_alert, prefill_of_digest, said_of
from handlers.incident_readers import may_read, shown_to
from handlers.incident_refusals import refusal_error
from handlers.incident_reports import declaration_of
from handlers.incident_summary import summary_answer
from handlers.incident_timeline import timeline_reply
from handlers.incident_words import VERB_WORDS, Part, Verb
from handlers.messages import Reply, Request, Table
from handlers.ports import Work
from handlers.service_record import answer_record
from kpi.catalogue import METRICS
from kpi.engagements import Audience
from kpi.errors import NotFoundError, QuestionError
from kpi.escalation_policies import policy_of
from kpi.incident_changes import Changed, Refused
from kpi.incident_events import (
    Acknowledge,
    Comment,
    ConfirmFixed,
    Event,
    KeepAcknowledgement,
    RecordAnalysis,
    RecordPlan,
    Reopen,
    RequestEscalation,
    Resolve,
    StartWatching,
)
from kpi.incident_openings import Declaration
from kpi.incidents import Analysis, Incident, Plan, Status, Visibility
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

LISTED_DAYS = 30
"""Days of ended incidents `/incident list` shows."""

_COMMAND = re.compile(r"^[/／]?incident\b[\s:：]*", re.IGNORECASE)
_NUMBER = re.compile(r"#?(\d{1,9})\b[\s:：]*")
_WORD = re.compile(r"\S+")
_VERBS = {word: verb for verb, words in VERB_WORDS.items() for word in words}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a command asks: an incident, and the words after its number."""

    incident: Incident
    text: str


def answer_incident(work: Work, request: Request) -> Reply:
    """Answer an `/incident` command in the room's language; raises VigiaError with one sentence for a mistake."""
    text = _COMMAND.sub("", request.text.strip(), count=1)
    numbered = _NUMBER.match(text)
    if numbered and numbered.end() == len(text):
        return _card(work, request, _incident(work, request, numbered.group(1)))
    verb, rest = _verb(text)
    if not text or verb in _WITHOUT_NUMBER:
        return _WITHOUT_NUMBER.get(verb, _list)(work, request, rest)
    if verb in _PREFILLS and (about := _WORD.match(rest)):
        return _report_about(work, request, _PREFILLS[verb](work, request, about.group()), rest[about.end() :].strip())
    if verb in {None, Verb.NEW, *_PREFILLS}:
        return _report(work, request, rest)
    number = _NUMBER.match(rest)
    if number is None:
        raise QuestionError(
            phrase("Say which incident, for example `/incident %(verb)s 1001`; to report one: `/incident new …`."),
            verb=verb,
        )
    asked = _Asked(_incident(work, request, number.group(1)), rest[number.end() :].strip())
    return _ANSWERS[verb](work, request, asked)


def _verb(text: str) -> tuple[Verb | None, str]:
    """Return what is to be done and the words after it; without a known first word, all words are a report."""
    first = _WORD.match(text)
    verb = _VERBS.get(normalise(first.group())) if first else None
    return (verb, text[first.end() :].strip()) if first and verb else (None, text)


def _incident(work: Work, request: Request, number: str) -> Incident:
    found = work.incidents.get(request.engagement.id, int(number))
    if found is None or not _is_shown(found, request):
        raise NotFoundError(phrase("There is no incident “%(id)s” here. `/incident list` shows them."), id=number)
    return found


def _is_shown(incident: Incident, request: Request) -> bool:
    metric = METRICS.get(incident.subject.metric)
    return may_read(request, incident) and (metric is None or may_see(metric, request))


def _report(work: Work, request: Request, text: str) -> Reply:
    return _declare(work, request, declaration_of(request, text))


def _report_about(work: Work, request: Request, prefill: Prefill, text: str) -> Reply:
    return _declare(work, request, said_of(request, prefill, text)) if text else asked_words(request, prefill)


def _declare(work: Work, request: Request, declared: Declaration) -> Reply:
    made = declare(work, request.engagement, declared, actor_of(request), request.at)
    card = _card(work, request, made.incident)
    wording = Wording(request.language)
    said = (
        phrase("Incident #%(number)s is open.")
        if made.is_new
        else phrase("Added to incident #%(number)s, which is open.")
    )
    return replace(card, notes=(wording.say(said, number=made.incident.number),), is_private=True)


def _card(work: Work, request: Request, incident: Incident) -> Reply:
    picture = incident_picture(work, request.engagement, incident, request.language, request.at)
    return replace(incident_card(incident, request), picture=picture)


def _list(work: Work, request: Request, _rest: str) -> Reply:
    wording = Wording(request.language)
    known = work.incidents.of_engagement(request.engagement.id, request.at - timedelta(days=LISTED_DAYS))
    found = [shown_to(request, one) for one in known if _is_shown(one, request)]
    running = sum(not one.is_closed for one in found)
    columns = (phrase("incident"), phrase("what"), phrase("severity"), phrase("status"), phrase("who has it"))
    rows = tuple(
        (
            f"{'○' if one.is_closed else '●'} {one.number}",
            what(one, request.engagement, wording),
            wording.say(SEVERITY_NAMES[one.severity]),
            wording.say(STATUS_WORDS[one.status]),
            name_of(one.owner, request.engagement) if one.owner else "—",
        )
        for one in found
    )
    return Reply(
        headline=wording.labelled(
            request.engagement.name,
            wording.say(phrase("%(open)s open incidents, %(all)s in 30 days"), open=running, all=len(found)),
        ),
        language=request.language,
        tone=Tone.WATCH if running else Tone.GOOD,
        table=Table(tuple(map(wording.say, columns)), rows, wording.say(phrase("● open · ○ over"))) if rows else None,
    )


def _help(_work: Work, request: Request, _rest: str) -> Reply:
    wording = Wording(request.language)
    return Reply(
        headline=wording.labelled(INCIDENT_COMMAND.name, wording.say(INCIDENT_COMMAND.summary)),
        language=request.language,
        text="\n".join(f"• {wording.say(example)}" for example in INCIDENT_COMMAND.examples),
        is_private=True,
    )


def _happen(work: Work, request: Request, asked: _Asked, event: Event) -> Reply:
    """Let something happen and show only the asker what it is now (of a reopened one its follower)."""
    outcome = happen(work, asked.incident.id, event, actor_of(request), request.at)
    if isinstance(outcome, Refused):
        raise refusal_error(outcome, asked.incident.number, request)
    return replace(_card(work, request, _shown(outcome)), is_private=True)


def _shown(changed: Changed) -> Incident:
    return changed.opened or changed.incident


def _show(work: Work, request: Request, asked: _Asked) -> Reply:
    return _card(work, request, asked.incident)


def _ack(work: Work, request: Request, asked: _Asked) -> Reply:
    """Take it; of its owner, say that they still have it."""
    is_mine = asked.incident.status is Status.ACKNOWLEDGED and asked.incident.owner == request.person.id
    return _happen(work, request, asked, KeepAcknowledgement() if is_mine else Acknowledge())


def _note(work: Work, request: Request, asked: _Asked) -> Reply:
    """Add a note; what is written in the operations room stays there."""
    is_internal = request.room.audience is Audience.OPERATIONS
    visibility = Visibility.INTERNAL if is_internal else Visibility.SELLER
    return _happen(work, request, asked, Comment(asked.text, request.language, visibility))


def _analysis(work: Work, request: Request, asked: _Asked) -> Reply:
    analysis = Analysis(asked.text, request.person.id, request.at, request.language)
    return _happen(work, request, asked, RecordAnalysis(analysis))


def _plan(work: Work, request: Request, asked: _Asked) -> Reply:
    parts = parts_of(asked.text)
    plan = Plan(
        cause=parts.get(Part.CAUSE, ""),
        action=parts.get(Part.ACTION, ""),
        owner=_person(request, parts.get(Part.OWNER, "")),
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
    return _happen(work, request, asked, RecordPlan(plan))


def _person(request: Request, word: str) -> str:
    """Return whom a name or id means; nobody named: who writes."""
    if not word:
        return request.person.id
    plain = normalise(word)
    for one in request.engagement.people:
        if plain in {normalise(one.id), normalise(one.name), normalise(one.name).split()[0]}:
            return one.id
    raise NotFoundError(
        phrase("Nobody called “%(person)s” is in this engagement. It knows: %(people)s."),
        person=word,
        people=", ".join(one.name for one in request.engagement.people),
    )


def _metric(request: Request, asked: _Asked, text: str) -> str:
    named = (one.id for one in mentioned(text, request.engagement.stores) if isinstance(one, MetricName))
    return next(named, asked.incident.subject.metric)


def _done(work: Work, request: Request, asked: _Asked) -> Reply:
    return _happen(work, request, asked, StartWatching())


def _fixed(work: Work, request: Request, asked: _Asked) -> Reply:
    return _happen(work, request, asked, ConfirmFixed())


def _escalate(work: Work, request: Request, asked: _Asked) -> Reply:
    return _happen(work, request, asked, RequestEscalation())


def _resolve(work: Work, request: Request, asked: _Asked) -> Reply:
    """End it; what is not said of cause and action is what the plan says."""
    parts, plan = parts_of(asked.text), asked.incident.plan
    event = Resolve(
        parts.get(Part.CAUSE, plan.cause if plan else ""),
        parts.get(Part.ACTION, plan.action if plan else ""),
        request.language,
        parts.get(Part.REASON, ""),
    )
    return _happen(work, request, asked, event)


def _reopen(work: Work, request: Request, asked: _Asked) -> Reply:
    store = request.engagement.store(asked.incident.subject.store)
    return _happen(work, request, asked, Reopen(asked.text, request.language, policy_of(request.engagement, store)))


def _timeline(work: Work, request: Request, asked: _Asked) -> Reply:
    return timeline_reply(work, request, asked.incident)


def _record(work: Work, request: Request, rest: str) -> Reply:
    return replace(answer_record(work, request, rest), is_private=True)


def _summary(work: Work, request: Request, asked: _Asked) -> Reply:
    return replace(summary_answer(work, asked.incident, request), is_private=True)


_PREFILLS: dict[Verb | None, Callable[[Work, Request, str], Prefill]] = {
    Verb.ALERT: prefill_of_alert,
    Verb.DIGEST: prefill_of_digest,
}
_WITHOUT_NUMBER: dict[Verb | None, Callable[[Work, Request, str], Reply]] = {
    Verb.LIST: _list,
    Verb.HELP: _help,
    Verb.RECORD: _record,
}
_ANSWERS: dict[Verb | None, Callable[[Work, Request, _Asked], Reply]] = {
    Verb.SHOW: _show,
    Verb.ACK: _ack,
    Verb.NOTE: _note,
    Verb.ANALYSIS: _analysis,
    Verb.PLAN: _plan,
    Verb.DONE: _done,
    Verb.FIXED: _fixed,
    Verb.ESCALATE: _escalate,
    Verb.RESOLVE: _resolve,
    Verb.REOPEN: _reopen,
    Verb.TIMELINE: _timeline,
    Verb.SUMMARY: _summary,
}

INCIDENT_COMMAND = Command(
    "/incident",
    phrase("Incidents: report what is wrong, see who has it, and what is owed by when."),
    (
        phrase("/incident conversion fell in Lumina ML since yesterday — report it in your own words"),
        phrase("/incident list — what is open and the last 30 days"),
        phrase("/incident show 1001 — one incident with its due times"),
        phrase("/incident ack 1001 — take it"),
        phrase("/incident note 1001 … — add a note"),
        phrase("/incident analysis 1001 … — what you see so far"),
        phrase("/incident plan 1001 cause: … action: … owner: … to: … review: 48h — what will be done"),
        phrase("/incident done 1001 — the plan was carried out, watch the metric"),
        phrase("/incident escalate 1001 — call the next level"),
        phrase("/incident fixed 1001 — it is fine again"),
        phrase("/incident resolve 1001 cause: … action: … reason: … — end it"),
        phrase("/incident reopen 1001 … — it is back"),
        phrase("/incident timeline 1001 — all that happened"),
        phrase("/incident summary 1001 — times, causes and who was told, as a document"),
        phrase("/incident record 2026-10 — the service of a month"),
    ),
    answer_incident,
    writes=True,
)
