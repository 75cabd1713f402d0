"""What `/incident help` shows: examples of all that a reader may do."""

from __future__ import annotations

from handlers.access import OPERATOR_ROLES
from handlers.messages import Request
from kpi.phrases import phrase

FOR_ALL = (
    phrase("/incident conversion fell in Lumina ML since yesterday — report it in your own words"),
    phrase("/incident list — what is open and the last 30 days"),
    phrase("/incident show 1001 — one incident with its due times"),
    phrase("/incident timeline 1001 — all that happened"),
    phrase("/incident summary 1001 — times, causes and who was told, as a document"),
    phrase("/incident record 2026-10 — the service of a month"),
    phrase("/incident note 1001 … — add a note"),
    phrase("/incident evidence 1001 … — an order, a listing: something to look at"),
    phrase("/incident pin 1001 — take the message you quote into the timeline; in Slack put 📌 on it"),
    phrase("/incident unpin — take the message you quote, and had taken in, out again"),
    phrase("/incident fixed 1001 — it is fine again"),
    phrase("/incident escalate 1001 — call the next level"),
    phrase("/incident reopen 1001 … — it is back"),
)
FOR_THE_OPERATOR = (
    phrase("/incident ack 1001 — take it"),
    phrase("/incident release 1001 — give it back"),
    phrase("/incident assign 1001 Ana — give it to somebody"),
    phrase("/incident analysis 1001 … — what you see so far"),
    phrase("/incident plan 1001 cause: … action: … owner: … to: … review: 48h — what will be done"),
    phrase("/incident done 1001 — the plan was carried out, watch the metric"),
    phrase("/incident resolve 1001 cause: … action: … reason: … — end it"),
    phrase("/incident update 1001 … — news for both sides"),
    phrase("/incident publish 1001 2 — show internal note 2 to the seller"),
    phrase("/incident severity 1001 S2 reason: … — it is worse or milder"),
    phrase("/incident onset 1001 2026-11-20 14:00 — when it really began"),
    phrase("/incident merge 1002 into 1001 — it is the same"),
    phrase("/incident snooze 1001 2h — ask me later whether it is still mine"),
    phrase("/incident stop 1001 — do not ask me any more"),
    phrase("/incident handover from Ana to Bruno until 2026-12-05 — somebody leaves"),
    phrase("/incident away until 2026-12-05 — your backup takes over"),
)
EXAMPLES = (*FOR_ALL, *FOR_THE_OPERATOR)
CLOCKS = phrase(
    "Due times are counted in working hours: 24 working hours are almost three working days. Of a critical incident "
    "every hour counts."
)


def examples_for(request: Request) -> tuple[str, ...]:
    """Return the examples of what somebody may do."""
    return EXAMPLES if request.person.role in OPERATOR_ROLES else FOR_ALL
