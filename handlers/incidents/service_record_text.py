"""The monthly service record in words: a message, and the document of the same."""

from __future__ import annotations

from dataclasses import replace

from handlers.incidents.card import PROMISE_NAMES, SEVERITY_NAMES, when
from handlers.incidents.readers import Reader, RoomReader
from handlers.incidents.summary_text import NONE, duration_text, latin
from handlers.messages import Reply, Table
from kpi.documents import Document, Grid, Section
from kpi.engagements import Audience, Engagement, Room
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.service_records.record import MonthlyRecord, ServiceRecord, Spread
from kpi.tones import Tone
from kpi.wording.wording import Wording

_TIMES = (
    phrase("clock"),
    phrase("incidents"),
    phrase("median"),
    phrase("worst"),
    phrase("median, calendar"),
    phrase("worst, calendar"),
    phrase("never"),
)
_PROMISES = (
    phrase("promise"),
    phrase("kept"),
    phrase("kept late"),
    phrase("missed"),
    phrase("overdue now"),
    phrase("still running"),
    phrase("no longer owed"),
)


def record_message(record: MonthlyRecord, engagement: Engagement, room: Room) -> Reply:
    """Return what a room is told of a month by itself."""
    mine = record.of(room.audience)
    return record_reply(mine, RoomReader(engagement, room, mine.made_at))


def record_reply(record: ServiceRecord, reader: Reader) -> Reply:
    """Return a month's record as a message, with the document of the same."""
    wording = Wording(reader.language)
    promises = _promises(record, wording)
    return Reply(
        headline=_title(record, reader, wording),
        language=reader.language,
        text="\n".join(
            (*_incident_lines(record, wording), *_median_lines(record, wording), *_other_lines(record, wording))
        ),
        tone=Tone.WATCH if record.overdue or record.undelivered else Tone.NEUTRAL,
        table=Table(promises.columns, promises.rows) if record.incidents else None,
        footer=_footer(record, reader, wording),
        document=record_document(record, reader),
    )


def record_document(record: ServiceRecord, reader: Reader) -> Document:
    """Return a month's record as a document; a Chinese one has an English twin."""
    document = _document(record, reader, Wording(reader.language))
    if reader.language is not Language.ZH:
        return document
    return replace(document, is_chinese=True, fallback=latin(_document(record, reader, Wording(Language.EN))))


def _title(record: ServiceRecord, reader: Reader, wording: Wording) -> str:
    said = wording.say(phrase("Service record of %(month)s"), month=wording.month(record.month.first))
    return wording.labelled(reader.engagement.name, said)


def _document(record: ServiceRecord, reader: Reader, wording: Wording) -> Document:
    has_any = bool(record.incidents)
    nothing = () if has_any else (wording.missing(),)
    whose = (
        phrase("As the seller may read it.")
        if record.audience is Audience.SELLER
        else phrase("For the operator: with what is internal.")
    )
    return Document(
        name=f"service-record-{record.engagement}-{record.month.name}",
        title=_title(record, reader, wording),
        subtitle=wording.say(whose),
        sections=(
            Section(
                wording.say(phrase("Incidents")),
                _incident_lines(record, wording),
                _severities(record, wording) if has_any else None,
            ),
            Section(wording.say(phrase("Times")), nothing, _times(record, wording) if has_any else None),
            Section(wording.say(phrase("Promises")), nothing, _promises(record, wording) if has_any else None),
            Section(wording.say(phrase("Messages")), _other_lines(record, wording)),
            Section(wording.say(phrase("How it is counted")), _rules(record, wording)),
        ),
        footer=_footer(record, reader, wording),
    )


def _incident_lines(record: ServiceRecord, wording: Wording) -> tuple[str, ...]:
    lines = [
        wording.say(
            phrase("Incidents: %(count)s, still open: %(open)s; promises overdue now: %(overdue)s."),
            count=record.incidents,
            open=record.still_open,
            overdue=record.overdue,
        )
    ]
    if record.repeats or record.reopened:
        lines.append(
            wording.say(
                phrase("Back within 48 hours: %(repeats)s; opened again: %(reopened)s."),
                repeats=record.repeats,
                reopened=record.reopened,
            )
        )
    if record.drills or record.merged:
        lines.append(
            wording.say(
                phrase("Not counted: merged %(merged)s, drills %(drills)s."),
                merged=record.merged,
                drills=record.drills,
            )
        )
    return tuple(lines)


def _median_lines(record: ServiceRecord, wording: Wording) -> list[str]:
    lines = []
    for name, spread in _spreads(record, wording):
        if spread.median is not None and spread.worst is not None:
            text = wording.say(
                phrase("median %(median)s, worst %(worst)s"),
                median=duration_text(spread.median.counted, wording),
                worst=duration_text(spread.worst.counted, wording),
            )
            lines.append(wording.labelled(name, text))
    return lines


def _spreads(record: ServiceRecord, wording: Wording) -> list[tuple[str, Spread]]:
    promised = [(wording.say(PROMISE_NAMES[promise]), spread) for promise, spread in record.times]
    return [*promised, (wording.say(phrase("Resolution")), record.resolution)]


def _severities(record: ServiceRecord, wording: Wording) -> Grid:
    names = tuple(wording.say(SEVERITY_NAMES[severity]) for severity, _ in record.severities)
    return Grid(names, (tuple(str(count) for _, count in record.severities),), (1,) * len(names))


def _times(record: ServiceRecord, wording: Wording) -> Grid:
    rows = []
    for name, spread in _spreads(record, wording):
        middle, worst = spread.median, spread.worst
        texts = (
            (NONE,) * 4
            if middle is None or worst is None
            else tuple(
                duration_text(one, wording) for one in (middle.counted, worst.counted, middle.calendar, worst.calendar)
            )
        )
        rows.append((name, str(spread.count), *texts, str(spread.without)))
    return Grid(tuple(map(wording.say, _TIMES)), tuple(rows), (5, 3, 3, 3, 4, 4, 2))


def _promises(record: ServiceRecord, wording: Wording) -> Grid:
    rows = tuple(
        (
            wording.say(PROMISE_NAMES[promise]),
            *map(str, (one.kept, one.late, one.missed, one.overdue, one.running, one.dropped)),
        )
        for promise, one in record.promises
    )
    return Grid(tuple(map(wording.say, _PROMISES)), rows, (5, 3, 3, 3, 3, 3, 3))


def _other_lines(record: ServiceRecord, wording: Wording) -> tuple[str, ...]:
    digests = record.digests
    said = (
        wording.missing()
        if digests is None
        else wording.say(
            phrase("%(on_time)s of %(due)s on time, %(late)s late, %(not_sent)s not sent"),
            on_time=digests.on_time,
            due=digests.due,
            late=digests.late,
            not_sent=digests.not_sent,
        )
    )
    messages = (
        wording.say(
            phrase("%(failed)s of %(all)s not delivered, of %(unknown)s it is not known"),
            failed=record.undelivered,
            all=record.messages,
            unknown=record.unknown,
        )
        if record.messages
        else wording.missing()
    )
    return (
        wording.labelled(wording.say(phrase("Questions of the seller")), _questions(record, wording)),
        wording.labelled(wording.say(phrase("Daily digests")), said),
        wording.labelled(wording.say(phrase("Messages")), messages),
        *_handed_over(record, wording),
    )


def _handed_over(record: ServiceRecord, wording: Wording) -> tuple[str, ...]:
    """Say of what no platform carried into the room that a person has to, where there was any."""
    if not record.handed_over:
        return ()
    said = phrase(
        "Of these, only handed to a person to forward: %(messages)s messages, daily digests among them: %(digests)s. "
        "Whether they reached the group is not known."
    )
    return (wording.say(said, messages=record.handed_over, digests=record.handed_over_digests),)


def _questions(record: ServiceRecord, wording: Wording) -> str:
    asked = record.questions
    if asked is None:
        return wording.say(phrase("none was asked"))
    counted = wording.say(
        phrase("%(in_time)s of %(asked)s answered in time, %(late)s late, %(never)s not"),
        in_time=asked.in_time,
        asked=asked.asked,
        late=asked.answered - asked.in_time,
        never=asked.asked - asked.answered,
    )
    if asked.median is None:
        return counted
    median = wording.say(phrase("median of the first answer %(time)s"), time=duration_text(asked.median, wording))
    return f"{counted}; {median}" if wording.language is not Language.ZH else f"{counted}；{median}"


def _rules(record: ServiceRecord, wording: Wording) -> tuple[str, ...]:
    city = wording.city(record.month.zone)
    return (
        wording.say(phrase("The month runs on the clock of %(city)s."), city=city),
        wording.say(phrase("An incident belongs to the month it was opened in, also when it ends later.")),
        wording.say(
            phrase("Times without “calendar” are counted as the promises are: in working hours unless critical.")
        ),
        wording.say(phrase("A digest is on time when it arrives by its room's deadline.")),
    )


def _footer(record: ServiceRecord, reader: Reader, wording: Wording) -> str:
    clocks = when(record.made_at, reader.room, reader.engagement, wording)
    if record.is_so_far:
        return wording.say(phrase("So far: the month is not over. As of %(clocks)s."), clocks=clocks)
    return wording.say(phrase("As of %(clocks)s."), clocks=clocks)
