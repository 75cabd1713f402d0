"""What was frozen of an incident, as the message of one room."""

from __future__ import annotations

from dataclasses import replace

from handlers.direct_rooms import addressed
from handlers.incidents.card import (
    CALLS_AT_ONCE,
    SEVERITY_NAMES,
    TONES,
    incident_card,
    name_of,
    page_of,
    promise_line,
    shortened,
    what,
    when,
)
from handlers.incidents.files import files_in
from handlers.incidents.readers import Reader, RoomReader, is_operations, lines_for, shown_to
from handlers.incidents.timeline import entry_text
from handlers.messages import Button, Reply
from kpi.engagements import Engagement, Room
from kpi.incidents.changes import Call
from kpi.incidents.climbs import coming_call
from kpi.incidents.escalation_policies import Rank
from kpi.incidents.incident import EntryKind, Incident, Status, TimelineEntry
from kpi.incidents.notices import IncidentNotice, IncidentNoticeKind
from kpi.phrases import phrase
from kpi.promises import Promise
from kpi.tones import Tone
from kpi.wording.wording import Wording

RANK_NAMES: dict[Rank, str] = {
    Rank.ACCOUNT_MANAGER: phrase("account manager"),
    Rank.BACKUP: phrase("backup"),
    Rank.TEAM_LEAD: phrase("team lead"),
    Rank.DIRECTOR: phrase("director"),
}


def incident_message(notice: IncidentNotice, engagement: Engagement, room: Room) -> Reply:
    """Return what was frozen as `room` may read it, in its language and on its clock."""
    reader = RoomReader(engagement, room, notice.made_at)
    notice = replace(notice, incident=shown_to(reader, notice.incident), entries=lines_for(reader, notice.entries))
    message = replace(_message(notice, reader), page=page_of(notice.incident))
    return addressed(replace(message, mention=None), engagement) if room.is_direct else message


def _message(notice: IncidentNotice, reader: Reader) -> Reply:
    match notice.kind:
        case IncidentNoticeKind.CARD:
            return _card(notice, reader)
        case IncidentNoticeKind.NEWS:
            return _news(notice, reader)
        case IncidentNoticeKind.CALL:
            return _call(notice, reader)
        case IncidentNoticeKind.REMINDER:
            return _reminder(notice, reader)
        case IncidentNoticeKind.UNHEARD:
            return _unheard(notice, reader)


def _card(notice: IncidentNotice, reader: Reader) -> Reply:
    """Return the living card; in an operations room with its notes and who is called next."""
    card = incident_card(notice.incident, reader)
    if not is_operations(reader):
        return card
    wording = Wording(reader.language)
    internal = (
        _next_call(notice.incident, reader, wording),
        *(_note(line, reader, wording) for line in notice.entries),
    )
    return replace(card, notes=(*card.notes, *(line for line in internal if line)))


def _note(line: TimelineEntry, reader: Reader, wording: Wording) -> str:
    said = wording.say(phrase("Internal note by %(name)s"), name=name_of(line.actor.person, reader.engagement))
    return wording.labelled(said, shortened(line.body))


def _next_call(incident: Incident, reader: Reader, wording: Wording) -> str:
    climb = incident.answering if incident.status is Status.OPEN else incident.keeping
    coming = None if incident.is_closed else coming_call(incident.policy, incident.severity, climb)
    if coming is None or not coming.people:
        return ""
    return wording.say(
        phrase("Called next: %(people)s (%(rank)s), %(clocks)s"),
        people=wording.listed([name_of(one, reader.engagement) for one in coming.people]),
        rank=wording.say(RANK_NAMES[incident.policy.levels[coming.level].rank]),
        clocks=when(coming.at, reader.room, reader.engagement, wording),
    )


def _news(notice: IncidentNotice, reader: Reader) -> Reply:
    """Return what happened in one line, with the words that were written."""
    incident, engagement, wording = notice.incident, reader.engagement, Wording(reader.language)
    texts = [entry_text(line, incident, engagement, wording) for line in notice.entries]
    bodies = [shortened(line.body) for line in notice.entries if line.body]
    return Reply(
        headline=wording.labelled(_title(incident, reader, wording), "; ".join(texts)),
        language=reader.language,
        text="\n".join(
            line
            for line in (_whose(reader, wording), *bodies, _next(incident, notice.entries, reader, wording))
            if line
        ),
        tone=TONES[incident.status],
        footer=when(notice.made_at, reader.room, engagement, wording),
        mention=engagement.person(notice.person),
        reference=incident.id,
        files=files_in(notice.entries),
    )


def _next(incident: Incident, entries: tuple[TimelineEntry, ...], reader: Reader, wording: Wording) -> str:
    """Return what is to be expected next: some rooms read the answers alone."""
    if incident.status is Status.WATCHING and incident.review_due_at is not None:
        clocks = when(incident.review_due_at, reader.room, reader.engagement, wording)
        return wording.say(phrase("The metric is looked at again %(clocks)s."), clocks=clocks)
    if any(line.kind is EntryKind.UNMEASURABLE for line in entries):
        return wording.say(
            phrase("If it is fine: `/incident resolve %(number)s reason: …`; if not, a new plan."),
            number=incident.number,
        )
    later = (promise for promise in incident.promised if promise is not Promise.ACKNOWLEDGEMENT)
    owed = (promise for promise in later if incident.kept_at(promise) is None)
    promise = None if incident.is_closed else next(owed, None)
    return promise_line(promise, incident, reader, wording) if promise else ""


def _call(notice: IncidentNotice, reader: Reader) -> Reply:
    """Return the message that makes somebody hear of it: what, why they, what is overdue."""
    incident, engagement, wording = notice.incident, reader.engagement, Wording(reader.language)
    lines = (
        _whose(reader, wording),
        _why(incident, notice.call, reader, wording),
        *_overdue(incident, reader, wording),
        *_owed(incident, reader, wording),
        _next_call(incident, reader, wording),
    )
    return Reply(
        headline=wording.labelled(
            _title(incident, reader, wording),
            _called(notice, reader, wording),
        ),
        language=reader.language,
        text="\n".join(line for line in lines if line),
        tone=Tone.BAD,
        footer=when(notice.made_at, reader.room, engagement, wording),
        buttons=_call_buttons(incident, _title(incident, reader, wording), wording),
        mention=engagement.person(notice.person),
        reference=incident.id,
    )


def _called(notice: IncidentNotice, reader: Reader, wording: Wording) -> str:
    if reader.room.is_direct:
        return wording.say(phrase("you are called"))
    name = name_of(notice.person, reader.engagement) if notice.person else wording.say(phrase("the operations room"))
    return wording.say(phrase("%(name)s is called"), name=name)


def _whose(reader: Reader, wording: Wording) -> str:
    """Return the seller it is about, for somebody who may serve several; a room knows its own."""
    if not reader.room.is_direct:
        return ""
    engagement = reader.engagement
    seller = " · ".join(dict.fromkeys((engagement.name, engagement.seller.name)))
    return wording.labelled(wording.say(phrase("Seller")), seller)


def _owed(incident: Incident, reader: Reader, wording: Wording) -> list[str]:
    """Return what will be owed, for somebody who sees no card beside it."""
    if not reader.room.is_direct:
        return []
    owed = (one for one in (Promise.ANALYSIS, Promise.PLAN) if one not in incident.unkept)
    return [promise_line(one, incident, reader, wording) for one in owed if incident.kept_at(one) is None]


def _why(incident: Incident, call: Call | None, reader: Reader, wording: Wording) -> str:
    levels = incident.policy.reach(incident.severity)
    if call is None or call.level >= len(levels):
        return ""
    return wording.say(
        phrase("Level %(level)s of %(levels)s: %(rank)s. Severity: %(severity)s. Opened %(clocks)s."),
        level=call.level + 1,
        levels=len(levels),
        rank=wording.say(RANK_NAMES[levels[call.level].rank]),
        severity=wording.say(SEVERITY_NAMES[incident.severity]),
        clocks=when(incident.opened_at, reader.room, reader.engagement, wording),
    )


def _overdue(incident: Incident, reader: Reader, wording: Wording) -> list[str]:
    """Return what is owed: an answer while nobody has it, and every promise that was missed."""
    owed = [promise for promise in (Promise.ANALYSIS, Promise.PLAN) if promise in incident.unkept]
    lines = [promise_line(promise, incident, reader, wording) for promise in owed]
    if incident.status is Status.OPEN:
        return [_unanswered(incident, reader, wording), *lines]
    return lines or [wording.say(phrase("Somebody asked for this level to hear of it."))]


def _unanswered(incident: Incident, reader: Reader, wording: Wording) -> str:
    due_at = incident.due_at(Promise.ACKNOWLEDGEMENT)
    clocks = when(due_at, reader.room, reader.engagement, wording)
    if incident.acknowledged_at is not None:
        return wording.say(phrase("Nobody has it any more."))
    if due_at <= reader.at:
        return wording.say(phrase("Nobody has taken it; somebody should have by %(clocks)s."), clocks=clocks)
    return wording.say(phrase("Nobody has taken it yet; somebody should by %(clocks)s."), clocks=clocks)


def _call_buttons(incident: Incident, title: str, wording: Wording) -> tuple[Button, ...]:
    number = incident.number
    take = Button(wording.say(phrase("I take it")), f"/incident ack {number}", is_primary=True, about=title)
    question = wording.say(CALLS_AT_ONCE)
    return (
        *((take,) if incident.status is Status.OPEN else ()),
        Button(wording.say(phrase("Show it")), f"/incident show {number}", about=title),
        Button(
            wording.say(phrase("Call the next level")), f"/incident escalate {number}", about=title, question=question
        ),
    )


def _reminder(notice: IncidentNotice, reader: Reader) -> Reply:
    """Ask the owner whether it is still theirs."""
    incident, wording = notice.incident, Wording(reader.language)
    title = _title(incident, reader, wording)
    return Reply(
        headline=wording.labelled(
            title,
            wording.say(phrase("is it still yours, %(name)s?"), name=name_of(notice.person, reader.engagement)),
        ),
        language=reader.language,
        text="\n".join(
            line
            for line in (
                _whose(reader, wording),
                wording.say(phrase("Without an answer it goes back to nobody, and people are called again.")),
            )
            if line
        ),
        tone=Tone.WATCH,
        footer=when(notice.made_at, reader.room, reader.engagement, wording),
        buttons=(
            Button(wording.say(phrase("It is mine")), f"/incident ack {incident.number}", is_primary=True, about=title),
            Button(wording.say(phrase("Ask me later")), f"/incident snooze {incident.number}", about=title),
            Button(wording.say(phrase("Stop asking")), f"/incident stop {incident.number}", about=title),
            Button(wording.say(phrase("Show it")), f"/incident show {incident.number}", about=title),
        ),
        mention=reader.engagement.person(notice.person),
        reference=incident.id,
    )


def _unheard(notice: IncidentNotice, reader: Reader) -> Reply:
    """Say that the other side could not be told; why is the operator's business."""
    incident, wording = notice.incident, Wording(reader.language)
    if is_operations(reader):
        headline = wording.say(phrase("the seller's room “%(room)s” cannot be reached"), room=notice.room)
        text = wording.say(phrase("Tell them another way. Reason: %(reason)s"), reason=_said(notice.reason, wording))
    else:
        headline = wording.say(phrase("the operator's room cannot be reached at the moment"))
        text = wording.say(phrase("Your report is kept, and Vigia goes on trying to reach somebody."))
    return Reply(
        headline=wording.labelled(_title(incident, reader, wording), headline),
        language=reader.language,
        text=text,
        tone=Tone.WATCH,
        footer=when(notice.made_at, reader.room, reader.engagement, wording),
        reference=incident.id,
    )


def _said(reason: str, wording: Wording) -> str:
    """Return why a message was lost ("45009: sentence; given up …") for a reader: the code, and what to do about it."""
    code, colon, sentence = reason.partition("; given up")[0].partition(": ")
    return f"{code}{colon}{wording.say(sentence)}"


def _title(incident: Incident, reader: Reader, wording: Wording) -> str:
    return f"#{incident.number} {what(incident, reader.engagement, wording)}"
