"""What people put right about an incident: how severe it is, when it began, and that it is the same as another one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.grammar.grammar import leading_period, normalise
from handlers.grammar.incident_words import GRADE_WORDS, Part, Verb
from handlers.incidents.asked import Act, Asked, find_incident, let_happen, require_may, shown_to_asker
from handlers.incidents.desk import actor_of, merge
from handlers.incidents.parts import parts_of
from handlers.messages import Reply, Request
from handlers.ports import Work
from kpi.days import Period, business_day
from kpi.errors import AccessError, QuestionError
from kpi.incidents.events import ChangeSeverity, CorrectOnset, Merge
from kpi.incidents.incident import Confidence, Onset, OnsetSource
from kpi.incidents.transitions import may
from kpi.phrases import phrase

_GRADES = {word: severity for severity, words in GRADE_WORDS.items() for word in words}
_GRADE = re.compile(r"[^\s:：,，]+")
_OTHER = re.compile(r"\D*#?(\d{1,9})\W*")
_CLOCK = re.compile(r"(\d{1,2})(?:[:h](\d{2})|h)")


def _severity(work: Work, request: Request, asked: Asked) -> Reply:
    """Say that it is worse or milder: a severity, and why."""
    number = asked.incident.number
    if not may(actor_of(request).side, ChangeSeverity):
        raise AccessError(
            phrase(
                "Only the operator's team changes a severity, and your side cannot make it milder. Say how you see it: "
                "`/incident note %(number)s …`, or ask the next level: `/incident escalate %(number)s`."
            ),
            number=number,
        )
    named = _GRADE.match(asked.text)
    severity = _GRADES.get(normalise(named.group())) if named else None
    if named is None or severity is None:
        raise QuestionError(
            phrase("Say how severe it is: `/incident severity %(number)s S1`, S2, S3 or S4, and a reason if milder."),
            number=number,
        )
    words = asked.text[named.end() :].strip(" ,，:：")
    reason = parts_of(words).get(Part.REASON, words)
    return let_happen(work, request, asked, ChangeSeverity(severity, reason))


def _onset(work: Work, request: Request, asked: Asked) -> Reply:
    """Say when it began: a day, an hour of a day, or some days, on the store's clock."""
    require_may(request, asked, CorrectOnset)
    store = request.engagement.store(asked.incident.subject.store)
    onset = _onset_of(request, asked, store.zone if store else request.room.zone)
    return let_happen(work, request, asked, CorrectOnset(onset))


def _onset_of(request: Request, asked: Asked, zone: ZoneInfo) -> Onset:
    today = business_day(request.at, zone)
    named = leading_period(asked.text, request.language, today)
    clock = _CLOCK.fullmatch(named[1]) if named else None
    if named is None or (named[1] and (clock is None or named[0].resolve(today).length > 1)):
        raise QuestionError(
            phrase(
                "Say when it began, on the store's clock: `/incident onset %(number)s 2026-11-20`, `2026-11-20 14:00`, "
                "`2026-11-20..2026-11-22` or `yesterday`."
            ),
            number=asked.incident.number,
        )
    days = named[0].resolve(today)
    begins, ends = _hour(days, clock, zone) if clock else _whole_days(days, zone)
    if begins > request.at:
        raise QuestionError(phrase("It cannot have begun in the future."))
    return Onset(begins, min(ends, request.at), Confidence.HIGH, OnsetSource.PERSON, request.person.id)


def _whole_days(days: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
    onset = Onset.on_days(days, zone, Confidence.HIGH, OnsetSource.PERSON)
    return onset.began_from, onset.began_to


def _hour(days: Period, clock: re.Match[str], zone: ZoneInfo) -> tuple[datetime, datetime]:
    hour, minute = int(clock.group(1)), int(clock.group(2) or 0)
    if hour >= timedelta(days=1) // timedelta(hours=1) or minute >= timedelta(hours=1) // timedelta(minutes=1):
        raise QuestionError(phrase("“%(time)s” is not a time of day; write for example 14:00."), time=clock.group())
    at = datetime(days.first.year, days.first.month, days.first.day, hour, minute, tzinfo=zone).astimezone(UTC)
    return at, at


def _merge(work: Work, request: Request, asked: Asked) -> Reply:
    """End it as the same as another one, which is shown."""
    require_may(request, asked, Merge)
    named = _OTHER.fullmatch(asked.text)
    if named is None:
        raise QuestionError(
            phrase("Say into which incident: `/incident merge %(number)s into 1001`."), number=asked.incident.number
        )
    into = find_incident(work, request, named.group(1))
    outcome = merge(work, asked.incident.id, into.id, actor_of(request), request.at)
    return shown_to_asker(work, request, asked, outcome)


CORRECTIONS: dict[Verb, Act] = {
    Verb.SEVERITY: _severity,
    Verb.ONSET: _onset,
    Verb.MERGE: _merge,
}
