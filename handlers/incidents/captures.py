"""Messages of a room in an incident's timeline: taken in by whoever points at one, and out again by the same person.

The words are kept from that moment on, and of these messages only. What is taken in is read where its room is read:
of an operations room the seller learns nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import uuid4

from handlers.grammar.incident_words import Verb
from handlers.incidents.asked import find_incident, is_shown
from handlers.incidents.attachments import kept_reply, new_files
from handlers.incidents.capture_keeping import begin_capture, end_capture, point_at
from handlers.incidents.card import name_of, what
from handlers.incidents.desk import actor_of, happen
from handlers.incidents.form_values import visibility_here
from handlers.incidents.notices import incident_told_by
from handlers.incidents.parsing import verb_of, words_of
from handlers.incidents.refusals import refusal_error
from handlers.messages import Button, Quoted, Reply, Request
from handlers.ports import Work
from kpi.errors import AccessError, NotFoundError, QuestionError
from kpi.incidents.capture_events import CaptureFile
from kpi.incidents.captured_messages import Capture, Ending, Version, kept_text
from kpi.incidents.changes import Refused
from kpi.incidents.incident import Incident
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

MOST_CHOICES = 5
"""Incidents that are offered where several are open; any other one is named by its number."""

_POINTED = re.compile(r"(?:#?(\d{1,9})(?!\S)\s*)?(\S*)")


def pointed_at(text: str) -> tuple[Verb, str] | None:
    """Return what a command does with a message, and how it names it ("": not at all); None for any other command."""
    verb, rest = verb_of(words_of(text))
    return (verb, _parts(rest)[1]) if verb is Verb.PIN or verb is Verb.UNPIN else None


def answer_pin(work: Work, request: Request, text: str) -> Reply:
    """Take the message somebody points at into an incident's timeline, once; files that follow are kept with it."""
    number, message = _parts(text)
    if request.files:
        return _keep_files(work, request, message)
    quoted = _readable(request, number, message)
    known = point_at(work, request.engagement, request.room, quoted.id, request.person, request.at)
    if known.is_kept:
        return _said(request, phrase("Incident #%(number)s has this message already."), known)
    _require_takeable(work, request, known)
    if known.changed_at is not None and quoted.since < known.changed_at:
        return _outdated(request, quoted, number)
    incident = find_incident(work, request, number) if number else _incident_of(work, request, quoted)
    return _taken_in(work, request, quoted, incident) if incident else _which(work, request, quoted)


def answer_unpin(work: Work, request: Request, text: str) -> Reply:
    """Take a message out of a timeline again, with its words: whoever took it in may do that."""
    message = _parts(text)[1] or (request.quoted.id if request.quoted else "")
    known = work.captures.hold(request.engagement.id, request.room.id, message)
    if known is None or known.ended is not None:
        raise NotFoundError(phrase("No incident has this message in its timeline."))
    if known.by != request.person.id:
        raise AccessError(
            phrase("Only %(name)s, who took this message in, can take it out."),
            name=name_of(known.by, request.engagement),
        )
    end_capture(work, known, Ending.TAKEN_OUT, actor_of(request), request.at)
    if not known.is_kept:
        return _reply(request, Wording(request.language).say(phrase("Nothing was taken in.")))
    return _said(request, phrase("Taken out of incident #%(number)s; what it said is not kept any more."), known)


def _parts(text: str) -> tuple[str, str]:
    """Return the number of an incident and the name of a message, each "" where it is not said."""
    found = _POINTED.match(text)
    return (found[1] or "", found[2]) if found else ("", "")


def _readable(request: Request, number: str, message: str) -> Quoted:
    """Return the message that is pointed at; raises QuestionError with what to do where there is none to be read."""
    shown = number or "1001"
    if request.room.is_direct:
        raise QuestionError(phrase("Do this in the room where the message stands."))
    if request.quoted is not None and (request.quoted.text.strip() or request.quoted.link):
        return request.quoted
    if message or request.quoted is not None:
        raise QuestionError(
            phrase(
                "This message could not be read (any more), so nothing was taken in. In your own words: "
                "`/incident note %(number)s …`."
            ),
            number=shown,
        )
    raise QuestionError(
        phrase(
            "Point at the message: put 📌 on it in Slack, quote it in WeCom, or name its link: "
            "`/incident pin %(number)s https://…`. In your own words: `/incident note %(number)s …`."
        ),
        number=shown,
    )


def _require_takeable(work: Work, request: Request, known: Capture) -> None:
    if known.ended is Ending.DELETED:
        raise QuestionError(phrase("This message was deleted meanwhile: nothing was taken in."))
    if known.ended is Ending.TAKEN_OUT and not known.id:
        raise QuestionError(phrase("The 📌 was taken off again: nothing was taken in."))
    if work.deliveries.of_message(request.engagement.id, request.room.id, known.message) is not None:
        raise QuestionError(phrase("This is a message of Vigia's: what it says is in the timeline already."))


def _incident_of(work: Work, request: Request, quoted: Quoted) -> Incident | None:
    """Return whose thread a message stands in, else the only open incident; None where several are open."""
    engagement = request.engagement
    told = incident_told_by(work, engagement, request.room, quoted.thread) if quoted.thread else None
    if told is not None and is_shown(told, request):
        return told
    known = _open_ones(work, request)
    if not known:
        raise QuestionError(
            phrase("No incident is open here. Name one that is over, `/incident pin 1001`, or report this message: 🚨.")
        )
    return known[0] if len(known) == 1 else None


def _open_ones(work: Work, request: Request) -> list[Incident]:
    known = work.incidents.of_engagement(request.engagement.id, request.at)
    return [one for one in known if not (one.is_closed or one.is_drill) and is_shown(one, request)]


def _taken_in(work: Work, request: Request, quoted: Quoted, incident: Incident) -> Reply:
    author = request.engagement.person_by_handle(request.room.platform, quoted.author) if quoted.author else None
    capture = Capture(
        engagement=request.engagement.id,
        room=request.room.id,
        message=quoted.id,
        by=request.person.id,
        at=request.at,
        id=uuid4().hex,
        incident=incident.id,
        author=author.id if author else "",
        link=quoted.link,
        visibility=visibility_here(request),
        versions=(Version(quoted.since, kept_text(quoted.text)),),
    )
    outcome = begin_capture(work, capture, quoted.written_at, actor_of(request))
    if isinstance(outcome, Refused):
        raise refusal_error(outcome, incident.number, request)
    said = _said(request, phrase("Taken into the timeline of incident #%(number)s."), capture)
    return replace(said, attach_command=f"/incident {Verb.PIN} {incident.number} {quoted.id}")


def _which(work: Work, request: Request, quoted: Quoted) -> Reply:
    """Ask into which incident; where a message cannot be named again, its quoter says it with the next quotation."""
    wording = Wording(request.language)
    known = _open_ones(work, request)[:MOST_CHOICES]
    names = [(one, f"#{one.number} {what(one, request.engagement, wording)}") for one in known]
    twin = wording.say(phrase("Or in one line: `/incident pin %(number)s`, with the message."), number=known[0].number)
    return Reply(
        headline=wording.say(phrase("Into the timeline of which incident?")),
        language=request.language,
        text="\n".join([*(name for _, name in names), twin]),
        tone=Tone.NEUTRAL,
        buttons=tuple(_button(one, name, quoted) for one, name in names) if quoted.can_be_named else (),
        is_private=True,
    )


def _button(incident: Incident, name: str, quoted: Quoted) -> Button:
    return Button(name, f"/incident {Verb.PIN} {incident.number} {quoted.id}")


def _outdated(request: Request, quoted: Quoted, number: str) -> Reply:
    """Offer to take in what a message says now, where it was changed while it was being read."""
    wording = Wording(request.language)
    command = " ".join(part for part in (f"/incident {Verb.PIN}", number, quoted.id) if part)
    again = Button(wording.say(phrase("Take it in as it reads now")), command, is_primary=True)
    said = wording.say(phrase("This message was changed a moment ago: nothing was taken in yet."))
    return replace(_reply(request, said), buttons=(again,))


def _keep_files(work: Work, request: Request, message: str) -> Reply:
    """Keep files of a captured message, under names that say nothing: they go with it."""
    capture = work.captures.hold(request.engagement.id, request.room.id, message)
    if capture is None or not capture.is_kept:
        raise NotFoundError(phrase("No incident has this message in its timeline."))
    incident = find_incident(work, request, capture.incident.rpartition("-")[2])
    count = sum(one.capture == capture.id for one in work.incident_files.of(incident.id))
    found = new_files(work, request, incident, capture.visibility)
    for number, (one, file) in enumerate(found, start=count + 1):
        kept = replace(one, name=f"message-{number}.{one.kind}", capture=capture.id)
        event = CaptureFile(capture.id, capture.author, kept.id, kept.name, kept.visibility)
        happen(work, incident.id, event, actor_of(request), request.at)
        work.incident_files.add(kept, file.content)
    return kept_reply(request, incident, [one for one, _ in found])


def _said(request: Request, msgid: str, capture: Capture) -> Reply:
    wording, number = Wording(request.language), capture.incident.rpartition("-")[2]
    timeline = Button(wording.say(phrase("Timeline")), f"/incident timeline {number}")
    return replace(_reply(request, wording.say(msgid, number=number)), buttons=(timeline,))


def _reply(request: Request, headline: str) -> Reply:
    return Reply(headline=headline, language=request.language, tone=Tone.NEUTRAL, is_private=True)
