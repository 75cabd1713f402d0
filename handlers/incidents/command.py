"""The `/incident` use case: report and see incidents, and find what is to be done with one, in four languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from handlers.commands import Command
from handlers.filled_forms import Filled
from handlers.form_replies import unread_form
from handlers.grammar.incident_words import Verb
from handlers.grammar.verbs import WORD
from handlers.incidents.acts import ACTS
from handlers.incidents.asked import Act, Asked, card_of, find_incident, is_shown, let_happen
from handlers.incidents.attachments import add_named_evidence
from handlers.incidents.captures import answer_pin, answer_unpin
from handlers.incidents.card import SEVERITY_NAMES, STATUS_WORDS, name_of, what
from handlers.incidents.corrections import CORRECTIONS
from handlers.incidents.desk import actor_of, declare
from handlers.incidents.examples import CLOCKS, EXAMPLES, examples_for
from handlers.incidents.form_values import declaration_in
from handlers.incidents.forms import FORMS, asked_for_words, checked_form, opened_form
from handlers.incidents.handovers import answer_away, answer_handover
from handlers.incidents.notes import NOTES
from handlers.incidents.parsing import NUMBER, number_alone, verb_of, words_of
from handlers.incidents.prefills import PREFILLS, Prefilled, asked_words, said_of
from handlers.incidents.readers import shown_to
from handlers.incidents.reminder_acts import REMINDER_ACTS, snoozed
from handlers.incidents.reports import declaration_of
from handlers.incidents.service_record import answer_record
from handlers.incidents.summary import summary_answer
from handlers.incidents.timeline import timeline_reply
from handlers.messages import Reply, Request, Table
from handlers.ports import Work
from kpi.errors import QuestionError
from kpi.incidents.events import Snooze
from kpi.incidents.openings import Declaration
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

LISTED_DAYS = 30
"""Days of ended incidents `/incident list` shows."""

_QUESTIONS = frozenset({Verb.LIST, Verb.SHOW, Verb.TIMELINE, Verb.SUMMARY, Verb.RECORD, Verb.HELP})


def answer_incident(work: Work, request: Request) -> Reply:
    """Answer an `/incident` command in the room's language; raises VigiaError with one sentence for a mistake."""
    faulty = checked_form(work, request) if request.values else None
    return unread_form(faulty) if faulty else _answer(work, request)


def _answer(work: Work, request: Request) -> Reply:
    words = words_of(request.text)
    if shown := number_alone(words):
        return card_of(work, request, find_incident(work, request, shown))
    verb, rest = verb_of(words)
    if verb is None:
        return _report(work, request, rest)
    if verb in _GENERAL:
        return _GENERAL[verb](work, request, rest)
    asked = _asked(work, request, verb, rest)
    is_form = bool(request.values) and verb in FORMS
    return _submit(work, request, asked, verb) if is_form else _OF_ONE[verb](work, request, asked)


def changes_something(text: str) -> bool:
    """Tell whether a command may change something: questions and mistakes about them need no writing."""
    words = words_of(text)
    return not number_alone(words) and verb_of(words)[0] not in _QUESTIONS


def _asked(work: Work, request: Request, verb: Verb, text: str) -> Asked:
    number = NUMBER.match(text)
    if number is None:
        raise QuestionError(
            phrase("Say which incident, for example `/incident %(verb)s 1001`; to report one: `/incident new …`."),
            verb=verb,
        )
    return Asked(find_incident(work, request, number.group(1)), text[number.end() :].strip())


def _submit(work: Work, request: Request, asked: Asked, verb: Verb) -> Reply:
    """Let happen what a filled-in form says."""
    event = FORMS[verb].read(Filled(request), asked.incident)
    if isinstance(event, Snooze):
        return snoozed(work, request, asked, event)
    return let_happen(work, request, asked, event) if event else card_of(work, request, asked.incident)


def _report(work: Work, request: Request, text: str) -> Reply:
    filled = declaration_in(Filled(request), None) if request.values else None
    if not (filled or text):
        return asked_for_words(request)
    return _declare(work, request, filled or declaration_of(request, text))


def _report_about(prefilled: Prefilled, work: Work, request: Request, text: str) -> Reply:
    """Report what an alert, a digest or a message shows, in one's own words; without words, ask for them."""
    about = WORD.match(text)
    if about is None:
        return _report(work, request, text)
    prefill, words = prefilled(work, request, about.group()), text[about.end() :].strip()
    filled = declaration_in(Filled(request), prefill) if request.values else None
    if not (filled or words):
        return asked_words(request, prefill)
    return _declare(work, request, filled or said_of(request, prefill, words))


def _declare(work: Work, request: Request, declared: Declaration) -> Reply:
    made = declare(work, request.engagement, declared, actor_of(request), request.at)
    add_named_evidence(work, request, made.incident)
    card = card_of(work, request, made.incident)
    wording = Wording(request.language)
    said = (
        phrase("Incident #%(number)s is open.")
        if made.is_new
        else phrase("Added to incident #%(number)s, which is open.")
    )
    reply = replace(card, notes=(wording.say(said, number=made.incident.number),), is_private=True)
    return _beside_its_card(reply, wording) if made.is_new and request.room.heard_at else reply


def _beside_its_card(reply: Reply, wording: Wording) -> Reply:
    """Return an answer that everybody in a group reads, to which the card of the same comes by another way."""
    follows = wording.say(phrase("All about it follows as a message in the group."))
    return replace(reply, text="", footer="", notes=(*reply.notes, follows))


def _list(work: Work, request: Request, _text: str) -> Reply:
    wording = Wording(request.language)
    known = work.incidents.of_engagement(request.engagement.id, request.at - timedelta(days=LISTED_DAYS))
    found = [shown_to(request, one) for one in known if is_shown(one, request)]
    counted = [one for one in found if not one.is_drill]
    running = sum(not one.is_closed for one in counted)
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
            wording.say(phrase("%(open)s open incidents, %(all)s in 30 days"), open=running, all=len(counted)),
        ),
        language=request.language,
        tone=Tone.WATCH if running else Tone.GOOD,
        table=Table(tuple(map(wording.say, columns)), rows, wording.say(phrase("● open · ○ over"))) if rows else None,
    )


def _help(_work: Work, request: Request, _text: str) -> Reply:
    wording = Wording(request.language)
    return Reply(
        headline=wording.labelled(INCIDENT_COMMAND.name, wording.say(INCIDENT_COMMAND.summary)),
        language=request.language,
        text="\n".join(f"• {wording.say(example)}" for example in examples_for(request)),
        notes=(wording.say(CLOCKS),),
        is_private=True,
    )


def _show(work: Work, request: Request, asked: Asked) -> Reply:
    return card_of(work, request, asked.incident)


def _timeline(work: Work, request: Request, asked: Asked) -> Reply:
    return timeline_reply(work, request, asked.incident)


def _record(work: Work, request: Request, text: str) -> Reply:
    return replace(answer_record(work, request, text), is_private=True)


def _summary(work: Work, request: Request, asked: Asked) -> Reply:
    return replace(summary_answer(work, asked.incident, request), is_private=True)


_GENERAL: dict[Verb, Callable[[Work, Request, str], Reply]] = {
    Verb.LIST: _list,
    Verb.HELP: _help,
    Verb.NEW: _report,
    **{verb: partial(_report_about, prefilled) for verb, prefilled in PREFILLS.items()},
    Verb.RECORD: _record,
    Verb.PIN: answer_pin,
    Verb.UNPIN: answer_unpin,
    Verb.HANDOVER: answer_handover,
    Verb.AWAY: answer_away,
}
_OF_ONE: dict[Verb, Act] = {
    Verb.SHOW: _show,
    Verb.TIMELINE: _timeline,
    Verb.SUMMARY: _summary,
    **ACTS,
    **NOTES,
    **CORRECTIONS,
    **REMINDER_ACTS,
}

INCIDENT_COMMAND = Command(
    "/incident",
    phrase("Incidents: report what is wrong, see who has it, and what is owed by when."),
    EXAMPLES,
    answer_incident,
    writes=changes_something,
    opened=opened_form,
    checked=checked_form,
)
