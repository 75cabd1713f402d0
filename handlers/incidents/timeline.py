"""The timeline of an incident as a room may read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from handlers.incidents.captured_words import CAPTURE_WORDS, capture_text, link_buttons, told_lines
from handlers.incidents.card import PROMISE_NAMES, SEVERITY_NAMES, name_of, what, when
from handlers.incidents.evidence_text import onset_days, seen_text
from handlers.incidents.files import files_in
from handlers.incidents.readers import lines_for, shown_to
from handlers.messages import Button, Reply, Request
from handlers.ports import Work
from kpi.alerts.alert import Phase
from kpi.engagements import Engagement, Platform
from kpi.incidents.captured_messages import CAPTURE_KINDS
from kpi.incidents.incident import EntryKind, Incident, TimelineEntry
from kpi.incidents.views import internal_notes, is_for_sellers
from kpi.markets import BEIJING
from kpi.phrases import phrase
from kpi.promises import Promise
from kpi.severities import Severity
from kpi.tones import Tone
from kpi.wording.wording import Wording

MOST_LINES = 40
"""Newest lines of one answer."""
NOTES_OFFERED = 3
"""Newest internal notes that can be published by a button."""

ENTRY_WORDS: dict[EntryKind, str] = {
    EntryKind.OPENED: phrase("%(who)s opened it"),
    EntryKind.REPORTED_AGAIN: phrase("%(who)s reported it too"),
    EntryKind.ALERTED: phrase("Alert %(alert)s tells of the same"),
    EntryKind.ALERT_OVER: phrase("Alert %(alert)s is over: %(how)s"),
    EntryKind.REOPENED: phrase("%(who)s opened it again"),
    EntryKind.ACKNOWLEDGED: phrase("%(who)s took it"),
    EntryKind.UNACKNOWLEDGED: phrase("%(who)s gave it back"),
    EntryKind.REMINDED: phrase("%(owner)s was asked whether it is still theirs"),
    EntryKind.SNOOZED: phrase("%(owner)s is asked again later"),
    EntryKind.REMINDERS_STOPPED: phrase("%(owner)s does not want to be asked any more"),
    EntryKind.WENT_STALE: phrase("%(owner)s did not confirm: nobody has it any more"),
    EntryKind.CONFIRMED_OWNERSHIP: phrase("%(who)s still has it"),
    EntryKind.REASSIGNED: phrase("%(who)s gave it to %(to)s"),
    EntryKind.HANDED_OVER: phrase("%(to)s takes over from %(owner)s"),
    EntryKind.ANALYSED: phrase("Analysis by %(who)s"),
    EntryKind.PLANNED: phrase("Plan by %(who)s (cause: %(cause)s)"),
    EntryKind.UPDATED: phrase("News from %(who)s"),
    EntryKind.COMMENTED: phrase("%(who)s wrote"),
    EntryKind.PUBLISHED: phrase("%(who)s published a note by %(author)s"),
    EntryKind.EVIDENCE_ADDED: phrase("%(who)s added %(reference)s"),
    **CAPTURE_WORDS,
    EntryKind.MEASURED: phrase("Measured: %(value)s"),
    EntryKind.WATCHED: phrase("%(who)s did what was planned; the metric is being watched"),
    EntryKind.IMPROVED: phrase("Improved: %(before)s → %(value)s"),
    EntryKind.NOT_IMPROVED: phrase("Not improved: %(before)s → %(value)s"),
    EntryKind.TOO_EARLY: phrase("Too early to say"),
    EntryKind.UNMEASURABLE: phrase("No metric can say whether it helped: whoever has it decides"),
    EntryKind.SEVERITY_CHANGED: phrase("%(who)s changed the severity: %(before)s → %(severity)s"),
    EntryKind.ONSET_CORRECTED: phrase("%(who)s corrected when it began: %(before)s → %(began)s"),
    EntryKind.ESCALATION_REQUESTED: phrase("%(who)s asked for the next level"),
    EntryKind.CALLED: phrase("Called: %(people)s"),
    EntryKind.ALL_ASLEEP: phrase("Outside everybody's working hours: nobody was called"),
    EntryKind.PROMISE_MISSED: phrase("%(promise)s: not given in time"),
    EntryKind.UNDELIVERED: phrase("A message did not reach “%(room)s”: %(reason)s"),
    EntryKind.SELLER_CONFIRMED: phrase("%(who)s says that it is fine again"),
    EntryKind.RESOLVED: phrase("%(who)s ended it (cause: %(cause)s)"),
    EntryKind.MERGED: phrase("It went into incident %(into)s"),
    EntryKind.DRILL_ENDED: phrase("The drill is over"),
    EntryKind.TOOK_IN: phrase("Incident %(other)s went into it"),
}
_WITHOUT_BEFORE: dict[EntryKind, str] = {
    EntryKind.IMPROVED: phrase("Improved: %(value)s"),
    EntryKind.NOT_IMPROVED: phrase("Not improved: %(value)s"),
    EntryKind.ONSET_CORRECTED: phrase("%(who)s said when it began: %(began)s"),
}
"""Where nobody measured or knew before."""
_PEOPLE = ("owner", "to", "author")
PLATFORM_NAMES = {Platform.SLACK: "Slack", Platform.WECOM: "WeCom"}
"""The names people know them by, everywhere."""
_READINGS = frozenset({EntryKind.MEASURED, EntryKind.IMPROVED, EntryKind.NOT_IMPROVED})
END_WORDS: dict[Phase, str] = {
    Phase.RESOLVED: phrase("back in range since %(since)s; whoever knows why can end the incident"),
    Phase.RETRACTED: phrase("the data was restated"),
    Phase.REBASED: phrase("the new level is usual now"),
    Phase.EXPECTED: phrase("it was expected"),
    Phase.WITHDRAWN: phrase("its rule was changed"),
}


def timeline_reply(work: Work, request: Request, incident: Incident) -> Reply:
    """Return the newest lines a room may read, oldest first; internal ones stay in operations rooms."""
    wording = Wording(request.language)
    every = told_lines(work, incident.id)
    incident, lines = shown_to(request, incident), lines_for(request, every)
    numbers = {note: number for number, note in enumerate(internal_notes(lines), start=1)}
    hidden = len(lines) - MOST_LINES
    return Reply(
        headline=f"#{incident.number} {what(incident, request.engagement, wording)}",
        language=request.language,
        text="\n".join(_line(line, numbers.get(line), incident, request, wording) for line in lines[-MOST_LINES:]),
        tone=Tone.NEUTRAL,
        notes=(wording.say(phrase("%(count)s older lines are not shown."), count=hidden),) if hidden > 0 else (),
        buttons=(
            *_publish_buttons(incident, numbers.values(), published_notes(every), wording),
            *link_buttons(lines[-MOST_LINES:], request, wording),
        ),
        reference=incident.id,
        is_private=True,
        files=files_in(lines[-MOST_LINES:]),
    )


def _publish_buttons(
    incident: Incident, notes: Iterable[int], published: frozenset[int], wording: Wording
) -> tuple[Button, ...]:
    """Return a button for each of the newest internal notes the seller cannot read yet."""
    newest = sorted(set(notes) - published)[-NOTES_OFFERED:] if is_for_sellers(incident) else ()
    return tuple(
        Button(
            wording.say(phrase("Publish note %(note)s"), note=note),
            f"/incident publish {incident.number} {note}",
            about=f"#{incident.number}",
            question=wording.say(phrase("The seller reads this note from then on; that cannot be taken back.")),
        )
        for note in newest
    )


def published_notes(lines: Iterable[TimelineEntry]) -> frozenset[int]:
    """Return the numbers of the internal notes that were shown to the seller already."""
    return frozenset(int(dict(line.params)["note"]) for line in lines if line.kind is EntryKind.PUBLISHED)


def _line(line: TimelineEntry, note: int | None, incident: Incident, request: Request, wording: Wording) -> str:
    text = entry_text(line, incident, request.engagement, wording)
    if note is not None:
        text = wording.say(phrase("%(text)s (internal note %(note)s)"), text=text, note=note)
    clocks = when(line.occurred_at, request.room, request.engagement, wording)
    return f"{clocks} · {wording.labelled(text, line.body) if line.body else text}"


def entry_text(line: TimelineEntry, incident: Incident, engagement: Engagement, wording: Wording) -> str:
    """Return what happened in one line, without the words people typed."""
    params = dict(line.params)
    params.update((name, name_of(params[name], engagement)) for name in _PEOPLE if params.get(name))
    for name in ("before", "value", "severity"):
        if params.get(name):
            params[name] = _said(params[name], line, incident, engagement, wording)
    people = [name_of(one, engagement) for one in params.get("people", "").split(",") if one]
    params["people"] = wording.listed(people) if people else wording.say(phrase("the operations room"))
    params["who"] = name_of(line.actor.person, engagement)
    if line.kind is EntryKind.UNDELIVERED:
        params["room"] = _place(params["room"], engagement)
    if line.kind is EntryKind.PROMISE_MISSED:
        params["promise"] = wording.say(PROMISE_NAMES[Promise(params["promise"])])
    if line.kind is EntryKind.ALERT_OVER:
        since = params["since"] and wording.short_day(date.fromisoformat(params["since"]))
        params["how"] = wording.say(END_WORDS[Phase(params["phase"])], since=since)
    if line.kind is EntryKind.ONSET_CORRECTED:
        params["began"] = _days(params, "began", incident, engagement, wording)
        params["before"] = _days(params, "before", incident, engagement, wording)
    if line.kind in CAPTURE_KINDS:
        return capture_text(line, params, wording)
    if line.kind in _WITHOUT_BEFORE and not params.get("before"):
        return wording.say(_WITHOUT_BEFORE[line.kind], **params)
    return wording.say(ENTRY_WORDS[line.kind], **params)


def _days(params: dict[str, str], name: str, incident: Incident, engagement: Engagement, wording: Wording) -> str:
    first, last = params[f"{name}_from"], params[f"{name}_to"]
    if not first:
        return ""
    store = engagement.store(incident.subject.store) or next(iter(engagement.stores), None)
    zone = store.zone if store else BEIJING
    return onset_days(datetime.fromisoformat(first), datetime.fromisoformat(last), zone, wording)


def _place(room_id: str, engagement: Engagement) -> str:
    """Return a room's id; of a person's own conversation, whose it is and where."""
    room = engagement.room(room_id)
    if room is None or not room.is_direct:
        return room_id
    return f"{reader_of(room_id, engagement)}, {PLATFORM_NAMES[room.platform]}"


def reader_of(room_id: str, engagement: Engagement) -> str:
    """Return a room's id; of a person's own conversation, their name."""
    room = engagement.room(room_id)
    return name_of(room_id.split("/")[1], engagement) if room is not None and room.is_direct else room_id


def _said(said: str, line: TimelineEntry, incident: Incident, engagement: Engagement, wording: Wording) -> str:
    """Return a severity's name, or a reading in its metric's unit."""
    if said in set(Severity):
        return wording.say(SEVERITY_NAMES[Severity(said)])
    is_reading = line.kind in _READINGS and incident.subject.metric
    return seen_text(incident, Decimal(said), engagement, wording) if is_reading else said
