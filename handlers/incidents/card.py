"""An incident as one room reads it: what, since when, who has it, what is owed by when."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from handlers.incidents.evidence_text import back_line, evidence_lines, onset_line, sample_text, seen_text
from handlers.incidents.readers import Reader, RoomReader, is_operations, shown_to
from handlers.messages import Button, Reply
from handlers.readings.figures import value_text
from kpi.engagements import Audience, Engagement, Room
from kpi.incidents.climbs import NOBODY_YET, coming_call
from kpi.incidents.incident import Incident, Side, Status
from kpi.markets import BEIJING
from kpi.metrics.catalogue import METRICS
from kpi.phrases import phrase
from kpi.promises import Promise, PromiseState, standing_of, time_left
from kpi.severities import Severity
from kpi.tones import Tone
from kpi.wording.wording import Wording

STATUS_WORDS: dict[Status, str] = {
    Status.OPEN: phrase("waits for somebody"),
    Status.ACKNOWLEDGED: phrase("taken"),
    Status.WATCHING: phrase("being watched"),
    Status.RESOLVED: phrase("resolved"),
    Status.MERGED: phrase("merged"),
}
SEVERITY_NAMES: dict[Severity, str] = {
    Severity.S1: phrase("critical"),
    Severity.S2: phrase("major"),
    Severity.S3: phrase("minor"),
    Severity.S4: phrase("trivial"),
}
TONES: dict[Status, Tone] = {
    Status.OPEN: Tone.BAD,
    Status.ACKNOWLEDGED: Tone.WATCH,
    Status.WATCHING: Tone.WATCH,
    Status.RESOLVED: Tone.GOOD,
    Status.MERGED: Tone.NEUTRAL,
}
PROMISE_NAMES: dict[Promise, str] = {
    Promise.ACKNOWLEDGEMENT: phrase("Acknowledgement"),
    Promise.ANALYSIS: phrase("Analysis"),
    Promise.PLAN: phrase("Plan"),
}
CALLS_AT_ONCE = phrase("The people of the next level are called at once, whatever their hour.")
"""Asked before a button does so."""
LONGEST_SHOWN = 600
"""Characters of a typed text on the card; the timeline has all of it."""
SOON = timedelta(minutes=1)
"""Whoever is called within it is being called."""
LONG = timedelta(hours=8)
"""From a working day on, what is counted in working hours is said to be: it would be read as a day of the calendar."""
MINUTES_BELOW = 120
"""Minutes up to which what is left is said in minutes."""


def incident_card(incident: Incident, reader: Reader) -> Reply:
    """Return an incident as its reader may see it, at their instant."""
    incident, wording = shown_to(reader, incident), Wording(reader.language)
    lines = (
        report_line(incident, wording),
        _parent(incident, wording),
        onset_line(incident, reader, wording),
        _values(incident, wording, reader.engagement),
        *evidence_lines(incident, reader, wording),
        back_line(incident, reader, wording),
        _owner(incident, reader, wording),
        *(promise_line(promise, incident, reader, wording) for promise in _owed(incident)),
        _analysis(incident, wording),
        _plan(incident, reader, wording),
        _aim(incident, reader.engagement, wording),
        _closing(incident, wording),
    )
    return Reply(
        headline=wording.labelled(
            f"#{incident.number} {what(incident, reader.engagement, wording)}",
            f"{wording.say(STATUS_WORDS[incident.status])} · {wording.say(SEVERITY_NAMES[incident.severity])}",
        ),
        language=reader.language,
        text="\n".join(line for line in lines if line),
        tone=TONES[incident.status],
        footer=wording.say(
            phrase("Opened %(clocks)s"), clocks=when(incident.opened_at, reader.room, reader.engagement, wording)
        ),
        buttons=_buttons(incident, reader, wording),
        reference=incident.id,
    )


def what(incident: Incident, engagement: Engagement, wording: Wording) -> str:
    """Return what an incident is about: metric and store, else the beginning of its report; a drill says so first."""
    about = _about(incident, engagement, wording)
    return wording.labelled(wording.say(phrase("DRILL")), about) if incident.is_drill else about


def _about(incident: Incident, engagement: Engagement, wording: Wording) -> str:
    store = engagement.store(incident.subject.store)
    where = store.name if store else incident.subject.store
    if incident.subject.metric:
        return f"{wording.say(METRICS[incident.subject.metric].name)} · {where}"
    report = " ".join(incident.report.split())
    if not report:
        return where or engagement.name
    short = report if len(report) <= 40 else f"{report[:39]}…"  # noqa: PLR2004 - one line of a phone
    return f"{short} · {where}" if where else short


def page_of(incident: Incident) -> tuple[str, ...]:
    """Return the questions whose answers show an incident on a page."""
    return (f"/incident show {incident.number}", f"/incident timeline {incident.number}")


def when(at: datetime, room: Room, engagement: Engagement, wording: Wording) -> str:
    """Return an instant on the clocks of both sides, the room's first, always with its day."""
    other = other_zone(room, engagement)
    clocks = wording.both_clocks(at, room.zone, other)
    days = {at.astimezone(zone).date() for zone in (room.zone, other)}
    return clocks if len(days) > 1 else f"{wording.short_day(days.pop())} {clocks}"


def other_zone(room: Room, engagement: Engagement) -> ZoneInfo:
    """Return the clock of the people on the other side of a room."""
    if room.audience is Audience.OPERATIONS:
        return BEIJING
    return engagement.stores[0].zone if engagement.stores else room.zone


def report_line(incident: Incident, wording: Wording) -> str:
    """Return what was reported and by which side; "" where there is nothing to say."""
    if incident.is_drill:
        return wording.say(
            phrase("This is a drill: nothing has happened. Whoever is called takes it; nothing else is to be done.")
        )
    if incident.report:
        return wording.say(phrase("Reported: “%(text)s”"), text=shortened(incident.report))
    match incident.opened_by.side:
        case Side.STAFF:
            return wording.say(phrase("Reported by the operator's team."))
        case Side.VIGIA if incident.alert:
            return wording.say(phrase("Opened by alert %(id)s."), id=incident.alert)
        case _:
            return ""


def _parent(incident: Incident, wording: Wording) -> str:
    if not incident.parent:
        return ""
    shared = incident.parent.removeprefix(f"{incident.engagement}-")
    return wording.say(phrase("All stores of this marketplace moved alike: see incident #%(number)s."), number=shared)


def shortened(text: str) -> str:
    """Return what a message shows of a typed text."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def _values(incident: Incident, wording: Wording, engagement: Engagement) -> str:
    first, now, worst = incident.at_alert, incident.now, incident.worst
    if first is None or now is None or worst is None:
        return ""
    subject = incident.subject

    def said(value: Decimal) -> str:
        return seen_text(incident, value, engagement, wording)

    moved = wording.say(
        phrase("At the alert %(first)s → now %(now)s → worst %(worst)s")
        if incident.alert or incident.opened_by.side is Side.VIGIA
        else phrase("When reported %(first)s → now %(now)s → worst %(worst)s"),
        first=_with_day(said(first.value), sample_text(first, subject.metric, wording), wording),
        now=said(now.value)
        if now.day == first.day
        else _with_day(said(now.value), wording.short_day(now.day), wording),
        worst=said(worst.value),
    )
    if first.usual_low is None or first.usual_high is None:
        return moved
    usual = wording.say(phrase("(usual %(low)s to %(high)s)"), low=said(first.usual_low), high=said(first.usual_high))
    return f"{moved} {usual}"


def _with_day(value: str, note: str, wording: Wording) -> str:
    return wording.say(phrase("%(value)s (%(note)s)"), value=value, note=note)


def _owner(incident: Incident, reader: Reader, wording: Wording) -> str:
    held = incident.acknowledgement
    if incident.status is Status.OPEN or held is None:
        return "" if incident.is_closed else _nobody(incident, reader, wording)
    return wording.say(
        phrase("%(name)s has it since %(clocks)s."),
        name=name_of(held.owner, reader.engagement),
        clocks=when(held.at, reader.room, reader.engagement, wording),
    )


def _nobody(incident: Incident, reader: Reader, wording: Wording) -> str:
    """Say that people are called or, while all of them sleep, when the first one is."""
    coming = coming_call(incident.policy, incident.severity, incident.answering)
    if coming is not None and incident.answering.reached == NOBODY_YET and coming.at - reader.at > SOON:
        clocks = when(coming.at, reader.room, reader.engagement, wording)
        return wording.say(phrase("Nobody has it yet; the first person is called %(clocks)s."), clocks=clocks)
    return wording.say(phrase("Nobody has it yet; people are being called."))


def name_of(person: str, engagement: Engagement) -> str:
    """Return somebody's name; of a person who left the engagement, their id, and of Vigia itself its own."""
    found = engagement.person(person)
    return found.name if found else person or "Vigia"


def _owed(incident: Incident) -> tuple[Promise, ...]:
    """Return the promises that are shown: once somebody took it, their name says more than the first one."""
    is_unanswered = incident.answered_at is None
    return tuple(promise for promise in incident.promised if is_unanswered or promise is not Promise.ACKNOWLEDGEMENT)


def promise_line(promise: Promise, incident: Incident, reader: Reader, wording: Wording) -> str:
    """Return where a promise stands, on the clocks of both sides; nothing of one that is no longer owed."""
    due_at, ended_at = incident.due_at(promise), incident.resolved_at
    standing = standing_of(promise, due_at, incident.kept_at(promise), ended_at, reader.at)
    clocks = when(standing.kept_at or due_at, reader.room, reader.engagement, wording)
    name = wording.say(PROMISE_NAMES[promise])
    is_missed = promise in incident.unkept
    match PromiseState.MISSED if is_missed else standing.state:
        case PromiseState.RUNNING if isinstance(reader, RoomReader):  # its message stays while time goes on
            return _by(promise, incident, clocks, wording)
        case PromiseState.RUNNING:
            left = time_left(incident.severity, incident.policy.hours, reader.at, due_at)
            minutes = Decimal(int(left.total_seconds() // 60))
            text = wording.minutes(minutes) if minutes < MINUTES_BELOW else wording.hours(minutes / 60)
            said = (
                phrase("%(name)s: by %(clocks)s, %(left)s left")
                if incident.severity is Severity.S1
                else phrase("%(name)s: by %(clocks)s, %(left)s of working time left")
            )
            return wording.say(said, name=name, clocks=clocks, left=text)
        case PromiseState.MISSED:
            return wording.say(phrase("%(name)s: was due %(clocks)s and is still owed"), name=name, clocks=clocks)
        case PromiseState.KEPT:
            return wording.say(phrase("%(name)s: given %(clocks)s"), name=name, clocks=clocks)
        case PromiseState.KEPT_LATE:
            return wording.say(phrase("%(name)s: given late, %(clocks)s"), name=name, clocks=clocks)
        case _:
            return ""


def _by(promise: Promise, incident: Incident, clocks: str, wording: Wording) -> str:
    """Say until when, and where that is more than it seems because only working hours count, how it is counted."""
    name, owed = wording.say(PROMISE_NAMES[promise]), incident.policy.terms(incident.severity).of(promise)
    if incident.severity is Severity.S1 or owed < LONG:
        return wording.say(phrase("%(name)s: by %(clocks)s"), name=name, clocks=clocks)
    hours = Decimal(owed // timedelta(minutes=1)) / 60
    return wording.say(
        phrase("%(name)s: by %(clocks)s (%(hours)s working hours)"),
        name=name,
        clocks=clocks,
        hours=wording.number(hours, 0 if hours == int(hours) else 1),
    )


def _analysis(incident: Incident, wording: Wording) -> str:
    if incident.analysis is None:
        return ""
    return wording.labelled(wording.say(phrase("Analysis")), shortened(incident.analysis.text))


def _plan(incident: Incident, reader: Reader, wording: Wording) -> str:
    plan = incident.plan
    if plan is None:
        return ""
    review_at = incident.review_due_at or plan.review_at
    return wording.say(
        phrase("Plan: %(action)s (cause: %(cause)s). %(owner)s does it; looked at again %(clocks)s."),
        action=shortened(plan.action),
        cause=shortened(plan.cause),
        owner=name_of(plan.owner, reader.engagement),
        clocks=when(review_at, reader.room, reader.engagement, wording),
    )


def _aim(incident: Incident, engagement: Engagement, wording: Wording) -> str:
    """Return the value the plan promises, or "" where it names none: the usual one is meant then."""
    plan = incident.plan
    metric = METRICS.get(plan.metric or incident.subject.metric) if plan else None
    if plan is None or plan.aim is None or metric is None:
        return ""
    store = engagement.store(incident.subject.store)
    return wording.say(
        phrase("The plan's aim: %(metric)s %(value)s"),
        metric=wording.say(metric.name),
        value=value_text(metric, plan.aim, store.currency if store else None, wording),
    )


def _closing(incident: Incident, wording: Wording) -> str:
    if incident.merged_into:
        return wording.say(phrase("It goes on as incident %(id)s."), id=incident.merged_into)
    if incident.closing is None:
        return ""
    return wording.say(
        phrase("Ended: %(action)s (cause: %(cause)s)"), action=incident.closing.action, cause=incident.closing.cause
    )


def _buttons(incident: Incident, reader: Reader, wording: Wording) -> tuple[Button, ...]:
    about = f"#{incident.number} {what(incident, reader.engagement, wording)}"

    def button(label: str, verb: str, *, is_primary: bool = False, question: str = "") -> Button:
        command = f"/incident {verb} {incident.number}"
        return Button(wording.say(label), command, is_primary=is_primary, about=about, question=wording.say(question))

    timeline = button(phrase("Timeline"), "timeline")
    if incident.is_closed:
        is_over = incident.status is Status.RESOLVED and not incident.is_drill
        again = (button(phrase("Open again"), "reopen"), button(phrase("Summary"), "summary")) if is_over else ()
        return (*again, timeline)
    say_more = (button(phrase("Note"), "note"), button(phrase("Evidence"), "evidence"))
    if not is_operations(reader):
        asked = (
            button(phrase("Fixed again"), "fixed"),
            button(phrase("Ask the next level"), "escalate", question=CALLS_AT_ONCE),
        )
        return (*asked, *say_more, timeline)
    take = (button(phrase("I take it"), "ack", is_primary=True),) if incident.status is Status.OPEN else ()
    back = (button(phrase("Give it back"), "release"),) if incident.status is Status.ACKNOWLEDGED else ()
    answer = (button(phrase("Analysis"), "analysis"), button(phrase("Plan"), "plan"))
    end = (
        button(phrase("Call the next level"), "escalate", question=CALLS_AT_ONCE),
        button(phrase("End it"), "resolve"),
    )
    return (*take, *back, *answer, *say_more, *end, timeline)
