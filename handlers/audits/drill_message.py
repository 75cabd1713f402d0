"""How a drill went, as the message of one operations room: when each call was due, made, delivered and taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from handlers.incidents.card import name_of, when
from handlers.messages import Reply
from kpi.audits.drills import DrillCall, DrillReport
from kpi.engagements import Engagement, Room
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording


def drill_message(report: DrillReport, engagement: Engagement, room: Room) -> Reply:
    """Return how a drill went in the language and on the clock of a room."""
    wording = Wording(room.language)
    is_heard = all(one.delivered_at is not None for one in report.calls)
    return Reply(
        wording.labelled(f"#{report.number} {wording.say(phrase('DRILL'))}", _verdict(report, engagement, wording)),
        room.language,
        text="\n".join(_lines(report, engagement, wording)),
        tone=Tone.GOOD if report.acknowledged_by and is_heard else Tone.BAD,
        footer=when(report.ended_at, room, engagement, wording),
        reference=report.incident,
    )


def _verdict(report: DrillReport, engagement: Engagement, wording: Wording) -> str:
    if report.acknowledged_at is None:
        return wording.say(phrase("nobody took it"))
    return wording.say(
        phrase("%(name)s took it %(time)s after it was opened"),
        name=name_of(report.acknowledged_by, engagement),
        time=_span(report.opened_at, report.acknowledged_at, wording),
    )


def _lines(report: DrillReport, engagement: Engagement, wording: Wording) -> Iterator[str]:
    if not report.calls:
        yield wording.say(phrase("Nobody was called."))
    for call in report.calls:
        yield _call_line(call, report, engagement, wording)


def _call_line(call: DrillCall, report: DrillReport, engagement: Engagement, wording: Wording) -> str:
    people = [name_of(one, engagement) for one in call.people] or [wording.say(phrase("the operations room"))]
    params = {"level": call.level + 1, "people": wording.listed(people)}
    if call.delivered_at is None:
        return wording.say(phrase("Level %(level)s, %(people)s: the call was not delivered."), **params)
    params["delivered"] = _span(call.due_at, call.delivered_at, wording)
    if report.acknowledged_at is None or report.acknowledged_at < call.delivered_at:
        return wording.say(phrase("Level %(level)s, %(people)s: delivered %(delivered)s after it was due."), **params)
    return wording.say(
        phrase("Level %(level)s, %(people)s: delivered %(delivered)s after it was due, taken %(taken)s later."),
        taken=_span(call.delivered_at, report.acknowledged_at, wording),
        **params,
    )


def _span(first: datetime, last: datetime, wording: Wording) -> str:
    """Return a duration in seconds up to two minutes, then in minutes."""
    seconds = Decimal(max(0, round((last - first).total_seconds())))
    if seconds < 120:  # noqa: PLR2004 - two minutes are still counted in seconds
        return wording.say_n("%(count)s second", "%(count)s seconds", int(seconds), count=int(seconds))
    return wording.minutes(seconds / 60)
