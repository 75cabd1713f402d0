"""What is said of Vigia itself, as the message of one operations room."""

from __future__ import annotations

from datetime import datetime

from handlers.audits.audience import admin_in, admins_of
from handlers.audits.drill_message import drill_message
from handlers.incidents.card import when
from handlers.messages import Reply
from kpi.audits.audit import Fault, FaultKind
from kpi.audits.notices import AuditNotice, FaultNotice
from kpi.engagements import Engagement, Room
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

FAULT_NAMES: dict[FaultKind, str] = {
    FaultKind.OVERDUE_STEPS: phrase("what is due of incidents is not done"),
    FaultKind.ADRIFT_INCIDENTS: phrase("nothing is due of open incidents"),
    FaultKind.UNDELIVERED_INCIDENTS: phrase("messages about incidents do not arrive"),
    FaultKind.UNSENT_DIGESTS: phrase("digests were not sent"),
    FaultKind.WAITING_MESSAGES: phrase("messages are not sent"),
    FaultKind.CLOSED_ROOMS: phrase("rooms take nothing any more"),
    FaultKind.LATE_SWEEPS: phrase("part of Vigia is not running"),
}
"""What each fault is called."""
ADVICE: dict[FaultKind, str] = {
    FaultKind.OVERDUE_STEPS: phrase("Calls may not have been made: look after these incidents yourselves."),
    FaultKind.ADRIFT_INCIDENTS: phrase("Nobody will be called: look after these incidents yourselves."),
    FaultKind.UNDELIVERED_INCIDENTS: phrase(
        "Tell these people another way; `vigia deliveries` says why, and sends one again."
    ),
    FaultKind.UNSENT_DIGESTS: phrase("`vigia deliveries` says why; `vigia digest` sends one."),
    FaultKind.WAITING_MESSAGES: phrase("`vigia doctor` looks at rooms and tokens, `vigia deliveries` says why."),
    FaultKind.CLOSED_ROOMS: phrase(
        "Their webhook or robot is gone (put the key of a new one into the settings), or Vigia was uninstalled from "
        "their Slack workspace (install it again)."
    ),
    FaultKind.LATE_SWEEPS: phrase("Look at the log of Vigia for “job_failed”; restarting does no harm."),
}
"""What people do about it."""
MOST_NAMED = 5
"""Things of a fault that are named in its message."""


def audit_message(notice: AuditNotice, engagement: Engagement, room: Room) -> Reply:
    """Return what is said of Vigia itself in the language and on the clock of a room."""
    if isinstance(notice.said, FaultNotice):
        return _fault_message(notice.said, engagement, room, notice.made_at)
    return drill_message(notice.said, engagement, room)


def _fault_message(said: FaultNotice, engagement: Engagement, room: Room, at: datetime) -> Reply:
    fault, wording = said.fault, Wording(room.language)
    name = wording.say(FAULT_NAMES[fault.kind])
    admin = admin_in(engagement, room)
    if said.is_over:
        return Reply(
            wording.labelled(wording.say(phrase("It is over")), name),
            room.language,
            text=wording.say(phrase("Vigia finds nothing of it any more.")),
            tone=Tone.GOOD,
            footer=when(at, room, engagement, wording),
            reference=fault.kind.value,
        )
    return Reply(
        wording.labelled(wording.say(phrase("Vigia needs help")), name),
        room.language,
        text="\n".join(line for line in _lines(fault, engagement, room, wording) if line),
        tone=Tone.BAD,
        footer=when(at, room, engagement, wording),
        mention=admin,
        reference=fault.kind.value,
    )


def _lines(fault: Fault, engagement: Engagement, room: Room, wording: Wording) -> tuple[str, ...]:
    named = wording.listed(fault.subjects[:MOST_NAMED])
    clocks = when(fault.since, room, engagement, wording)
    affected = wording.say_n(
        "One is affected, since %(clocks)s: %(names)s.",
        "%(count)s are affected, the oldest since %(clocks)s: %(names)s.",
        fault.count,
        count=fault.count,
        clocks=clocks,
        names=named if fault.count <= MOST_NAMED else f"{named} …",
    )
    admins = [one.name for one in admins_of(engagement)]
    concerns = wording.say(phrase("For %(names)s, who looks after Vigia."), names=wording.listed(admins))
    tried = wording.say(phrase("Vigia has tried to repair it once, without success."))
    if fault.kind is FaultKind.CLOSED_ROOMS:
        tried = ""
    return (affected, tried, wording.say(ADVICE[fault.kind]), concerns if admins else "")
