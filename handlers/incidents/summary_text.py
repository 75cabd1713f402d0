"""The summary of an incident in words: a short message, and the document that has all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from handlers.incidents.captured_words import link_of
from handlers.incidents.card import (
    MINUTES_BELOW,
    PROMISE_NAMES,
    SEVERITY_NAMES,
    STATUS_WORDS,
    TONES,
    name_of,
    report_line,
    shortened,
    what,
    when,
)
from handlers.incidents.evidence_text import onset_line, sample_text, seen_text
from handlers.incidents.readers import Reader, is_operations
from handlers.incidents.timeline import entry_text, reader_of
from handlers.messages import Reply, Table
from kpi.deliveries import DeliveryState, Placing
from kpi.documents import Document, Grid, Section
from kpi.engagements import Platform
from kpi.incidents.incident import Incident, Side, Sighting
from kpi.incidents.notices import IncidentNoticeKind
from kpi.incidents.summaries import IncidentSummary, TimeTaken, Told
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.pictures import Picture
from kpi.promises import PromiseState
from kpi.severities import Severity
from kpi.wording.wording import Wording

PROMISE_STATE_WORDS: dict[PromiseState, str] = {
    PromiseState.RUNNING: phrase("still running"),
    PromiseState.KEPT: phrase("kept"),
    PromiseState.KEPT_LATE: phrase("kept late"),
    PromiseState.MISSED: phrase("missed"),
    PromiseState.DROPPED: phrase("no longer owed"),
}
DELIVERY_WORDS: dict[DeliveryState, str] = {
    DeliveryState.PENDING: phrase("waiting"),
    DeliveryState.SENDING: phrase("being sent"),
    DeliveryState.SENT: phrase("delivered"),
    DeliveryState.FAILED: phrase("not delivered"),
    DeliveryState.UNKNOWN: phrase("unknown whether it arrived"),
    DeliveryState.SKIPPED: phrase("not sent: nothing to say any more"),
}
MESSAGE_WORDS: dict[IncidentNoticeKind, str] = {
    IncidentNoticeKind.CARD: phrase("Card"),
    IncidentNoticeKind.NEWS: phrase("News"),
    IncidentNoticeKind.CALL: phrase("Call"),
    IncidentNoticeKind.REMINDER: phrase("Reminder"),
    IncidentNoticeKind.UNHEARD: phrase("Other side out of reach"),
}
PLATFORM_NAMES: dict[Platform, str] = {
    Platform.SLACK: phrase("Slack"),
    Platform.WECOM: phrase("WeCom"),
    Platform.CONSOLE: phrase("console"),
}
NONE = "—"
"""Where there is nothing to say."""


def summary_reply(summary: IncidentSummary, reader: Reader) -> Reply:
    """Return the summary as a message: times and promises, what moved, cause and action."""
    incident, wording = summary.incident, Wording(reader.language)
    lines = (
        *(wording.labelled(moment, value) if value else "" for moment, value in _moved(incident, reader, wording)),
        *_causes(incident, reader, wording),
    )
    columns = (phrase("what"), phrase("time taken"), phrase("promise"))
    rows = tuple((name, counted, state) for name, _, _, counted, _, state in _times(summary, reader, wording))
    return Reply(
        headline=_title(incident, reader, wording),
        language=reader.language,
        text="\n".join(shortened(line) for line in lines if line),
        tone=TONES[incident.status],
        table=Table(tuple(map(wording.say, columns)), rows, _hours_line(incident, wording)),
        notes=(wording.say(phrase("The timeline and who was told what are in the document.")),),
        footer=when(summary.made_at, reader.room, reader.engagement, wording),
        reference=incident.id,
    )


def summary_document(summary: IncidentSummary, reader: Reader, picture: Picture | None) -> Document:
    """Return the whole summary; a Chinese one has an English twin for machines without a Chinese font."""
    document = _document(summary, reader, Wording(reader.language), picture)
    if reader.language is not Language.ZH:
        return document
    twin = picture.fallback if picture else None
    return replace(document, is_chinese=True, fallback=latin(_document(summary, reader, Wording(Language.EN), twin)))


def latin(document: Document) -> Document:
    """Return a document that stands in for a Chinese one, and says so."""
    said = Wording(Language.EN).say(
        phrase("In English: this machine has no Chinese font. ▯ stands for a character that could not be printed.")
    )
    return replace(document, footer=f"{said} {document.footer}".strip())


def duration_text(length: timedelta, wording: Wording) -> str:
    """Return a length of time: in minutes up to two hours, in hours beyond."""
    minutes = Decimal(int(length.total_seconds() // 60))
    return wording.minutes(minutes) if minutes < MINUTES_BELOW else wording.hours(minutes / 60)


def _title(incident: Incident, reader: Reader, wording: Wording) -> str:
    said = wording.say(phrase("Summary of incident #%(number)s"), number=incident.number)
    return wording.labelled(said, what(incident, reader.engagement, wording))


def _document(summary: IncidentSummary, reader: Reader, wording: Wording, picture: Picture | None) -> Document:
    incident = summary.incident
    moved = _moved_grid(incident, reader, wording)
    sections = (
        Section(wording.say(phrase("What happened")), _story(incident, reader, wording)),
        Section(wording.say(phrase("What moved")), () if moved else (wording.missing(),), moved, picture),
        Section(
            wording.say(phrase("Times and promises")),
            (_hours_line(incident, wording),),
            _times_grid(summary, reader, wording),
        ),
        Section(wording.say(phrase("Cause and action")), _causes(incident, reader, wording) or (wording.missing(),)),
        _told_section(summary, reader, wording),
        Section(wording.say(phrase("Timeline")), grid=_timeline(summary, reader, wording)),
    )
    said = phrase("As of %(clocks)s. Of Vigia's records; what people typed stands as they typed it.")
    return Document(
        name=f"incident-{incident.number}",
        title=_title(incident, reader, wording),
        subtitle=" · ".join(
            (
                reader.engagement.name,
                wording.say(SEVERITY_NAMES[incident.severity]),
                wording.say(STATUS_WORDS[incident.status]),
            )
        ),
        sections=sections,
        footer=wording.say(said, clocks=when(summary.made_at, reader.room, reader.engagement, wording)),
    )


def _story(incident: Incident, reader: Reader, wording: Wording) -> tuple[str, ...]:
    instants = (
        (phrase("Detected %(clocks)s"), incident.detected_at),
        (phrase("Reported %(clocks)s"), incident.reported_at),
        (phrase("Opened %(clocks)s"), incident.opened_at),
        (phrase("Ended %(clocks)s"), incident.resolved_at),
    )
    onset = onset_line(incident, reader, wording)
    lines = (
        report_line(incident, wording),
        onset or wording.say(phrase("When it began is not known.")),
        *(wording.say(said, clocks=_when(at, reader, wording)) for said, at in instants if at is not None),
    )
    return tuple(line for line in lines if line)


def _when(at: datetime, reader: Reader, wording: Wording) -> str:
    return when(at, reader.room, reader.engagement, wording)


def _moved(incident: Incident, reader: Reader, wording: Wording) -> list[tuple[str, str]]:
    """Return the values that were seen, each with its moment; none is ever written over."""

    def said(seen: Sighting | None) -> str:
        return "" if seen is None else seen_text(incident, seen.value, reader.engagement, wording)

    last = phrase("at the end") if incident.is_closed else phrase("now")
    first = phrase("when reported") if incident.opened_by.side is not Side.VIGIA else phrase("at the alert")
    moments = ((first, incident.at_alert), (phrase("worst"), incident.worst), (last, incident.now))
    return [(wording.say(moment), said(seen)) for moment, seen in moments]


def _moved_grid(incident: Incident, reader: Reader, wording: Wording) -> Grid | None:
    seen = (incident.at_alert, incident.worst, incident.now)
    rows = tuple(
        (moment, value, sample_text(one, incident.subject.metric, wording))
        for (moment, value), one in zip(_moved(incident, reader, wording), seen, strict=True)
        if one is not None
    )
    if not rows:
        return None
    first = incident.at_alert
    if first is not None and first.usual_low is not None and first.usual_high is not None:
        usual = " – ".join(
            seen_text(incident, bound, reader.engagement, wording) for bound in (first.usual_low, first.usual_high)
        )
        rows = (*rows, (wording.say(phrase("usual")), usual, ""))
    columns = (phrase("moment"), phrase("value"), phrase("counted on"))
    return Grid(tuple(map(wording.say, columns)), rows, (2, 2, 4))


def _times(summary: IncidentSummary, reader: Reader, wording: Wording) -> list[tuple[str, ...]]:
    """Return a row per clock: what, due, given, counted time, calendar time, how the promise was kept."""
    taken = dict(summary.taken)
    rows = [
        (
            wording.say(PROMISE_NAMES[one.promise]),
            _when(one.due_at, reader, wording),
            NONE if one.kept_at is None else _when(one.kept_at, reader, wording),
            *_taken(taken[one.promise], wording),
            wording.say(PROMISE_STATE_WORDS[one.state]),
        )
        for one in summary.promises
    ]
    ended_at = summary.incident.resolved_at
    end = NONE if ended_at is None else _when(ended_at, reader, wording)
    return [*rows, (wording.say(phrase("Resolution")), NONE, end, *_taken(summary.resolution, wording), NONE)]


def _taken(taken: TimeTaken | None, wording: Wording) -> tuple[str, str]:
    if taken is None:
        return NONE, NONE
    return duration_text(taken.counted, wording), duration_text(taken.calendar, wording)


def _times_grid(summary: IncidentSummary, reader: Reader, wording: Wording) -> Grid:
    columns = (
        *(phrase("what"), phrase("due"), phrase("given")),
        *(phrase("working time"), phrase("calendar time"), phrase("promise")),
    )
    return Grid(tuple(map(wording.say, columns)), tuple(_times(summary, reader, wording)), (4, 7, 7, 3, 3, 3))


def _hours_line(incident: Incident, wording: Wording) -> str:
    """Return what the promises are counted in."""
    if incident.severity is Severity.S1:
        return wording.say(phrase("Critical: every minute counts as working time."))
    hours = incident.policy.hours
    return wording.say(
        phrase("Working time: %(first)s–%(last)s (%(city)s), without free days and holidays."),
        first=f"{hours.starts:%H:%M}",
        last=f"{hours.ends:%H:%M}",
        city=wording.city(hours.zone),
    )


def _causes(incident: Incident, reader: Reader, wording: Wording) -> tuple[str, ...]:
    analysis, plan, closing = incident.analysis, incident.plan, incident.closing
    said: list[tuple[str, str]] = []
    if analysis is not None:
        said.append((phrase("Analysis"), analysis.text))
    if plan is not None:
        is_as_planned = closing is not None and closing.cause == plan.cause
        planned = "" if is_as_planned else plan.cause
        action = f"{plan.action} ({name_of(plan.owner, reader.engagement)})"
        said += [(phrase("Cause as planned for"), planned), (phrase("Action"), action)]
    if closing is not None:
        said += [(phrase("Cause at the end"), closing.cause), (phrase("What was done"), closing.action)]
        if closing.reason and is_operations(reader):
            said.append((phrase("Why it ended without a review"), closing.reason))
    return tuple(wording.labelled(wording.say(name), text) for name, text in said if text)


def _told_section(summary: IncidentSummary, reader: Reader, wording: Wording) -> Section:
    columns = (phrase("when"), phrase("room"), phrase("message"), phrase("what became of it"))
    rows = tuple(
        (
            _when(one.at, reader, wording),
            f"{reader_of(one.room, reader.engagement)} · {wording.say(PLATFORM_NAMES[one.platform])}",
            _message(one, reader, wording),
            _became(one, reader, wording),
        )
        for one in summary.told
    )
    heading = wording.say(phrase("Who was told"))
    if not rows:
        return Section(heading, (wording.missing(),))
    return Section(heading, grid=Grid(tuple(map(wording.say, columns)), rows, (7, 4, 4, 4)))


def _message(one: Told, reader: Reader, wording: Wording) -> str:
    name = wording.say(MESSAGE_WORDS[one.kind])
    if one.placing is Placing.EDIT:
        name = wording.say(phrase("%(message)s, changed"), message=name)
    return wording.labelled(name, name_of(one.person, reader.engagement)) if one.person else name


def _became(one: Told, reader: Reader, wording: Wording) -> str:
    state = wording.say(DELIVERY_WORDS[one.state])
    is_explained = is_operations(reader) and one.state is not DeliveryState.SENT and one.reason
    return wording.labelled(state, one.reason) if is_explained else state


def _timeline(summary: IncidentSummary, reader: Reader, wording: Wording) -> Grid:
    columns = (phrase("when"), phrase("what happened"))
    rows = tuple(
        (_when(line.occurred_at, reader, wording), " ".join(part for part in (said, link_of(line)) if part))
        for line in summary.lines
        for text in (entry_text(line, summary.incident, reader.engagement, wording),)
        for said in (wording.labelled(text, line.body) if line.body else text,)
    )
    return Grid(tuple(map(wording.say, columns)), rows, (5, 7))
