"""An incident as one room reads it: what, since when, who has it, what is owed by when."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from handlers.incident_evidence_text import back_line, evidence_lines, onset_line, sample_text, seen_text
from handlers.messages import Button, Reply, Request
from kpi.catalogue import METRICS
from kpi.engagements import Audience, Engagement, Room
from kpi.incidents import Actor, Incident, Side, Status
from kpi.markets import BEIJING
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
LONGEST_SHOWN = 600
"""Characters of a typed text on the card; the timeline has all of it."""
MINUTES_BELOW = 120
"""Minutes up to which what is left is said in minutes."""


def incident_card(incident: Incident, request: Request) -> Reply:
    """Return an incident for the room of a request, at its instant."""
    wording = Wording(request.language)
    lines = (
        _report(incident, request, wording),
        onset_line(incident, request, wording),
        _values(incident, request, wording),
        *evidence_lines(incident, request, wording),
        back_line(incident, request, wording),
        _owner(incident, request, wording),
        *(_promise(promise, incident, request, wording) for promise in (Promise.ANALYSIS, Promise.PLAN)),
        _analysis(incident, wording),
        _plan(incident, request, wording),
        _closing(incident, wording),
    )
    return Reply(
        headline=wording.labelled(
            f"#{incident.number} {what(incident, request.engagement, request.room, wording)}",
            f"{wording.say(STATUS_WORDS[incident.status])} · {wording.say(SEVERITY_NAMES[incident.severity])}",
        ),
        language=request.language,
        text="\n".join(line for line in lines if line),
        tone=TONES[incident.status],
        footer=wording.say(
            phrase("Opened %(clocks)s"), clocks=when(incident.opened_at, request.room, request.engagement, wording)
        ),
        buttons=_buttons(incident, request, wording),
        reference=incident.id,
    )


def what(incident: Incident, engagement: Engagement, room: Room, wording: Wording) -> str:
    """Return what an incident is about: metric and store, else the beginning of its report where it may be read."""
    store = engagement.store(incident.subject.store)
    where = store.name if store else incident.subject.store
    if incident.subject.metric:
        return f"{wording.say(METRICS[incident.subject.metric].name)} · {where}"
    if not may_read_report(incident.opened_by, room):
        return where or wording.say(phrase("Reported by the operator's team."))
    report = " ".join(incident.report.split())
    short = report if len(report) <= 40 else f"{report[:39]}…"  # noqa: PLR2004 - one line of a phone
    return f"{short} · {where}" if where else short


def when(at: datetime, room: Room, engagement: Engagement, wording: Wording) -> str:
    """Return an instant on the clocks of both sides, the room's first, always with its day."""
    other = _other_zone(room, engagement)
    clocks = wording.both_clocks(at, room.zone, other)
    days = {at.astimezone(zone).date() for zone in (room.zone, other)}
    return clocks if len(days) > 1 else f"{wording.short_day(days.pop())} {clocks}"


def _other_zone(room: Room, engagement: Engagement) -> ZoneInfo:
    if room.audience is Audience.OPERATIONS:
        return BEIJING
    return engagement.stores[0].zone if engagement.stores else room.zone


def _report(incident: Incident, request: Request, wording: Wording) -> str:
    if not incident.report:
        return wording.say(phrase("Opened by alert %(id)s."), id=incident.alert) if incident.alert else ""
    if not may_read_report(incident.opened_by, request.room):
        return wording.say(phrase("Reported by the operator's team."))
    return wording.say(phrase("Reported: “%(text)s”"), text=_shortened(incident.report))


def may_read_report(by: Actor, room: Room) -> bool:
    """Tell whether a room may read the words of a report: what the operator's team typed stays in its own rooms."""
    return room.audience is Audience.OPERATIONS or by.side is not Side.STAFF


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def _values(incident: Incident, request: Request, wording: Wording) -> str:
    first, now, worst = incident.at_alert, incident.now, incident.worst
    if first is None or now is None or worst is None:
        return ""
    subject = incident.subject

    def said(value: Decimal) -> str:
        return seen_text(incident, value, request.engagement, wording)

    moved = wording.say(
        phrase("At the alert %(first)s → now %(now)s → worst %(worst)s"),
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


def _owner(incident: Incident, request: Request, wording: Wording) -> str:
    held = incident.acknowledgement
    if incident.status is Status.OPEN or held is None:
        return "" if incident.is_closed else wording.say(phrase("Nobody has it yet; people are being called."))
    return wording.say(
        phrase("%(name)s has it since %(clocks)s."),
        name=name_of(held.owner, request.engagement),
        clocks=when(held.at, request.room, request.engagement, wording),
    )


def name_of(person: str, engagement: Engagement) -> str:
    """Return somebody's name; of a person who left the engagement, their id, and of Vigia itself its own."""
    found = engagement.person(person)
    return found.name if found else person or "Vigia"


def _promise(promise: Promise, incident: Incident, request: Request, wording: Wording) -> str:
    due_at, ended_at = incident.due_at(promise), incident.resolved_at
    standing = standing_of(promise, due_at, incident.kept_at(promise), ended_at, request.at)
    clocks = when(standing.kept_at or due_at, request.room, request.engagement, wording)
    name = wording.say(PROMISE_NAMES[promise])
    match standing.state:
        case PromiseState.RUNNING:
            left = time_left(incident.severity, incident.policy.hours, request.at, due_at)
            minutes = Decimal(int(left.total_seconds() // 60))
            text = wording.minutes(minutes) if minutes < MINUTES_BELOW else wording.hours(minutes / 60)
            return wording.say(phrase("%(name)s: by %(clocks)s, %(left)s left"), name=name, clocks=clocks, left=text)
        case PromiseState.MISSED:
            return wording.say(phrase("%(name)s: was due %(clocks)s and is still owed"), name=name, clocks=clocks)
        case PromiseState.KEPT:
            return wording.say(phrase("%(name)s: given %(clocks)s"), name=name, clocks=clocks)
        case PromiseState.KEPT_LATE:
            return wording.say(phrase("%(name)s: given late, %(clocks)s"), name=name, clocks=clocks)
        case _:
            return ""


def _analysis(incident: Incident, wording: Wording) -> str:
    if incident.analysis is None:
        return ""
    return wording.labelled(wording.say(phrase("Analysis")), _shortened(incident.analysis.text))


def _plan(incident: Incident, request: Request, wording: Wording) -> str:
    plan = incident.plan
    if plan is None:
        return ""
    review_at = incident.review_due_at or plan.review_at
    return wording.say(
        phrase("Plan: %(action)s (cause: %(cause)s). %(owner)s does it; looked at again %(clocks)s."),
        action=_shortened(plan.action),
        cause=_shortened(plan.cause),
        owner=name_of(plan.owner, request.engagement),
        clocks=when(review_at, request.room, request.engagement, wording),
    )


def _closing(incident: Incident, wording: Wording) -> str:
    if incident.merged_into:
        return wording.say(phrase("It goes on as incident %(id)s."), id=incident.merged_into)
    if incident.closing is None:
        return ""
    return wording.say(
        phrase("Ended: %(action)s (cause: %(cause)s)"), action=incident.closing.action, cause=incident.closing.cause
    )


def _buttons(incident: Incident, request: Request, wording: Wording) -> tuple[Button, ...]:
    def button(label: str, verb: str, *, is_primary: bool = False) -> Button:
        return Button(wording.say(label), f"/incident {verb} {incident.number}", is_primary=is_primary)

    timeline = button(phrase("Timeline"), "timeline")
    if incident.is_closed:
        again = (button(phrase("Open again"), "reopen"),) if incident.status is Status.RESOLVED else ()
        return (*again, timeline)
    is_seller = request.room.audience is Audience.SELLER
    if is_seller:
        return (button(phrase("Fixed again"), "fixed"), button(phrase("Ask the next level"), "escalate"), timeline)
    take = (button(phrase("I take it"), "ack", is_primary=True),) if incident.status is Status.OPEN else ()
    return (*take, button(phrase("Call the next level"), "escalate"), timeline)
